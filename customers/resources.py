"""Customers as a file."""

from django.utils.translation import gettext_lazy as _
from import_export.fields import Field

from customers.models import Customer, Tier
from customers.services import change_customer, create_customer
from oms.resources import Exchange, Named, ServiceResource, YesNo, register


class CustomerResource(ServiceResource):
    """Customers by their number."""

    tier = Field("tier", "tier", Named(Tier, "name"))
    is_company = Field("is_company", "is_company", YesNo())
    blocked = Field("blocked", "blocked", YesNo())

    class Meta:
        model = Customer
        fields = ("code", "name", "is_company", "email", "phone", "language", "tier", "blocked", "note")
        import_id_fields = ("code",)
        skip_unchanged = True
        skip_html_diff = True
        clean_model_instances = True

    def get_queryset(self):
        return Customer.objects.select_related("tier").order_by("code")

    def create(self, *, by, **fields) -> Customer:
        return create_customer(by=by, **fields)

    def change(self, obj: Customer, *, by, **fields) -> Customer:
        return change_customer(obj, by=by, **fields)


register(
    Exchange(
        "customers",
        _("Customers as a file"),
        CustomerResource,
        permission="customers.import_customers",
        view_permission="customers.view_customer",
        back="customers",
    )
)
