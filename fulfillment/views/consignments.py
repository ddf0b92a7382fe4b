"""Consignments at the desk: the list, one consignment with its way, a new one, its label."""

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from customers.queries import find_customer
from fulfillment.consignment_actions import consignment_actions
from fulfillment.consignment_filters import ConsignmentFilters
from fulfillment.consignment_forms import ConsignmentForm
from fulfillment.models import Consignment
from fulfillment.reasons import sentences
from fulfillment.services.consigning import book_consignment
from fulfillment.waybills import waybill_pdf
from oms import formats
from oms.actions import ActionView
from oms.columns import Column
from oms.forms import CreatePage, posted_key
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.money import format_money
from oms.pages import Link, url_or_none
from oms.records import Fact, RecordPage, Status

KEYED = ("deliver", "fail")
CONSIGNMENT_TONES = {
    "booked": "info",
    "collected": "info",
    "sorted": "info",
    "loaded": "info",
    "out": "warn",
    "delivered": "ok",
    "failed": "bad",
    "returned": "muted",
    "cancelled": "muted",
}
CONSIGNMENTS = Consignment.objects.select_related("customer", "service__carrier", "collector", "driver", "by")
NEW = Link(_("New consignment"), "consignment-new", icon="plus", permission="fulfillment.add_consignment")


class Consignments(ListPage):
    page = "consignments"
    permission = "fulfillment.view_consignment"
    title = _("Consignments")
    filterset_class = ConsignmentFilters
    columns = [
        Column("number", _("Consignment"), link=True),
        Column("customer.name", _("Customer"), url=lambda c: url_or_none("customer", c.customer.code)),
        Column("status", _("Status"), kind="status", tones=CONSIGNMENT_TONES),
        Column("sender_city", _("From")),
        Column("recipient_city", _("To")),
        Column("recipient_name", _("Recipient")),
        Column("pieces", _("Pieces"), kind="number"),
        Column("collector", _("Collected by"), shown=False),
        Column("driver", _("Delivered by")),
        Column("cash_due", _("Cash on delivery"), kind="money", shown=False),
        Column("price", _("Price"), kind="money"),
        Column("window_end", _("Deliver until"), kind="moment", shown=False),
        Column("booked_at", _("Booked"), kind="moment", sort="newest"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [
        Tab(_("To collect"), "status=booked"),
        Tab(_("At the hub"), "status=collected&status=sorted"),
        Tab(_("On the road"), "status=loaded&status=out"),
        Tab(_("Failed"), "status=failed"),
    ]
    bulk = [consignment_actions["assign"], consignment_actions["send-out"]]
    primary = NEW
    empty = Empty(_("No consignments yet"), _("What a customer gives us to bring appears here."), NEW, icon="package")

    def queryset(self) -> QuerySet[Consignment]:
        return CONSIGNMENTS


class NewConsignment(CreatePage):
    permission = "fulfillment.add_consignment"
    title = _("New consignment")
    template_name = "fulfillment/consignment_form.html"
    breadcrumb = [(_("Consignments"), "consignments")]
    form_class = ConsignmentForm
    submit_label = _("Book")
    done = _("%(what)s is booked.")
    service = staticmethod(book_consignment)

    def get_initial(self) -> dict:
        """A customer named in the address brings her default address as the sender's."""
        customer = find_customer(self.request.GET.get("customer", "").replace("\0", ""))
        if customer is None:
            return {}
        address = customer.addresses.filter(is_default=True).first()
        names = ("phone", "line1", "city", "postcode", "country")
        known = {f"sender_{name}": getattr(address, name) for name in names} if address else {}
        return {"customer": customer.code, "sender_name": customer.name} | known


class ConsignmentPage(RecordPage):
    permission = "fulfillment.view_consignment"
    template_name = "fulfillment/consignment.html"
    queryset = CONSIGNMENTS
    breadcrumb = [(_("Consignments"), "consignments")]
    actions = consignment_actions

    def status(self) -> Status:
        return Status(self.object.get_status_display(), CONSIGNMENT_TONES[self.object.status])

    def facts(self) -> list[Fact]:
        one = self.object
        return [
            Fact(_("Customer"), one.customer, url_or_none("customer", one.customer.code)),
            Fact(_("Content"), one.content),
            Fact(_("Pieces"), formats.quantity(one.pieces)),
            Fact(_("Weight, g"), formats.quantity(one.weight_g)),
            Fact(_("Cash on delivery"), format_money(one.cash_due, one.currency) if one.cash_due else None),
            Fact(_("Service"), one.service),
            Fact(_("Price"), format_money(one.price, one.currency)),
            Fact(_("Deliver from"), one.window_start),
            Fact(_("Deliver until"), one.window_end),
            Fact(_("Collected by"), one.collector),
            Fact(_("Delivered by"), one.driver),
            Fact(_("Entered by"), one.by),
        ]

    def get_context_data(self, **kwargs) -> dict:
        context = {
            "attempts": self.object.attempts.select_related("by"),
            "reasons": sentences(self.object.price_reasons),
        }
        return super().get_context_data(**context | kwargs)


class ConsignmentAction(ActionView):
    actions = consignment_actions
    queryset = CONSIGNMENTS

    def perform(self, form) -> str:
        if self.action.name in KEYED:
            form.cleaned_data["key"] = posted_key(self.request)
        return super().perform(form)


@permission_required("fulfillment.view_consignment", raise_exception=True)
def waybill(request: HttpRequest, number: str) -> HttpResponse:
    """The labels as PDF, one page for each piece."""
    consignment = get_object_or_404(CONSIGNMENTS, number=number)
    response = HttpResponse(waybill_pdf(consignment, request.LANGUAGE_CODE), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{consignment.number}.pdf"'
    return response
