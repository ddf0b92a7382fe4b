"""The house rules for orders."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.forms import EditPage
from oms.pages import Link
from orders import services
from orders.forms import PolicyForm
from orders.models import OrderPolicy


class EditPolicy(EditPage):
    permission = "orders.change_orderpolicy"
    title = _("Order rules")
    form_class = PolicyForm
    more = [
        Link(_("Priority"), "order-weights", "arrow-down-wide-narrow", "orders.change_orderpolicy"),
        Link(_("Discount ceilings"), "discount-ceilings", "badge-percent", "orders.change_orderpolicy"),
    ]
    done = _("Order rules saved.")

    def get_object(self) -> OrderPolicy:
        return OrderPolicy.objects.first() or OrderPolicy(pk=1)

    def get_breadcrumb(self):
        return [(_("Orders"), "orders")]

    def perform(self, form) -> str:
        services.change_policy(by=self.request.user, **form.cleaned_data)
        return reverse("order-policy")
