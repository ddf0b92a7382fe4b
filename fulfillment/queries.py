"""The work queues: questions about orders and shipments, not copies of them."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from fulfillment.models import Shipment
from inventory.models import Product
from oms.models import User
from orders.models import Order, OrderLine

Status = Shipment.Status


def ready_to_pick() -> QuerySet[Order]:
    """Orders nobody works on yet, the most important first; served by the partial index of the pick queue."""
    in_house = Shipment.objects.filter(order=OuterRef("pk"), status__in=Shipment.IN_HOUSE)
    return Order.objects.filter(~Exists(in_house), stage=Order.Stage.TO_PICK).order_by(
        "-priority", "promised_date", "id"
    )


def picking() -> QuerySet[Shipment]:
    """Shipments that somebody picks right now, the oldest first."""
    return _queue(status=Status.PICKING)


def packing() -> QuerySet[Shipment]:
    """Trolleys at the packing table, the order's priority first."""
    return _queue(status=Status.PICKED).order_by("-order__priority", "id")


def to_ship() -> QuerySet[Shipment]:
    """Parcels that wait for a carrier."""
    return _queue(status=Status.PACKED)


def to_send_out() -> QuerySet[Shipment]:
    """Parcels for our own fleet, and those that could not be delivered, by place so that a driver gets neighbours."""
    waiting = Q(status=Status.SHIPPED, carrier__own=True) | Q(status=Status.FAILED)
    return (
        Shipment.objects.filter(waiting)
        .select_related("order", "carrier", "driver")
        .order_by("order__city", "order__line1", "id")
    )


def out_for_delivery() -> QuerySet[Shipment]:
    """Shipments on the road with one of our drivers, driver by driver."""
    return (
        Shipment.objects.filter(status=Status.OUT, driver__isnull=False)
        .select_related("order", "driver")
        .order_by("driver", "id")
    )


def deliveries_of(driver: User) -> QuerySet[Shipment]:
    """Everything that was ever given to this driver; nothing else is hers to see."""
    return Shipment.objects.filter(driver=driver).select_related("order", "carrier")


def board_of(driver: User) -> QuerySet[Shipment]:
    """What this driver has on board, in the order of her round; what nobody has placed comes last."""
    return deliveries_of(driver).filter(status=Status.OUT).order_by(F("stop_order").asc(nulls_last=True), "id")


def done_today(driver: User) -> QuerySet[Shipment]:
    """What this driver delivered or failed to deliver since midnight in the business's zone."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    visited = deliveries_of(driver).filter(attempts__at__gte=midnight, status__in=[Status.DELIVERED, Status.FAILED])
    return visited.distinct().order_by("-id")


def drivers() -> QuerySet[User]:
    """People who may deliver, by role or by a permission of their own."""
    return User.objects.with_perm(
        "fulfillment.deliver_own", include_superusers=False, backend="django.contrib.auth.backends.ModelBackend"
    ).order_by("first_name", "username")


def claims_on(product: Product) -> QuerySet[OrderLine]:
    """Order lines that hold stock of a product, in the order in which they will be picked."""
    return (
        OrderLine.objects.filter(product=product, reserved__gt=0)
        .select_related("order__customer", "stock__warehouse")
        .order_by("-order__priority", "order__promised_date", "id")
    )


def _queue(**conditions) -> QuerySet[Shipment]:
    return Shipment.objects.filter(**conditions).select_related("order", "warehouse", "picker").order_by("id")
