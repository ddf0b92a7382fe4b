"""Webhooks: the systems that are told, what they were told, each attempt, sending again."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from oms import events, formats
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.filters import Choices, Filters, Linked, Period
from oms.forms import CreatePage, EditPage, ModelForm
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.pages import Link, Page
from oms.records import Fact, RecordPage, Status
from orders import services
from orders.models import WebhookDelivery, WebhookEndpoint

VIEW, CHANGE = "orders.view_webhookendpoint", "orders.change_webhookendpoint"
TONES = {"queued": "muted", "sending": "info", "done": "ok", "failed": "bad"}
OVER = (WebhookDelivery.State.DONE, WebhookDelivery.State.FAILED)
CRUMB = (_("Webhooks"), "webhooks")
SHOWN_ONCE = "webhook-secret"
NEW = Link(_("New webhook"), "webhook-new", "plus", "orders.add_webhookendpoint")
LOG = Link(_("Delivery log"), "webhook-deliveries", "list", "orders.view_webhookdelivery")

endpoint_actions = Actions(
    "webhook-action",
    WebhookEndpoint,
    [
        Action(
            "on",
            _("Switch on"),
            CHANGE,
            services.switch_endpoint_on,
            allowed=lambda endpoint: not endpoint.active,
            icon="power",
            done=_("%(what)s is switched on. What waited is sent now."),
        ),
        Action(
            "rotate",
            _("New secret"),
            CHANGE,
            services.rotate_secret,
            confirm=_("Make a new secret for %(what)s? The old one signs along for a day, then it is worth nothing."),
            icon="rotate-cw",
        ),
        Action(
            "off",
            _("Switch off"),
            CHANGE,
            services.switch_endpoint_off,
            allowed=lambda endpoint: endpoint.active,
            confirm=_("Switch off %(what)s? Events that happen meanwhile are not kept for it."),
            icon="power",
        ),
    ],
)
delivery_actions = Actions(
    "webhook-delivery-action",
    WebhookDelivery,
    [
        Action(
            "replay",
            _("Send again"),
            "orders.replay_webhook",
            services.replay,
            allowed=lambda delivery: delivery.state in OVER,
            icon="send",
            done=_("It is on its way again."),
        )
    ],
)


class EndpointForm(ModelForm):
    events = forms.MultipleChoiceField(
        label=_("Events"), choices=lambda: [(str(kind), kind.label) for kind in services.TOLD],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = WebhookEndpoint
        fields = ["name", "url", "channel", "events"]
        help_texts = {
            "url": _("It must begin with https:// and lead to a public address."),
            "channel": _("Only orders of this channel; empty for the orders of all channels."),
        }


class EndpointFilters(Filters):
    search_fields = ["name__icontains", "url__icontains"]
    search_hint = _("Name or address")

    class Meta:
        model = WebhookEndpoint
        fields: list[str] = []


def state_of(endpoint: WebhookEndpoint) -> Status:
    """Whether it is told, and how that goes."""
    if endpoint.given_up_at:
        return Status(_("given up"), "bad")
    if not endpoint.active:
        return Status(_("switched off"), "muted")
    return Status(_("failing"), "warn") if endpoint.failing_since else Status(_("active"), "ok")


class Endpoints(ListPage):
    page = "webhooks"
    permission = VIEW
    title = _("Webhooks")
    filterset_class = EndpointFilters
    columns = [
        Column("name", _("Webhook"), link=True),
        Column("url", _("Address")),
        Column("channel", _("Channel")),
        Column("active", _("Active"), kind="yes"),
        Column("failing_since", _("Failing since"), kind="moment"),
    ]
    orderings = {"name": Ordering(_("Name"), "name", "id")}
    primary = NEW
    more = [LOG]
    empty = Empty(_("No webhooks yet"), _("Other systems are told here what happens to their orders."), NEW)

    def queryset(self) -> QuerySet[WebhookEndpoint]:
        return WebhookEndpoint.objects.all()


class NewEndpoint(CreatePage):
    permission = "orders.add_webhookendpoint"
    title = _("New webhook")
    breadcrumb = [CRUMB]
    form_class = EndpointForm
    service = staticmethod(services.save_endpoint)

    def perform(self, form) -> str:
        endpoint = super().perform(form)
        return show_secret(self.request, endpoint)


class EditEndpoint(EditPage):
    permission = CHANGE
    model = WebhookEndpoint
    breadcrumb = [CRUMB]
    form_class = EndpointForm
    service = staticmethod(services.save_endpoint)
    done = _("%(what)s saved.")


def show_secret(request: HttpRequest, endpoint: WebhookEndpoint) -> str:
    """The address at which this person sees the secret, once."""
    request.session[SHOWN_ONCE] = endpoint.pk
    return reverse("webhook-secret", args=[endpoint.pk])


class Secret(Page, TemplateView):
    """The secret that was just made, to be copied; it is not shown again."""

    permission = ("orders.add_webhookendpoint", CHANGE)
    template_name = "orders/webhook_secret.html"
    title = _("Secret of the webhook")
    breadcrumb = [CRUMB]

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        endpoint = get_object_or_404(WebhookEndpoint, pk=kwargs["pk"])
        if request.session.pop(SHOWN_ONCE, None) != endpoint.pk:
            return redirect(endpoint)
        answer = self.render_to_response(self.get_context_data(endpoint=endpoint))
        answer["Cache-Control"] = "no-store"
        return answer


class EndpointPage(RecordPage):
    permission = VIEW
    template_name = "orders/webhook.html"
    model = WebhookEndpoint
    breadcrumb = [CRUMB]
    actions = endpoint_actions

    def status(self) -> Status:
        return state_of(self.object)

    @property
    def more(self) -> list[Link]:
        log = f"{reverse('webhook-deliveries')}?endpoint={self.object.pk}"
        return [
            Link(_("Edit"), reverse("webhook-edit", args=[self.object.pk]), "pencil", CHANGE),
            Link(_("Delivery log"), log, "list", "orders.view_webhookdelivery"),
        ]

    def facts(self) -> list[Fact]:
        row = self.object
        return [
            Fact(_("Address"), row.url),
            Fact(_("Channel"), row.channel or _("all channels")),
            Fact(_("Failing since"), formats.moment(row.failing_since)),
            Fact(_("Given up"), formats.moment(row.given_up_at)),
            Fact(_("Created"), formats.moment(row.created_at)),
        ]

    def get_context_data(self, **kwargs) -> dict:
        shown = {"wanted": [events.label(kind) for kind in self.object.events]}
        return super().get_context_data(**shown | kwargs)


class EndpointAction(ActionView):
    actions = endpoint_actions

    def perform(self, form) -> str:
        location = super().perform(form)
        return show_secret(self.request, self.object) if self.action.name == "rotate" else location


class DeliveryFilters(Filters):
    state = Choices(label=_("State"), choices=WebhookDelivery.State.choices)
    created = Period(field_name="created_at", label=_("Created"))
    endpoint = Linked(label=_("Webhook"), queryset=WebhookEndpoint.objects.all())
    search_fields = ["order__number__istartswith"]
    search_hint = _("Order number")

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []


class Deliveries(ListPage):
    page = "webhook-deliveries"
    permission = "orders.view_webhookdelivery"
    title = _("Delivery log")
    breadcrumb = [CRUMB]
    filterset_class = DeliveryFilters
    columns = [
        Column("kind", _("Event"), link=True, value=lambda delivery: events.label(delivery.kind)),
        Column("order.number", _("Order")),
        Column("endpoint.name", _("Webhook")),
        Column("state", _("State"), kind="status", tones=TONES),
        Column("tries", _("Attempts"), kind="number"),
        Column("created_at", _("Created"), kind="moment", sort="newest"),
        Column("done_at", _("Delivered"), kind="moment"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Failed"), "state=failed"), Tab(_("Waiting"), "state=queued&state=sending")]
    bulk = [delivery_actions["replay"]]
    empty = Empty(_("Nothing was told yet"), _("Each event that a webhook wants appears here."), icon="send")

    def queryset(self) -> QuerySet[WebhookDelivery]:
        return WebhookDelivery.objects.select_related("endpoint", "order").defer("body")


class DeliveryPage(RecordPage):
    permission = "orders.view_webhookdelivery"
    template_name = "orders/webhook_delivery.html"
    queryset = WebhookDelivery.objects.select_related("endpoint", "order").prefetch_related("attempts")
    breadcrumb = [CRUMB, (_("Delivery log"), "webhook-deliveries")]
    actions = delivery_actions
    notes = False

    def get_title(self) -> str:
        return events.label(self.object.kind)

    def status(self) -> Status:
        return Status(self.object.get_state_display(), TONES[self.object.state])

    def facts(self) -> list[Fact]:
        row = self.object
        return [
            Fact(_("Webhook"), row.endpoint, row.endpoint.get_absolute_url()),
            Fact(_("Order"), row.order.number, row.order.get_absolute_url()),
            Fact(_("Event"), f"evt_{row.event_id}"),
            Fact(_("Created"), formats.moment(row.created_at)),
            Fact(_("Delivered"), formats.moment(row.done_at)),
            Fact(_("Next attempt"), None if row.state in OVER else formats.moment(row.next_at)),
        ]


class DeliveryAction(ActionView):
    actions = delivery_actions
