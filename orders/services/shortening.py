"""Giving up pieces of a line: freeing what stock cannot give after all, and cancelling what nobody waits for."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory import services as inventory
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from orders.events import OrderEvent
from orders.models import Order, OrderLine
from orders.services.changing import MONEY, resize
from orders.services.progress import Pieces
from orders.services.promising import renew_promise
from orders.services.promoting import give_back
from orders.services.review import restage

OPEN = (Order.Status.PLACED, Order.Status.CONFIRMED)


@transaction.atomic
def release_pieces(order: Order, pieces: Pieces, *, by, reason: str) -> Order:
    """Free reserved pieces that are not picked; the lines still want them and wait for stock."""
    order = lock(order)
    _refuse_closed(order)
    lines = list(order.lines.all())
    claims = _free(lines, pieces)
    OrderLine.objects.bulk_update(lines, ["reserved"])
    restage(order, lines)
    told = [f"{line.sku} × {pieces[line.pk]}" for line in lines if pieces.get(line.pk)]
    record(order, OrderEvent.SHORT_PICKED, by=by, missing=told, reason=reason)
    sku = next((line.sku for line in lines if pieces.get(line.pk)), "")
    renew_promise(order, lines, cause={"code": "picked_short", "sku": sku}, by=by)
    inventory.release(claims, cause=order.number, reason=reason[:200], by=by)
    return order


@transaction.atomic
def unmake_pieces(order: Order, pieces: Pieces, *, by) -> Order:
    """Free pieces that the kitchen takes back before they are picked; the lines want them made again."""
    order = lock(order)
    _refuse_closed(order)
    lines = list(order.lines.all())
    claims = _free(lines, pieces)
    OrderLine.objects.bulk_update(lines, ["reserved"])
    restage(order, lines)
    inventory.release(claims, cause=order.number, by=by)
    return order


@transaction.atomic
def cancel_pieces(order: Order, pieces: Pieces, *, by, reason: str) -> Order:
    """Cancel pieces of lines that are not picked: what they reserve is freed and the money counted anew.

    The last piece of an order that shipped nothing cancels the order.
    """
    if not reason.strip():
        raise DomainError(_("Say why the pieces are cancelled."))
    order = lock(order)
    _refuse_closed(order)
    lines = list(order.lines.all())
    for line in lines:
        _refuse(line, pieces.get(line.pk, 0))
    claims = _free(lines, {x.pk: max(0, pieces.get(x.pk, 0) - x.short) for x in lines})
    for line in lines:
        if pieces.get(line.pk):
            resize(line, line.left - pieces[line.pk], order.currency)
    OrderLine.objects.bulk_update(lines, ["reserved", "cancelled", "discount", "net", "tax"])
    _recount(order, lines)
    told = [f"{line.sku} × {pieces[line.pk]}" for line in lines if pieces.get(line.pk)]
    record(order, OrderEvent.SHORTENED, by=by, lines=told, reason=reason, total=str(order.total))
    if order.status == Order.Status.CANCELLED:
        record(order, OrderEvent.CANCELLED, by=by, reason=reason)
    inventory.release(claims, cause=order.number, reason=reason[:200], by=by)
    return order


def _refuse_closed(order: Order) -> None:
    if order.status not in OPEN:
        raise DomainError(
            _("%(number)s is %(stage)s. Its lines can no longer be changed.")
            % {"number": order.number, "stage": order.get_stage_display()}
        )


def _refuse(line: OrderLine, count: int) -> None:
    free = line.left - line.picked
    if not 0 <= count <= free:
        raise DomainError(
            _("%(sku)s: %(count)s pieces cannot be cancelled, %(free)s are not picked yet.")
            % {"sku": line.sku, "count": count, "free": free}
        )
    if line.kit and 0 < count < line.open:
        raise DomainError(
            _("%(sku)s is a part of the kit %(kit)s, which cannot be sent without it.")
            % {"sku": line.sku, "kit": line.kit["name"]}
        )


def _free(lines: Sequence[OrderLine], pieces: Pieces) -> dict[int, int]:
    """Lower the reservations, {stock: pieces} freed; DomainError for pieces that are picked or not reserved."""
    claims: dict[int, int] = {}
    for line in lines:
        count, free = pieces.get(line.pk, 0), line.reserved - (line.picked - line.shipped)
        if not 0 <= count <= free:
            raise DomainError(
                _("%(sku)s: %(count)s pieces cannot be freed, only %(free)s are reserved and not picked.")
                % {"sku": line.sku, "count": count, "free": free}
            )
        if count:
            line.reserved -= count
            claims[line.stock_id] = claims.get(line.stock_id, 0) + count
    return claims


def _recount(order: Order, lines: Sequence[OrderLine]) -> None:
    if all(line.ordered == line.cancelled for line in lines):
        order.status = Order.Status.CANCELLED
        order.shipping = order.shipping_tax = Decimal("0.00")
        give_back(order)
        order.open_holds().update(released_at=timezone.now())
    order.add_up(lines)
    restage(order, lines, "status", *MONEY)
