"""An order composed in memory: what place_order writes and what the order form previews, by the same rules."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import models
from django.utils import timezone

from customers.models import Customer
from inventory.models import Warehouse
from inventory.queries import Item, asked_of, parts_of, read_shelf
from oms.context import current
from oms.models import Company
from oms.money import rounded, split
from orders import checks, pricing
from orders.allocation import Candidate, choose, is_near
from orders.models import Check, Hold, ImportFile, Order, OrderLine, OrderPolicy, Promise
from orders.priority import priority
from orders.promise import Calendar, promise
from orders.stages import stage_of, units

ADDRESS = ("ship_name", "line1", "line2", "city", "region", "postcode", "country")


@dataclass(frozen=True)
class Asked:
    """A line as asked for; a price given here goes before the list's. `stated` answers what the product asks for."""

    product_id: int
    quantity: int
    unit_price: Decimal | None = None
    stated: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """An order as asked for. With `allow_short` an order that stock does not cover is held, else it is refused."""

    customer: Customer
    lines: list[Asked]
    address: dict[str, str] = field(default_factory=dict)
    channel: str = Order.Channel.DESK
    reference: str = ""
    urgent: bool = False
    requested_date: datetime.date | None = None
    note: str = ""
    email: str = ""
    phone: str = ""
    warehouse: Warehouse | None = None
    allow_short: bool = True
    price_source: str = "price_by_hand"
    imported_from: ImportFile | None = None


@dataclass
class Shelf:
    """Products asked for, stock that could serve them and the house rules; composing reduces what is `left`."""

    company: Company
    policy: OrderPolicy
    items: dict[int, Item]  # product_id →
    places: dict[tuple[int, int], int]  # (warehouse_id, product_id) → stock_id
    warehouses: list[Warehouse]
    kits: dict[int, dict[int, int]]  # kit → {part: pieces in one kit}
    left: dict[int, int]  # stock_id → pieces
    kept: dict[int, int]  # stock_id → pieces that only key customers get

    @classmethod
    def read(cls, product_ids: Iterable[int], *, lock: bool = False) -> "Shelf":
        """One statement, two more when kits are among them.

        With `lock` the stock rows, those of parts too, stay locked in primary-key order until the transaction ends.
        """
        wanted = set(product_ids)
        items, places = read_shelf(wanted)
        kits = parts_of(wanted) if any(item.kind == "kit" for item in items) else {}
        if kits or lock:
            items, places = read_shelf(wanted.union(*kits.values()), lock=lock)
        houses = {place.warehouse for place in places}
        if any(item.made_to_order for item in items):
            houses.update(Warehouse.objects.filter(active=True))
        return cls(
            company=current(Company),
            policy=current(OrderPolicy),
            items={item.product_id: item for item in items},
            places={(place.warehouse.pk, place.product_id): place.stock_id for place in places},
            warehouses=sorted(houses, key=lambda w: (w.rank, w.code)),
            kits=kits,
            left={place.stock_id: place.available for place in places},
            kept={place.stock_id: place.kept for place in places},
        )

    def available(self, warehouse: Warehouse | None, product_id: int, key: bool) -> int:
        """Pieces of a product still to be had in a warehouse, by a key customer or by any other."""
        stock_id = self.places.get((warehouse.pk, product_id)) if warehouse else None
        return max(0, self.left[stock_id] - (0 if key else self.kept[stock_id])) if stock_id else 0


@dataclass
class Composed:
    """All rows of one order, unsaved, and what it claims of each stock row."""

    order: Order
    lines: list[OrderLine]
    by_asked: list[list[OrderLine]]  # the same lines as they were asked for, a kit's parts together
    checks: list[Check]
    holds: list[Hold]
    promise: Promise
    claims: dict[int, int]

    def rows(self) -> list[models.Model]:
        """Everything but the order itself."""
        return [*self.lines, *self.checks, *self.holds, self.promise]


def compose(request: Request, shelf: Shelf, *, by=None) -> Composed:
    """Compose one order against the shelf and take its pieces from `shelf.left`."""
    key = is_key(request.customer, shelf.policy)
    warehouse, why = _choose_warehouse(request, shelf, key)
    claims: dict[int, int] = {}
    by_asked = [_lines(asked, request, shelf) for asked in request.lines]
    lines = [line for together in by_asked for line in together]
    for position, line in enumerate(lines, 1):
        line.position = position
        _take(line, shelf, warehouse, key, claims)
    amounts = pricing.order_amounts([pricing.Amounts(line.net, line.tax) for line in lines])
    order = _head(request, warehouse, why, shelf.company.currency, by)
    order.net, order.tax, order.total = amounts.net, amounts.tax, amounts.total
    findings = checks.run(checked(request, lines, shelf, warehouse))
    holds = [Hold(order=order, kind=f.name, reasons=f.reasons) for f in findings if f.outcome == "hold"]
    _decide(order, lines, bool(holds), shelf.policy)
    return Composed(
        order=order,
        lines=lines,
        by_asked=by_asked,
        checks=[Check(order=order, name=f.name, outcome=f.outcome, reasons=f.reasons) for f in findings],
        holds=holds,
        promise=_promise(order, lines, shelf),
        claims=claims,
    )


