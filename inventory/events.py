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


class ProductEvent(EventKind):
    CREATED = "product.created", _("Product created")
    CHANGED = "product.changed", _("Product changed")
