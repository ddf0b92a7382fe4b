"""What is typed at the order desk."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Customer
from customers.queries import SEPARATOR, find_customer, search_customers
from inventory.models import Warehouse
from oms.forms import Form, ModelForm
from orders.checks import CHECKS, mode_of
from orders.composing import ADDRESS, Asked, Request
from orders.models import Order, OrderLine, OrderPolicy, Payment
from orders.reasons import hold_label
from orders.services import why_not_merge
from orders.tags import read_tags

SUGGESTIONS = 6


class OrderForm(Form):
    """The head of a new order; the lines are read by `read_lines`."""

    customer = forms.CharField(label=gettext_lazy("Customer"), max_length=200)
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
    payment_terms = forms.ChoiceField(
        label=gettext_lazy("Payment terms"),
        choices=[("", gettext_lazy("not agreed")), *Order.Terms.choices],
        required=False,
    )
    promotion_code = forms.CharField(label=gettext_lazy("Promotion code"), max_length=40, required=False)
    urgent = forms.BooleanField(label=gettext_lazy("Urgent"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    keep_address = forms.BooleanField(
        label=gettext_lazy("Keep this address in the customer's address book"), required=False
    )

    def clean_requested_date(self) -> datetime.date | None:
        """A day that is not over yet."""
        day = self.cleaned_data["requested_date"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        return day

    def clean_customer(self) -> Any:
        """The customer that the text means."""
        text = self.cleaned_data["customer"]
        customer = find_customer(text)
        if customer:
            return customer
        like = search_customers(text, SUGGESTIONS)
        if not like:
            raise forms.ValidationError(_("There is no such customer. Look for another word, or make a new one."))
        raise forms.ValidationError(
            _("Which one? %(customers)s") % {"customers": "; ".join(f"{c.code}{SEPARATOR}{c.name}" for c in like)}
        )

    def request(self, lines: list[Asked]) -> Request:
        """The order as asked for; as far as it makes sense when something is missing, for a preview."""
        data = self.cleaned_data
        kept = ("requested_date", "warehouse", "reference", "urgent", "note", "phone", "promotion_code")
        return Request(
            customer=data.get("customer") or Customer(),
            lines=lines,
            address={name: data.get(name, "") for name in ADDRESS},
            **{name: data[name] for name in kept if name in data},
        )


class HoldForm(Form):
    note = forms.CharField(label=gettext_lazy("Why"), max_length=300)
    due_on = forms.DateField(label=gettext_lazy("To be decided by"), required=False)
    frees_stock = forms.BooleanField(
        label=gettext_lazy("Free its stock for other orders"),
        required=False,
        help_text=gettext_lazy("Released, the order gets what stock there is then."),
    )


class TagForm(Form):
    tags = forms.CharField(
        label=gettext_lazy("Tags"), max_length=400, help_text=gettext_lazy("Several are separated by commas.")
    )

    def clean_tags(self) -> list[str]:
        """The tags one by one."""
        tags = read_tags(self.cleaned_data["tags"])
        if not tags:
            raise forms.ValidationError(_("Name at least one tag."))
        return tags


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


class ChangeForm(Form):
    """The head of an order that is changed; its lines are read by `read_change`."""

    ship_name = forms.CharField(label=gettext_lazy("Recipient"), max_length=160, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    line1 = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    line2 = forms.CharField(label=gettext_lazy("Address, second line"), max_length=200, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=100, required=False)
    region = forms.CharField(label=gettext_lazy("Province or region"), max_length=100, required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=20, required=False)
    country = forms.CharField(label=gettext_lazy("Country"), max_length=60, required=False)
    requested_date = forms.DateField(label=gettext_lazy("Wanted on"), required=False)
    urgent = forms.BooleanField(label=gettext_lazy("Urgent"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


def with_pieces(data: dict) -> dict:
    """The cleaned data with its fields `line_…` as `pieces`, {line: count}."""
    pieces = {int(name.removeprefix("line_")): data.pop(name) or 0 for name in list(data) if name[:5] == "line_"}
    return data | {"pieces": pieces}


class PiecesForm(ReasonForm):
    """A number of pieces of each line, {line: count}; the order comes as initial."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        below = {name: self.fields.pop(name) for name in list(self.fields)}
        self.limits = {str(line.pk): self.limit(line) for line in self.initial["order"].lines.all()}
        for line in self.initial["order"].lines.all():
            if self.limits[str(line.pk)]:
                self.fields[f"line_{line.pk}"] = forms.IntegerField(
                    label=f"{line.sku} {line.name}",
                    min_value=0,
                    max_value=self.limits[str(line.pk)],
                    initial=0,
                    required=False,
                    help_text=_("of %(count)s") % {"count": self.limits[str(line.pk)]},
                )
        self.fields |= below

    def limit(self, line: OrderLine) -> int:
        """How many pieces of a line may be named."""
        raise NotImplementedError

    def clean(self) -> dict:
        return with_pieces(super().clean())


