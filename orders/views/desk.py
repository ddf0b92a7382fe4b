"""The order desk: the list, the review queue, one order and what can be done with it."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from oms import formats
from oms.actions import ActionView, action_buttons
from oms.columns import Column, status
from oms.context import current
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.models import Company
from oms.pages import Link
from oms.records import Fact, RecordPage, Status
from oms.states import may
from orders import queries
from orders.actions import OVER, hold_actions, order_actions
from orders.events import OrderEvent
from orders.filters import OrderFilters
from orders.models import TONES, Hold, Order, OrderLine
from orders.reasons import sentence
from orders.services.review import MOVES

Stage = Order.Stage
NEXT = {
    Stage.ON_HOLD: _("Somebody has to decide. Released orders go on by themselves."),
    Stage.TO_REVIEW: _("It waits to be confirmed; then the warehouse sees it."),
    Stage.WAITING_STOCK: _("Goods that arrive are reserved for it by themselves, the most important orders first."),
    Stage.TO_MAKE: _("It is in the kitchen's queue."),
    Stage.TO_PICK: _("It is in the warehouse's queue, by priority and promised date."),
    Stage.PICKING: _("The warehouse is collecting and packing it."),
    Stage.TO_SHIP: _("It is packed and waits to be handed over."),
    Stage.PARTLY_SHIPPED: _("A part has left; the rest follows when it is in stock."),
    Stage.SHIPPED: _("It is on its way to the customer."),
    Stage.DELIVERED: _("The customer has it. Close it when everything is settled."),
}
COUNTERS = {
    "ordered": _("Ordered"),
    "cancelled": _("Cancelled"),
    "reserved": _("Reserved"),
    "picked": _("Picked"),
    "packed": _("Packed"),
    "shipped": _("Shipped"),
    "delivered": _("Delivered"),
    "returned": _("Returned"),
}
RARE = ("cancelled", "returned")
SEES_FIRINGS = "orders.view_rulefiring"


def shown_reasons(order: Order) -> str:
    """Why an order waits, in one cell of a file."""
    return " ".join(sentence(reason) for hold in order.shown_holds for reason in hold.reasons)


def _number(order: Order) -> str:
    """The number, marked when the order is urgent; no template, because this page is looked at all day."""
    return format_html("{} {}", order.number, status(translated("urgent"), "bad")) if order.urgent else order.number


class Orders(ListPage):
    page = "orders"
    permission = "orders.view_order"
    title = _("Orders")
    filterset_class = OrderFilters
    columns = [
        Column("number", _("Order"), link=True, value=_number, export=lambda order: order.number),
        Column("customer.name", _("Customer"), url=lambda order: order.customer.get_absolute_url()),
        Column("stage", _("Stage"), kind="status", tones=TONES),
        Column("placed_at", _("Placed"), kind="moment", sort="newest"),
        Column("promised_date", _("Promised"), kind="day"),
        Column("channel", _("Channel"), value=Order.get_channel_display),
        Column("total", _("Total"), kind="money", sort="total"),
        Column("paid", _("Paid"), kind="money", shown=False),
        Column("reference", _("Reference"), shown=False),
        Column("city", _("City"), shown=False),
        Column("priority", _("Priority"), kind="number", shown=False),
        Column("ship_by", _("Ship by"), kind="day", shown=False),
        Column("tags", _("Tags"), value=lambda order: ", ".join(order.tags), shown=False),
    ]
    orderings = {
        "newest": Ordering(_("Newest"), "-placed_at", "-id"),
        "total": Ordering(_("Total"), "-total", "-id"),
    }
    tabs = [
        Tab(_("On hold"), "stage=on_hold"),
        Tab(_("To review"), "stage=to_review"),
        Tab(_("Waiting for stock"), "stage=waiting_stock"),
        Tab(_("To pick"), "stage=to_pick"),
        Tab(_("In the house"), "stage=picking&stage=to_ship"),
        Tab(_("On the way"), "stage=shipped&stage=partly_shipped"),
        Tab(_("Delivered"), "stage=delivered"),
    ]
    bulk = [order_actions[name] for name in ("confirm", "release", "tag", "untag")]
    primary = Link(_("New order"), "order-new", icon="plus", permission="orders.place_order")
    more = [
        Link(_("Import a file"), "order-import", icon="upload", permission="orders.import_orders"),
        Link(_("Order rules"), "order-policy", icon="settings", permission="orders.change_orderpolicy"),
    ]
    empty = Empty(
        _("No orders yet"),
        _("Orders appear here as they come in."),
        Link(_("New order"), "order-new", permission="orders.place_order"),
        icon="shopping-cart",
    )

    def queryset(self) -> QuerySet[Order]:
        return Order.objects.select_related("customer")


class Review(Orders):
    """What waits for a decision, with the reasons on the row."""

    page = "review"
    permission = ("orders.confirm_order", "orders.release_hold")
    title = _("Review")
    breadcrumb = [(_("Orders"), "orders")]
    columns = [
        Column("number", _("Order"), link=True, value=_number, export=lambda order: order.number),
        Column("customer.name", _("Customer"), url=lambda order: order.customer.get_absolute_url()),
        Column("stage", _("Stage"), kind="status", tones=TONES),
        Column("holds", _("Why"), kind="long", template="orders/cells/holds.html", value=shown_reasons),
        Column("placed_at", _("Placed"), kind="moment", sort="newest"),
        Column("total", _("Total"), kind="money"),
        Column("decide", _("Decide"), template="orders/cells/decide.html", value=lambda order: ""),
    ]
    orderings = {
        "newest": Ordering(_("Newest"), "-placed_at", "-id"),
        "urgent": Ordering(_("Most important"), "-priority", "-id"),
    }
    tabs = [Tab(_("On hold"), "stage=on_hold"), Tab(_("To review"), "stage=to_review")]
    more = ()
    empty = Empty(_("Nothing to review"), _("Orders with a problem wait here for a decision."), icon="circle-check")

    def queryset(self) -> QuerySet[Order]:
        open_holds = Prefetch("holds", Hold.objects.filter(released_at=None), to_attr="shown_holds")
        waiting = Order.objects.filter(stage__in=[Stage.ON_HOLD, Stage.TO_REVIEW])
        return waiting.select_related("customer").prefetch_related(open_holds)


def shown_counters(lines: list[OrderLine]) -> list[tuple[str, str]]:
    """The counters that an order's table shows: the way of the goods, and what came off it where something did."""
    names = [name for name in COUNTERS if name not in RARE or any(getattr(line, name) for line in lines)]
    return [(name, str(COUNTERS[name])) for name in names]