def _head(request: Request, warehouse, why: dict, currency: str, by) -> Order:
    customer, tier = request.customer, request.customer.tier
    points, reasons = priority(
        urgent=request.urgent,
        tier=tier.name if tier else "",
        importance=tier.importance if tier else 0,
        requested=request.requested_date,
        today=timezone.localdate(),
    )
    return Order(
        reference=request.reference,
        customer=customer,
        channel=request.channel,
        urgent=request.urgent,
        priority=points,
        priority_reasons=reasons,
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
        by=by,
        **{name: request.address.get(name, "") for name in ADDRESS},
    )


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


def _lines(asked: Asked, request: Request, shelf: Shelf) -> list[OrderLine]:
    """The line of an article, or those of a kit's parts, which share out its price."""
    product, currency = shelf.items[asked.product_id], shelf.company.currency
    price = _price(product, asked, request)
    parts = shelf.kits.get(product.product_id)
    if not parts:
        amounts = pricing.line_amounts(price.unit, asked.quantity, product.tax_rate, currency)
        line = _line(product, asked.quantity, price, amounts)
        line.stated = asked.stated
        return [line]
    items = [shelf.items[pk] for pk in parts]
    whole = pricing.line_amounts(price.unit, asked.quantity, Decimal(0), currency).net
    snapshot = {"sku": product.sku, "name": product.name, "quantity": asked.quantity, "price": str(price.unit)}
    lines = []
    for item, net in zip(items, split(whole, pricing.kit_weights(items, parts), currency), strict=True):
        count = parts[item.product_id] * asked.quantity
        amounts = pricing.Amounts(net, rounded(net * item.tax_rate / pricing.HUNDRED, currency))
        part = pricing.Price((net / count).quantize(pricing.PLACES), item.price, [*price.reasons, _in_kit(product)])
        line = _line(item, count, part, amounts)
        line.kit, line.stated = snapshot, asked.stated
        lines.append(line)
    return lines


def _in_kit(product: Item) -> dict:
    return {"code": "in_kit", "kit": product.name, "price": f"{product.price.normalize():f}"}


def _price(product: Item, asked: Asked, request: Request) -> pricing.Price:
    tier = request.customer.tier
    return pricing.unit_price(
        product.price,
        by_hand=asked.unit_price,
        source=request.price_source,
        tier=tier.name if tier else "",
        discount=tier.discount if tier else Decimal(0),
    )


def _take(line: OrderLine, shelf: Shelf, warehouse, key: bool, claims: dict[int, int]) -> None:
    """Reserve for the line what is left for it."""
    line.stock_id = shelf.places.get((warehouse.pk, line.product_id)) if warehouse else None
    line.reserved = min(line.ordered, shelf.available(warehouse, line.product_id, key))
    if line.reserved:
        shelf.left[line.stock_id] -= line.reserved
        claims[line.stock_id] = claims.get(line.stock_id, 0) + line.reserved


def _line(product: Item, quantity: int, price, amounts) -> OrderLine:
    return OrderLine(
        product_id=product.product_id,
        sku=product.sku,
        name=product.name,
        spec=product.spec,
        unit=product.unit,
        made_to_order=product.made_to_order,
        list_price=price.list_price,
        unit_price=price.unit,
        price_reasons=price.reasons,
        tax_rate=product.tax_rate,
        net=amounts.net,
        tax=amounts.tax,
        ordered=quantity,
    )


def checked(request: Request, lines: list[OrderLine], shelf: Shelf, warehouse) -> checks.Checked:
    """What the checks need to know of an order with these lines."""
    return checks.Checked(
        lines=[
            checks.CheckedLine(
                sku=x.sku,
                ordered=x.left,
                short=x.short - x.to_make,
                unit_price=x.unit_price,
                # a kit's price is its own: its parts have none that could be too low
                floor_price=Decimal(0) if x.kit or _is_free(x) else shelf.items[x.product_id].floor_price,
                unstated=[name for name in asked_of(shelf.items[x.product_id]) if not x.stated.get(name)],
            )
            for x in lines
        ],
        address=request.address,
        blocked=request.customer.blocked,
        warehouse=warehouse.name if warehouse else "",
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
    late = max(((shelf.items[x.product_id].lead_days, x.sku) for x in lines if x.short > x.to_make), default=None)
    dates = promise(
        timezone.localtime(),
        Calendar(policy.cut_off, policy.handling_days, policy.transit_days, policy.working_days),
        waiting=(late[1], late[0]) if late else None,
        requested=order.requested_date,
    )
    order.ship_by, order.promised_date = dates.ship_by, dates.deliver_by
    return Promise(order=order, ship_by=dates.ship_by, deliver_by=dates.deliver_by, reasons=dates.reasons)
