"""What people type about purchase orders, their receipts and suppliers' terms."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from inventory.forms import short
from inventory.models import Product, PurchaseLine, PurchaseOrder, Stock, Supplier, SupplierItem, Warehouse
from inventory.queries import product_by_code, scan
from inventory.services import MAX_PIECES, Details, Wanted
from oms.forms import Form, ModelForm

SPARE_ROWS = 5
LOWEST_SERVICE = 50
MAX_LINES = 500
MAX_COST = Decimal(10) ** 9


@dataclass
class Row:
    """One line of the grid as it was typed, and what is wrong with it."""

    sku: str = ""
    quantity: str = ""
    cost: str = ""
    name: str = ""
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.sku or self.quantity or self.cost)


class PurchaseForm(Form):
    """The head of a purchase order and its lines, which come as columns: `sku`, `quantity`, `cost`."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.all())
    warehouse = forms.ModelChoiceField(label=_("Deliver to"), queryset=Warehouse.objects.filter(active=True))
    expected = forms.DateField(
        label=_("Expected"),
        required=False,
        help_text=_("empty: after the supplier's lead time"),
        widget=forms.DateInput,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("printed on the purchase order"),
    )

    def __init__(self, *args, purchase: PurchaseOrder | None = None, prefilled: Iterable[Row] = (), **kwargs):
        super().__init__(*args, **kwargs)
        if purchase:
            prefilled = [
                Row(line.product.sku, str(line.ordered), short(line.cost), line.product.name)
                for line in purchase.lines.select_related("product")
            ]
        self.rows = self._typed() if self.is_bound else list(prefilled)

    @property
    def grid(self) -> list[Row]:
        """The rows to draw, with some empty ones at the end."""
        return [*self.rows, *(Row() for _spare in range(SPARE_ROWS))]

    def _typed(self) -> list[Row]:
        columns = [self.data.getlist(name) for name in ("sku", "quantity", "cost")]
        rows = [Row(*(text.strip()[:60] for text in typed)) for typed in zip(*columns, strict=False)]
        return [row for row in rows if not row.is_empty][:MAX_LINES]

    def clean(self) -> dict:
        data = super().clean()
        lines = [self._line(row) for row in self.rows]
        if not self.rows:
            self.add_error(None, _("A purchase order needs at least one line."))
        if any(row.error for row in self.rows):
            self.add_error(None, _("Some lines are not right; look at the notes beside them."))
        return data | {"lines": lines}

    def _line(self, row: Row) -> Wanted | None:
        product = product_by_code(row.sku)
        if product is None:
            row.error = translated("No product has this SKU or barcode.")
            return None
        row.sku, row.name = product.sku, product.name
        count = row.quantity.replace(",", "")
        if not count.isdecimal() or not 1 <= int(count[:10]) <= MAX_PIECES:
            row.error = translated("Enter a whole number of pieces.")
            return None
        try:
            cost = _cost(row.cost)
        except InvalidOperation:
            row.error = translated("Enter a price such as 4.20, or leave it empty for the supplier's.")
            return None
        return Wanted(product, int(count), cost)


def _cost(text: str) -> Decimal | None:
    """The cost that was typed; None for nothing; InvalidOperation for what is no cost."""
    if not text:
        return None
    cost = Decimal(text.replace(",", ""))
    if not cost.is_finite() or not 0 <= cost < MAX_COST:
        raise InvalidOperation
    return cost.quantize(Decimal("0.0001"))


