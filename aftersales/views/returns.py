"""Returns: the list, one return, what can be done with it, a new one."""

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from aftersales import queries, services
from aftersales.forms import (
    ApproveForm,
    CloseForm,
    InspectForm,
    LinesForm,
    ReceiveForm,
    RefundForm,
    RejectForm,
    RequestReturnForm,
)
from aftersales.models import Return, ReturnLine
from aftersales.services.returns import MOVES
from customers.models import Customer
from oms import formats
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.filters import Choices, Filters, Linked, Period
from oms.forms import FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.money import format_money
from oms.records import Fact, RecordPage, Status
from oms.states import may
from orders.models import Order

TONES = {"requested": "warn", "approved": "info", "rejected": "muted", "received": "warn", "closed": "ok"}


def _missing(rma: Return) -> bool:
    return may(MOVES, "receive", rma.status) and any(line.received < line.quantity for line in rma.lines.all())


def _uninspected(rma: Return) -> bool:
    return any(line.uninspected for line in rma.lines.all())


def _refundable(rma: Return) -> bool:
    return may(MOVES, "refund", rma.status) and not _uninspected(rma)


return_actions = Actions(
    "return-action",
    Return,
    [
        Action(
            "approve",
            _("Approve"),
            "aftersales.approve_return",
            services.approve_return,
            form=ApproveForm,
            allowed=lambda rma: may(MOVES, "approve", rma.status),
            icon="check",
            done=_("%(what)s is approved; the customer is told."),
        ),
        Action(
            "inspect",
            _("Inspect"),
            "aftersales.receive_return",
            services.inspect_return,
            form=InspectForm,
            allowed=_uninspected,
            icon="search-check",
            done=_("%(what)s is inspected."),
        ),
        Action(
            "receive",
            _("Receive goods"),
            "aftersales.receive_return",
            services.receive_return,
            form=ReceiveForm,
            allowed=_missing,
            icon="package-open",
            done=_("The goods of %(what)s are received."),
        ),
        Action(
            "refund",
            _("Refund"),
            "aftersales.refund_return",
            services.refund_return,
            form=RefundForm,
            allowed=_refundable,
            initial=lambda rma: {"amount": queries.proposed_refund(rma)},
            icon="banknote",
            done=_("%(what)s is refunded; the customer is told."),
        ),
        Action(
            "reject",
            _("Reject"),
            "aftersales.approve_return",
            services.reject_return,
            form=RejectForm,
            allowed=lambda rma: may(MOVES, "reject", rma.status),
            style="danger",
            icon="x",
            done=_("%(what)s is rejected; the customer is told."),
        ),
        Action(
            "close",
            _("Close without refund"),
            "aftersales.approve_return",
            services.close_return,
            form=CloseForm,
            allowed=lambda rma: may(MOVES, "close", rma.status) and not _uninspected(rma),
            confirm=_("Nothing more is expected or paid back for %(what)s?"),
            icon="archive",
            done=_("%(what)s is closed."),
        ),
    ],
    lookup="number",
)


class ReturnFilters(Filters):
    status = Choices(label=_("Status"), choices=Return.Status.choices)
    reason = Choices(label=_("Reason"), choices=Return.Reason.choices)
    wish = Choices(label=_("Wished for"), choices=Return.Wish.choices)
    created = Period(field_name="created_at", label=_("Requested"))
    order = Linked(label=_("Order"), queryset=Order.objects.all())
    customer = Linked(field_name="order__customer", label=_("Customer"), queryset=Customer.objects.all())
    search_fields = ["number__istartswith", "order__number__istartswith", "order__customer__name__icontains"]
    search_hint = _("Return, order or customer")

    class Meta:
        model = Return
        fields: list[str] = []


class Returns(ListPage):
    page = "returns"
    permission = "aftersales.view_return"
    title = _("Returns")
    filterset_class = ReturnFilters
    columns = [
        Column("number", _("Return"), link=True),
        Column("order.number", _("Order"), url=lambda rma: rma.order.get_absolute_url()),
        Column("order.customer.name", _("Customer")),
        Column("status", _("Status"), kind="status", tones=TONES),
        Column("reason", _("Reason"), value=Return.get_reason_display),
        Column("wish", _("Wished for"), value=Return.get_wish_display),
        Column("refunded", _("Refunded"), kind="money", currency="order.currency", sort="refunded"),
        Column("created_at", _("Requested"), kind="moment", sort="newest"),
        Column("received_at", _("Received"), kind="moment", shown=False),
        Column("closed_at", _("Closed"), kind="moment", shown=False),
    ]
    orderings = {
        "newest": Ordering(_("Newest"), "-id"),
        "refunded": Ordering(_("Refunded"), "-refunded", "-id"),
    }
    tabs = [
        Tab(_("To answer"), "status=requested"),
        Tab(_("On their way"), "status=approved"),
        Tab(_("Received"), "status=received"),
        Tab(_("Closed"), "status=closed&status=rejected"),
    ]
    empty = Empty(_("No returns"), _("When a customer wants to send something back, it appears here."), icon="undo-2")

    def queryset(self) -> QuerySet[Return]:
        return Return.objects.select_related("order__customer").defer("note", "answer")


def _with_lines() -> QuerySet[Return]:
    lines = ReturnLine.objects.select_related("order_line")
    return Return.objects.select_related("order__customer").prefetch_related(Prefetch("lines", lines))


class ReturnPage(RecordPage):
    permission = "aftersales.view_return"
    template_name = "aftersales/return.html"
    breadcrumb = [(_("Returns"), "returns")]
    actions = return_actions

    def get_queryset(self) -> QuerySet[Return]:
        return _with_lines()

    def status(self) -> Status:
        return Status(self.object.get_status_display(), TONES[self.object.status])

    def facts(self) -> list[Fact]:
        rma, order = self.object, self.object.order
        return [
            Fact(_("Order"), order.number, order.get_absolute_url()),
            Fact(_("Customer"), order.customer, order.customer.get_absolute_url()),
            Fact(_("Reason"), rma.get_reason_display()),
            Fact(_("Wished for"), rma.get_wish_display()),
            Fact(_("Requested"), formats.moment(rma.created_at)),
            Fact(_("Received"), formats.moment(rma.received_at)),
            Fact(_("Closed"), formats.moment(rma.closed_at)),
            Fact(_("Refunded"), format_money(rma.refunded, order.currency)),
            Fact(_("Paid and not refunded"), format_money(order.paid, order.currency)),
        ]


class ReturnAction(ActionView):
    actions = return_actions

    def get_queryset(self) -> QuerySet[Return]:
        return _with_lines()

    def get_form_kwargs(self) -> dict:
        form = self.action.form
        about = {"rma": self.object} if form and issubclass(form, LinesForm) else {}
        return super().get_form_kwargs() | about


class NewReturn(FormPage):
    """Staff asks for a return in the customer's name, from the order's page."""

    permission = "aftersales.add_return"
    title = _("New return")
    form_class = RequestReturnForm
    submit_label = _("Request the return")
    done = _("Return %(what)s is requested.")

    @property
    def order(self) -> Order:
        if not hasattr(self, "_order"):
            self._order = get_object_or_404(Order, number=self.kwargs["number"])
        return self._order

    def get_breadcrumb(self):
        return [(_("Orders"), "orders"), (self.order.number, self.order.get_absolute_url())]

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"lines": queries.returnable(self.order)}

    def perform(self, form) -> Return:
        return services.request_return(self.order, by=self.request.user, **form.cleaned_data)
