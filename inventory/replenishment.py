"""When to order and how much; pure.

The model is the continuous-review (s, Q) policy of Silver, Pyke and Thomas, "Inventory and Production Management in
Supply Chains" (4th ed., 2017), chapters 4 to 6: order when available and incoming pieces together fall to the reorder
point s. All quantities are pieces, all times days.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

WINDOW = 90
SHORTEST = 14
ALPHA = 0.1
REGULAR = 1 / 3
USUAL_SERVICE = 95.0
LEAD_SPREAD = 0.2
HOLDING_RATE = 0.25
REVIEW_DAYS = 14


@dataclass(frozen=True)
class Forecast:
    """Demand of a day, its standard deviation, and whether it was smoothed (else it is the moving average)."""

    per_day: float
    deviation: float
    smoothed: bool = False


@dataclass(frozen=True)
class Lead:
    """Days from order to delivery, and their standard deviation."""

    days: float
    deviation: float


def forecast(sold: Mapping[int, int], days: int) -> Forecast:
    """Demand from what was sold, `{days ago: pieces}` with 1 for yesterday, over the last `days` days.

    The moving average is the mean of all days. Where at least a third of the days had sales, simple exponential
    smoothing (alpha 0.1, begun with the mean) follows a trend sooner. Where sales are rarer it would jump after each
    of them (Croston, "Forecasting and stock control for intermittent demands", 1972), so the average is kept.
    """
    total = sum(sold.values())
    if not total or days < 1:
        return Forecast(0.0, 0.0)
    mean = total / days
    squares = sum(pieces * pieces for pieces in sold.values())
    variance = max(0.0, squares - days * mean * mean) / max(1, days - 1)
    if len(sold) < days * REGULAR:
        return Forecast(mean, math.sqrt(variance))
    smoothed = mean * (1 - ALPHA) ** days
    smoothed += sum(ALPHA * (1 - ALPHA) ** (ago - 1) * pieces for ago, pieces in sold.items())
    return Forecast(smoothed, math.sqrt(variance), smoothed=True)


@lru_cache(maxsize=1024)
def safety_factor(service_level: float) -> float:
    """z: so many standard deviations cover this per cent of the order cycles (97.5 gives 1.96)."""
    return NormalDist().inv_cdf(service_level / 100)


def safety_stock(demand: Forecast, lead: Lead, service_level: float) -> int:
    """Pieces kept against chance: z·√(L·σd² + d²·σL²), rounded up (Silver, Pyke and Thomas, section 6.10)."""
    spread = lead.days * demand.deviation**2 + demand.per_day**2 * lead.deviation**2
    return math.ceil(_exact(safety_factor(service_level) * math.sqrt(spread)))


def reorder_point(demand: Forecast, lead: Lead, service_level: float) -> int:
    """Demand during the lead time and the safety stock, in whole pieces."""
    return math.ceil(_exact(demand.per_day * lead.days)) + safety_stock(demand, lead, service_level)


def _exact(value: float) -> float:
    """Without the last binary digits, which would lift 12.000000000000002 to 13."""
    return round(value, 9)


def economic_quantity(per_day: float, *, order_cost: float, unit_cost: float) -> int:
    """Pieces of an order that cost least to order and to keep: √(2·D·K/h) (Harris, 1913), rounded to whole pieces.

    D is a year's demand, K the cost of an order, h that of keeping a piece for a year: a quarter of its cost.
    """
    if per_day <= 0 or order_cost <= 0 or unit_cost <= 0:
        return 0
    return round(math.sqrt(2 * per_day * 365 * order_cost / (unit_cost * HOLDING_RATE)))


def in_packs(pieces: int, *, minimum: int, pack_size: int) -> int:
    """Not fewer than the supplier's minimum, in whole packs; 0 stays 0."""
    if pieces <= 0:
        return 0
    return -(-max(pieces, minimum) // pack_size) * pack_size


def suggested_quantity(
    position: int, line: int, per_day: float, *, minimum: int = 1, pack_size: int = 1, economic: int = 0
) -> int:
    """Pieces to order when available and incoming together (`position`) are at the reorder line or under it, else 0.

    It fills up to the line and either two weeks' demand or the economic quantity, whichever is more.
    """
    if position > line:
        return 0
    cycle = max(math.ceil(_exact(per_day * REVIEW_DAYS)), economic, 1)
    return in_packs(line + cycle - position, minimum=minimum, pack_size=pack_size)


def days_of_cover(pieces: int, per_day: float) -> int | None:
    """For how many whole days the pieces last; None where nothing is sold."""
    return math.floor(_exact(pieces / per_day)) if per_day > 0 else None


@dataclass(frozen=True)
class Shelf:
    """A product in one warehouse: pieces available and on their way, its reorder line, its demand of a day."""

    warehouse_id: int
    available: int
    incoming: int
    line: int
    per_day: float

    @property
    def shortage(self) -> int:
        """Pieces missing until the line and two weeks' demand."""
        have = self.available + self.incoming
        return 0 if not self.line or have > self.line else self.line + math.ceil(self.per_day * REVIEW_DAYS) - have

    @property
    def surplus(self) -> int:
        """Pieces available beyond the line and two weeks' demand."""
        return max(0, self.available - self.line - math.ceil(self.per_day * REVIEW_DAYS))


def transfers(shelves: list[Shelf]) -> list[tuple[int, int, int]]:
    """(from warehouse, to warehouse, pieces) of one product: the largest surplus serves the largest shortage first."""
    spare = {shelf.warehouse_id: shelf.surplus for shelf in shelves}
    found = []
    for short in sorted(shelves, key=lambda shelf: (-shelf.shortage, shelf.warehouse_id)):
        missing = short.shortage
        for source in sorted(spare, key=lambda pk: (-spare[pk], pk)):
            pieces = min(missing, spare[source])
            if source != short.warehouse_id and pieces > 0:
                found.append((source, short.warehouse_id, pieces))
                spare[source] -= pieces
                missing -= pieces
    return found
