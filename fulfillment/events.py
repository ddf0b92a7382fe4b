from django.utils.translation import gettext_lazy as _

from oms.events import EventKind


class FulfillmentEvent(EventKind):
    STARTED = "shipment.started", _("Picking started")
    PICKED = "shipment.picked", _("Picking finished")
    SHORT = "shipment.short", _("Fewer pieces found than wanted")
    PACKED = "shipment.packed", _("Packing finished")
    SHIPPED = "shipment.shipped", _("Left the warehouse")
    OUT = "shipment.out", _("Out for delivery")
    DELIVERED = "shipment.delivered", _("Delivered")
    FAILED = "shipment.failed", _("Delivery failed")
    CANCELLED = "shipment.cancelled", _("Shipment cancelled")
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
