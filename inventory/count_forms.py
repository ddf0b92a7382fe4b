"""What people type about transfers, counts and labels."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.forms import counted_lines
from inventory.labels import SIZES
from inventory.models import AbcClass, Count, CountPolicy, Product, Warehouse
from inventory.queries import scan
from inventory.services import MAX_PIECES
from oms.forms import Form, ModelForm

MOST_LINES = 500
MOST_LABELS = 2000
WAREHOUSES = Warehouse.objects.filter(active=True)


class GoodsField(forms.CharField):
    """Products and pieces, a line each; gives {product key: pieces}. What is scanned twice counts twice."""

    widget = forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: str) -> dict[int, int]:
        goods: dict[int, int] = {}
        for code, pieces in counted_lines(super().clean(value), default=1):
            found = scan(code)
            if found is None:
                raise forms.ValidationError(_("No product has the SKU or barcode %(code)s."), params={"code": code})
            goods[found.product.pk] = goods.get(found.product.pk, 0) + pieces * found.pieces
        return goods


class TransferForm(Form):
    source = forms.ModelChoiceField(label=_("From"), queryset=WAREHOUSES)
    target = forms.ModelChoiceField(label=_("To"), queryset=WAREHOUSES)
    lines = GoodsField(
        label=_("Products"),
        help_text=_("one on a line, SKU or barcode and pieces: TEA-1 12; a scanner adds one by one"),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean(self) -> dict:
        data = super().clean()
        if data.get("source") and data["source"] == data.get("target"):
            self.add_error("target", _("A transfer goes from one warehouse to another one."))
        return data


class SendForm(Form):
    """Asks for the numbers of pieces that are tracked so; for other goods there is nothing to fill in."""

    serials = forms.CharField(
        label=_("Serial numbers"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("one on a line")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        numbered = self.initial["transfer"].lines.filter(product__tracking=Product.Tracking.SERIAL)
        if not numbered.exists():
            del self.fields["serials"]

    def clean_serials(self) -> list[str]:
        return self.cleaned_data["serials"].split()


class ReasonForm(Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ArrivalForm(Form):
    """One scan of pieces that arrive."""

    code = forms.CharField(max_length=60, required=False)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MAX_PIECES, initial=1)


class CountForm(Form):
    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=WAREHOUSES)
    kind = forms.ChoiceField(label=_("Kind"), choices=Count.Kind.choices)
    classes = forms.MultipleChoiceField(
        label=_("Classes"),
        choices=AbcClass.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("of a cycle count: what is due in these classes"),
    )
    lines = forms.IntegerField(
        label=_("At most, products"), min_value=1, max_value=MOST_LINES, help_text=_("of a cycle count")
    )
    mode = forms.ChoiceField(
        label=_("Meanwhile"),
        choices=Count.Mode.choices,
        help_text=_("goods that stand still can be promised, but not received, moved or shipped"),
    )
    threshold = forms.DecimalField(
        label=_("Count again over a difference of, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    blind = forms.BooleanField(
        label=_("Blind"), required=False, help_text=_("whoever counts does not see how many are expected")
    )


class FinishForm(Form):
    rest_is_zero = forms.BooleanField(label=_("What nobody counted is not there: 0 pieces"), required=False)


class FoundForm(Form):
    """One scan of a count: a code, with a number of pieces when one was typed."""

    code = forms.CharField(max_length=60)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=0, max_value=MAX_PIECES, required=False)
    each = forms.BooleanField(required=False)


class CountPolicyForm(ModelForm):
    class Meta:
        model = CountPolicy
        fields = ["a_days", "b_days", "c_days", "period_days", "threshold"]


class LabelKind(models.TextChoices):
    PRODUCT = "product", _("product labels")
    BIN = "bin", _("bin labels")


class LabelForm(Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=LabelKind.choices)
    what = forms.CharField(
        label=_("Products or bins"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("one on a line, with the number of labels: TEA-1 12"),
    )
    size = forms.ChoiceField(label=_("Size"), choices=[(name, size.label) for name, size in SIZES.items()])

    def clean(self) -> dict:
        data = super().clean()
        if "what" in data:
            data["what"] = counted_lines(data["what"], default=1)
            if sum(copies for _code, copies in data["what"]) > MOST_LABELS:
                raise forms.ValidationError(
                    _("At most %(limit)s labels can be printed at once."), params={"limit": MOST_LABELS}
                )
            if data.get("kind") == LabelKind.PRODUCT:
                data["what"] = [(self._product(code), copies) for code, copies in data["what"]]
            elif not all(code.isascii() for code, _copies in data["what"]):
                raise forms.ValidationError(_("A barcode holds letters without accents, digits and signs only."))
        return data

    def _product(self, code: str) -> Product:
        found = scan(code)
        if found is None:
            raise forms.ValidationError(_("No product has the SKU or barcode %(code)s."), params={"code": code})
        return found.product
