"""An order composed in memory: what place_order writes and what the order form previews, by the same rules."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils import timezone

from customers.models import Customer
from inventory.models import Warehouse
from inventory.queries import asked_of, days_until
from orders import checks
from orders.allocation import Candidate, choose, is_near
from orders.costing import charge, lines_of, shipping_fee
from orders.models import Check, Hold, Order, OrderLine, OrderPolicy, OrderPromotion, Promise
from orders.pricing import before_tax
from orders.priority import Ranked, Weights, priority
from orders.promise import Calendar, promise
from orders.shelf import Asked, Request, Shelf
from orders.stages import stage_of, units

ADDRESS = ("ship_name", "line1", "line2", "city", "region", "postcode", "country")


@dataclass
class Composed:
    """All rows of one order, unsaved, and what it claims of each stock row."""

    order: Order
    lines: list[OrderLine]
    by_asked: list[list[OrderLine]]  # the same lines as they were asked for, a kit's parts together
    promotions: list[OrderPromotion]
    checks: list[Check]
    holds: list[Hold]
    promise: Promise
    claims: dict[int, int]

    def rows(self) -> list[models.Model]:
        """Everything but the order itself."""
        return [*self.lines, *self.promotions, *self.checks, *self.holds, self.promise]


def compose(request: Request, shelf: Shelf, *, by=None) -> Composed:
    """Compose one order against the shelf and take its pieces from `shelf.left`."""
    key = is_key(request.customer, shelf.policy)
    warehouse, why = _choose_warehouse(request, shelf, key)
    claims: dict[int, int] = {}
    counts = Counter()
    for asked in request.lines:
        counts[asked.product_id] += asked.quantity
    by_asked = [lines_of(asked, request, shelf, counts[asked.product_id]) for asked in request.lines]
    lines = [line for together in by_asked for line in together]
    for position, line in enumerate(lines, 1):
        line.position = position
        _take(line, shelf, warehouse, key, claims)
    order = _head(request, warehouse, why, shelf.company.currency, by)
    fee = shipping_fee(request, by_asked, shelf)
    promotions = charge(order, by_asked, shelf, code=request.promotion_code, fee=fee)
    order.priority, order.priority_reasons = _rate(order, shelf.policy.weights)
    findings = checks.run(checked(request, lines, shelf, warehouse, order.total), shelf.policy.checks)
    holds = [Hold(order=order, kind=f.name, reasons=f.reasons) for f in findings if f.outcome == "hold"]
    _decide(order, lines, bool(holds), shelf.policy)
    return Composed(
        order=order,
        lines=lines,
        by_asked=by_asked,
        promotions=promotions,
        checks=[Check(order=order, name=f.name, outcome=f.outcome, reasons=f.reasons) for f in findings],
        holds=holds,
        promise=_promise(order, lines, shelf),
        claims=claims,
    )


def _head(request: Request, warehouse, why: dict, currency: str, by) -> Order:
    customer = request.customer
    return Order(
        reference=request.reference,
        customer=customer,
        channel=request.channel,
        handover=request.handover,
        urgent=request.urgent,
        warehouse=warehouse,
        warehouse_reason=why,
        language=customer.language,
        email=request.email or customer.email,
        phone=request.phone or customer.phone,
        currency=currency,
        paid=Decimal("0.00"),
        requested_date=request.requested_date,
        note=request.note,
        imported_from=request.imported_from,
        import_digest=request.import_digest,
        by=by,
        **{name: request.address.get(name, "") for name in ADDRESS},
    )


def _rate(order: Order, weights: Weights) -> tuple[int, list[dict]]:
    tier = order.customer.tier
    ranked = Ranked(
        order.urgent, tier.name if tier else "", tier.importance if tier else 0, order.requested_date, order.total
    )
    return priority(ranked, weights, timezone.localdate())


def pieces_wanted(lines: Iterable[Asked], shelf: Shelf) -> dict[int, int]:
    """Pieces of each stocked product that these lines need: kits as their parts, made-to-order goods not at all."""
    wanted: dict[int, int] = {}
    for asked in lines:
        for product_id, each in shelf.kits.get(asked.product_id, {asked.product_id: 1}).items():
            if not shelf.items[product_id].made_to_order:
                wanted[product_id] = wanted.get(product_id, 0) + each * asked.quantity
    return wanted


def is_key(customer: Customer, policy: OrderPolicy) -> bool:
    """Whether a customer may have what is kept for key customers."""
    return bool(customer.tier) and customer.tier.importance >= policy.key_importance


def _choose_warehouse(request: Request, shelf: Shelf, key: bool) -> tuple[Warehouse | None, dict]:
    """The warehouse that the house rules prefer for these articles and this address, and why."""
    wanted = pieces_wanted(request.lines, shelf)
    choices = [request.warehouse] if request.warehouse else shelf.warehouses
    candidates = [
        Candidate(
            key=warehouse.pk,
            name=warehouse.name,
            full=sum(shelf.available(warehouse, product, key) >= count for product, count in wanted.items()),
            articles=len(wanted),
            near=is_near(warehouse.serves, request.address),
            cost=warehouse.cost,
            rank=warehouse.rank,
        )
        for warehouse in choices
    ]
    best, why = choose(candidates, shelf.policy.allocation)
    return next((w for w in choices if best and w.pk == best.key), None), why


def _take(line: OrderLine, shelf: Shelf, warehouse, key: bool, claims: dict[int, int]) -> None:
    """Reserve for the line what is left for it."""
    line.stock_id = shelf.places.get((warehouse.pk, line.product_id)) if warehouse else None
    line.reserved = min(line.ordered, shelf.available(warehouse, line.product_id, key))
    if line.reserved:
        shelf.left[line.stock_id] -= line.reserved
        claims[line.stock_id] = claims.get(line.stock_id, 0) + line.reserved


def checked(request: Request, lines: list[OrderLine], shelf: Shelf, warehouse, total: Decimal) -> checks.Checked:
    """What the checks need to know of an order with these lines."""
    return checks.Checked(
        lines=[_checked_line(line, shelf) for line in lines],
        address=request.address,
        delivered=request.handover == Order.Handover.DELIVERY,
        blocked=request.customer.blocked,
        warehouse=warehouse.name if warehouse else "",
        total=total,
        approval_from=shelf.policy.approval_from,
        habit=shelf.habits.get(request.customer.pk, checks.Habit()),
    )


def _checked_line(line: OrderLine, shelf: Shelf) -> checks.CheckedLine:
    item, policy = shelf.items[line.product_id], shelf.policy
    price, floor = line.unit_price, item.floor_price
    if line.discount and line.left:
        price = price - line.discount / line.left
    if line.tax_included != policy.prices_include_tax:
        price = before_tax(price, line.tax_rate, line.tax_included)
        floor = before_tax(floor, line.tax_rate, policy.prices_include_tax)
    return checks.CheckedLine(
        sku=line.sku,
        ordered=line.left,
        short=line.short - line.to_make,
        unit_price=price,
        # a kit's price is its own: its parts have none that could be too low
        floor_price=Decimal(0) if line.kit or _is_free(line) else floor,
        unstated=[name for name in asked_of(item) if not line.stated.get(name)],
    )


def _is_free(line: OrderLine) -> bool:
    return any(reason["code"] == "free_reship" for reason in line.price_reasons)


def _decide(order: Order, lines: list[OrderLine], held: bool, policy: OrderPolicy) -> None:
    order.status = Order.Status.PLACED
    if policy.auto_confirm and not held:
        order.status, order.confirmed_at = Order.Status.CONFIRMED, timezone.now()
    order.stage = stage_of(order.status, held, units(lines))


def _promise(order: Order, lines: list[OrderLine], shelf: Shelf) -> Promise:
    policy = shelf.policy
    short = {x.product_id: x.sku for x in lines if x.short > x.to_make}
    lead = {pk: shelf.items[pk].lead_days for pk in short}
    wait = days_until(lead, order.warehouse_id) if lead else {}
    late = max(((days, short[pk]) for pk, days in wait.items()), default=None)
    dates = promise(
        timezone.localtime(),
        Calendar(policy.cut_off, policy.handling_days, policy.transit_days, policy.working_days),
        waiting=(late[1], late[0]) if late else None,
        requested=order.requested_date,
    )
    order.ship_by, order.promised_date = dates.ship_by, dates.deliver_by
    return Promise(order=order, ship_by=dates.ship_by, deliver_by=dates.deliver_by, reasons=dates.reasons)
