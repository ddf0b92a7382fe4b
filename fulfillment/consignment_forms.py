"""What people type about consignments: at the desk, at the hub and at the door."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.queries import find_customer
from fulfillment import queries
from fulfillment.forms import DeliveredForm
from fulfillment.models import CarrierService, Consignment
from fulfillment.waybills import MOST_PIECES
from oms.forms import Form, ModelForm
from oms.models import User

MOST_GRAMS = 100_000_000


class ConsignmentForm(ModelForm):
    customer = forms.CharField(label=_("Customer"), max_length=160, help_text=_("Number, e-mail, phone or whole name"))
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=MOST_PIECES, initial=1)
    weight_g = forms.IntegerField(label=_("Weight, g"), min_value=1, max_value=MOST_GRAMS)
    cash_due = forms.DecimalField(
        label=_("Cash on delivery"),
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        required=False,
        help_text=_("Empty for none."),
    )
    service = forms.ModelChoiceField(
        label=_("Service"),
        queryset=CarrierService.objects.filter(active=True, carrier__own=True, carrier__active=True).select_related(
            "carrier"
        ),
        required=False,
        empty_label=_("The cheapest of ours that is in time"),
    )
    price = forms.DecimalField(
        label=_("Price"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Empty takes the price list's."),
    )

    class Meta:
        model = Consignment
        fields = [
            "customer",
            *("sender_name", "sender_phone", "sender_line1", "sender_postcode", "sender_city", "sender_country"),
            *("recipient_name", "recipient_phone", "recipient_line1"),
            *("recipient_postcode", "recipient_city", "recipient_country"),
            *("content", "pieces", "weight_g", "cash_due", "service", "price", "window_start", "window_end"),
        ]

    def clean_customer(self) -> Customer:
        found = find_customer(self.cleaned_data["customer"].replace("\0", ""))
        if found is None:
            raise forms.ValidationError(translated("No single customer is meant by this."))
        return found

    def clean(self) -> dict:
        cleaned = super().clean()
        start, end = cleaned.get("window_start"), cleaned.get("window_end")
        if start and end and end <= start:
            self.add_error("window_end", translated("The window ends before it begins."))
        return cleaned

    def _post_clean(self) -> None:
        """The service makes the record; the form only checks what was typed."""


class AssignForm(Form):
    collector = forms.ModelChoiceField(label=_("Collects"), queryset=None, required=False, empty_label=_("As it is"))
    driver = forms.ModelChoiceField(label=_("Delivers"), queryset=None, required=False, empty_label=_("As it is"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("collector", "driver"):
            self.fields[name].queryset = queries.drivers()


class HandOverForm(DeliveredForm):
    cash = forms.DecimalField(
        label=_("Cash taken"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        due = self.initial.get("due")
        if due:
            self.fields["cash"].required = True
            self.fields["cash"].help_text = translated("To be taken: %(amount)s") % {"amount": due}
        elif not self.is_bound:
            del self.fields["cash"]


class HubForm(Form):
    """One scan at the hub; loading is for one driver."""

    code = forms.CharField(label=_("Number"), max_length=60, required=False)
    op = forms.ChoiceField(choices=[("sort", _("Sort")), ("load", _("Load"))])
    driver = forms.ModelChoiceField(label=_("Driver"), queryset=None, required=False, empty_label=_("Choose a driver"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["driver"].queryset = queries.drivers()


def driver_label(driver: User | None) -> str:
    """Who drives, or that nobody is chosen yet."""
    return str(driver) if driver else translated("no driver yet")
