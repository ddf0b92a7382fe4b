"""What people type in the warehouse, at the dispatch desk and at the door."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fulfillment import queries
from fulfillment.models import Carrier, DeliveryAttempt
from fulfillment.services import Choice, Reason
from oms.forms import Form, ModelForm

MAX_SCANNED = 1_000_000


class ScanForm(Form):
    """A scanner types a code and Enter; the quantity is 1 unless somebody says otherwise."""

    code = forms.CharField(label=_("SKU or barcode"), max_length=60, required=False)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MAX_SCANNED, initial=1)


class ShipForm(Form):
    carrier = forms.ModelChoiceField(label=_("Carrier"), queryset=Carrier.objects.filter(active=True))
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=80, required=False)


class DriverForm(Form):
    driver = forms.ModelChoiceField(label=_("Driver"), queryset=None, required=False, empty_label=_("Choose a driver"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["driver"].queryset = queries.drivers()


class ReasonForm(Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ShortForm(Form):
    """Pieces that cannot be picked; the default of each choice is the common case."""

    sku = forms.CharField(label=_("SKU or barcode"), max_length=60)
    pieces = forms.IntegerField(label=_("Missing pieces"), min_value=1, max_value=MAX_SCANNED)
    reason = forms.ChoiceField(
        label=_("What is wrong"), choices=Reason.choices, widget=forms.RadioSelect, initial=Reason.NOT_FOUND
    )
    choice = forms.ChoiceField(
        label=_("What becomes of the order"), choices=Choice.choices, widget=forms.RadioSelect, initial=Choice.SPLIT
    )


class DeliveredForm(Form):
    recipient = forms.CharField(label=_("Handed to"), max_length=120)


class FailedForm(Form):
    outcome = forms.ChoiceField(
        label=_("What happened"),
        choices=[c for c in DeliveryAttempt.Outcome.choices if c[0] != DeliveryAttempt.Outcome.DELIVERED],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class CarrierForm(ModelForm):
    class Meta:
        model = Carrier
        fields = ["name", "own", "tracking_url", "active"]
