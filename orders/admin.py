"""Orders in Django's own admin, to look at only: everything here is written by the verbs of orders.services."""

from django.contrib import admin

from orders.models import Check, Hold, ImportMapping, Order, OrderLine, OrderPolicy, Payment, Promise


class ReadOnly:
    """Nothing is added, changed or deleted behind the services' back."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class LineInline(ReadOnly, admin.TabularInline):
    model = OrderLine
    fields = [
        "position",
        "sku",
        "name",
        "ordered",
        "cancelled",
        "reserved",
        "picked",
        "packed",
        "shipped",
        "net",
        "tax",
    ]


class CheckInline(ReadOnly, admin.TabularInline):
    model = Check


class HoldInline(ReadOnly, admin.TabularInline):
    model = Hold


class PromiseInline(ReadOnly, admin.TabularInline):
    model = Promise


class PaymentInline(ReadOnly, admin.TabularInline):
    model = Payment


@admin.register(Order)
class OrderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "customer", "stage", "total", "currency", "placed_at"]
    list_filter = ["stage", "channel"]
    list_select_related = ["customer"]
    search_fields = ["number__istartswith", "reference", "ship_name"]
    inlines = [LineInline, HoldInline, CheckInline, PromiseInline, PaymentInline]
    show_full_result_count = False


@admin.register(Payment)
class PaymentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "order", "method", "amount", "reference", "by"]
    list_filter = ["method"]
    list_select_related = ["order", "by"]
    search_fields = ["order__number", "reference"]
    show_full_result_count = False


@admin.register(OrderPolicy)
class OrderPolicyAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["auto_confirm", "cut_off", "handling_days", "transit_days", "working_days", "return_days"]


@admin.register(ImportMapping)
class ImportMappingAdmin(admin.ModelAdmin):
    list_display = ["name"]
