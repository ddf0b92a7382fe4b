"""What people type about products and stock."""

from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, Product, Stock, Supplier, Warehouse
from inventory.queries import product_by_code
from inventory.services import MAX_PIECES
from oms.forms import Form, ModelForm

PRICES = ("price", "floor_price", "cost")


def short(amount: Decimal) -> str:
    """An amount for typing: two decimals, more only when they say something."""
    return f"{amount:.2f}" if amount == round(amount, 2) else f"{amount.normalize():f}"


class ProductForm(ModelForm):
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
            "weight_g",
            "image",
            "active",
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

    def clean(self) -> dict:
        data = super().clean()
        if data.get("price") is not None and (data.get("floor_price") or 0) > data["price"]:
            self.add_error("floor_price", _("The price floor is above the price."))
        return data


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

    def clean_code(self) -> Product:
        product = product_by_code(self.cleaned_data["code"])
        if product is None:
            raise forms.ValidationError(_("No product has this SKU or barcode."))
        return product


class AdjustForm(Form):
    change = forms.IntegerField(
        label=_("Correction"),
        min_value=-MAX_PIECES,
        max_value=MAX_PIECES,
        help_text=_("in pieces: 3 when there are three more, -3 when there are three fewer"),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean_change(self) -> int:
        if not self.cleaned_data["change"]:
            raise forms.ValidationError(_("A correction of 0 pieces corrects nothing."))
        return self.cleaned_data["change"]


class PlaceForm(ModelForm):
    class Meta:
        model = Stock
        fields = ["bin", "alert_line"]


class HandleForm(Form):
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("what was done, such as an order number")
    )


class WarehouseForm(ModelForm):
    class Meta:
        model = Warehouse
        fields = ["code", "name", "address", "rank", "active"]
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"rank": _("the lowest one serves first")}


class SupplierForm(ModelForm):
    class Meta:
        model = Supplier
        fields = ["name", "email", "phone", "lead_time_days"]


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
