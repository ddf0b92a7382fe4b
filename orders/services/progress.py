"""What the warehouse and the road report back: counters, stage and timeline of an order."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from inventory import services as inventory
from inventory.models import Warehouse
from oms.context import current
from oms.errors import DomainError
from oms.events import EventKind, record
from oms.locking import lock
from orders.composing import is_key
from orders.events import OrderEvent
from orders.models import Order, OrderLine, OrderPolicy
from orders.services.promising import renew_promise
from orders.services.review import release_hold, restage

Pieces = Mapping[int, int]  # {order_line_id: pieces}


@transaction.atomic
def record_picked(order: Order, pieces: Pieces, *, by, **data) -> Order:
    """Pieces taken from the shelf; an order on hold or not confirmed is refused."""
    return _count(order, pieces, "picked", OrderEvent.PICKED, by=by, data=data)


@transaction.atomic
def record_packed(order: Order, pieces: Pieces, *, by, **data) -> Order:
    """Pieces put into a parcel."""
    return _count(order, pieces, "packed", OrderEvent.PACKED, by=by, data=data)


@transaction.atomic
def record_shipped(order: Order, pieces: Pieces, *, by, **data) -> Order:
    """Pieces that left the house: they are no longer reserved, and stock is reduced."""
    order = lock(order)
    claims: dict[int, int] = {}
    for line in order.lines.filter(pk__in=pieces):
        claims[line.stock_id] = claims.get(line.stock_id, 0) + pieces[line.pk]
    order = _count(order, pieces, "shipped", OrderEvent.SHIPPED, by=by, data=data)
    inventory.ship(claims, cause=order.number, by=by)
    return order


@transaction.atomic
def record_unpicked(order: Order, *, picked: Pieces, packed: Pieces, by, **data) -> Order:
    """Pieces that went back on the shelf before they were shipped, out of the parcel first; they stay reserved."""
    order = uncount_pieces(order, picked=picked, packed=packed)
    record(order, OrderEvent.UNPICKED, by=by, pieces=sum(picked.values()), **data)
    return order


@transaction.atomic
def record_delivered(order: Order, pieces: Pieces, *, by, **data) -> Order:
    """Pieces handed to the customer."""
    return _count(order, pieces, "delivered", OrderEvent.DELIVERED, by=by, data=data)


@transaction.atomic
def record_returned(order: Order, pieces: Pieces, *, by, **data) -> Order:
    """Pieces that came back."""
    return _count(order, pieces, "returned", OrderEvent.RETURNED, by=by, data=data)


@transaction.atomic
def record_on_order(order: Order, kind: EventKind, *, by, **data) -> Order:
    """Something that changes no counter but belongs on the order's timeline."""
    record(order, kind, by=by, **data)
    return order


LIMITS = {
    "picked": lambda line: line.shipped + line.reserved,
    "packed": lambda line: line.picked,
    "shipped": lambda line: line.packed,
    "delivered": lambda line: line.shipped,
    "returned": lambda line: line.shipped,
}
STOPPED_BY_HOLD = ("picked", "packed", "shipped")


def _count(order: Order, pieces: Pieces, counter: str, kind: EventKind, *, by, data: dict) -> Order:
    order = count_pieces(order, counter, pieces)
    record(order, kind, by=by, pieces=sum(pieces.values()), **data)
    return order


@transaction.atomic
def count_pieces(order: Order, counter: str, pieces: Pieces) -> Order:
    """Raise one counter and nothing else: for single scans, whose timeline entry follows when the work is done."""
    order = lock(order)
    if counter in STOPPED_BY_HOLD:
        refuse_stopped(order)
    lines = list(order.lines.all())
    for line in lines:
        _raise_counter(line, counter, pieces.get(line.pk, 0))
    OrderLine.objects.bulk_update(lines, ["reserved", counter])
    restage(order, lines)
    return order


@transaction.atomic
def uncount_pieces(order: Order, *, picked: Pieces, packed: Pieces) -> Order:
    """Take back what was counted as picked and packed; shipped pieces cannot be taken back."""
    order = lock(order)
    lines = list(order.lines.all())
    for line in lines:
        line.picked -= picked.get(line.pk, 0)
        line.packed -= packed.get(line.pk, 0)
        if not line.shipped <= line.packed <= line.picked:
            raise DomainError(_("%(sku)s: these pieces are packed or shipped already.") % {"sku": line.sku})
    OrderLine.objects.bulk_update(lines, ["picked", "packed"])
    restage(order, lines)
    return order


def refuse_stopped(order: Order) -> None:
    """DomainError unless the order is confirmed and no hold stops it."""
    if order.status != Order.Status.CONFIRMED or order.open_holds().exists():
        raise DomainError(
            _("%(number)s is %(stage)s. Put its goods aside until the office has decided.")
            % {"number": order.number, "stage": order.get_stage_display()}
        )


def _raise_counter(line: OrderLine, counter: str, count: int) -> None:
    new, limit = getattr(line, counter) + count, LIMITS[counter](line)
    if count < 0 or new > limit:
        raise DomainError(
            _("%(sku)s: %(new)s pieces would be too many, %(limit)s are possible.")
            % {"sku": line.sku, "new": new, "limit": limit}
        )
    setattr(line, counter, new)
    if counter == "shipped":
        line.reserved -= count


@transaction.atomic
def reserve_missing(order: Order, *, by=None, warehouse: Warehouse | None = None) -> int:
    """Reserve for an order what its lines still lack and stock now has; returns pieces.

    An order that no warehouse could serve before is served from `warehouse`.
    When nothing is missing any more, its hold for stock is released.
    """
    order = lock(order)
    if order.status not in (Order.Status.PLACED, Order.Status.CONFIRMED):
        return 0
    if order.warehouse_id is None and warehouse:
        order.warehouse, order.warehouse_reason = warehouse, {}
        order.save(update_fields=["warehouse", "warehouse_reason"])
    lines = list(order.lines.select_related("product"))
    claims = claim_missing(order, lines)
    if claims:
        OrderLine.objects.bulk_update(lines, ["reserved", "stock"])
        restage(order, lines)
        record(order, OrderEvent.RESERVED, by=by, pieces=sum(claims.values()))
        if not any(line.short > line.to_make for line in lines):
            renew_promise(order, lines, cause={"code": "goods_came"}, by=by)
        inventory.reserve([(order.number, claims)], by=by)
    hold = order.open_holds().filter(kind="stock").first()
    if hold and not any(line.short for line in lines):
        release_hold(hold, by=by)
    return sum(claims.values())


def claim_missing(order: Order, lines: list[OrderLine]) -> dict[int, int]:
    """Count as reserved what the lines lack and stock has, {stock: pieces}; the caller saves and reserves it."""
    claims: dict[int, int] = {}
    if any(line.short for line in lines) and order.open_holds().filter(frees_stock=True).exists():
        return claims
    key = is_key(order.customer, current(OrderPolicy))
    rows = inventory.lock_stock(order.warehouse_id, [line.product_id for line in lines if line.short])
    for line in lines:
        row = rows.get(line.product_id)
        if row and line.short:
            left = row.available - claims.get(row.pk, 0) - (0 if key else row.kept)
            taken = max(0, min(line.short, left))
            line.stock, line.reserved = row, line.reserved + taken
            claims[row.pk] = claims.get(row.pk, 0) + taken
    return {pk: count for pk, count in claims.items() if count}
