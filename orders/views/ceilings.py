"""How much discount each role may give on a line."""

from django import forms
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from oms.forms import Form, FormPage
from orders import services


class CeilingsForm(Form):
    """One field for each role; an empty one says that the role has no ceiling of its own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for group in Group.objects.select_related("discount_ceiling").order_by("name"):
            ceiling = getattr(group, "discount_ceiling", None)
            self.fields[f"role_{group.pk}"] = forms.DecimalField(
                label=translated(group.name),
                min_value=0,
                max_value=100,
                max_digits=5,
                decimal_places=2,
                required=False,
                initial=ceiling and ceiling.percent,
            )

    def clean(self) -> dict:
        """The percent of each role."""
        data = super().clean()
        groups = Group.objects.in_bulk([int(name.removeprefix("role_")) for name in data])
        return {"percents": {group: data[f"role_{pk}"] for pk, group in groups.items()}}


class EditCeilings(FormPage):
    permission = "orders.change_orderpolicy"
    title = _("Discount ceilings")
    breadcrumb = [(_("Orders"), "orders"), (_("Order rules"), "order-policy")]
    form_class = CeilingsForm
    intro = _(
        "The largest discount, in percent, that a person of each role may give on a line of an order. "
        "Of several roles the most generous counts. Without a ceiling, only those give discounts who may change prices."
    )
    done = _("Discount ceilings saved.")

    def perform(self, form) -> str:
        services.set_ceilings(form.cleaned_data["percents"], by=self.request.user)
        return reverse("discount-ceilings")
