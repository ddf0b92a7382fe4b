"""What is typed at the order desk."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Product, Warehouse
from oms.forms import Form, ModelForm
from orders import queries
from orders.composing import ADDRESS, Asked, Request
from orders.models import OrderPolicy, Payment
from orders.services.placing import MAX_QUANTITY


class OrderForm(Form):
    """The head of a new order; the lines are read by `read_lines`."""

    customer = forms.CharField(label=gettext_lazy("Customer"), max_length=160)
    ship_name = forms.CharField(label=gettext_lazy("Recipient"), max_length=160, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    line1 = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    line2 = forms.CharField(label=gettext_lazy("Address, second line"), max_length=200, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=100, required=False)
    region = forms.CharField(label=gettext_lazy("Province or region"), max_length=100, required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=20, required=False)
    country = forms.CharField(label=gettext_lazy("Country"), max_length=60, required=False)
    requested_date = forms.DateField(label=gettext_lazy("Wanted on"), required=False)
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.filter(active=True),
        label=gettext_lazy("Warehouse"),
        required=False,
        empty_label=gettext_lazy("chosen by stock"),
    )
    reference = forms.CharField(label=gettext_lazy("Customer's reference"), max_length=80, required=False)
    urgent = forms.BooleanField(label=gettext_lazy("Urgent"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_customer(self) -> Any:
        """The customer that the text means."""
        customer = queries.find_customer(self.cleaned_data["customer"])
        if customer is None:
            raise forms.ValidationError(
                _("No single customer is meant by this. Choose one from the list, or make a new one.")
            )
        return customer

    def request(self, lines: list[Asked]) -> Request:
        """The order as asked for."""
        data = self.cleaned_data
        kept = ("customer", "requested_date", "warehouse", "reference", "urgent", "note", "phone")
        return Request(
            lines=lines, address={name: data[name] for name in ADDRESS}, **{name: data[name] for name in kept}
        )


@dataclass
class TypedLine:
    """A row of the grid as typed, what it means, and what is wrong with it."""

    sku: str
    quantity: str
    price: str
    product: Product | None = None
    count: int = 0
    unit_price: Decimal | None = None
    error: str = ""

    @property
    def blank(self) -> bool:
        return not (self.sku or self.price)


def read_lines(post: QueryDict, *, may_price: bool) -> list[TypedLine]:
    """The rows that were filled in, in one query; a price is only heard from those who may give one."""
    columns = [post.getlist(name) for name in ("sku", "quantity", "price")]
    height = max(map(len, columns), default=0)
    cells = [(column + [""] * height)[:height] for column in columns]
    typed = [TypedLine(*(text.strip() for text in row)) for row in zip(*cells, strict=True)]
    typed = [line for line in typed if not line.blank]
    products = _products({line.sku for line in typed})
    for line in typed:
        line.product = products.get(line.sku.casefold())
        line.error = _problem(line, may_price)
    return typed


def _products(texts: set[str]) -> dict[str, Product]:
    """Products by SKU or bar code, as typed, without regard to case."""
    wanted = [text for text in texts if text] + [text.upper() for text in texts if text]
    found = list(Product.objects.filter(sku__in=wanted)) + list(Product.objects.filter(barcode__in=wanted))
    return {key.casefold(): product for product in reversed(found) for key in (product.barcode, product.sku) if key}


def _problem(line: TypedLine, may_price: bool) -> str:
    if line.product is None:
        return _("There is no product %(sku)s.") % {"sku": line.sku}
    if not line.product.active:
        return _("%(sku)s is no longer sold.") % {"sku": line.sku}
    if not line.quantity.isdecimal() or not 1 <= int(line.quantity) <= MAX_QUANTITY:
        return _("The quantity must be a whole number between 1 and %(limit)s.") % {"limit": f"{MAX_QUANTITY:,}"}
    line.count = int(line.quantity)
    if not line.price:
        return ""
    if not may_price:
        return _("You may not change prices.")
    return _read_price(line)


def _read_price(line: TypedLine) -> str:
    try:
        line.unit_price = Decimal(line.price)
    except InvalidOperation:
        return _("%(price)s is not a price.") % {"price": line.price}
    if not line.unit_price.is_finite() or line.unit_price < 0 or line.unit_price.as_tuple().exponent < -4:
        return _("%(price)s is not a price.") % {"price": line.price}
    return ""


class HoldForm(Form):
    note = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class ReleaseForm(Form):
    note = forms.CharField(label=gettext_lazy("Why it may go on"), max_length=300, required=False)


class CancelForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("The customer reads this.")
    )


class PaymentForm(Form):
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14, decimal_places=2)
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=Payment.Method.choices)
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=80, required=False)


class PolicyForm(ModelForm):
    class Meta:
        model = OrderPolicy
        fields = ["auto_confirm", "cut_off", "handling_days", "transit_days", "working_days", "return_days"]
        widgets = {"cut_off": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}


class TrackForm(Form):
    """A customer's own words for her order."""

    number = forms.CharField(label=gettext_lazy("Order number"), max_length=20)
    contact = forms.CharField(label=gettext_lazy("E-mail, or the last four digits of your phone"), max_length=254)
