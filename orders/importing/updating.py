"""Orders that a corrected file changes: the same order with the file's rows, while nobody has touched it."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from customers.models import Customer
from inventory import services as inventory
from oms import inserts
from oms.errors import DomainError
from oms.events import Happening, record_many
from oms.locking import lock
from orders.composing import ADDRESS, Composed, compose
from orders.events import OrderEvent
from orders.importing.earlier import touches
from orders.importing.history import past_lines, past_order, products_of
from orders.importing.planning import Group, Plan
from orders.importing.reasons import sentence
from orders.models import ImportFile, Order
from orders.rules import kept_points
from orders.services.placing import refuse_impossible
from orders.services.promoting import count_uses, give_back
from orders.shelf import Request, Shelf

TAKEN_OVER = (
    *("customer", "email", "phone", "language", "requested_date", "note", "warehouse", "warehouse_reason", "priority"),
    *("priority_reasons", "net", "tax", "total", "ship_by", "promised_date", "status", "stage", "confirmed_at"),
    *("import_digest", *ADDRESS),
)
PAST = ("customer", "email", "phone", "language", "requested_date", "note", "status", "stage", "placed_at", *ADDRESS)


@transaction.atomic
def change_living(group: Group, request: Request, *, by, file: ImportFile | None) -> Order:
    """Give an order the rows of the file; its stock is released and reserved anew. DomainError when it is touched."""
    order = _untouched(group)
    total, lines = order.total, list(order.lines.all())
    wanted = {asked.product_id for asked in request.lines}
    Shelf.read(wanted | {line.product_id for line in lines}, lock=True)
    claims: dict[int, int] = {}
    for line in lines:
        if line.reserved:
            claims[line.stock_id] = claims.get(line.stock_id, 0) + line.reserved
    inventory.release(claims, cause=order.number, reason=_name(file), by=by)
    order.lines.all().delete()
    order.open_holds().update(released_at=timezone.now(), released_by=by, release_note=_name(file)[:300])
    give_back(order)
    order.promotions.all().delete()
    shelf = Shelf.read(wanted, [request.customer])
    refuse_impossible(request, shelf)
    one = compose(request, shelf, by=by)
    given = kept_points(order.priority_reasons)
    one.order.priority_reasons += given
    one.order.priority += sum(reason["points"] for reason in given)
    _take_over(order, one.order, TAKEN_OVER, file)
    for row in one.rows():
        row.order = order
    inserts.insert([one.lines, one.promotions, one.checks, one.holds, [one.promise]])
    record_many(_happenings(order, one, total, file), by=by)
    inventory.reserve([(order.number, one.claims)], by=by)
    count_uses(one.promotions)
    return order


def _untouched(group: Group) -> Order:
    order = lock(Order(pk=group.order.pk))
    what = touches([order.pk]).get(order.pk)
    if what or order.import_digest != group.order.digest:
        facts = {"number": order.number, "what": what or OrderEvent.REIMPORTED.value}
        raise DomainError(sentence("touched", facts))
    return order


def _take_over(order: Order, other: Order, names: tuple[str, ...], file: ImportFile | None) -> None:
    for name in names:
        setattr(order, name, getattr(other, name))
    order.version += 1
    order.updated_from = file
    order.save()


def _name(file: ImportFile | None) -> str:
    return file.name[:200] if file else ""


def _happenings(order: Order, one: Composed, total: Decimal, file: ImportFile | None) -> list[Happening]:
    happened: list[Happening] = [_reimported(order, total, file)]
    happened += [(order, OrderEvent.HELD, {"hold": hold.kind, "reasons": hold.reasons}) for hold in one.holds]
    if order.status == Order.Status.CONFIRMED:
        happened.append((order, OrderEvent.CONFIRMED, {"automatic": True}))
    return happened


def _reimported(order: Order, total: Decimal, file: ImportFile | None) -> Happening:
    return order, OrderEvent.REIMPORTED, {"file": _name(file), "total": f"{total} → {order.total}"}


@transaction.atomic
def change_past(group: Group, plan: Plan, customer: Customer, *, by, file: ImportFile | None) -> Order:
    """Give a past order the rows of the file, or add them to those that it has. DomainError when it is touched."""
    order = _untouched(group)
    total, first = order.total, 1
    if group.joins:
        first += order.lines.aggregate(last=Max("position"))["last"] or 0
    else:
        order.lines.all().delete()
        order.net = Decimal(0)
        _copy(order, past_order(group, customer, by=by, file=file))
    lines = past_lines(order, group.rows, plan, products_of([group], plan), first)
    order.net += sum((line.net for line in lines), Decimal(0))
    order.total, order.import_digest = order.net + order.tax, group.digest
    _take_over(order, order, (), order.updated_from if group.joins else file)
    inserts.insert([lines])
    record_many([_reimported(order, total, file)], by=by)
    return order


def _copy(order: Order, other: Order) -> None:
    for name in PAST:
        setattr(order, name, getattr(other, name))
