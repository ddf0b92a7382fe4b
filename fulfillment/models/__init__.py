"""How it gets there: carriers, shipments and their lines, attempts and tracking; our fleet, its routes and places."""

from fulfillment.models.carriers import Carrier
from fulfillment.models.delivery import DeliveryAttempt, TrackingEvent
from fulfillment.models.fleet import DeliveryZone, Depot, Shift, Vehicle
from fulfillment.models.places import GeocodedAddress, Place
from fulfillment.models.routes import Route, RoutePlan, RouteStop
from fulfillment.models.shipments import Shipment, ShipmentLine

__all__ = [
    "Carrier",
    "DeliveryAttempt",
    "DeliveryZone",
    "Depot",
    "GeocodedAddress",
    "Place",
    "Route",
    "RoutePlan",
    "RouteStop",
    "Shift",
    "Shipment",
    "ShipmentLine",
    "TrackingEvent",
    "Vehicle",
]
