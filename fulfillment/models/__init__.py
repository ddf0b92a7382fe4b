"""How it gets there: carriers, shipments and their lines, delivery attempts and tracking events."""

from fulfillment.models.booking import Booking, RawTrackingEvent, StatusMapping, Step
from fulfillment.models.carriers import Carrier, CarrierService, RateBand, RateZone
from fulfillment.models.consignments import Consignment, ConsignmentAttempt
from fulfillment.models.delivery import DeliveryAttempt, TrackingEvent
from fulfillment.models.shipments import Shipment, ShipmentLine

__all__ = [
    "Booking",
    "Carrier",
    "CarrierService",
    "Consignment",
    "ConsignmentAttempt",
    "DeliveryAttempt",
    "RateBand",
    "RateZone",
    "RawTrackingEvent",
    "Shipment",
    "ShipmentLine",
    "StatusMapping",
    "Step",
    "TrackingEvent",
]
