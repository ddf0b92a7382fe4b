from django.utils.translation import gettext_lazy as _

from oms.events import EventKind


class OrderEvent(EventKind):
    PLACED = "order.placed", _("Order placed")
    IMPORTED = "order.imported", _("Order recorded from a file")
    HELD = "order.held", _("Put on hold")
    RELEASED = "order.released", _("Hold released")
    CONFIRMED = "order.confirmed", _("Order confirmed")
    CANCELLED = "order.cancelled", _("Order cancelled")
    RESERVED = "order.reserved", _("Stock reserved")
    PICKED = "order.picked", _("Picked")
    UNPICKED = "order.unpicked", _("Put back on the shelf")
    PACKED = "order.packed", _("Packed")
    SHIPPED = "order.shipped", _("Shipped")
    OUT_FOR_DELIVERY = "order.out_for_delivery", _("Out for delivery")
    DELIVERED = "order.delivered", _("Delivered")
    DELIVERY_FAILED = "order.delivery_failed", _("Delivery failed")
    DELIVERY_REOPENED = "order.delivery_reopened", _("Delivery reopened")
    CAME_BACK = "order.came_back", _("Pieces came back or were lost on the way")
    GIVEN_UP = "order.given_up", _("Pieces taken out of the order")
    PAID = "order.paid", _("Payment recorded")
    REFUNDED = "order.refunded", _("Refund recorded")
    RETURN_REQUESTED = "order.return_requested", _("Return requested")
    RETURNED = "order.returned", _("Goods returned")
    PROMISED = "order.promised", _("Promised date changed")
    CLAIM_MOVED = "order.claim_moved", _("Stock moved between orders")
    NOTED = "order.noted", _("Note")
    CLOSED = "order.closed", _("Order closed")
    RULES_CHANGED = "order.rules_changed", _("Order rules changed")
