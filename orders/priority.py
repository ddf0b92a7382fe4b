"""Where an order stands in the queue; pure."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

BASE = 10
MOST_FOR_VALUE = 50
MOST_FOR_WAITING = 60


@dataclass(frozen=True)
class Weights:
    """Points that the house gives: `tier` in percent of the tier's importance, `value` for each 1,000 of the total,
    `waiting` for each day since the order was placed, so that no order waits for ever."""

    urgent: int = 50
    tier: int = 50
    soon: int = 20
    soon_days: int = 2
    value: int = 0
    waiting: int = 2


@dataclass(frozen=True)
class Ranked:
    """What the points are for: importance 0–100, whole days since the order was placed."""

    urgent: bool
    tier: str
    importance: int
    requested: datetime.date | None
    total: Decimal = Decimal(0)
    waited: int = 0


def priority(order: Ranked, weights: Weights, today: datetime.date) -> tuple[int, list[dict]]:
    """The sum of the points and why: ten to start with, then what the weights give; value and waiting have a most."""
    reasons = [{"code": "base", "points": BASE}]
    if order.urgent and weights.urgent:
        reasons.append({"code": "urgent", "points": weights.urgent})
    by_tier = order.importance * weights.tier // 100
    if by_tier:
        reasons.append({"code": "tier", "tier": order.tier, "points": by_tier})
    if order.requested and weights.soon and (order.requested - today).days <= weights.soon_days:
        days = max(0, (order.requested - today).days)
        reasons.append({"code": "requested_soon", "days": days, "points": weights.soon})
    by_value = min(MOST_FOR_VALUE, int(order.total // 1000) * weights.value)
    if by_value:
        reasons.append({"code": "value_points", "points": by_value})
    by_waiting = min(MOST_FOR_WAITING, order.waited * weights.waiting)
    if by_waiting:
        reasons.append({"code": "waited", "days": order.waited, "points": by_waiting})
    return sum(reason["points"] for reason in reasons), reasons
