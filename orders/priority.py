"""Where an order stands in the queue; pure."""

import datetime

BASE = 10
URGENT = 50
SOON = 20
SOON_DAYS = 2


def priority(
    *, urgent: bool, tier: str, importance: int, requested: datetime.date | None, today: datetime.date
) -> tuple[int, list[dict]]:
    """Points and why: 10 to start, 50 for urgency, half the tier's importance (0–100), 20 when wanted in two days."""
    reasons = [{"code": "base", "points": BASE}]
    if urgent:
        reasons.append({"code": "urgent", "points": URGENT})
    if importance:
        reasons.append({"code": "tier", "tier": tier, "points": importance // 2})
    if requested and (requested - today).days <= SOON_DAYS:
        reasons.append({"code": "requested_soon", "days": max(0, (requested - today).days), "points": SOON})
    return sum(r["points"] for r in reasons), reasons
