"""Checks of an order: small named functions, each says pass, warn or hold and why; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

NEEDED = ("ship_name", "line1", "city")
ENOUGH = 5  # orders before which nothing is unusual for a customer
SPREAD = 3  # standard deviations that are still usual


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
class Habit:
    """What a customer did before: totals of her last orders, pieces by SKU in recent orders, what she owes."""

    orders: int = 0
    mean: Decimal = Decimal(0)
    deviation: Decimal = Decimal(0)
    recent: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # order number → {SKU: pieces}
    limit: Decimal | None = None
    open: Decimal = Decimal(0)
    overdue: Decimal = Decimal(0)


@dataclass(frozen=True)
class Checked:
    """What the checks need to know of an order."""

    lines: Sequence[CheckedLine]
    address: dict[str, str]
    blocked: bool
    warehouse: str
    total: Decimal = Decimal(0)
    approval_from: Decimal | None = None
    habit: Habit = Habit()
    delivered: bool = True  # not fetched at the counter or eaten at a table


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
    """Recipient, street and city are there, if it goes anywhere."""
    missing = [name for name in NEEDED if order.delivered and not order.address.get(name)]
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


def value(order: Checked) -> Finding:
    """What costs as much as the house says is seen by somebody who may approve it."""
    limit = order.approval_from
    large = limit is not None and order.total >= limit
    return _finding("value", [{"code": "value_large", "price": str(limit)}] if large else [], {"code": "value_ok"})


def credit(order: Checked) -> Finding:
    """Nothing is overdue, and with this order the customer owes no more than her limit."""
    habit, owed, problems = order.habit, order.habit.open + order.total, []
    if habit.overdue > 0:
        problems.append({"code": "credit_overdue", "amount": str(habit.overdue)})
    if habit.limit is not None and owed > habit.limit:
        problems.append({"code": "credit_exceeded", "amount": str(owed), "price": str(habit.limit)})
    return _finding("credit", problems, {"code": "credit_ok"})


def duplicate(order: Checked) -> Finding:
    """The customer has not ordered the very same pieces a short time ago."""
    wanted: dict[str, int] = {}
    for line in order.lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.ordered
    same = [{"code": "duplicate_of", "order": number} for number, had in order.habit.recent.items() if had == wanted]
    return _finding("duplicate", same, {"code": "duplicate_none"})


def unusual(order: Checked) -> Finding:
    """The total is within three standard deviations of the customer's last orders, once there are five of them."""
    habit = order.habit
    most = habit.mean + SPREAD * max(habit.deviation, habit.mean / 4)
    strange = habit.orders >= ENOUGH and order.total > most
    told = {"code": "value_unusual", "amount": str(order.total), "price": f"{habit.mean:.2f}", "orders": habit.orders}
    return _finding("unusual", [told] if strange else [], {"code": "value_usual"})


CHECKS: list[Callable[[Checked], Finding]] = [
    stock,
    price,
    address,
    specification,
    customer,
    value,
    credit,
    duplicate,
    unusual,
]
MODES = {
    "duplicate": "off",
    "unusual": "off",
    "credit": "off",
    "value": "hold",
}  # the others hold unless told otherwise
OF_HABIT = ("credit", "duplicate", "unusual")  # these look at what the customer did before


def mode_of(name: str, modes: Mapping[str, str]) -> str:
    """What a failed check does: "hold", "warn", or "off"."""
    return modes.get(name, MODES.get(name, "hold"))


def wants_habits(modes: Mapping[str, str]) -> bool:
    """Whether any check is on that looks at what a customer did before."""
    return any(mode_of(name, modes) != "off" for name in OF_HABIT)


def run(order: Checked, modes: Mapping[str, str] = MODES) -> list[Finding]:
    """All checks that the house wants, in order; one that only warns holds nothing."""
    found = []
    for check in CHECKS:
        mode = mode_of(check.__name__, modes)
        if mode == "off" or (check is value and order.approval_from is None):
            continue
        finding = check(order)
        if finding.outcome == "hold" and mode == "warn":
            finding = Finding(finding.name, "warn", finding.reasons)
        found.append(finding)
    return found


def _finding(name: str, problems: list[dict], fine: dict) -> Finding:
    return Finding(name, "hold" if problems else "pass", problems or [fine])
