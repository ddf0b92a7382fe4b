"""Filters of the lists about carriers: costs, bookings, raw events, mappings."""

from django.utils.translation import gettext_lazy as _

from fulfillment.models import Booking, Carrier, CarrierService, RawTrackingEvent, Shipment, StatusMapping, Step
from oms.filters import Choices, Filters, Linked, Period, Records, YesNo
from orders.models import Order


class CostFilters(Filters):
    carrier = Records(label=_("Carrier"), queryset=Carrier.objects.all())
    service = Linked(label=_("Service"), queryset=CarrierService.objects.select_related("carrier"))
    shipped = Period(field_name="shipped_at", label=_("Shipped"))
    priced = YesNo(label=_("Cost known"), method="only_priced")
    order = Linked(label=_("Order"), queryset=Order.objects.all())
    search_fields = ["number__iexact", "order__number__iexact"]
    search_hint = _("Shipment or order")

    class Meta:
        model = Shipment
        fields: list[str] = []

    def only_priced(self, queryset, name, value):
        return queryset.filter(cost__isnull=not value)


class RawEventFilters(Filters):
    state = Choices(label=_("State"), choices=RawTrackingEvent.State.choices)
    carrier = Records(label=_("Carrier"), queryset=Carrier.objects.all())
    step = Choices(label=_("Means"), choices=Step.choices)
    at = Period(field_name="at", label=_("Time"))
    shipment = Linked(label=_("Shipment"), queryset=Shipment.objects.all())
    search_fields = ["tracking_number__iexact", "carrier_status__iexact", "shipment__number__iexact"]
    search_hint = _("Tracking number, status, shipment")

    class Meta:
        model = RawTrackingEvent
        fields: list[str] = []


class MappingFilters(Filters):
    carrier = Records(label=_("Carrier"), queryset=Carrier.objects.all())
    step = Choices(label=_("Means"), choices=Step.choices)
    search_fields = ["carrier_status__icontains"]
    search_hint = _("The carrier's status")

    class Meta:
        model = StatusMapping
        fields: list[str] = []


class BookingFilters(Filters):
    state = Choices(label=_("State"), choices=Booking.State.choices)
    carrier = Records(label=_("Carrier"), queryset=Carrier.objects.all())
    created = Period(field_name="created_at", label=_("Asked for"))
    search_fields = ["shipment__number__iexact", "tracking_number__iexact"]
    search_hint = _("Shipment or tracking number")

    class Meta:
        model = Booking
        fields: list[str] = []
