"""Filters of the lists about carriers: costs, bookings, raw events, mappings."""

from django.utils.translation import gettext_lazy as _

from fulfillment.models import Carrier, CarrierService, Shipment
from oms.filters import Filters, Linked, Period, Records, YesNo
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
