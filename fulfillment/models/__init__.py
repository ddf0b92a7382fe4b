"""How it gets there: carriers, shipments and their lines, attempts and tracking; our fleet, its routes and places."""

from fulfillment.models.booking import Booking, RawTrackingEvent, StatusMapping, Step
from fulfillment.models.carriers import Carrier, CarrierService, RateBand, RateZone
from fulfillment.models.consignments import Consignment, ConsignmentAttempt
from fulfillment.models.delivery import DeliveryAttempt, TrackingEvent
from fulfillment.models.fleet import DeliveryZone, Depot, Shift, Vehicle
from fulfillment.models.places import GeocodedAddress, Place
from fulfillment.models.routes import Route, RoutePlan, RouteStop
from fulfillment.models.shipments import Shipment, ShipmentLine

__all__ = [
    "Booking",
    "Carrier",
    "CarrierService",
    "Consignment",
    "ConsignmentAttempt",
    "DeliveryAttempt",
    "DeliveryZone",
    "Depot",
    "GeocodedAddress",
    "Place",
    "RateBand",
    "RateZone",
    "RawTrackingEvent",
    "Route",
    "RoutePlan",
    "RouteStop",
    "Shift",
    "Shipment",
    "ShipmentLine",
    "StatusMapping",
    "Step",
    "TrackingEvent",
    "Vehicle",
]
