"""Giving stock that one order holds to another."""

from dataclasses import dataclass

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from oms import formats
from oms.forms import Form, FormPage
from orders import queries, services
from orders.models import Order, OrderLine
from orders.services.promising import dates_of

CANDIDATES = 12


@dataclass(frozen=True)
class Candidate:
    """An order that lacks pieces, and what it could be promised with them."""

    line: OrderLine
    before: str
    after: str

    def __str__(self) -> str:
        words = translated("%(order)s, %(customer)s: lacks %(short)s, promised for %(before)s, then for %(after)s")
        return words % {
            "order": self.line.order.number,
            "customer": self.line.order.customer.name,
            "short": self.line.short,
            "before": self.before,
            "after": self.after,
        }


def _candidate(line: OrderLine) -> Candidate:
    order, lines = line.order, list(line.order.lines.all())
    for other in lines:
        if other.pk == line.pk:
            other.reserved += other.short
    before = formats.day(order.promised_date) if order.promised_date else "–"
    return Candidate(line, before, formats.day(dates_of(order, lines).deliver_by))


class MoveForm(Form):
    target = forms.ChoiceField(label=_("To the order"), widget=forms.RadioSelect)
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.candidates = {str(c.line.pk): c for c in self.initial["candidates"]}
        self.fields["target"].choices = list(self.candidates.items())

    def clean_target(self) -> OrderLine:
        return self.candidates[self.cleaned_data["target"]].line


class MoveClaim(FormPage):
    """Shows what the move does to both promises before it is done."""

    permission = "orders.move_claim"
    form_class = MoveForm
    template_name = "orders/move_claim.html"
    submit_label = _("Move the pieces")
    done = _("The pieces now belong to %(what)s.")

    @cached_property
    def line(self) -> OrderLine:
        lines = OrderLine.objects.select_related("order__customer", "order__warehouse", "product")
        return get_object_or_404(lines, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return translated("Give %(sku)s to another order") % {"sku": self.line.sku}

    def get_breadcrumb(self):
        return [(str(self.line.product), self.line.product.get_absolute_url())]

    @cached_property
    def candidates(self) -> list[Candidate]:
        return [_candidate(line) for line in queries.lacking(self.line)[:CANDIDATES]]

    def get_initial(self) -> dict:
        return {"candidates": self.candidates, "pieces": self.line.reserved}

    def get_context_data(self, **kwargs) -> dict:
        line = self.line
        left = [x for x in line.order.lines.all() if x.pk != line.pk]
        without = OrderLine(product_id=line.product_id, sku=line.sku, ordered=line.ordered, reserved=0)
        then = dates_of(line.order, [*left, without]).deliver_by
        return super().get_context_data(
            **{"line": line, "then": then, "any": bool(self.candidates), "impossible": not self.candidates} | kwargs
        )

    def perform(self, form) -> Order:
        data = form.cleaned_data
        services.move_claim(self.line, data["target"], data["pieces"], by=self.request.user, reason=data["reason"])
        return data["target"].order
