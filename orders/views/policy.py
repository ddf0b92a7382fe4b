"""The house rules for orders."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.context import current
from oms.forms import FormPage
from orders import services
from orders.forms import PolicyForm
from orders.models import OrderPolicy


class EditPolicy(FormPage):
    permission = "orders.change_orderpolicy"
    title = _("Order rules")
    breadcrumb = [(_("Orders"), "orders")]
    form_class = PolicyForm
    done = _("Order rules saved.")

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"instance": current(OrderPolicy)}

    def perform(self, form) -> str:
        services.change_policy(by=self.request.user, **form.cleaned_data)
        return reverse("order-policy")
