"""What a customer may know about her parcels: contents, window, stops before hers, attempts, wishes; and a stamp of it.

The stamp changes when anything on the page changes, and costs two statements, so that a waiting page may ask often.
"""

import hashlib
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language

from fulfillment.models import DeliveryAttempt, DeliveryWish, Shipment, ShipmentLine
from fulfillment.services import possible_wishes
from orders.models import Order

LEFT = ("shipped", "out", "delivered", "failed", "returned", "lost")
STAMP = """
SELECT o.version, o.stage, o.promised_date, o.updated_at,
    (SELECT max(id) FROM orders_promise p WHERE p.order_id = o.id),
    (SELECT array_agg(row(s.id, s.status, s.stop_order, s.eta, s.window_start, s.window_end, s.arrived_at,
        s.tracking_number, (SELECT max(t.id) FROM fulfillment_trackingevent t WHERE t.shipment_id = s.id),
        (SELECT max(a.id) FROM fulfillment_deliveryattempt a WHERE a.shipment_id = s.id),
        (SELECT max(row(w.id, w.state)::text) FROM fulfillment_deliverywish w WHERE w.shipment_id = s.id),
        (SELECT count(*) FROM fulfillment_shipment b WHERE b.driver_id = s.driver_id AND b.status = 'out'
            AND s.status = 'out' AND b.stop_order < s.stop_order))::text ORDER BY s.id)
     FROM fulfillment_shipment s WHERE s.order_id = o.id)
FROM orders_order o WHERE o.id = %s
"""


@dataclass(frozen=True)
class Parcel:
    """A shipment as its customer sees it; `before` is the number of stops before hers, None when nobody can say."""

    shipment: Shipment
    before: int | None
    wishes: list[str]
    wish: DeliveryWish | None

    @property
    def left(self) -> bool:
        """Whether it has left the house."""
        return self.shipment.status in LEFT

    @property
    def arrives(self) -> bool:
        """Whether it is still to come."""
        return self.shipment.status not in ("delivered", "returned", "lost", "cancelled")


def parcels_of(order: Order) -> list[Parcel]:
    """The parcels of an order, those that can still be changed or have left; six statements, however many."""
    lines = ShipmentLine.objects.filter(packed__gt=0).select_related("order_line")
    attempts = DeliveryAttempt.objects.filter(reopening=None).order_by("number")
    shipments = (
        Shipment.objects.filter(order=order)
        .exclude(status=Shipment.Status.CANCELLED)
        .select_related("carrier")
        .annotate(before=Coalesce(Subquery(_stops_before(), output_field=IntegerField()), 0))
        .prefetch_related(
            Prefetch("lines", queryset=lines), Prefetch("attempts", queryset=attempts), "tracking", "wishes"
        )
        .order_by("id")
    )
    return [_parcel(shipment) for shipment in shipments]


def _stops_before() -> QuerySet:
    """How many stops the same driver has before this one; a count and nothing else about other customers."""
    before = Shipment.objects.filter(
        driver=OuterRef("driver"), status=Shipment.Status.OUT, stop_order__lt=OuterRef("stop_order")
    )
    return before.order_by().values("driver").annotate(stops=Count("pk")).values("stops")


def _parcel(shipment: Shipment) -> Parcel:
    on_its_way = shipment.status == Shipment.Status.OUT and shipment.stop_order is not None
    newest = next(iter(shipment.wishes.all()), None)
    return Parcel(shipment, shipment.before if on_its_way else None, possible_wishes(shipment), newest)


def stamp_of(order: Order) -> str:
    """A short text that changes when the order's public page would."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [order.pk])
        row = cursor.fetchone()
    told = (row, get_language(), timezone.localdate())
    return hashlib.sha256(repr(told).encode()).hexdigest()[:24]
