"""What people type about products and stock."""

from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from inventory.barcodes import check_digit, is_mistyped
from inventory.models import Category, Family, Holding, Product, ProductImage, Stock, Supplier, TaxClass, Warehouse
from inventory.queries import product_by_code
from inventory.services import MAX_PIECES
from oms.forms import DayInput, Form, ModelForm

DEFAULTED = ("weight_g", "length_mm", "width_mm", "height_mm", "pack_size", "kind", "tracking")
PRICES = ("price", "floor_price", "cost")


def short(amount: Decimal) -> str:
    """An amount for typing: two decimals, more only when they say something."""
    return f"{amount:.2f}" if amount == round(amount, 2) else f"{amount.normalize():f}"


def sound_barcode(code: str) -> str:
    """The code; ValidationError when its check digit says that it was mistyped."""
    code = code.strip()
    if is_mistyped(code):
        raise forms.ValidationError(
            _("%(code)s is mistyped: its check digit would be %(digit)s."),
            params={"code": code, "digit": check_digit(code[:-1])},
        )
    return code


def counted_lines(text: str, *, default: int) -> list[tuple[str, int]]:
    """(what, how many) of each line: the last word is the number when it is a small one and not alone."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        what, _space, count = line.rpartition(" ")
        alone = not what or not count.isdecimal()
        if not alone and not 1 <= int(count[:10]) <= MAX_PIECES:
            raise forms.ValidationError(_("%(line)s: the number of pieces is out of range."), params={"line": line})
        found.append((line, default) if alone else (what.strip(), int(count)))
    return found


class ProductForm(ModelForm):
    attributes = forms.CharField(
        label=_("Attributes"), required=False, max_length=200, help_text=_("such as Size: M; Colour: red")
    )
    barcodes = forms.CharField(
        label=_("Further barcodes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("one on a line, with the number of pieces when it is a carton's: 4006381333931 12"),
    )
    parts = forms.CharField(
        label=_("Parts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("one on a line, SKU and pieces: BOX-1 2"),
    )

    class Meta:
        model = Product
        fields = [
            "sku",
            "name",
            "barcode",
            "category",
            "supplier",
            "spec",
            "unit",
            "price",
            "floor_price",
            "cost",
            "tax_rate",
            "tax_class",
            "weight_g",
            "length_mm",
            "width_mm",
            "height_mm",
            "pack_size",
            "kind",
            "tracking",
            "family",
            "attributes",
            "ask_for",
            "successor",
            "image",
            "active",
            "in_shop",
        ]
        widgets = {"image": forms.FileInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in (*PRICES, "tax_rate"):
            self.fields[name].validators.append(MinValueValidator(0))
        self.fields["tax_rate"].validators.append(MaxValueValidator(Decimal("99.99")))
        for name in PRICES:
            if isinstance(self.initial.get(name), Decimal):
                self.initial[name] = short(self.initial[name])
        for name in DEFAULTED:
            self.fields[name].required = False
        product = self.instance
        self.fields["successor"].queryset = Product.objects.exclude(pk=product.pk)
        self.initial["attributes"] = "; ".join(f"{name}: {value}" for name, value in product.attributes.items())
        if product.pk:
            self.initial["barcodes"] = "\n".join(f"{b.code} {b.pieces}" for b in product.barcodes.all())
            parts = product.components.select_related("part")
            self.initial["parts"] = "\n".join(f"{c.part.sku} {c.quantity}" for c in parts)

    def clean_barcode(self) -> str:
        return sound_barcode(self.cleaned_data["barcode"])

    def clean_attributes(self) -> dict[str, str]:
        written = self.cleaned_data["attributes"].replace("；", ";").replace("：", ":")
        pairs = [pair.partition(":") for pair in written.split(";") if pair.strip()]
        if not all(name.strip() and value.strip() for name, _colon, value in pairs):
            raise forms.ValidationError(_("Write each attribute as name and value: Size: M; Colour: red."))
        return {name.strip(): value.strip() for name, _colon, value in pairs}

    def clean_barcodes(self) -> dict[str, int]:
        return {sound_barcode(code): pieces for code, pieces in counted_lines(self.cleaned_data["barcodes"], default=1)}

    def clean_parts(self) -> dict[int, int]:
        parts: dict[int, int] = {}
        for sku, pieces in counted_lines(self.cleaned_data["parts"], default=1):
            part = product_by_code(sku)
            if part is None:
                raise forms.ValidationError(_("There is no product with the SKU %(sku)s."), params={"sku": sku})
            parts[part.pk] = parts.get(part.pk, 0) + pieces
        return parts

    def clean(self) -> dict:
        data = super().clean()
        for name in DEFAULTED:
            if name in data and data[name] in (None, ""):
                data[name] = Product._meta.get_field(name).default
        if data.get("price") is not None and (data.get("floor_price") or 0) > data["price"]:
            self.add_error("floor_price", _("The price floor is above the price."))
        return data


class PictureForm(ModelForm):
    class Meta:
        model = ProductImage
        fields = ["image", "alt"]
        widgets = {"image": forms.FileInput}


class DescribePictureForm(ModelForm):
    class Meta:
        model = ProductImage
        fields = ["alt"]


class ReceiveForm(Form):
    """A blind receipt: what came in is counted without knowing what was expected."""

    code = forms.CharField(
        label=_("SKU or barcode"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MAX_PIECES)
    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.filter(active=True))
    paper = forms.CharField(
        label=_("Delivery note"), max_length=200, required=False, help_text=_("number or remark, kept in the ledger")
    )

    bin = forms.CharField(label=_("Bin"), max_length=20, required=False, help_text=_("empty: the product's own bin"))
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False)
    expires = forms.DateField(label=_("Expires"), required=False)
    serials = forms.CharField(
        label=_("Serial numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("one on a line"),
    )

    def clean_bin(self) -> str | None:
        return self.cleaned_data["bin"].strip() or None

    def clean_serials(self) -> list[str]:
        return self.cleaned_data["serials"].split()

    def clean_code(self) -> Product:
        product = product_by_code(self.cleaned_data["code"])
        if product is None:
            raise forms.ValidationError(_("No product has this SKU or barcode."))
        return product


class HoldingChoice(forms.ModelChoiceField):
    """A place where pieces of a stock row lie."""

    def label_from_instance(self, holding: Holding) -> str:
        lot = _("lot %(lot)s") % {"lot": holding.lot} if holding.lot else ""
        blocked = _("%(count)s blocked") % {"count": holding.quarantined} if holding.quarantined else ""
        return " · ".join(map(str, filter(None, [holding.bin or _("no bin"), lot, str(holding.pieces), blocked])))


class PlacedForm(Form):
    """Asks where pieces lie; gives `bin` and `lot`, None for what expires first. The stock row comes as initial."""

    place = HoldingChoice(
        label=_("Where"), queryset=Holding.objects.none(), required=False, empty_label=_("what expires first")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = self.initial["stock"].lying()

    def clean(self) -> dict:
        data = super().clean()
        place = data.pop("place", None)
        return data | {"bin": place.bin if place else None, "lot": place.lot if place else None}


class PiecesForm(PlacedForm):
    """Some pieces, from somewhere, for a reason."""

    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MAX_PIECES)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    field_order = ["quantity", "place", "reason"]


class PutAwayForm(Form):
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MAX_PIECES)
    place = HoldingChoice(label=_("From"), queryset=Holding.objects.none(), empty_label=None)
    target = forms.CharField(label=_("To bin"), max_length=20, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = self.initial["stock"].lying()

    def clean(self) -> dict:
        data = super().clean()
        place = data.pop("place", None)
        return data | ({"source": place.bin, "lot": place.lot} if place else {})


class AssembleForm(Form):
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MAX_PIECES)


class DayForm(forms.Form):
    """A day in the past, in the address."""

    day = forms.DateField(label=_("At the end of"), required=False, widget=DayInput)


class AdjustForm(PlacedForm):
    change = forms.IntegerField(
        label=_("Correction"),
        min_value=-MAX_PIECES,
        max_value=MAX_PIECES,
        help_text=_("in pieces: 3 when there are three more, -3 when there are three fewer"),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
    field_order = ["change", "place", "reason"]

    def clean_change(self) -> int:
        if not self.cleaned_data["change"]:
            raise forms.ValidationError(_("A correction of 0 pieces corrects nothing."))
        return self.cleaned_data["change"]


class PlaceForm(ModelForm):
    class Meta:
        model = Stock
        fields = ["bin", "alert_line", "kept"]


class HandleForm(Form):
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("what was done, such as an order number")
    )


class WarehouseForm(ModelForm):
    class Meta:
        model = Warehouse
        fields = ["code", "name", "address", "serves", "cost", "rank", "active"]
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"rank": _("the lowest one serves first")}


class SupplierForm(ModelForm):
    class Meta:
        model = Supplier
        fields = ["name", "email", "phone", "language", "lead_time_days", "minimum_value", "order_cost"]


class CategoryForm(ModelForm):
    class Meta:
        model = Category
        fields = ["name", "parent"]

    def clean_parent(self) -> Category | None:
        above = self.cleaned_data["parent"]
        while above and self.instance.pk:
            if above.pk == self.instance.pk:
                raise forms.ValidationError(_("A category cannot stand inside itself."))
            above = above.parent
        return self.cleaned_data["parent"]


class FamilyForm(ModelForm):
    class Meta:
        model = Family
        fields = ["name"]


class TaxClassForm(ModelForm):
    class Meta:
        model = TaxClass
        fields = ["name", "rate"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rate"].validators += [MinValueValidator(0), MaxValueValidator(Decimal("99.99"))]
