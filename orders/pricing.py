"""Prices and totals; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from oms.money import rounded

HUNDRED = Decimal(100)
PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Price:
    """A unit price and why; with `tax_included` tax is inside it."""

    unit: Decimal
    list_price: Decimal
    reasons: list[dict] = field(default_factory=list)
    tax_included: bool = False


@dataclass(frozen=True)
class Listed:
    """What a price list asks for one piece when at least `minimum` are ordered; `own` when it is for the tier alone."""

    name: str
    minimum: int
    unit: Decimal
    own: bool = False
    tax_included: bool = False


@dataclass(frozen=True)
class Amounts:
    """A line's or an order's money, rounded."""

    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def best_listed(listed: Iterable[Listed], quantity: int, tax_rate: Decimal) -> Listed | None:
    """The entry that counts for `quantity` pieces of a product.

    Of each list the break with the highest minimum that is reached; lists of the customer's tier go before general
    ones, and among equals the lowest price before tax wins.
    """
    reached: dict[str, Listed] = {}
    for entry in listed:
        best = reached.get(entry.name)
        if entry.minimum <= quantity and (best is None or entry.minimum > best.minimum):
            reached[entry.name] = entry
    return min(reached.values(), key=lambda x: (not x.own, before_tax(x.unit, tax_rate, x.tax_included)), default=None)


def before_tax(amount: Decimal, tax_rate: Decimal, tax_included: bool) -> Decimal:
    """`amount` without the tax inside it, not rounded."""
    return amount * HUNDRED / (HUNDRED + tax_rate) if tax_included else amount


def unit_price(
    list_price: Decimal,
    *,
    by_hand: Decimal | None,
    source: str = "price_by_hand",
    tier: str,
    discount: Decimal,
    listed: Listed | None = None,
    tax_included: bool = False,
) -> Price:
    """The price of one piece: entered by hand, else from a price list, else the catalogue's less the tier's percent.

    `tax_included` says it of the catalogue and of prices entered by hand; a price list says it of itself.
    """
    if by_hand is not None:
        return Price(by_hand, list_price, [{"code": source, "price": _plain(list_price)}], tax_included)
    if listed:
        reason = {"code": "price_list", "list": listed.name, "minimum": listed.minimum, "price": _plain(list_price)}
        return Price(listed.unit, list_price, [reason], listed.tax_included)
    reasons = [{"code": "list_price", "price": _plain(list_price)}]
    if not discount:
        return Price(list_price, list_price, reasons, tax_included)
    reasons.append({"code": "tier_discount", "tier": tier, "percent": _plain(discount)})
    return Price((list_price * (HUNDRED - discount) / HUNDRED).quantize(PLACES), list_price, reasons, tax_included)


def line_amounts(
    unit: Decimal,
    quantity: int,
    tax_rate: Decimal,
    currency: str,
    *,
    discount: Decimal = Decimal(0),
    tax_included: bool = False,
) -> Amounts:
    """Net and tax of a line, each rounded half up; `tax_rate` in percent, `discount` in money as the unit price is."""
    return amounts_of(rounded(unit * quantity, currency) - discount, tax_rate, currency, tax_included)


def amounts_of(amount: Decimal, tax_rate: Decimal, currency: str, tax_included: bool) -> Amounts:
    """Net and tax of a rounded amount: tax comes on top, or is the rest after the net inside it was rounded."""
    if tax_included:
        net = rounded(amount * HUNDRED / (HUNDRED + tax_rate), currency)
        return Amounts(net, amount - net)
    return Amounts(amount, rounded(amount * tax_rate / HUNDRED, currency))


def kit_weights(items: Sequence, parts: Mapping[int, int]) -> list[Decimal]:
    """How the price of a kit is shared: by the parts' list prices, by their number when none of them has a price."""
    weights = [item.price * parts[item.product_id] for item in items]
    return weights if any(weights) else [Decimal(parts[item.product_id]) for item in items]


def order_amounts(lines: Iterable[Amounts]) -> Amounts:
    """The order's money is the sum of its lines' rounded parts."""
    lines = list(lines)
    return Amounts(sum((a.net for a in lines), Decimal(0)), sum((a.tax for a in lines), Decimal(0)))


def _plain(number: Decimal) -> str:
    """Without trailing zeros and without an exponent."""
    return f"{number.normalize():f}"
