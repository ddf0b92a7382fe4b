"""Shipments: the list, one shipment with its way, its actions and its papers."""

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fulfillment.actions import KEYED, shipment_actions
from fulfillment.documents import LABEL_SIZES, batch_list_pdf, label_pdf, packing_slip_pdf, pick_list_pdf
from fulfillment.filters import ShipmentFilters
from fulfillment.models import Batch, Parcel, Shipment
from fulfillment.reasons import sentences
from fulfillment.services.steps import lines_of
from oms import formats
from oms.actions import ActionView
from oms.columns import Column
from oms.forms import posted_key
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.money import format_money
from oms.pages import Link, url_or_none
from oms.records import Fact, RecordPage, Status

TONES = {
    "picking": "info",
    "picked": "info",
    "packed": "info",
    "shipped": "info",
    "out": "warn",
    "delivered": "ok",
    "failed": "bad",
    "cancelled": "muted",
    "returned": "muted",
    "lost": "bad",
}
SHIPMENTS = Shipment.objects.select_related("order", "warehouse", "carrier", "service__carrier", "driver", "picker")


class Shipments(ListPage):
    page = "shipments"
    permission = "fulfillment.view_shipment"
    title = _("Shipments")
    filterset_class = ShipmentFilters
    columns = [
        Column("number", _("Shipment"), link=True),
        Column("order.number", _("Order"), url=lambda shipment: url_or_none("order", shipment.order.number)),
        Column("order.ship_name", _("Recipient")),
        Column("status", _("Status"), kind="status", tones=TONES),
        Column("warehouse.name", _("Warehouse")),
        Column("carrier.name", _("Carrier")),
        Column("service.name", _("Service"), shown=False),
        Column("cost", _("Shipping cost"), kind="money", shown=False),
        Column("tracking_number", _("Tracking number")),
        Column("driver", _("Driver"), shown=False),
        Column("created_at", _("Started"), kind="moment", sort="newest"),
        Column("shipped_at", _("Shipped"), kind="moment"),
        Column("delivered_at", _("Delivered"), kind="moment", shown=False),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [
        Tab(_("In the house"), "status=picking&status=picked&status=packed"),
        Tab(_("To ship"), "status=packed"),
        Tab(_("On the way"), "status=shipped&status=out"),
        Tab(_("Failed"), "status=failed"),
    ]
    bulk = [shipment_actions["ship"], shipment_actions["send-out"]]
    empty = Empty(_("No shipments yet"), _("A shipment begins when somebody starts to pick an order."), icon="truck")

    def queryset(self) -> QuerySet[Shipment]:
        return SHIPMENTS


class ShipmentPage(RecordPage):
    permission = "fulfillment.view_shipment"
    template_name = "fulfillment/shipment.html"
    queryset = SHIPMENTS
    breadcrumb = [(_("Shipments"), "shipments")]
    actions = shipment_actions

    def status(self) -> Status:
        return Status(self.object.get_status_display(), TONES[self.object.status])

    @property
    def primary(self) -> Link | None:
        number, status = self.object.number, self.object.status
        if status == Shipment.Status.PICKING:
            return Link(_("Go on picking"), reverse("pick", args=[number]), "scan-barcode", "fulfillment.pick")
        if status == Shipment.Status.PICKED:
            return Link(_("Pack"), reverse("pack", args=[number]), "package-open", "fulfillment.pack")
        return None

    def facts(self) -> list[Fact]:
        shipment = self.object
        return [
            Fact(_("Order"), shipment.order, url_or_none("order", shipment.order.number)),
            Fact(_("Warehouse"), shipment.warehouse),
            Fact(_("Picker"), shipment.picker),
            Fact(_("Carrier"), shipment.carrier),
            Fact(_("Service"), shipment.service and shipment.service.name),
            Fact(_("Shipping cost"), self._cost()),
            Fact(_("Tracking number"), shipment.tracking_number, shipment.tracking_link or None),
            Fact(_("Driver"), shipment.driver),
            Fact(_("Expected"), formats.moment(shipment.eta)),
            Fact(_("Window from"), formats.moment(shipment.window_start)),
            Fact(_("Window to"), formats.moment(shipment.window_end)),
            Fact(_("Packed"), formats.moment(shipment.packed_at)),
            Fact(_("Shipped"), formats.moment(shipment.shipped_at)),
            Fact(_("Delivered"), formats.moment(shipment.delivered_at)),
        ]

    def _cost(self) -> str:
        cost = self.object.cost
        return "" if cost is None else format_money(cost, self.object.currency)

    def get_context_data(self, **kwargs) -> dict:
        context = {
            "cost_reasons": sentences(self.object.cost_reasons),
            "booking": self.object.bookings.select_related("carrier", "service").first(),
            "seen": [event for event in self.object.tracking.all() if event.step],
            "lines": lines_of(self.object),
            "parcels": self.object.parcels.select_related("carton").prefetch_related(
                "lines__shipment_line__order_line"
            ),
            "attempts": self.object.attempts.select_related("by", "reopening__by", "proof"),
            "wishes": self.object.wishes.all(),
            "exceptions": self.object.exceptions.all(),
            "slip": reverse("packing-slip", args=[self.object.number]),
        }
        return super().get_context_data(**context | kwargs)


class ShipmentAction(ActionView):
    actions = shipment_actions
    queryset = SHIPMENTS

    def get_initial(self) -> dict:
        """What the page that asks knows already, such as the SKU that is missing."""
        return super().get_initial() | self.request.GET.dict()

    def perform(self, form) -> str:
        if self.action.name in KEYED:
            form.cleaned_data["key"] = posted_key(self.request)
        return super().perform(form)


@permission_required("fulfillment.view_shipment", raise_exception=True)
def packing_slip(request: HttpRequest, number: str) -> HttpResponse:
    """The packing slip as PDF, shown in the browser."""
    return _shown(packing_slip_pdf(get_object_or_404(SHIPMENTS, number=number)), number)


@permission_required("fulfillment.pick", raise_exception=True)
def pick_list(request: HttpRequest, number: str) -> HttpResponse:
    """The pick list of one shipment as PDF."""
    return _shown(pick_list_pdf(get_object_or_404(SHIPMENTS, number=number), get_language()), number)


@permission_required("fulfillment.pick", raise_exception=True)
def batch_list(request: HttpRequest, number: str) -> HttpResponse:
    """The pick list of a whole batch as PDF."""
    return _shown(batch_list_pdf(get_object_or_404(Batch, number=number), get_language()), number)


@permission_required("fulfillment.view_shipment", raise_exception=True)
def label(request: HttpRequest, code: str, size: str) -> HttpResponse:
    """A parcel's label as PDF, 4 × 6 inches or A4."""
    if size not in LABEL_SIZES:
        raise Http404
    parcel = get_object_or_404(Parcel.objects.select_related("shipment__order", "shipment__carrier"), code=code)
    return _shown(label_pdf(parcel, size), code)


def _shown(pdf: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )
