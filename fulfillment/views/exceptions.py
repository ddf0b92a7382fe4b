"""Delivery exceptions: the list, one exception with its remedies, counting back, claims against carriers."""

from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment import services
from fulfillment.filters import ClaimFilters, ExceptionFilters
from fulfillment.forms import ClaimAnswerForm, ClaimForm, CountBackForm, ReasonForm
from fulfillment.models import ClaimAgainstCarrier, DeliveryException
from oms import formats
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.forms import FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.money import rounded
from oms.pages import Link, url_or_none
from oms.records import Fact, RecordPage, Status

TONES = {"open": "bad", "resumed": "ok", "settled": "muted"}
CLAIM_TONES = {"open": "warn", "paid": "ok", "refused": "bad"}
HANDLE = "fulfillment.handle_exception"
EXCEPTIONS = DeliveryException.objects.select_related("shipment__order", "shipment__carrier", "shipment__warehouse")
OPEN = DeliveryException.Status.OPEN


def settled(exception: DeliveryException) -> bool:
    """Whether its pieces are counted and nobody has decided what follows."""
    return exception.status == DeliveryException.Status.SETTLED and not exception.remedy


def may_claim(exception: DeliveryException) -> bool:
    """Whether somebody else carried it and there is no open claim."""
    if exception.shipment.on_own_wheels:
        return False
    return not any(claim.status == ClaimAgainstCarrier.Status.OPEN for claim in exception.claims.all())


def value_of(exception: DeliveryException) -> Decimal:
    """What the pieces that are missing or damaged were sold for, tax included."""
    lines = exception.lines.select_related("order_line__order")
    worth = sum((x.order_line.total * (x.missing + x.damaged) / x.order_line.ordered for x in lines), Decimal(0))
    return rounded(worth, exception.shipment.order.currency)


exception_actions = Actions(
    "exception-action",
    DeliveryException,
    [
        Action(
            "reship",
            _("Send again"),
            HANDLE,
            services.reship,
            allowed=settled,
            confirm=_("Reserve the pieces of %(what)s anew and send them again?"),
            icon="rotate-ccw",
            done=_("The order goes back to picking as far as stock is there."),
        ),
        Action(
            "give-up",
            _("Do not send again"),
            HANDLE,
            services.give_up_pieces,
            form=ReasonForm,
            allowed=settled,
            icon="ban",
            done=_("The pieces are taken out of the order. Refund the money on the order's page."),
        ),
        Action(
            "claim",
            _("Claim from the carrier"),
            HANDLE,
            services.claim_against_carrier,
            form=ClaimForm,
            allowed=may_claim,
            initial=lambda exception: {"amount": value_of(exception)},
            icon="gavel",
            done=_("The claim is open."),
            then=lambda exception, claim: exception.get_absolute_url(),
        ),
        Action(
            "resume",
            _("Delivery goes on"),
            HANDLE,
            services.resume_delivery,
            form=ReasonForm,
            allowed=lambda exception: exception.status == OPEN,
            icon="truck",
            done=_("The shipment can be sent out again."),
        ),
    ],
    lookup="number",
)
claim_actions = Actions(
    "claim-action",
    ClaimAgainstCarrier,
    [
        Action(
            "answer",
            _("Answered by the carrier"),
            HANDLE,
            services.answer_claim,
            form=ClaimAnswerForm,
            allowed=lambda claim: claim.status == ClaimAgainstCarrier.Status.OPEN,
            initial=lambda claim: {"paid": claim.amount},
            icon="banknote",
            done=_("The claim is closed."),
        )
    ],
)


