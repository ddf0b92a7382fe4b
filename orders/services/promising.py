"""What can be promised now, and the ledger of what was promised before."""

from collections.abc import Iterable

from django.utils import timezone

from inventory.models import Product
from inventory.queries import DEFAULT_LEAD_DAYS, days_until
from oms.context import current
from oms.events import record
from orders.events import OrderEvent
from orders.models import Order, OrderLine, OrderPolicy, Promise
from orders.promise import Calendar, Dates, promise


def dates_of(order: Order, lines: Iterable[OrderLine]) -> Dates:
    """The dates that an order could be promised at this moment, with the reasons."""
    policy = current(OrderPolicy)
    short = {line.product_id: line.sku for line in lines if line.short > line.to_make}
    found = Product.objects.filter(pk__in=short).values_list("pk", "supplier__lead_time_days")
    lead = {pk: days or DEFAULT_LEAD_DAYS for pk, days in found}
    wait = days_until(lead, order.warehouse_id) if lead else {}
    late = max(((days, short[pk]) for pk, days in wait.items()), default=None)
    return promise(
        timezone.localtime(),
        Calendar(policy.cut_off, policy.handling_days, policy.transit_days, policy.working_days),
        waiting=(late[1], late[0]) if late else None,
        requested=order.requested_date,
    )


def renew_promise(order: Order, lines: Iterable[OrderLine], *, cause: dict, by=None) -> None:
    """Promise an order what is possible now, when that changed; `cause` is the first reason of the new promise."""
    dates = dates_of(order, lines)
    if (dates.ship_by, dates.deliver_by) == (order.ship_by, order.promised_date):
        return
    before, order.ship_by, order.promised_date = order.promised_date, dates.ship_by, dates.deliver_by
    Promise.objects.create(
        order=order, ship_by=dates.ship_by, deliver_by=dates.deliver_by, reasons=[cause, *dates.reasons]
    )
    order.save(update_fields=["ship_by", "promised_date", "updated_at"])
    dates_told = {"before": str(before or ""), "promised": str(dates.deliver_by)}
    record(order, OrderEvent.PROMISED, by=by, **dates_told, reasons=[cause])
