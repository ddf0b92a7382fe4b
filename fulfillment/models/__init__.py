"""How it gets there: carriers, waves, shipments and their lines, parcels, delivery attempts and tracking events."""

from fulfillment.models.carriers import Carrier
from fulfillment.models.delivery import DeliveryAttempt, TrackingEvent
from fulfillment.models.parcels import Carton, Paper, Parcel, ParcelLine
from fulfillment.models.shipments import Shipment, ShipmentLine
from fulfillment.models.waves import Batch, Cart, Wave

__all__ = [
    "Batch",
    "Carrier",
    "Cart",
    "Carton",
    "DeliveryAttempt",
    "Paper",
    "Parcel",
    "ParcelLine",
    "Shipment",
    "ShipmentLine",
    "TrackingEvent",
    "Wave",
]
