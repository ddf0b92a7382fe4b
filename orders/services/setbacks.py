"""Steps back: a delivery that was none, and pieces that left the house and never reached the customer."""

from django.db import transaction
from django.utils.translation import gettext as _

from inventory import services as inventory
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from orders.events import OrderEvent
from orders.models import Order, OrderLine
from orders.services.progress import Pieces
from orders.services.review import cancel_order, restage


@transaction.atomic
def record_undelivered(order: Order, pieces: Pieces, *, by, **data) -> Order:
    """A delivery was recorded by mistake: its pieces are on the way again. Refused for what was returned since."""
    order = lock(order)
    _refuse_over(order)
    lines = list(order.lines.all())
    for line in lines:
        line.delivered -= pieces.get(line.pk, 0)
        if line.delivered < 0 or line.returned > line.delivered:
            raise DomainError(_("%(sku)s: pieces of this delivery were returned already.") % {"sku": line.sku})
    OrderLine.objects.bulk_update(lines, ["delivered"])
    restage(order, lines)
    record(order, OrderEvent.DELIVERY_REOPENED, by=by, pieces=sum(pieces.values()), **data)
    return order


@transaction.atomic
def record_came_back(order: Order, pieces: Pieces, *, by, **data) -> Order:
    """Shipped pieces that were never delivered count as not picked again: the order wants them once more.

    Stock is the caller's to write: she knows in what state the pieces came back, if at all.
    """
    order = lock(order)
    _refuse_over(order)
    lines = list(order.lines.all())
    for line in lines:
        back = pieces.get(line.pk, 0)
        if back < 0 or line.shipped - back < max(line.delivered, line.returned):
            raise DomainError(_("%(sku)s: pieces that were delivered cannot come back this way.") % {"sku": line.sku})
        line.shipped, line.packed, line.picked = line.shipped - back, line.packed - back, line.picked - back
    OrderLine.objects.bulk_update(lines, ["shipped", "packed", "picked"])
    restage(order, lines)
    record(order, OrderEvent.CAME_BACK, by=by, pieces=sum(pieces.values()), **data)
    return order


@transaction.atomic
def give_up(order: Order, pieces: Pieces, *, by, reason: str) -> Order:
    """Pieces that will not be sent any more; what is reserved for them is freed. Money is given back by `refund`.

    An order of which nothing is left, and nothing was sent, is cancelled.
    """
    order = lock(order)
    _refuse_over(order)
    lines = list(order.lines.all())
    if all(line.open == pieces.get(line.pk, 0) for line in lines) and not any(line.shipped for line in lines):
        return cancel_order(order, by=by, reason=reason)
    claims: dict[int, int] = {}
    for line in lines:
        freed = _give_up(line, pieces.get(line.pk, 0))
        if freed:
            claims[line.stock_id] = claims.get(line.stock_id, 0) + freed
    OrderLine.objects.bulk_update(lines, ["cancelled", "reserved"])
    restage(order, lines)
    record(order, OrderEvent.GIVEN_UP, by=by, pieces=sum(pieces.values()), reason=reason)
    inventory.release(claims, cause=order.number, reason=reason[:200], by=by)
    return order


def _give_up(line: OrderLine, count: int) -> int:
    """Take `count` pieces out of a line; how many of them were reserved."""
    on_the_trolley = line.picked - line.shipped
    if not 0 <= count <= line.open - on_the_trolley:
        raise DomainError(
            _("%(sku)s: only %(count)s pieces are still to be picked.")
            % {"sku": line.sku, "count": line.open - on_the_trolley}
        )
    freed = max(0, count - line.short)
    line.cancelled, line.reserved = line.cancelled + count, line.reserved - freed
    return freed


def _refuse_over(order: Order) -> None:
    if order.status != Order.Status.CONFIRMED:
        raise DomainError(
            _("%(number)s is %(stage)s; its deliveries cannot be changed any more.")
            % {"number": order.number, "stage": order.get_stage_display()}
        )
