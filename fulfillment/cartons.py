"""Which carton a parcel's goods fit into, and what it should weigh; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as translated

FILL = 0.85  # no carton can be filled to the last corner
TOLERANCE_SHARE = 0.05
TOLERANCE_G = 50


@dataclass(frozen=True)
class Box:
    """A carton's inner sides in mm, what it carries and weighs in g; `carries_g` 0 is no limit."""

    name: str
    sides: tuple[int, int, int]
    carries_g: int = 0
    weighs_g: int = 0

    @property
    def volume(self) -> int:
        length, width, height = self.sides
        return length * width * height


@dataclass(frozen=True)
class Goods:
    """Pieces of one product: sides in mm and weight in g of one piece; 0 is unknown."""

    sku: str
    pieces: int
    sides: tuple[int, int, int] = (0, 0, 0)
    weight_g: int = 0


@dataclass(frozen=True)
class Suggestion:
    """The carton's name, or "" with the reason why none can be named."""

    name: str
    reason: str | Promise


def weight_of(goods: Sequence[Goods]) -> int | None:
    """What the goods weigh together, in g; None when a product's weight is not known."""
    if not all(item.weight_g for item in goods):
        return None
    return sum(item.weight_g * item.pieces for item in goods)


def suggest(goods: Sequence[Goods], boxes: Sequence[Box]) -> Suggestion:
    """The smallest carton that holds the volume with room to spare, every product's sides, and the weight."""
    unknown = sorted(item.sku for item in goods if not all(item.sides))
    if unknown:
        return Suggestion("", translated("The size of %(skus)s is not known.") % {"skus": ", ".join(unknown)})
    if not goods:
        return Suggestion("", "")
    fitting = [box for box in boxes if _fits(goods, box)]
    if not fitting:
        return Suggestion("", translated("No carton is large enough: use several parcels."))
    best = min(fitting, key=lambda box: box.volume)
    volume = sum(item.pieces * _volume(item) for item in goods)
    words = {"carton": best.name, "percent": round(100 * volume / best.volume)}
    return Suggestion(best.name, translated("%(carton)s is the smallest that fits: %(percent)s %% full.") % words)


def _volume(item: Goods) -> int:
    length, width, height = item.sides
    return length * width * height


def _fits(goods: Sequence[Goods], box: Box) -> bool:
    volume, weight = sum(item.pieces * _volume(item) for item in goods), weight_of(goods) or 0
    turned = all(
        side <= inner for item in goods for side, inner in zip(sorted(item.sides), sorted(box.sides), strict=True)
    )
    return turned and volume <= box.volume * FILL and (not box.carries_g or weight <= box.carries_g)


def differs(expected_g: int | None, weight_g: int | None) -> bool:
    """Whether a measured weight is so far from the expected one that something is wrong inside."""
    if expected_g is None or weight_g is None:
        return False
    return abs(weight_g - expected_g) > max(TOLERANCE_G, expected_g * TOLERANCE_SHARE)
