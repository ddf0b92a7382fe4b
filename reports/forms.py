"""What a manager asks for."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from inventory.models import Category, Product, Warehouse
from oms.forms import Form
from reports.periods import GROUPS, Period

LONGEST_DAYS = 3660
MOST_POINTS = 800


class PeriodForm(Form):
    """Two days, both included."""

    first = forms.DateField(label=_("From"))
    last = forms.DateField(label=_("To"))

    def clean(self) -> dict:
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last:
            if last < first:
                raise ValidationError(_("The period ends before it begins."))
            if Period(first, last).days > LONGEST_DAYS:
                raise ValidationError(_("A report covers ten years at most."))
        return cleaned


class SalesReportForm(PeriodForm):
    group = forms.ChoiceField(label=_("Grouped by"), choices=list(GROUPS.items()), widget=forms.RadioSelect)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.all(), required=False, empty_label=_("All")
    )
    customer = forms.CharField(label=_("Customer number"), max_length=30, required=False)
    product = forms.CharField(label=_("SKU"), max_length=60, required=False)

    def clean_customer(self) -> int | None:
        return _key(Customer, "code", self.cleaned_data["customer"], _("There is no customer with this number."))

    def clean_product(self) -> int | None:
        return _key(Product, "sku", self.cleaned_data["product"], _("There is no product with this SKU."))

    def clean_category(self) -> int | None:
        category = self.cleaned_data["category"]
        return category.pk if category else None

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.errors or not {"first", "last", "group"} <= cleaned.keys():
            return cleaned
        if len(Period(cleaned["first"], cleaned["last"]).buckets(cleaned["group"])) > MOST_POINTS:
            raise ValidationError(_("That makes too many rows; group such a long period by week or month."))
        return cleaned


class StockReportForm(Form):
    warehouse = forms.ModelChoiceField(
        label=_("Warehouse"), queryset=Warehouse.objects.all(), required=False, empty_label=_("All")
    )


def _key(model, field: str, value: str, message: str) -> int | None:
    if not value.strip():
        return None
    found = model.objects.filter(**{f"{field}__iexact": value.strip()}).values_list("pk", flat=True).first()
    if found is None:
        raise ValidationError(message)
    return found
