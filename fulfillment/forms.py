"""What people type in the warehouse, at the dispatch desk and at the door."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from fulfillment import queries, slots
from fulfillment.models import (
    Carrier,
    Cart,
    Carton,
    DeliveryAttempt,
    DeliveryException,
    DeliveryWish,
    ExceptionLine,
    Station,
)
from fulfillment.proofs import PHOTO_BYTES, SIGNATURE_LENGTH
from fulfillment.services import MAX_ORDERS, Back, Choice, NextAttempt, Reason
from inventory.models import Product, Warehouse
from inventory.queries import product_by_code
from oms import formats
from oms.context import current
from oms.forms import Form, ModelForm
from oms.models import Company
from oms.money import format_money

MAX_SCANNED = 1_000_000


def within_photo_limit(file: File) -> None:
    """Refuse a photo that is larger than a phone's camera makes it."""
    if file.size > PHOTO_BYTES:
        raise ValidationError(_("A photo may have %(limit)s."), params={"limit": filesizeformat(PHOTO_BYTES)})


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
    substitute = forms.ChoiceField(label=_("Sent instead"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.data.get("sku") if self.is_bound else self.initial.get("sku")
        product = product_by_code(str(code)[:60]) if code else None
        found = queries.substitutes_for(product, self.initial.get("warehouse")) if product else []
        self.products = {str(one.pk): one for one, _count in found}
        self.fields["substitute"].choices = [(str(one.pk), _instead(one, product, count)) for one, count in found]
        if not found:
            del self.fields["substitute"]
            self.fields["choice"].choices = [c for c in Choice.choices if c[0] != Choice.SUBSTITUTE]

    def clean(self) -> dict:
        """The product that is sent instead, when something is."""
        data = super().clean()
        data["substitute"] = self.products.get(data.get("substitute", ""))
        if data.get("choice") == Choice.SUBSTITUTE and not data["substitute"]:
            self.add_error("choice", _("Choose what is sent instead."))
        return data


def _instead(product: Product, old: Product, count: int) -> str:
    words = translated("%(name)s (%(sku)s): %(count)s in stock, %(price)s instead of %(before)s")
    currency = current(Company).currency
    facts = {"name": product.name, "sku": product.sku, "count": formats.quantity(count)}
    prices = {"price": format_money(product.price, currency), "before": format_money(old.price, currency)}
    return words % (facts | prices)


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


class WishForm(Form):
    """What a customer may still ask for; `kinds` are those that can be met."""

    kind = forms.ChoiceField(label=_("What may we do?"), widget=forms.RadioSelect)
    day = forms.DateField(label=_("Day"), required=False)
    slot = forms.ChoiceField(label=_("Between"), choices=slots.CHOICES, required=False)
    note = forms.CharField(
        label=_("Which neighbour, or anything the driver should know"), max_length=300, required=False
    )

    def __init__(self, *args, kinds: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [c for c in DeliveryWish.Kind.choices if c[0] in kinds]
        self.fields["kind"].initial = kinds[0] if kinds else None
        if DeliveryWish.Kind.SLOT not in kinds:
            del self.fields["day"], self.fields["slot"]

    def clean(self) -> dict:
        cleaned = super().clean()
        day, slot = cleaned.pop("day", None), cleaned.pop("slot", "")
        if cleaned.get("kind") != DeliveryWish.Kind.SLOT:
            return cleaned
        today = timezone.localdate()
        if not day or not slot:
            self.add_error("day", _("Choose a day and a time."))
        elif not today < day <= today + datetime.timedelta(days=slots.DAYS_AHEAD):
            self.add_error("day", _("Choose a day within the next two weeks."))
        else:
            cleaned["start"], cleaned["end"] = slots.bounds(day, slot)
        return cleaned


class AnswerWishForm(Form):
    answer = forms.CharField(label=_("Answer that the customer reads"), max_length=300, required=False)


class DeclineWishForm(Form):
    answer = forms.CharField(label=_("Why not; the customer reads it"), max_length=300)


class ExceptionForm(Form):
    kind = forms.ChoiceField(label=_("What happened"), choices=DeliveryException.Kind.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class CountBackForm(Form):
    """For each line of the shipment how many pieces came back sound and how many damaged; the rest is missing."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args, lines: list[ExceptionLine], **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            for name in ("sound", "damaged"):
                self.fields[f"{name}-{line.order_line_id}"] = forms.IntegerField(
                    min_value=0, max_value=line.pieces, required=False, initial=0
                )

    def rows(self) -> list[tuple]:
        """(line, the field for sound pieces, the field for damaged ones)."""
        return [(x, self[f"sound-{x.order_line_id}"], self[f"damaged-{x.order_line_id}"]) for x in self.lines]

    def back(self) -> dict[int, Back]:
        """What was counted, by order line."""
        data = self.cleaned_data
        keys = [line.order_line_id for line in self.lines]
        return {key: Back(data[f"sound-{key}"] or 0, data[f"damaged-{key}"] or 0) for key in keys}


class ClaimForm(Form):
    amount = forms.DecimalField(label=_("Amount"), max_digits=14, decimal_places=2, min_value=0)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class ClaimAnswerForm(Form):
    paid = forms.DecimalField(
        label=_("Paid by the carrier"), max_digits=14, decimal_places=2, min_value=0, help_text=_("0: refused")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


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


class StationForm(ModelForm):
    class Meta:
        model = Station
        fields = ["name", "rank", "categories", "products", "minutes", "amber", "red", "recall", "active"]
        widgets = {"categories": forms.CheckboxSelectMultiple, "products": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["products"].queryset = Product.objects.filter(kind=Product.Kind.MADE, active=True).order_by("name")

    def clean(self) -> dict:
        data = super().clean()
        if data.get("amber") and data.get("red") and data["red"] < data["amber"]:
            self.add_error("red", _("Red comes after amber."))
        return data
