from django.utils.translation import gettext_lazy as _

from oms.events import EventKind


class FulfillmentEvent(EventKind):
    STARTED = "shipment.started", _("Picking started")
    WAVED = "shipment.waved", _("Released in a wave")
    BATCHED = "shipment.batched", _("Given to a picker")
    PICKED = "shipment.picked", _("Picking finished")
    SHORT = "shipment.short", _("Fewer pieces found than wanted")
    PACKED = "shipment.packed", _("Packing finished")
    SHIPPED = "shipment.shipped", _("Left the warehouse")
    OUT = "shipment.out", _("Out for delivery")
    DELIVERED = "shipment.delivered", _("Delivered")
    FAILED = "shipment.failed", _("Delivery failed")
    CANCELLED = "shipment.cancelled", _("Shipment cancelled")
    BOOKED = "shipment.booked", _("Booked with the carrier")
    NOT_BOOKED = "shipment.not_booked", _("The carrier did not take the booking")
    UNBOOKED = "shipment.unbooked", _("Booking taken back")
    REPORTED = "shipment.reported", _("The carrier reports")
    LOCATED = "shipment.located", _("Position of the address entered")
    MADE = "kitchen.made", _("Made in the kitchen")
    RECALLED = "kitchen.recalled", _("Recalled in the kitchen")
    ROUTED = "shipment.routed", _("Put on a route")
    WAVE_PLANNED = "wave.planned", _("Wave planned")
    WAVE_RELEASED = "wave.released", _("Wave released")
    PARCEL_CLOSED = "shipment.parcel_closed", _("Parcel closed")
    ARRIVED = "shipment.arrived", _("Driver arrived")
    REOPENED = "shipment.reopened", _("Attempt reopened")
    WISHED = "shipment.wished", _("Customer asked for something")
    WISH_ACCEPTED = "shipment.wish_accepted", _("Wish accepted")
    WISH_DECLINED = "shipment.wish_declined", _("Wish declined")
    EXCEPTION = "shipment.exception", _("Delivery exception reported")
    RESUMED = "shipment.resumed", _("Delivery goes on")
    COUNTED_BACK = "shipment.counted_back", _("Pieces counted back")
    RESHIPPED = "exception.reshipped", _("To be sent again")
    GIVEN_UP = "exception.given_up", _("Pieces taken out of the order")
    CLAIMED = "exception.claimed", _("Claim made against the carrier")
    CLAIM_OVER = "exception.claim_over", _("Claim answered by the carrier")


class ConsignmentEvent(EventKind):
    BOOKED = "consignment.booked", _("Consignment booked")
    ASSIGNED = "consignment.assigned", _("Drivers assigned")
    COLLECTED = "consignment.collected", _("Collected from the sender")
    SORTED = "consignment.sorted", _("Sorted at the hub")
    LOADED = "consignment.loaded", _("Loaded")
    OUT = "consignment.out", _("Out for delivery to the recipient")
    DELIVERED = "consignment.delivered", _("Handed to the recipient")
    FAILED = "consignment.failed", _("The recipient could not be reached")
    RETURNED = "consignment.returned", _("Given back to the sender")
    CANCELLED = "consignment.cancelled", _("Consignment cancelled")


class RouteEvent(EventKind):
    PLANNED = "route.planned", _("Planned")
    MOVED = "route.moved", _("Stop moved")
    TAKEN_OUT = "route.taken_out", _("Stop taken out")
    LOCKED = "route.locked", _("Stop locked")
    UNLOCKED = "route.unlocked", _("Stop unlocked")
    PUBLISHED = "route.published", _("Published to the drivers")
    REOPENED = "route.reopened", _("Opened for changes")
    SENT_OUT = "route.sent_out", _("Sent out")
