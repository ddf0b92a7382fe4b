"""Prices and totals; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from oms.money import rounded

HUNDRED = Decimal(100)
PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Price:
    """A unit price and why."""

    unit: Decimal
    list_price: Decimal
    reasons: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Amounts:
    """A line's or an order's money, rounded."""

    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def unit_price(
    list_price: Decimal, *, by_hand: Decimal | None, source: str = "price_by_hand", tier: str, discount: Decimal
) -> Price:
    """The price of one piece: the one entered by hand, else the list price less the tier's `discount` in percent."""
    if by_hand is not None:
        return Price(by_hand, list_price, [{"code": source, "price": _plain(list_price)}])
    reasons = [{"code": "list_price", "price": _plain(list_price)}]
    if not discount:
        return Price(list_price, list_price, reasons)
    reasons.append({"code": "tier_discount", "tier": tier, "percent": _plain(discount)})
    return Price((list_price * (HUNDRED - discount) / HUNDRED).quantize(PLACES), list_price, reasons)


def line_amounts(unit: Decimal, quantity: int, tax_rate: Decimal, currency: str) -> Amounts:
    """Net and tax of a line, each rounded half up; `tax_rate` in percent, prices before tax."""
    net = rounded(unit * quantity, currency)
    return Amounts(net, rounded(net * tax_rate / HUNDRED, currency))


def kit_weights(items: Sequence, parts: Mapping[int, int]) -> list[Decimal]:
    """How the price of a kit is shared: by the parts' list prices, by their number when none of them has a price."""
    weights = [item.price * parts[item.product_id] for item in items]
    return weights if any(weights) else [Decimal(parts[item.product_id]) for item in items]


def order_amounts(lines: list[Amounts]) -> Amounts:
    """The order's money is the sum of its lines' rounded parts."""
    return Amounts(sum((a.net for a in lines), Decimal(0)), sum((a.tax for a in lines), Decimal(0)))


def _plain(number: Decimal) -> str:
    """Without trailing zeros and without an exponent."""
    return f"{number.normalize():f}"
