"""Stock that unpaid orders of the public page keep for a while, and no longer."""

import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inventory import services as inventory
from oms.context import current
from oms.events import record
from oms.locking import lock
from orders.events import OrderEvent
from orders.models import Hold, Order, OrderLine, OrderPolicy
from orders.services.progress import reserve_missing
from orders.services.review import release_hold, restage

UNPAID = "unpaid"
OPEN = (Order.Status.PLACED, Order.Status.CONFIRMED)


def free_unpaid() -> int:
    """Free the stock of orders of the public page that nobody paid in time; returns how many orders."""
    hours = current(OrderPolicy).unpaid_hours
    if not hours:
        return 0
    late = Order.objects.filter(
        channel=Order.Channel.SHOP,
        status__in=OPEN,
        paid__lt=F("total"),
        placed_at__lt=timezone.now() - datetime.timedelta(hours=hours),
        lines__reserved__gt=0,
    ).exclude(holds__kind=UNPAID, holds__released_at=None)
    return sum(_free(order, hours) for order in late.distinct().order_by("pk"))


@transaction.atomic
def _free(order: Order, hours: int) -> bool:
    order = lock(order)
    lines = list(order.lines.all())
    # between the look and the lock it may have been paid, cancelled or taken from the shelf
    if order.status not in OPEN or order.balance <= 0 or any(line.picked for line in lines):
        return False
    claims: dict[int, int] = {}
    for line in lines:
        if line.reserved:
            claims[line.stock_id] = claims.get(line.stock_id, 0) + line.reserved
            line.reserved = 0
    OrderLine.objects.bulk_update(lines, ["reserved"])
    reasons = [{"code": "unpaid_too_long", "hours": hours}]
    Hold.objects.create(order=order, kind=UNPAID, reasons=reasons)
    restage(order, lines)
    record(order, OrderEvent.HELD, hold=UNPAID, reasons=reasons)
    inventory.release(claims, cause=order.number)
    return True


@transaction.atomic
def resume_paid(order: Order, *, by) -> None:
    """An order that was paid after all: its hold goes, and it gets what is in stock now."""
    hold = order.open_holds().filter(kind=UNPAID).first()
    if hold and order.balance <= 0:
        release_hold(hold, by=by)
        reserve_missing(order, by=by)
