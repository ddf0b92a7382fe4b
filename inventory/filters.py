"""Filters of the lists of products and stock."""

import datetime

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import (
    Category,
    Family,
    Movement,
    Product,
    PurchaseOrder,
    Receipt,
    Stock,
    StockAlert,
    Supplier,
    SupplierItem,
    TaxClass,
    Warehouse,
)
from inventory.queries import open_alerts
from oms.filters import Choices, Filters, Linked, Period, Records, YesNo


class ProductFilters(Filters):
    category = Records(label=_("Category"), queryset=Category.objects.all())
    supplier = Records(label=_("Supplier"), queryset=Supplier.objects.all())
    kind = Choices(label=_("Kind"), choices=Product.Kind.choices)
    family = Linked(label=_("Family"), queryset=Family.objects.all())
    low = YesNo(label=_("Below alert line"), method="only_low")
    active = YesNo(field_name="active", label=_("For sale"))
    in_shop = YesNo(field_name="in_shop", label=_("In the shop"))
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
    mine = YesNo(label=_("Mine"), method="only_mine")
    warehouse = Records(field_name="stock__warehouse", label=_("Warehouse"), queryset=Warehouse.objects.all())
    raised = Period(field_name="raised_at", label=_("Raised"))
    search_fields = ["stock__product__sku__icontains", "stock__product__name__icontains"]
    search_hint = _("SKU or name")

    class Meta:
        model = StockAlert
        fields: list[str] = []

    def only_open(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        is_open = open_alerts().order_by().values("pk")
        return queryset.filter(pk__in=is_open) if value == "yes" else queryset.exclude(pk__in=is_open)

    def only_mine(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        mine = {"owner": self.request.user}
        return queryset.filter(**mine) if value == "yes" else queryset.exclude(**mine)


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


class PurchaseFilters(Filters):
    status = Choices(label=_("Status"), choices=PurchaseOrder.Status.choices)
    overdue = YesNo(label=_("Overdue"), method="only_overdue")
    supplier = Records(label=_("Supplier"), queryset=Supplier.objects.all())
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    expected = Period(field_name="expected", label=_("Expected"), moments=False)
    product = Linked(field_name="lines__product", label=_("Product"), queryset=Product.objects.all())
    search_fields = ["number__istartswith", "supplier__name__icontains"]
    search_hint = _("Number or supplier")

    class Meta:
        model = PurchaseOrder
        fields: list[str] = []

    def only_overdue(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        overdue = PurchaseOrder.objects.overdue().values("pk")
        return queryset.filter(pk__in=overdue) if value == "yes" else queryset.exclude(pk__in=overdue)


class ReceiptFilters(Filters):
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    blind = YesNo(label=_("Without a purchase order"), method="only_blind")
    at = Period(field_name="at", label=_("Time"))
    purchase = Linked(field_name="purchase", label=_("Purchase order"), queryset=PurchaseOrder.objects.all())
    search_fields = ["number__istartswith", "purchase__number__istartswith", "paper__icontains"]
    search_hint = _("Number, purchase order or delivery note")

    class Meta:
        model = Receipt
        fields: list[str] = []

    def only_blind(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(purchase__isnull=value == "yes")


class SupplierItemFilters(Filters):
    supplier = Records(label=_("Supplier"), queryset=Supplier.objects.all())
    product = Linked(label=_("Product"), queryset=Product.objects.all())
    preferred = YesNo(field_name="preferred", label=_("Preferred"))
    search_fields = ["product__sku__icontains", "product__name__icontains", "supplier_sku__istartswith"]
    search_hint = _("SKU, name or supplier's SKU")

    class Meta:
        model = SupplierItem
        fields: list[str] = []


class IdleFilters(Filters):
    idle = Choices(
        label=_("Not sold for"),
        choices=[("90", _("90 days")), ("180", _("180 days")), ("365", _("a year"))],
        method="only_idle",
    )
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    category = Records(field_name="product__category", label=_("Category"), queryset=Category.objects.all())
    supplier = Records(field_name="product__supplier", label=_("Supplier"), queryset=Supplier.objects.all())
    search_fields = ["product__sku__icontains", "product__name__icontains"]
    search_hint = _("SKU or name")

    class Meta:
        model = Stock
        fields: list[str] = []

    def only_idle(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        since = timezone.localdate() - datetime.timedelta(days=min(map(int, value)) if value else 0)
        return queryset.filter(idle_since__lt=since)


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


class TaxClassFilters(Filters):
    search_fields = ["name__icontains"]
    search_hint = _("Name")

    class Meta:
        model = TaxClass
        fields: list[str] = []
