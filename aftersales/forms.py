"""What is typed about returns, tickets and feedback."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from aftersales.models import Return, ReturnLine, Ticket
from aftersales.queries import Returnable
from customers.models import Customer
from oms.forms import Form
from orders.models import Order, Payment

TEXT_LIMIT = 4000


def _words(label, **kwargs) -> forms.CharField:
    rows = kwargs.pop("rows", 4)
    return forms.CharField(label=label, max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class Pieces(forms.IntegerField):
    """A number of pieces; an empty box is none."""

    def __init__(self, label: str, most: int, initial: int = 0):
        widget = forms.NumberInput(attrs={"inputmode": "numeric"})
        super().__init__(label=label, min_value=0, max_value=most, initial=initial, widget=widget)

    def to_python(self, value) -> int:
        return super().to_python(value) or 0


class PiecesForm(Form):
    """A form with numbers of pieces per order line; `clean` hands them on as `{order_line_id: pieces}`."""

    def add_pieces(self, prefix: str, line_id: int, field: Pieces) -> None:
        self.fields[f"{prefix}_{line_id}"] = field

    def pieces(self, prefix: str) -> dict[int, int]:
        """The pieces typed under a prefix, without the zeros."""
        return {
            int(name.removeprefix(f"{prefix}_")): count
            for name, count in self.cleaned_data.items()
            if name.startswith(f"{prefix}_") and count
        }


class RequestReturnForm(PiecesForm):
    """A return as it is asked for, by the customer or by staff for her."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Return.Reason.choices, widget=forms.RadioSelect)
    wish = forms.ChoiceField(
        label=_("What would you like?"),
        choices=Return.Wish.choices,
        initial=Return.Wish.REFUND,
        widget=forms.RadioSelect,
    )
    note = _words(_("What happened"), required=False)

    def __init__(self, *args, lines: Iterable[Returnable], **kwargs):
        super().__init__(*args, **kwargs)
        for one in lines:
            label = " · ".join(filter(None, [one.line.name, one.line.spec]))
            self.add_pieces("line", one.line.pk, Pieces(label, one.left))
            self.fields[f"line_{one.line.pk}"].help_text = _("of %(count)s") % {"count": one.left}
        self.order_fields([name for name in self.fields if name.startswith("line_")])

    def clean(self) -> dict:
        pieces = self.pieces("line")
        if not pieces and not self.errors:
            raise ValidationError(_("Say which pieces are to come back."))
        return {
            "pieces": pieces,
            **{name: self.cleaned_data.get(name, "") for name in ("reason", "wish", "note")},
        }


class ApproveForm(Form):
    answer = _words(
        _("Answer to the customer"), required=False, help_text=_("Where to send the goods, and what follows.")
    )


class RejectForm(Form):
    answer = _words(_("Answer to the customer"), help_text=_("The reason, as the customer will read it."))


class LinesForm(PiecesForm):
    """A form over the lines of one return."""

    def __init__(self, *args, rma: Return, **kwargs):
        super().__init__(*args, **kwargs)
        for line in rma.lines.select_related("order_line"):
            self.add_line(line, f"{line.order_line.sku} · {line.order_line.name}")

    def add_line(self, line: ReturnLine, name: str) -> None:
        raise NotImplementedError


class ReceiveForm(LinesForm):
    """How many pieces of each line arrived; all that are still missing, as a start."""

    def add_line(self, line: ReturnLine, name: str) -> None:
        missing = line.quantity - line.received
        if missing:
            self.add_pieces("line", line.order_line_id, Pieces(name, missing, missing))

    def clean(self) -> dict:
        return {"pieces": self.pieces("line")}


class InspectForm(LinesForm):
    """How many of the pieces received are sound; all, as a start."""

    def add_line(self, line: ReturnLine, name: str) -> None:
        if left := line.uninspected:
            sound, scrapped = _("%(name)s: sound, back to stock"), _("%(name)s: scrapped")
            self.add_pieces("sound", line.order_line_id, Pieces(sound % {"name": name}, left, left))
            self.add_pieces("scrapped", line.order_line_id, Pieces(scrapped % {"name": name}, left))

    def clean(self) -> dict:
        return {"sound": self.pieces("sound"), "scrapped": self.pieces("scrapped")}


class RefundForm(Form):
    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.01"), max_digits=14, decimal_places=2)
    method = forms.ChoiceField(label=_("Method"), choices=Payment.Method.choices, initial=Payment.Method.TRANSFER)


class CloseForm(Form):
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class TicketForm(Form):
    """A conversation that staff opens for a customer who called or wrote."""

    about = forms.CharField(label=_("Order or customer number"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=Ticket.Kind.choices)
    subject = forms.CharField(label=_("Subject"), max_length=160)
    text = _words(_("What the customer said"))

    def clean_about(self) -> Order | Customer:
        number = self.cleaned_data["about"].strip()
        found = (
            Order.objects.select_related("customer").filter(number__iexact=number).first()
            or Customer.objects.filter(code__iexact=number).first()
        )
        if found is None:
            raise ValidationError(_("There is no order or customer with this number."))
        return found


class ReplyForm(Form):
    text = _words(_("Your answer"))


class AskForm(Form):
    """A customer's question about her order."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[(Ticket.Kind.INQUIRY, _("A question")), (Ticket.Kind.COMPLAINT, _("Something went wrong"))],
        initial=Ticket.Kind.INQUIRY,
        widget=forms.RadioSelect,
    )
    subject = forms.CharField(label=_("Subject"), max_length=160)
    text = _words(_("Your message"), rows=5)


class AnswerForm(Form):
    """A customer's next word in a conversation of hers."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=20)
    text = _words(_("Your message"), rows=3)


class RateForm(Form):
    rating = forms.TypedChoiceField(
        label=_("Rating"),
        coerce=int,
        choices=[
            (5, _("Very good")),
            (4, _("Good")),
            (3, _("All right")),
            (2, _("Poor")),
            (1, _("Very poor")),
        ],
        widget=forms.RadioSelect,
    )
    comment = _words(_("Anything you would like to tell us?"), required=False)
