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
    WAVE_PLANNED = "wave.planned", _("Wave planned")
    WAVE_RELEASED = "wave.released", _("Wave released")
    PARCEL_CLOSED = "shipment.parcel_closed", _("Parcel closed")