class SplitForm(PiecesForm):
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.filter(active=True),
        label=gettext_lazy("Served by"),
        required=False,
        empty_label=gettext_lazy("the same warehouse"),
    )

    def limit(self, line: OrderLine) -> int:
        return line.left - line.picked


class ReshipForm(PiecesForm):
    def limit(self, line: OrderLine) -> int:
        return line.shipped


class CreditForm(Form):
    """Which pieces of an invoice are taken back, {line: count}; the invoice comes as initial."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for line in self.initial["invoice"].lines:
            self.fields[f"line_{line['line']}"] = forms.IntegerField(
                label=f"{line['sku']} {line['name']}",
                min_value=0,
                max_value=line["quantity"],
                initial=line["quantity"],
                required=False,
                help_text=_("of %(count)s") % {"count": line["quantity"]},
            )
        self.fields["reason"] = forms.CharField(label=_("Reason"), max_length=300)

    def clean(self) -> dict:
        return with_pieces(super().clean())


class MergeForm(Form):
    """Another open order of the same customer; those that cannot be merged are listed with the reason."""

    other = forms.ModelChoiceField(
        Order.objects.none(), label=gettext_lazy("Merge with"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        order = self.initial["order"]
        open_orders = Order.objects.filter(customer=order.customer_id, status__in=["placed", "confirmed"])
        others = list(open_orders.exclude(pk=order.pk).prefetch_related("lines")[:SUGGESTIONS])
        problems = {other: why_not_merge(order, other) for other in others}
        possible = [other.pk for other in others if not problems[other]]
        self.fields["other"].queryset = Order.objects.filter(pk__in=possible)
        refused = [f"{other.number}: {problem}" for other, problem in problems.items() if problem]
        self.fields["other"].help_text = " ".join(refused) or ("" if others else _("There is no other open order."))


CHECK_MODES = [
    ("hold", gettext_lazy("holds the order")),
    ("warn", gettext_lazy("only warns")),
    ("off", gettext_lazy("is off")),
]


class PolicyForm(ModelForm):
    working_days = forms.MultipleChoiceField(
        label=gettext_lazy("Working days"),
        choices=[(str(day + 1), name) for day, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    handling_days = forms.IntegerField(
        label=gettext_lazy("Handling, working days"),
        min_value=0,
        max_value=60,
        help_text=gettext_lazy("From the order to the parcel leaving the house; 0 means the same day."),
    )
    transit_days = forms.IntegerField(
        label=gettext_lazy("Transit, days"),
        min_value=0,
        max_value=120,
        help_text=gettext_lazy("From the house to the customer's door."),
    )
    key_importance = forms.IntegerField(
        label=gettext_lazy("Key customers have an importance of"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("From this importance of a tier, a customer may have what is kept for key customers."),
    )
    unpaid_hours = forms.IntegerField(
        label=gettext_lazy("Unpaid orders of the order page keep stock for, hours"),
        min_value=0,
        max_value=2000,
        help_text=gettext_lazy("0: until somebody decides."),
    )
    return_days = forms.IntegerField(
        label=gettext_lazy("Returns accepted for, days"),
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy("Counted from the delivery."),
    )

    class Meta:
        model = OrderPolicy
        fields = [
            "auto_confirm",
            "cut_off",
            "handling_days",
            "transit_days",
            "working_days",
            "allocation",
            "approval_from",
            "duplicate_hours",
            "prices_include_tax",
            "shipping_fee",
            "shipping_tax_rate",
            "free_shipping_from",
            "key_importance",
            "unpaid_hours",
            "return_days",
        ]
        widgets = {"cut_off": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["working_days"] = list(self.instance.working_days)
        for check in CHECKS:
            name = check.__name__
            self.fields[f"check_{name}"] = forms.ChoiceField(
                label=gettext_lazy("Check: %(name)s") % {"name": hold_label(name)},
                choices=CHECK_MODES,
                initial=mode_of(name, self.instance.checks),
            )

    def clean(self) -> dict:
        data = super().clean()
        names = [check.__name__ for check in CHECKS]
        data["checks"] = {name: data.pop(f"check_{name}") for name in names if f"check_{name}" in data}
        return data

    def clean_working_days(self) -> str:
        """The days as the calendar reads them: "12345"."""
        return "".join(sorted(self.cleaned_data["working_days"]))


class TrackForm(Form):
    """A customer's own words for her order."""

    number = forms.CharField(
        label=gettext_lazy("Order number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "placeholder": "SO…"}),
    )
    contact = forms.CharField(
        label=gettext_lazy("E-mail, or the last four digits of your phone"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
    )
