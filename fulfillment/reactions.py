"""What the warehouse does when the office decides."""

from fulfillment.events import FulfillmentEvent
from fulfillment.models import Booking, Shipment
from fulfillment.services import book, cancel_booking, cancel_shipment, follow_order, hand_out
from fulfillment.services.tracking import look_again
from oms.events import Event
from oms.outbox import on
from orders.events import OrderEvent
from orders.models import Order


@on(OrderEvent.CANCELLED)
def stop_picking(event: Event) -> None:
    """An order was cancelled before the first piece was picked: its picker need not go."""
    for shipment in Shipment.objects.filter(order=event.subject_id, status__in=Shipment.IN_HOUSE):
        cancel_shipment(shipment, by=event.by, reason=event.data["reason"] or str(OrderEvent.CANCELLED.label))


@on(
    OrderEvent.CONFIRMED,
    OrderEvent.CHANGED,
    OrderEvent.CANCELLED,
    OrderEvent.SHORTENED,
    OrderEvent.SPLIT,
    OrderEvent.SPLIT_OFF,
    OrderEvent.MERGED,
    OrderEvent.MERGED_INTO,
    OrderEvent.REOPENED,
    OrderEvent.RELEASED,
)
def tell_the_kitchen(event: Event) -> None:
    """What is made to order is on the kitchen's screen as the order now wants it."""
    order = Order.objects.get(pk=event.subject_id)
    if order.lines.filter(made_to_order=True).exists():
        follow_order(order)


@on(OrderEvent.SHIPPED)
def clear_the_board(event: Event) -> None:
    """A driver or the customer took it: the kitchen need not show it any more."""
    hand_out(Order.objects.get(pk=event.subject_id))


@on(OrderEvent.RELOCATED)
def stop_picking_here(event: Event) -> None:
    """An order is served from another warehouse now: nobody need pick it here."""
    order = Order.objects.get(pk=event.subject_id)
    elsewhere = Shipment.objects.filter(order=order, status__in=Shipment.IN_HOUSE).exclude(warehouse=order.warehouse)
    for shipment in elsewhere:
        cancel_shipment(shipment, by=event.by, reason=str(OrderEvent.RELOCATED.label))


@on(FulfillmentEvent.SHIPPED)
def announce_to_carrier(event: Event) -> None:
    """A parcel left without being booked, and its carrier wants to know; events that came early are applied."""
    shipment = Shipment.objects.select_related("carrier", "service__carrier").get(pk=event.subject_id)
    if shipment.carrier.books and not shipment.bookings.filter(state__in=Booking.OPEN).exists():
        book(shipment, by=event.by)
    if shipment.tracking_number:
        look_again(shipment.carrier, shipment.tracking_number)


@on(FulfillmentEvent.CANCELLED)
def take_booking_back(event: Event) -> None:
    """A shipment was given up in the house: its carrier need not come."""
    shipment = Shipment.objects.get(pk=event.subject_id)
    if shipment.bookings.filter(state__in=Booking.OPEN).exists():
        cancel_booking(shipment, by=event.by)
