from django.utils.translation import gettext_lazy as _

from oms.events import EventKind


class StockEvent(EventKind):
    RECEIVED = "stock.received", _("Stock received")
    ADJUSTED = "stock.adjusted", _("Stock adjusted")
    CHANGED = "stock.changed", _("Bin or alert line changed")
    MOVED = "stock.moved", _("Moved to another bin")
    BLOCKED = "stock.blocked", _("Put into quarantine")
    UNBLOCKED = "stock.unblocked", _("Released from quarantine")
    SCRAPPED = "stock.scrapped", _("Scrapped")
    ASSEMBLED = "stock.assembled", _("Assembled")
    ALERTED = "stock.alerted", _("Fell under the alert line")
    HANDLED = "stock.handled", _("Alert handled")
    SNOOZED = "stock.snoozed", _("Alert put off")
    COUNTED = "stock.counted", _("Counted")


class ProductEvent(EventKind):
    CREATED = "product.created", _("Product created")
    CHANGED = "product.changed", _("Product changed")
    PICTURES = "product.pictures", _("Pictures changed")
    TAX_CLASS = "product.tax_class", _("Tax class changed")
    TERMS = "product.terms", _("Supplier's terms changed")
    TERMS_REMOVED = "product.terms_removed", _("Supplier's terms removed")


class PurchaseEvent(EventKind):
    CREATED = "purchase.created", _("Drafted")
    CHANGED = "purchase.changed", _("Draft changed")
    SENT = "purchase.sent", _("Sent to the supplier")
    POSTPONED = "purchase.postponed", _("Another date expected")
    RECEIVED = "purchase.received", _("Goods received")
    CUT = "purchase.cut", _("Rest of a line cancelled")
    CLOSED = "purchase.closed", _("Closed")
    CANCELLED = "purchase.cancelled", _("Cancelled")


class TransferEvent(EventKind):
    CREATED = "transfer.created", _("Transfer written")
    SENT = "transfer.sent", _("Transfer sent")
    ARRIVED = "transfer.arrived", _("Pieces arrived")
    RECEIVED = "transfer.received", _("Transfer received")
    SHORT = "transfer.short", _("Closed with missing pieces")
    CANCELLED = "transfer.cancelled", _("Transfer cancelled")


class CountEvent(EventKind):
    OPENED = "count.opened", _("Count opened")
    AGAIN = "count.again", _("To be counted again")
    FINISHED = "count.finished", _("Everything counted")
    APPROVED = "count.approved", _("Count approved")
    CANCELLED = "count.cancelled", _("Count cancelled")
    POLICY_CHANGED = "count.policy", _("Rules for counting changed")
