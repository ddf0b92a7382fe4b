"""How it gets there: carriers, shipments and their lines, delivery attempts and tracking, wishes and exceptions."""

from fulfillment.models.carriers import Carrier
from fulfillment.models.delivery import DeliveryAttempt, Proof, Reopening, TrackingEvent
from fulfillment.models.exceptions import ClaimAgainstCarrier, DeliveryException, ExceptionLine
from fulfillment.models.shipments import Shipment, ShipmentLine
from fulfillment.models.wishes import DeliveryWish

__all__ = [
    "Carrier",
    "ClaimAgainstCarrier",
    "DeliveryAttempt",
    "DeliveryException",
    "DeliveryWish",
    "ExceptionLine",
    "Proof",
    "Reopening",
    "Shipment",
    "ShipmentLine",
    "TrackingEvent",
]
