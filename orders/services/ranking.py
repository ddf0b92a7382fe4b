"""The queue's order: points by the house's weights, computed anew as orders wait."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from oms.context import current
from orders.models import Order, OrderPolicy
from orders.priority import Ranked, Weights, priority
from orders.rules import kept_points

CHUNK = 2000
OPEN = (Order.Status.PLACED, Order.Status.CONFIRMED)
OVER = (Order.Stage.SHIPPED, Order.Stage.DELIVERED, Order.Stage.RETURNED)


@dataclass(frozen=True)
class Place:
    """An order's place and points now, and with other weights."""

    order: Order
    now: int
    then: int
    points: int
    reasons: list[dict]

    @property
    def moved(self) -> int:
        """Places that it would go up; negative for down."""
        return self.now - self.then


def open_orders() -> QuerySet[Order]:
    """Orders that stand in a queue."""
    return Order.objects.filter(status__in=OPEN, history=False).exclude(stage__in=OVER).select_related("customer__tier")


def points_of(order: Order, weights: Weights) -> tuple[int, list[dict]]:
    """An order's points and why, what rules gave included."""
    tier = order.customer.tier
    ranked = Ranked(
        urgent=order.urgent,
        tier=tier.name if tier else "",
        importance=tier.importance if tier else 0,
        requested=order.requested_date,
        total=order.total,
        waited=max(0, (timezone.now() - order.placed_at).days),
    )
    points, reasons = priority(ranked, weights, timezone.localdate())
    given = kept_points(order.priority_reasons)
    return points + sum(reason["points"] for reason in given), [*reasons, *given]


def rank_open_orders() -> int:
    """Compute the points of all open orders anew, in chunks that lock no order for long; how many changed."""
    weights, changed, last = current(OrderPolicy).weights, 0, 0
    while chunk := list(open_orders().filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        changed += _write(chunk, weights)
    return changed


@transaction.atomic
def _write(orders: Iterable[Order], weights: Weights) -> int:
    """Save the orders whose points changed, unless somebody holds them just now; their version stays."""
    found = {order.pk: points_of(order, weights) for order in orders}
    stale = [order.pk for order in orders if (order.priority, order.priority_reasons) != found[order.pk]]
    free = list(
        Order.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk__in=stale)
        .order_by("pk")
        .only("pk", "priority", "priority_reasons")
    )
    for order in free:
        order.priority, order.priority_reasons = found[order.pk]
    Order.objects.bulk_update(free, ["priority", "priority_reasons"])
    return len(free)


def preview_ranking(weights: Weights, shown: int) -> list[Place]:
    """The first `shown` orders to pick as they would stand with these weights, out of the first 2,000 of today's."""
    queue = open_orders().filter(stage=Order.Stage.TO_PICK).order_by("-priority", "promised_date", "id")[:CHUNK]
    now = list(queue)
    rated = [(order, place, *points_of(order, weights)) for place, order in enumerate(now, 1)]
    rated.sort(key=lambda row: (-row[2], row[0].promised_date is None, row[0].promised_date, row[0].pk))
    return [
        Place(order, place, then, points, reasons)
        for then, (order, place, points, reasons) in enumerate(rated[:shown], 1)
    ]