class OrderPage(RecordPage):
    permission = "orders.view_order"
    template_name = "orders/order.html"
    queryset = Order.objects.select_related("customer__tier", "warehouse", "by", "origin").prefetch_related(
        "lines", "holds__by", "holds__released_by", "checks", "promises", "payments__by", "invoices"
    )
    breadcrumb = [(_("Orders"), "orders")]
    actions = order_actions
    note_kind = OrderEvent.NOTED

    @property
    def more(self) -> list[Link]:
        return [
            *self._change_link(),
            Link(
                _("Order the same again"),
                f"{reverse('order-new')}?copy={self.object.number}",
                "copy",
                "orders.place_order",
            ),
            Link(_("The customer's page"), self.object.public_path, "external-link"),
            Link(_("New return"), reverse("return-new", args=[self.object.number]), "undo-2", "aftersales.add_return"),
        ]

    def _change_link(self) -> list[Link]:
        order = self.object
        if not may(MOVES, "change", order.status) or order.stage in OVER:
            return []
        return [Link(_("Change"), reverse("order-change", args=[order.number]), "pencil", "orders.place_order")]

    def status(self) -> Status:
        return Status(self.object.get_stage_display(), self.object.tone)

    def facts(self) -> list[Fact]:
        order = self.object
        return [
            Fact(_("Customer"), order.customer, order.customer.get_absolute_url()),
            Fact(_("Tier"), order.customer.tier),
            Fact(_("Phone"), order.phone, f"tel:{order.phone}" if order.phone else None),
            Fact(_("E-mail"), order.email, f"mailto:{order.email}" if order.email else None),
            Fact(_("Channel"), order.get_channel_display()),
            Fact(_("Reference"), order.reference),
            *(
                [Fact(order.get_origin_kind_display(), order.origin, order.origin.get_absolute_url())]
                if order.origin
                else []
            ),
            Fact(_("Placed"), order.placed_at),
            Fact(_("Entered by"), order.by),
            Fact(_("Wanted on"), order.requested_date),
            Fact(_("Payment terms"), order.get_payment_terms_display()),
            *([Fact(_("To be paid by"), formats.day(order.due_at))] if order.is_owed else []),
            *([Fact(_("Tags"), ", ".join(order.tags))] if order.tags else []),
            *([Fact(_("Wished carrier"), order.carrier_code)] if order.carrier_code else []),
            Fact(_("Note"), order.note),
        ]

    def get_context_data(self, **kwargs) -> dict:
        order, user = self.object, self.request.user
        holds = list(order.holds.all())
        lines = list(order.lines.all())
        return super().get_context_data(
            **{
                "holds": [(x, action_buttons(x, user, hold_actions)) for x in holds if x.released_at is None],
                "past_holds": [hold for hold in holds if hold.released_at],
                "next_step": NEXT.get(order.stage, ""),
                "lines": lines,
                "counters": shown_counters(lines),
                "firings": order.firings.select_related("rule", "version") if user.has_perm(SEES_FIRINGS) else [],
                "promises": list(order.promises.all())[::-1],
                "sent": queries.messages_about(order)[:10] if user.has_perm("oms.view_message") else [],
            }
            | kwargs
        )


@permission_required("orders.view_order", raise_exception=True)
def customer_figures(request: HttpRequest, code: str) -> HttpResponse:
    """The tiles on a customer's page."""
    customer = get_object_or_404(Customer, code=code)
    context = {
        "key": str(customer.pk),
        "figures": queries.figures_of(customer),
        "credit": queries.credit_of(customer),
        "currency": current(Company).currency,
    }
    return render(request, "orders/parts/figures.html", context)


class OrderAction(ActionView):
    """`?to=review` leads back to the review queue, from which it was asked for."""

    actions = order_actions

    def perform(self, form) -> str:
        location = super().perform(form)
        return reverse("review") if self.request.GET.get("to") == "review" else location


class HoldAction(ActionView):
    actions = hold_actions
    queryset = Hold.objects.select_related("order", "released_by")

    def get_breadcrumb(self):
        return [(self.object.order.number, self.object.order.get_absolute_url())]