class Exceptions(ListPage):
    page = "delivery-exceptions"
    permission = "fulfillment.view_deliveryexception"
    title = _("Delivery exceptions")
    filterset_class = ExceptionFilters
    columns = [
        Column("number", _("Exception"), link=True),
        Column("shipment.number", _("Shipment"), url=lambda x: x.shipment.get_absolute_url()),
        Column("shipment.order.ship_name", _("Recipient")),
        Column("kind", _("What happened"), kind="choice"),
        Column("status", _("Status"), kind="status", tones=TONES),
        Column("remedy", _("Remedy"), kind="choice"),
        Column("shipment.carrier.name", _("Carrier")),
        Column("at", _("Reported"), kind="moment", sort="newest"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Open"), "status=open")]
    empty = Empty(_("No exceptions"), _("They are reported on a shipment's page."), icon="package-check")

    def queryset(self) -> QuerySet[DeliveryException]:
        return EXCEPTIONS


class ExceptionPage(RecordPage):
    permission = "fulfillment.view_deliveryexception"
    template_name = "fulfillment/exception.html"
    queryset = EXCEPTIONS
    breadcrumb = [(_("Delivery exceptions"), "delivery-exceptions")]
    actions = exception_actions

    def status(self) -> Status:
        return Status(self.object.get_status_display(), TONES[self.object.status])

    @property
    def primary(self) -> Link | None:
        if self.object.status != OPEN:
            return None
        return Link(_("Count back"), reverse("exception-count", args=[self.object.number]), "package-check", HANDLE)

    def facts(self) -> list[Fact]:
        exception, shipment = self.object, self.object.shipment
        return [
            Fact(_("What happened"), exception.get_kind_display()),
            Fact(_("Shipment"), shipment, shipment.get_absolute_url()),
            Fact(_("Order"), shipment.order, url_or_none("order", shipment.order.number)),
            Fact(_("Carrier"), shipment.carrier),
            Fact(_("Remedy"), exception.get_remedy_display()),
            Fact(_("Note"), exception.note),
            Fact(_("Reported"), formats.moment(exception.at)),
        ]

    def get_context_data(self, **kwargs) -> dict:
        exception = self.object
        context = {
            "lines": exception.lines.select_related("order_line"),
            "claims": exception.claims.select_related("carrier"),
            "worth": value_of(exception),
        }
        return super().get_context_data(**context | kwargs)


class ExceptionAction(ActionView):
    actions = exception_actions
    queryset = EXCEPTIONS


class CountBack(FormPage):
    """How many pieces of each line came back, sound and damaged."""

    permission = HANDLE
    template_name = "fulfillment/count_back.html"
    form_class = CountBackForm
    submit_label = _("Count back")
    done = _("%(what)s is counted back. Now decide what follows.")

    @property
    def object(self) -> DeliveryException:
        if not hasattr(self, "_object"):
            self._object = get_object_or_404(EXCEPTIONS, number=self.kwargs["number"])
        return self._object

    def get_title(self) -> str:
        return _("What came back of %(shipment)s") % {"shipment": self.object.shipment}

    def get_breadcrumb(self):
        return [
            (_("Delivery exceptions"), "delivery-exceptions"),
            (str(self.object), self.object.get_absolute_url()),
        ]

    def get(self, request, *args, **kwargs):
        if self.object.status != OPEN:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"lines": list(self.object.lines.select_related("order_line"))}

    def perform(self, form) -> DeliveryException:
        note = form.cleaned_data["note"]
        return services.count_back(self.object, by=self.request.user, back=form.back(), note=note)


class Claims(ListPage):
    page = "carrier-claims"
    permission = "fulfillment.view_claimagainstcarrier"
    title = _("Claims against carriers")
    filterset_class = ClaimFilters
    columns = [
        Column("exception.number", _("Exception"), url=lambda claim: claim.get_absolute_url()),
        Column("exception.shipment.number", _("Shipment")),
        Column("carrier.name", _("Carrier")),
        Column("status", _("Status"), kind="status", tones=CLAIM_TONES),
        Column("amount", _("Claimed"), kind="money"),
        Column("paid", _("Paid"), kind="money"),
        Column("at", _("Made"), kind="moment", sort="newest"),
        Column("note", _("Note"), kind="long"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Open"), "status=open")]
    empty = Empty(_("No claims"), _("A claim is made on the page of a delivery exception."), icon="gavel")

    def queryset(self) -> QuerySet[ClaimAgainstCarrier]:
        return ClaimAgainstCarrier.objects.select_related("exception__shipment", "carrier")


class ClaimAction(ActionView):
    actions = claim_actions
    queryset = ClaimAgainstCarrier.objects.select_related("exception__shipment", "carrier")
