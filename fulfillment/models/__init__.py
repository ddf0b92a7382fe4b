"""How it gets there: carriers, shipments and their lines, delivery attempts and tracking events."""

from fulfillment.models.carriers import Carrier
from fulfillment.models.delivery import DeliveryAttempt, TrackingEvent
from fulfillment.models.shipments import Shipment, ShipmentLine

__all__ = ["Carrier", "DeliveryAttempt", "Shipment", "ShipmentLine", "TrackingEvent"]
