"""What people type in the warehouse, at the dispatch desk and at the door."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fulfillment import queries
from fulfillment.models import Carrier, Cart, Carton, DeliveryAttempt
from fulfillment.services import MAX_ORDERS, Choice, Reason
from inventory.models import Warehouse
from oms.forms import Form, ModelForm

MAX_SCANNED = 1_000_000


class ScanForm(Form):
    """A scanner types a code and Enter; the quantity is 1 unless somebody says otherwise."""

    code = forms.CharField(label=_("SKU or barcode"), max_length=60, required=False)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MAX_SCANNED, initial=1)


class CloseForm(Form):
    """A parcel that is full: what the packer took and what the scale says."""

    carton = forms.ModelChoiceField(label=_("Carton"), queryset=Carton.objects.filter(active=True), required=False)
    weight_g = forms.IntegerField(label=_("Weight, g"), min_value=1, max_value=MAX_SCANNED, required=False)
    reason = forms.CharField(label=_("Why the weight differs"), max_length=200, required=False)


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


class WaveForm(Form):
    """Which orders go together; everything but the warehouse may stay empty."""

    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.filter(active=True))
    ship_by = forms.DateField(label=_("To ship until"), required=False)
    zone = forms.CharField(
        label=_("Zone"),
        max_length=200,
        required=False,
        help_text=_("cities, regions or beginnings of postcodes, with commas"),
    )
    min_priority = forms.IntegerField(label=_("Priority from"), required=False)
    single_line = forms.BooleanField(label=_("Single-line orders only"), required=False)
    carrier = forms.ModelChoiceField(
        label=_("Carrier"),
        queryset=Carrier.objects.filter(active=True),
        required=False,
        help_text=_("its shipments are suggested to this carrier"),
    )
    limit = forms.IntegerField(label=_("At most, orders"), min_value=1, max_value=MAX_ORDERS, initial=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("warehouse", Warehouse.objects.filter(active=True).first())

    def criteria(self) -> dict:
        """What was asked for, ready for JSON, without what was left empty."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}
        said.pop("warehouse")
        if carrier := said.get("carrier"):
            said["carrier"] = carrier.pk
        if ship_by := said.get("ship_by"):
            said["ship_by"] = ship_by.isoformat()
        return said


class WorkForm(Form):
    cart = forms.ModelChoiceField(label=_("Cart"), queryset=Cart.objects.filter(active=True))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("cart", queries.free_carts().first())


class CartForm(ModelForm):
    class Meta:
        model = Cart
        fields = ["name", "warehouse", "totes", "max_weight_g", "active"]


class CartonForm(ModelForm):
    class Meta:
        model = Carton
        fields = ["name", "length_mm", "width_mm", "height_mm", "max_weight_g", "own_weight_g", "active"]
