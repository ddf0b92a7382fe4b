"""Checks of an order: small named functions, each says pass, warn or hold and why; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

NEEDED = ("ship_name", "line1", "city")


@dataclass(frozen=True)
class CheckedLine:
    """What the checks need to know of a line; `short` pieces are not in stock."""

    sku: str
    ordered: int
    short: int
    unit_price: Decimal
    floor_price: Decimal
    unstated: Sequence[str] = ()


@dataclass(frozen=True)
class Checked:
    """What the checks need to know of an order."""

    lines: Sequence[CheckedLine]
    address: dict[str, str]
    blocked: bool
    warehouse: str


@dataclass(frozen=True)
class Finding:
    """A check's outcome: "pass", "warn" or "hold", with stored reasons."""

    name: str
    outcome: str
    reasons: list[dict]


def stock(order: Checked) -> Finding:
    """Demand is summed per SKU, since the lines' shortage was reckoned one after the other."""
    short = [
        {"code": "stock_short", "sku": x.sku, "short": x.short, "ordered": x.ordered} for x in order.lines if x.short
    ]
    return _finding("stock", short, {"code": "stock_ok", "warehouse": order.warehouse})


def price(order: Checked) -> Finding:
    """No price below its product's floor."""
    low = [
        {"code": "price_below_floor", "sku": x.sku, "price": str(x.unit_price), "floor": str(x.floor_price)}
        for x in order.lines
        if x.unit_price < x.floor_price
    ]
    return _finding("price", low, {"code": "price_ok"})


def address(order: Checked) -> Finding:
    """Recipient, street and city are there."""
    missing = [name for name in NEEDED if not order.address.get(name)]
    return _finding(
        "address", [{"code": "address_missing", "fields": missing}] if missing else [], {"code": "address_ok"}
    )


def specification(order: Checked) -> Finding:
    """Every line states what its product asks for, such as a size or an engraving."""
    missing = [{"code": "spec_missing", "sku": x.sku, "what": ", ".join(x.unstated)} for x in order.lines if x.unstated]
    return _finding("specification", missing, {"code": "spec_ok"})


def customer(order: Checked) -> Finding:
    """The customer is not blocked."""
    return _finding("customer", [{"code": "customer_blocked"}] if order.blocked else [], {"code": "customer_ok"})


CHECKS: list[Callable[[Checked], Finding]] = [stock, price, address, specification, customer]


def run(order: Checked) -> list[Finding]:
    """All checks, in order."""
    return [check(order) for check in CHECKS]


def _finding(name: str, problems: list[dict], fine: dict) -> Finding:
    return Finding(name, "hold" if problems else "pass", problems or [fine])
