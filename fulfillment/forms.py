"""What people type in the warehouse, at the dispatch desk and at the door."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment import queries, slots
from fulfillment.models import Carrier, DeliveryAttempt
from fulfillment.proofs import PHOTO_BYTES, SIGNATURE_LENGTH
from fulfillment.services import NextAttempt
from oms.forms import Form, ModelForm

MAX_SCANNED = 1_000_000


def within_photo_limit(file: File) -> None:
    """Refuse a photo that is larger than a phone's camera makes it."""
    if file.size > PHOTO_BYTES:
        raise ValidationError(_("A photo may have %(limit)s."), params={"limit": filesizeformat(PHOTO_BYTES)})


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


class DeliveredForm(Form):
    recipient = forms.CharField(label=_("Handed to"), max_length=120)


class FailedForm(Form):
    """Why it was not handed over, and when the customer wants it to be tried again."""

    outcome = forms.ChoiceField(
        label=_("What happened"),
        choices=[c for c in DeliveryAttempt.Outcome.choices if c[0] != DeliveryAttempt.Outcome.DELIVERED],
        widget=forms.RadioSelect,
    )
    customer_note = forms.CharField(
        label=_("Note for the customer"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    note = forms.CharField(
        label=_("Note for us"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    day = forms.DateField(label=_("Next attempt on"), required=False)
    slot = forms.ChoiceField(label=_("Between"), choices=[("", _("any time")), *slots.CHOICES], required=False)

    def clean(self) -> dict:
        cleaned = super().clean()
        day, slot = cleaned.pop("day", None), cleaned.pop("slot", "")
        if day and day < timezone.localdate():
            self.add_error("day", _("Choose a day that is still to come."))
        elif day:
            start, end = slots.bounds(day, slot) if slot else slots.whole_day(day)
            cleaned["again"] = NextAttempt(start, end)
        elif slot:
            self.add_error("day", _("Choose the day too."))
        return cleaned


class ToldAt(Form):
    """The phone's own clock: it may tell later, when it has a network again."""

    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)


class DoorForm(ToldAt, DeliveredForm):
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        validators=[within_photo_limit],
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )
    signature = forms.CharField(required=False, widget=forms.HiddenInput, max_length=SIGNATURE_LENGTH)


class NotDeliveredForm(ToldAt, FailedForm):
    pass


class CarrierForm(ModelForm):
    class Meta:
        model = Carrier
        fields = ["name", "own", "tracking_url", "active"]
