"""Which warehouse serves an order, and why; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from oms.formats import listed

WHOLE_FIRST = "whole lines near cost rank"
NEAR_FIRST = "near whole lines cost rank"
CHEAP_FIRST = "cost whole lines near rank"


@dataclass(frozen=True)
class Candidate:
    """A warehouse: how many of the order's articles it can fill whole, whether it is near, what handling costs."""

    key: int
    name: str
    full: int
    articles: int
    near: bool
    cost: Decimal
    rank: int

    @property
    def marks(self) -> dict[str, Decimal | int | bool]:
        """What each rule compares; more is better."""
        return {
            "whole": self.full == self.articles,
            "lines": self.full,
            "near": self.near,
            "cost": -self.cost,
            "rank": -self.rank,
        }


def is_near(serves: str, address: dict[str, str]) -> bool:
    """Whether a warehouse's area names the address: a city, a region, or the beginning of a postcode."""
    places = {address.get(name, "").strip().casefold() for name in ("city", "region")} - {""}
    postcode = address.get("postcode", "").strip().casefold()
    areas = [area.casefold() for area in listed(serves)]
    return any(area in places or (area.isalnum() and postcode and postcode.startswith(area)) for area in areas)


def choose(candidates: Sequence[Candidate], rules: str) -> tuple[Candidate | None, dict]:
    """The best candidate by these rules, the first rule first, and the stored reason with those it was better than."""

    def order(candidate: Candidate) -> tuple:
        return tuple(candidate.marks[rule] for rule in rules.split())

    ranked = sorted(candidates, key=order, reverse=True)
    if not ranked:
        return None, {}
    best, others = ranked[0], ranked[1:]
    reason = {"code": _why(best, others, rules), "warehouse": best.name, "full": best.full, "lines": best.articles}
    if others:
        reason["others"] = [{"warehouse": c.name, "full": c.full, "near": c.near} for c in others]
    return best, reason


def _why(best: Candidate, others: Sequence[Candidate], rules: str) -> str:
    """The rule that told the best from the next one; with no rival, how much of the order it has."""
    decided = next((r for r in rules.split() if others and best.marks[r] != others[0].marks[r]), "lines")
    if decided in ("near", "cost"):
        return {"near": "nearest_warehouse", "cost": "cheapest_warehouse"}[decided]
    return "whole_order" if best.full == best.articles else "most_lines"
