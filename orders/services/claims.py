"""Who holds stock, and moving it from one order to another."""

from django.db import transaction
from django.utils.translation import gettext as _

from inventory import services as inventory
from oms.errors import DomainError
from oms.events import record
from orders.events import OrderEvent
from orders.models import Order, OrderLine
from orders.services.promising import renew_promise
from orders.services.review import restage


@transaction.atomic
def move_claim(source: OrderLine, target: OrderLine, pieces: int, *, by, reason: str) -> OrderLine:
    """Give pieces that are reserved for one order to another that lacks them; both promises are renewed.

    Refused for pieces that are picked already, for more than the other order lacks, across warehouses.
    """
    if not reason.strip():
        raise DomainError(_("Say why the pieces go to another order."))
    orders = _lock_both(source.order_id, target.order_id)
    source, target = _fresh(source, orders), _fresh(target, orders)
    _refuse_move(source, target, pieces)
    refuse_closed(target.order)
    source.reserved -= pieces
    target.reserved, target.stock_id = target.reserved + pieces, source.stock_id
    OrderLine.objects.bulk_update([source, target], ["reserved", "stock"])
    for line, other, change in ((source, target, -pieces), (target, source, pieces)):
        order, lines = line.order, list(line.order.lines.all())
        restage(order, lines)
        told = {"sku": line.sku, "change": change, "order": other.order.number, "reason": reason}
        record(order, OrderEvent.CLAIM_MOVED, by=by, **told)
        code = "claim_given" if change < 0 else "claim_got"
        renew_promise(order, lines, cause={"code": code, "sku": line.sku, "order": other.order.number}, by=by)
    stock_id = source.stock_id
    inventory.release({stock_id: pieces}, cause=source.order.number, reason=reason[:200], by=by)
    inventory.reserve([(target.order.number, {stock_id: pieces})], by=by)
    return target


def _lock_both(*keys: int) -> dict[int, Order]:
    found = Order.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {order.pk: order for order in found}


def _fresh(line: OrderLine, orders: dict[int, Order]) -> OrderLine:
    order = orders[line.order_id]
    fresh = order.lines.get(pk=line.pk)
    fresh.order = order
    return fresh


def _refuse_move(source: OrderLine, target: OrderLine, pieces: int) -> None:
    if source.order_id == target.order_id or source.product_id != target.product_id:
        raise DomainError(_("Choose another order that lacks %(sku)s.") % {"sku": source.sku})
    if source.order.warehouse_id != target.order.warehouse_id:
        raise DomainError(_("The two orders are served by different warehouses."))
    free = source.reserved - (source.picked - source.shipped)
    if not 1 <= pieces <= free:
        raise DomainError(
            _("%(free)s pieces of %(sku)s are reserved for %(number)s and not picked yet.")
            % {"free": free, "sku": source.sku, "number": source.order.number}
        )
    if pieces > target.short:
        raise DomainError(
            _("%(number)s lacks only %(short)s pieces of %(sku)s.")
            % {"number": target.order.number, "short": target.short, "sku": target.sku}
        )


def refuse_closed(order: Order) -> None:
    """DomainError for an order that takes no stock any more."""
    if order.status not in (Order.Status.PLACED, Order.Status.CONFIRMED):
        raise DomainError(
            _("%(number)s takes no stock, it is %(stage)s.")
            % {"number": order.number, "stage": order.get_stage_display()}
        )
