"""What the warehouse does when the office decides."""

from fulfillment.models import Shipment
from fulfillment.services import cancel_shipment
from oms.events import Event
from oms.outbox import on
from orders.events import OrderEvent


@on(OrderEvent.CANCELLED)
def stop_picking(event: Event) -> None:
    """An order was cancelled before the first piece was picked: its picker need not go."""
    for shipment in Shipment.objects.filter(order=event.subject_id, status__in=Shipment.IN_HOUSE):
        cancel_shipment(shipment, by=event.by, reason=event.data["reason"] or str(OrderEvent.CANCELLED.label))
