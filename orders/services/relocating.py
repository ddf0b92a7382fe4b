"""Serving an order from another warehouse than the one that was chosen for it."""

from django.db import transaction
from django.utils.translation import gettext as _

from inventory import services as inventory
from inventory.models import Warehouse
from inventory.queries import read_shelf
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from orders.events import OrderEvent
from orders.models import Order, OrderLine
from orders.services.progress import claim_missing
from orders.services.promising import renew_promise
from orders.services.review import check_move, restage


@transaction.atomic
def serve_from(order: Order, warehouse: Warehouse, *, by, reason: dict) -> Order:
    """Free an order's stock and reserve it in another warehouse; refused when more would be missing there."""
    order = lock(order)
    check_move(order, "change")
    lines = list(order.lines.select_related("product"))
    _refuse(order, lines, warehouse)
    before, missing = order.warehouse, sum(line.short for line in lines)
    # both warehouses' rows at once, or two orders that change places would wait for each other
    read_shelf({line.product_id for line in lines}, lock=True)
    freed: dict[int, int] = {}
    for line in lines:
        if line.reserved:
            freed[line.stock_id] = freed.get(line.stock_id, 0) + line.reserved
        line.reserved, line.stock = 0, None
    inventory.release(freed, cause=order.number, by=by)
    order.warehouse, order.warehouse_reason = warehouse, {**reason, "warehouse": warehouse.name}
    claims = claim_missing(order, lines)
    if sum(line.short for line in lines) > missing:
        raise DomainError(
            _("%(warehouse)s has less in stock for %(number)s.") % {"warehouse": warehouse, "number": order.number}
        )
    OrderLine.objects.bulk_update(lines, ["reserved", "stock"])
    inventory.reserve([(order.number, claims)], by=by)
    restage(order, lines, "warehouse", "warehouse_reason")
    record(order, OrderEvent.RELOCATED, by=by, **{"from": str(before or ""), "to": str(warehouse)})
    renew_promise(order, lines, cause={"code": "order_relocated"}, by=by)
    return order


def _refuse(order: Order, lines: list[OrderLine], warehouse: Warehouse) -> None:
    if not warehouse.active:
        raise DomainError(_("%(warehouse)s is closed.") % {"warehouse": warehouse})
    if order.warehouse_id == warehouse.pk:
        raise DomainError(
            _("%(number)s is served from %(warehouse)s already.") % {"number": order.number, "warehouse": warehouse}
        )
    if any(line.picked for line in lines):
        raise DomainError(_("%(number)s is being picked or was shipped already.") % {"number": order.number})
