"""Filters of the lists of transfers and counts."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.count_queries import WAITING
from inventory.models import Count, CountLine, Product, Transfer, TransferLine, Warehouse
from oms.filters import Choices, Filters, Linked, Period, Records, YesNo


class TransferFilters(Filters):
    status = Choices(label=_("Status"), choices=Transfer.Status.choices)
    source = Records(label=_("From"), queryset=Warehouse.objects.all())
    target = Records(label=_("To"), queryset=Warehouse.objects.all())
    written = Period(field_name="created_at", label=_("Written"))
    short = YesNo(label=_("Pieces missing"), method="only_short")
    product = Linked(label=_("Product"), queryset=Product.objects.all(), method="with_product")
    search_fields = ["number__istartswith", "note__icontains"]
    search_hint = _("Number or note")

    class Meta:
        model = Transfer
        fields: list[str] = []

    def only_short(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        short = TransferLine.objects.filter(missing__gt=0).values("transfer")
        return queryset.filter(pk__in=short) if value == "yes" else queryset.exclude(pk__in=short)

    def with_product(self, queryset: QuerySet, name: str, product: Product | None) -> QuerySet:
        # a join would count the other lines away
        lines = TransferLine.objects.filter(product=product).values("transfer")
        return queryset.filter(pk__in=lines) if product else queryset


class CountFilters(Filters):
    status = Choices(label=_("Status"), choices=Count.Status.choices)
    kind = Choices(label=_("Kind"), choices=Count.Kind.choices)
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    opened = Period(field_name="opened_at", label=_("Opened"))
    closed = Period(field_name="closed_at", label=_("Closed"))
    search_fields = ["number__istartswith"]
    search_hint = _("Number")

    class Meta:
        model = Count
        fields: list[str] = []


class CountLineFilters(Filters):
    count = Linked(label=_("Count"), queryset=Count.objects.all())
    wrong = YesNo(label=_("Difference"), method="only_wrong")
    waits = YesNo(label=_("To be counted"), method="only_waiting")
    warehouse = Records(field_name="stock__warehouse", label=_("Warehouse"), queryset=Warehouse.objects.all())
    product = Linked(field_name="stock__product", label=_("Product"), queryset=Product.objects.all())
    search_fields = ["stock__product__sku__icontains", "stock__product__name__icontains", "stock__bin__iexact"]
    search_hint = _("SKU, name or bin")

    class Meta:
        model = CountLine
        fields: list[str] = []

    def only_wrong(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        # an open blind count tells nobody which lines differ
        known = queryset.exclude(Q(count__blind=True, count__status=Count.Status.OPEN) | Q(counted=None))
        return known.exclude(variance=0) if value == "yes" else known.filter(variance=0)

    def only_waiting(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(WAITING) if value == "yes" else queryset.exclude(WAITING)
