from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Tier
from customers.queries import matching
from oms.filters import Choices, Filters, Period, Records, YesNo


class CustomerFilters(Filters):
    tier = Records(label=_("Tier"), queryset=Tier.objects.all())
    language = Choices(label=_("Language"), choices=settings.LANGUAGES)
    blocked = YesNo(field_name="blocked", label=_("Blocked"))
    created = Period(field_name="created_at", label=_("Created"))
    search_hint = _("Name, phone, e-mail or number")

    class Meta:
        model = Customer
        fields: list[str] = []

    def search(self, queryset: QuerySet[Customer], name: str, text: str) -> QuerySet[Customer]:
        return queryset.filter(matching(text.strip()))
