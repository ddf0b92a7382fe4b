from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Tier
from customers.services import digits
from oms.filters import Choices, Filters, Period, Records, YesNo

PHONE_DIGITS = 4


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
        """Part of the name, e-mail or phone, or the beginning of the number; each served by an index."""
        text = text.strip()
        wanted = Q(name__icontains=text) | Q(email__icontains=text) | Q(code__startswith=text.upper())
        if len(digits(text)) >= PHONE_DIGITS:
            wanted |= Q(phone_digits__contains=digits(text))
        return queryset.filter(wanted)
