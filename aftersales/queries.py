"""Reads of returns, tickets and feedback that cross models."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, F, Max, Sum, When
from django.utils import timezone

from aftersales.models import Return, ReturnLine
from aftersales.refunds import worth
from oms.context import current
from orders.models import Order, OrderLine, OrderPolicy

COMING = [Return.Status.REQUESTED, Return.Status.APPROVED, Return.Status.RECEIVED]


@dataclass(frozen=True)
class Returnable:
    """A line of an order and how many of its pieces a return may still be asked for."""

    line: OrderLine
    left: int


def returnable(order: Order) -> list[Returnable]:
    """The order's lines with pieces that went out and that no return covers yet; two statements."""
    asked = dict(
        ReturnLine.objects.filter(order_line__order=order)
        .exclude(rma__status=Return.Status.REJECTED)
        .values_list("order_line")
        .annotate(asked=Sum(Case(When(rma__status__in=COMING, then=F("quantity")), default=F("received"))))
        .order_by()
    )
    lines = [Returnable(line, line.shipped - asked.get(line.pk, 0)) for line in order.lines.all()]
    return [one for one in lines if one.left > 0]


def return_deadline(order: Order) -> datetime.date | None:
    """The last day on which a return may be asked for; None while nothing was delivered.

    An order recorded as history has no shipments: there the day it was placed stands for the delivery.
    """
    last = order.shipments.aggregate(last=Max("delivered_at"))["last"]
    if last is None and order.history:
        last = order.placed_at
    days = current(OrderPolicy).return_days
    return timezone.localdate(last) + datetime.timedelta(days=days) if last else None


def in_time(order: Order) -> bool:
    """Whether a return may still be asked for today; an order on its way has all the time."""
    deadline = return_deadline(order)
    return deadline is None or timezone.localdate() <= deadline


def proposed_refund(rma: Return) -> Decimal:
    """What the pieces received cost the customer, tax included, and never more than she still has paid."""
    order = rma.order
    lines = rma.lines.select_related("order_line")
    earlier = dict(
        ReturnLine.objects.filter(order_line__return_lines__rma=rma, rma__lt=rma.pk)
        .values_list("order_line")
        .annotate(Sum("received"))
        .order_by()
    )
    full = sum(
        (
            worth(
                each.order_line.total,
                each.order_line.ordered,
                before=earlier.get(each.order_line_id, 0),
                count=each.received,
                currency=order.currency,
            )
            for each in lines
        ),
        Decimal(0),
    )
    return max(Decimal(0), min(full - rma.refunded, order.paid))
