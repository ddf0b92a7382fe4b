"""Filters of the lists of products and stock."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, Family, Movement, Product, Stock, StockAlert, Supplier, Warehouse
from oms.filters import Choices, Filters, Linked, Period, Records, YesNo


class ProductFilters(Filters):
    category = Records(label=_("Category"), queryset=Category.objects.all())
    supplier = Records(label=_("Supplier"), queryset=Supplier.objects.all())
    kind = Choices(label=_("Kind"), choices=Product.Kind.choices)
    family = Linked(label=_("Family"), queryset=Family.objects.all())
    low = YesNo(label=_("Below alert line"), method="only_low")
    active = YesNo(field_name="active", label=_("For sale"))
    unchecked = YesNo(field_name="unchecked", label=_("To be checked"))
    search_fields = ["sku__icontains", "name__icontains", "barcode__istartswith"]
    search_hint = _("SKU, name or barcode")

    class Meta:
        model = Product
        fields: list[str] = []

    def only_low(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        low = Stock.objects.under_alert_line().values("product")
        return queryset.filter(pk__in=low) if value == "yes" else queryset.exclude(pk__in=low)


class StockFilters(Filters):
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    low = YesNo(label=_("Below alert line"), method="only_low")
    available = YesNo(label=_("Available"), method="only_available")
    held = YesNo(label=_("Reserved"), method="only_held")
    category = Records(field_name="product__category", label=_("Category"), queryset=Category.objects.all())
    product = Linked(label=_("Product"), queryset=Product.objects.all())
    search_fields = ["product__sku__icontains", "product__name__icontains", "product__barcode", "bin__iexact"]
    search_hint = _("SKU, name, barcode or bin")

    class Meta:
        model = Stock
        fields: list[str] = []

    def only_low(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        low = Stock.objects.under_alert_line().values("pk")
        return queryset.filter(pk__in=low) if value == "yes" else queryset.exclude(pk__in=low)

    def only_available(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(**{"on_hand__gt" if value == "yes" else "on_hand": F("reserved")})

    def only_held(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(reserved__gt=0) if value == "yes" else queryset.filter(reserved=0)


class MovementFilters(Filters):
    kind = Choices(label=_("Kind"), choices=Movement.Kind.choices)
    warehouse = Records(field_name="stock__warehouse", label=_("Warehouse"), queryset=Warehouse.objects.all())
    at = Period(field_name="at", label=_("Time"))
    product = Linked(field_name="stock__product", label=_("Product"), queryset=Product.objects.all())
    search_fields = ["cause", "stock__product__sku__iexact", "stock__product__barcode"]
    search_hint = _("Order number, SKU or barcode, in full")

    class Meta:
        model = Movement
        fields: list[str] = []


class AlertFilters(Filters):
    open = YesNo(label=_("Open"), method="only_open")
    warehouse = Records(field_name="stock__warehouse", label=_("Warehouse"), queryset=Warehouse.objects.all())
    raised = Period(field_name="raised_at", label=_("Raised"))
    search_fields = ["stock__product__sku__icontains", "stock__product__name__icontains"]
    search_hint = _("SKU or name")

    class Meta:
        model = StockAlert
        fields: list[str] = []

    def only_open(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        is_open = {"handled_at": None, "over_at": None}
        return queryset.filter(**is_open) if value == "yes" else queryset.exclude(**is_open)


class WarehouseFilters(Filters):
    search_fields = ["code__icontains", "name__icontains"]
    search_hint = _("Code or name")

    class Meta:
        model = Warehouse
        fields: list[str] = []


class SupplierFilters(Filters):
    search_fields = ["name__icontains", "email__icontains"]
    search_hint = _("Name or e-mail")

    class Meta:
        model = Supplier
        fields: list[str] = []


class CategoryFilters(Filters):
    search_fields = ["name__icontains"]
    search_hint = _("Name")

    class Meta:
        model = Category
        fields: list[str] = []


class FamilyFilters(Filters):
    search_fields = ["name__icontains"]
    search_hint = _("Name")

    class Meta:
        model = Family
        fields: list[str] = []
