"""How it gets there: carriers, waves, shipments, parcels, attempts and tracking; our fleet, its routes and places."""

from fulfillment.models.booking import Booking, RawTrackingEvent, StatusMapping, Step
from fulfillment.models.carriers import Carrier, CarrierService, RateBand, RateZone
from fulfillment.models.consignments import Consignment, ConsignmentAttempt
from fulfillment.models.delivery import DeliveryAttempt, Proof, Reopening, TrackingEvent
from fulfillment.models.exceptions import ClaimAgainstCarrier, DeliveryException, ExceptionLine
from fulfillment.models.fleet import DeliveryZone, Depot, Shift, Vehicle
from fulfillment.models.kitchen import KitchenTicket, Station
from fulfillment.models.mistakes import ScanRefusal
from fulfillment.models.parcels import Carton, Paper, Parcel, ParcelLine
from fulfillment.models.places import GeocodedAddress, Place
from fulfillment.models.routes import Route, RoutePlan, RouteStop
from fulfillment.models.shipments import Shipment, ShipmentLine
from fulfillment.models.waves import Batch, Cart, Wave
from fulfillment.models.wishes import DeliveryWish

__all__ = [
    "Batch",
    "Booking",
    "Carrier",
    "CarrierService",
    "Cart",
    "Carton",
    "ClaimAgainstCarrier",
    "Consignment",
    "ConsignmentAttempt",
    "DeliveryAttempt",
    "DeliveryException",
    "DeliveryWish",
    "DeliveryZone",
    "Depot",
    "ExceptionLine",
    "GeocodedAddress",
    "KitchenTicket",
    "Paper",
    "Parcel",
    "ParcelLine",
    "Place",
    "Proof",
    "RateBand",
    "RateZone",
    "RawTrackingEvent",
    "Reopening",
    "Route",
    "RoutePlan",
    "RouteStop",
    "ScanRefusal",
    "Shift",
    "Shipment",
    "ShipmentLine",
    "Station",
    "StatusMapping",
    "Step",
    "TrackingEvent",
    "Vehicle",
    "Wave",
]
