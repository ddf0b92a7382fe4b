"""Tickets: the list, one conversation, what can be done with it, a new one."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from aftersales import services
from aftersales.forms import ReplyForm, TicketForm
from aftersales.models import Ticket, TicketMessage
from aftersales.services.tickets import MOVES
from customers.models import Customer
from oms import formats
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.filters import Choices, Filters, Linked, Period, YesNo
from oms.forms import FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.pages import Link
from oms.records import Fact, RecordPage, Status
from oms.states import may
from orders.models import Order

TONES = {"open": "warn", "waiting": "info", "solved": "ok"}

ticket_actions = Actions(
    "ticket-action",
    Ticket,
    [
        Action(
            "solve",
            _("Mark as solved"),
            "aftersales.change_ticket",
            services.solve_ticket,
            allowed=lambda ticket: may(MOVES, "solve", ticket.status),
            icon="check",
            done=_("%(what)s is solved."),
        ),
        Action(
            "take",
            _("Take it"),
            "aftersales.change_ticket",
            services.take_ticket,
            allowed=lambda ticket: may(MOVES, "take", ticket.status) and ticket.owner_id is None,
            icon="hand",
            done=_("%(what)s is yours now."),
        ),
        Action(
            "reopen",
            _("Open again"),
            "aftersales.change_ticket",
            services.reopen_ticket,
            allowed=lambda ticket: may(MOVES, "reopen", ticket.status),
            icon="rotate-ccw",
            done=_("%(what)s is open again."),
        ),
        Action(
            "reply",
            _("Answer"),
            "aftersales.change_ticket",
            services.reply,
            form=ReplyForm,
            allowed=lambda ticket: may(MOVES, "answer", ticket.status),
            then=lambda ticket, message: ticket.get_absolute_url(),
            icon="reply",
            done=_("Your answer to %(what)s is on its way."),
        ),
    ],
    lookup="number",
)


class TicketFilters(Filters):
    status = Choices(label=_("Status"), choices=Ticket.Status.choices)
    kind = Choices(label=_("Kind"), choices=Ticket.Kind.choices)
    mine = YesNo(label=_("Mine"), method="only_mine")
    created = Period(field_name="created_at", label=_("Opened"))
    order = Linked(label=_("Order"), queryset=Order.objects.all())
    customer = Linked(label=_("Customer"), queryset=Customer.objects.all())
    search_fields = ["number__istartswith", "subject__icontains", "customer__name__icontains"]
    search_hint = _("Ticket, subject or customer")

    class Meta:
        model = Ticket
        fields: list[str] = []

    def only_mine(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Those of the person who looks, or those of anybody else and nobody."""
        mine = {"owner": self.request.user}
        return queryset.filter(**mine) if value == "yes" else queryset.exclude(**mine)


class Tickets(ListPage):
    page = "tickets"
    permission = "aftersales.view_ticket"
    title = _("Tickets")
    filterset_class = TicketFilters
    columns = [
        Column("number", _("Ticket"), link=True),
        Column("subject", _("Subject")),
        Column("customer.name", _("Customer")),
        Column("order.number", _("Order"), url=lambda ticket: ticket.order and ticket.order.get_absolute_url()),
        Column("status", _("Status"), kind="status", tones=TONES),
        Column("kind", _("Kind"), value=Ticket.get_kind_display),
        Column("owner", _("Owner")),
        Column("created_at", _("Opened"), kind="moment", sort="newest"),
        Column("solved_at", _("Solved"), kind="moment", shown=False),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [
        Tab(_("Open"), "status=open"),
        Tab(_("Mine"), "mine=yes&status=open&status=waiting"),
        Tab(_("Waiting"), "status=waiting"),
        Tab(_("Solved"), "status=solved"),
    ]
    primary = Link(_("New ticket"), "ticket-new", icon="plus", permission="aftersales.add_ticket")
    empty = Empty(_("No tickets"), _("Questions and complaints of customers appear here."), icon="message-circle")

    def queryset(self) -> QuerySet[Ticket]:
        return Ticket.objects.select_related("customer", "order", "owner")


class TicketPage(RecordPage):
    """The conversation with an answer box below; what else can be done stands in the head."""

    permission = "aftersales.view_ticket"
    template_name = "aftersales/ticket.html"
    breadcrumb = [(_("Tickets"), "tickets")]
    actions = ticket_actions

    def get_queryset(self) -> QuerySet[Ticket]:
        words = TicketMessage.objects.select_related("by")
        return Ticket.objects.select_related("customer", "order", "owner").prefetch_related(Prefetch("messages", words))

    def status(self) -> Status:
        return Status(self.object.get_status_display(), TONES[self.object.status])

    def facts(self) -> list[Fact]:
        ticket = self.object
        return [
            Fact(_("Customer"), ticket.customer, ticket.customer.get_absolute_url()),
            Fact(_("Order"), ticket.order, ticket.order.get_absolute_url() if ticket.order else None),
            Fact(_("Kind"), ticket.get_kind_display()),
            Fact(_("Owner"), ticket.owner),
            Fact(_("Opened"), formats.moment(ticket.created_at)),
            Fact(_("Solved"), formats.moment(ticket.solved_at)),
        ]

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        reply = next((b for b in context["buttons"] if b.action.name == "reply"), None)
        context["buttons"] = [button for button in context["buttons"] if button is not reply]
        return context | {"reply": reply, "reply_form": ReplyForm(), "subtitle": self.object.subject}


class TicketAction(ActionView):
    actions = ticket_actions


class NewTicket(FormPage):
    permission = "aftersales.add_ticket"
    title = _("New ticket")
    breadcrumb = [(_("Tickets"), "tickets")]
    form_class = TicketForm
    done = _("Ticket %(what)s is open.")

    def get_initial(self) -> dict:
        return {"about": self.request.GET.get("about", "")}

    def perform(self, form) -> Ticket:
        about = form.cleaned_data.pop("about")
        order = about if isinstance(about, Order) else None
        customer = about.customer if order else about
        return services.open_ticket(customer, order=order, by=self.request.user, **form.cleaned_data)
