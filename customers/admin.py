"""Customers in Django's own admin: for a look and a repair; the desk is the place to work."""

from django.contrib import admin

from customers.models import Address, Contact, Customer, Tier


class AddressInline(admin.TabularInline):
    model = Address
    extra = 0


class ContactInline(admin.TabularInline):
    model = Contact
    extra = 0


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "tier", "phone", "email", "language", "blocked"]
    list_filter = ["tier", "language", "blocked"]
    list_select_related = ["tier"]
    search_fields = ["code", "name", "email", "phone_digits"]
    readonly_fields = ["code", "created_at"]
    inlines = [AddressInline, ContactInline]
    show_full_result_count = False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Tier)
class TierAdmin(admin.ModelAdmin):
    list_display = ["name", "importance", "discount"]
