from django.utils.translation import gettext_lazy as _

from oms.events import EventKind


class OrderEvent(EventKind):
    PLACED = "order.placed", _("Order placed")
    IMPORTED = "order.imported", _("Order recorded from a file")
    REIMPORTED = "order.reimported", _("Order changed by a corrected file")
    IMPORT_UNDONE = "order.import_undone", _("Import undone")
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
    INVOICED = "order.invoiced", _("Invoice issued")
    CREDITED = "order.credited", _("Credit note issued")
    CHANGED = "order.changed", _("Order changed")
    SPLIT = "order.split", _("Split: a part is another order now")
    SPLIT_OFF = "order.split_off", _("Split off from another order")
    MERGED = "order.merged", _("Another order was merged into this one")
    MERGED_INTO = "order.merged_into", _("Merged into another order")
    RESHIPPED = "order.reshipped", _("Sent again")
    REOPENED = "order.reopened", _("Order reopened")
    RELOCATED = "order.relocated", _("Served from another warehouse")
    CLAIM_MOVED = "order.claim_moved", _("Stock moved between orders")
    SHORT_PICKED = "order.short_picked", _("Pieces were missing at picking")
    SHORTENED = "order.shortened", _("Pieces cancelled")
    NOTED = "order.noted", _("Note")
    CLOSED = "order.closed", _("Order closed")
    SHOP_CHANGED = "order.shop_changed", _("Shop settings changed")
    TAGGED = "order.tagged", _("Tags added")
    UNTAGGED = "order.untagged", _("Tags taken off")
    CEILINGS_CHANGED = "order.ceilings_changed", _("Discount ceilings changed")
    RULES_CHANGED = "order.rules_changed", _("Order rules changed")


class ImportEvent(EventKind):
    STARTED = "import.started", _("Import started")
    RETRIED = "import.retried", _("Refused rows tried again")
    REPLACED = "import.replaced", _("A value was replaced in all rows")
    DROPPED = "import.dropped", _("Rows dropped")
    UNDONE = "import.undone", _("Import undone")


class RuleEvent(EventKind):
    CREATED = "rule.created", _("Rule made")
    CHANGED = "rule.changed", _("Rule changed")
    SWITCHED_ON = "rule.switched_on", _("Switched on")
    SWITCHED_OFF = "rule.switched_off", _("Switched off")
    MOVED = "rule.moved", _("Moved in the order of rules")
    TRIED = "rule.tried", _("Tried on past orders")
    APPLIED = "rule.applied", _("Applied to the open orders")


class PriceEvent(EventKind):
    LIST_SAVED = "prices.list_saved", _("Price list saved")
    PRICES_SET = "prices.set", _("Prices of the list replaced")
    PROMOTION_SAVED = "prices.promotion_saved", _("Promotion saved")


class WebhookEvent(EventKind):
    SAVED = "webhook.saved", _("Webhook saved")
    ROTATED = "webhook.rotated", _("New secret made")
    SWITCHED_ON = "webhook.switched_on", _("Webhook switched on")
    SWITCHED_OFF = "webhook.switched_off", _("Webhook switched off")
    GIVEN_UP = "webhook.given_up", _("Webhook switched off after failing for days")
    REPLAYED = "webhook.replayed", _("Sent again by hand")