class ExpectForm(Form):
    expected = forms.DateField(label=_("Expected"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean_expected(self) -> datetime.date:
        if self.cleaned_data["expected"] < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        return self.cleaned_data["expected"]


class WhyForm(Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class SnoozeForm(Form):
    until = forms.DateField(label=_("Asleep until"))
    take_over = forms.BooleanField(label=_("I take care of it"), required=False, initial=True)

    def clean_until(self) -> datetime.date:
        if self.cleaned_data["until"] <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day after today."))
        return self.cleaned_data["until"]


class ReorderForm(ModelForm):
    class Meta:
        model = Stock
        fields = ["alert_line_by_hand", "service_level"]

    def clean_service_level(self) -> Decimal | None:
        level = self.cleaned_data["service_level"]
        if level is not None and level < LOWEST_SERVICE:
            raise forms.ValidationError(_("A service level is between 50 and 99.99 %."))
        return level


class DeliveryForm(Form):
    """What came of the open lines of a purchase order: `pieces_<line>`, and lot or serial numbers where tracked."""

    paper = forms.CharField(
        label=_("Delivery note"), max_length=200, required=False, help_text=_("number or remark, kept in the ledger")
    )

    def __init__(self, *args, lines: Iterable[PurchaseLine], **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self._add(line)

    def _add(self, line: PurchaseLine) -> None:
        keyed = {"inputmode": "numeric", "autocomplete": "off", "data-pieces": line.pk}
        self.fields[f"pieces_{line.pk}"] = forms.IntegerField(
            label=translated("Pieces of %(sku)s") % {"sku": line.product.sku},
            required=False,
            min_value=0,
            max_value=MAX_PIECES,
            widget=forms.NumberInput(attrs=keyed),
        )
        if line.product.tracking == Product.Tracking.LOT:
            self.fields[f"lot_{line.pk}"] = forms.CharField(label=_("Lot"), required=False, max_length=40)
            self.fields[f"expires_{line.pk}"] = forms.DateField(label=_("Expires"), required=False)
            self.fields[f"expires_{line.pk}"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        if line.product.tracking == Product.Tracking.SERIAL:
            self.fields[f"serials_{line.pk}"] = forms.CharField(
                label=_("Serial numbers"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("one on a line"),
            )

    def rows(self) -> list[tuple]:
        """(line, field of pieces, its codes, further fields) for the template."""
        return [
            (line, self[f"pieces_{line.pk}"], _codes(line.product), [self[name] for name in self._extra(line)])
            for line in self.lines
        ]

    def _extra(self, line: PurchaseLine) -> list[str]:
        names = (f"{kind}_{line.pk}" for kind in ("lot", "expires", "serials"))
        return [name for name in names if name in self.fields]

    def scanned(self, code: str) -> PurchaseLine | None:
        """The awaited line that a scanned code belongs to, with `pieces` of the code; None when it is none."""
        found = scan(code)
        line = next((line for line in self.lines if found and line.product_id == found.product.pk), None)
        if line:
            line.pieces = found.pieces
        return line

    @property
    def pieces(self) -> dict[int, int]:
        """{line key: pieces} as typed."""
        return {line.pk: self.cleaned_data.get(f"pieces_{line.pk}") or 0 for line in self.lines}

    @property
    def details(self) -> dict[int, Details]:
        """What was typed about tracked products, by line key."""
        given = self.cleaned_data
        return {
            line.pk: Details(
                given.get(f"lot_{line.pk}", ""),
                given.get(f"expires_{line.pk}"),
                given.get(f"serials_{line.pk}", "").split(),
            )
            for line in self.lines
            if self._extra(line)
        }


def _codes(product: Product) -> str:
    """Every code that a scanner may send for it, as "code pieces" divided by |; barcodes are prefetched."""
    codes = [(product.sku.lower(), 1), (product.barcode, 1), *((b.code, b.pieces) for b in product.barcodes.all())]
    return "|".join(f"{code} {pieces}" for code, pieces in codes if code)


class SupplierItemForm(ModelForm):
    class Meta:
        model = SupplierItem
        fields = ["supplier_sku", "price", "minimum", "pack_size", "lead_time_days", "preferred"]


class NewSupplierItemForm(SupplierItemForm):
    code = forms.CharField(label=_("SKU or barcode"), max_length=60)
    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.all())
    field_order = ["supplier", "code"]

    def clean_code(self) -> Product:
        product = product_by_code(self.cleaned_data["code"])
        if product is None:
            raise forms.ValidationError(_("No product has this SKU or barcode."))
        return product
