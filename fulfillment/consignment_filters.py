"""Filters of the list of consignments."""

from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from fulfillment import queries
from fulfillment.models import Consignment
from oms.filters import Choices, Filters, Linked, Period, Records, YesNo


class ConsignmentFilters(Filters):
    status = Choices(label=_("Status"), choices=Consignment.Status.choices)
    collector = Records(label=_("Collected by"), queryset=lambda request: queries.drivers())
    driver = Records(label=_("Delivered by"), queryset=lambda request: queries.drivers())
    booked = Period(field_name="booked_at", label=_("Booked"))
    delivered = Period(field_name="delivered_at", label=_("Delivered"))
    cash = YesNo(label=_("Cash on delivery"), method="with_cash")
    unassigned = YesNo(label=_("Without a driver"), method="without_driver")
    customer = Linked(label=_("Customer"), queryset=Customer.objects.all())
    search_fields = ["number__iexact", "sender_name__icontains", "recipient_name__icontains"]
    search_hint = _("Number, sender, recipient")

    class Meta:
        model = Consignment
        fields: list[str] = []

    def with_cash(self, queryset, name, value):
        return queryset.filter(cash_due__isnull=not value)

    def without_driver(self, queryset, name, value):
        return queryset.filter(driver__isnull=value)
