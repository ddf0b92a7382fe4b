"""Shipments: the list, one shipment with its way, its actions and its papers; carriers."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment.actions import KEYED, shipment_actions
from fulfillment.documents import packing_slip_pdf
from fulfillment.filters import CarrierFilters, ShipmentFilters
from fulfillment.forms import CarrierForm
from fulfillment.models import Carrier, Shipment
from fulfillment.services.steps import lines_of
from oms import formats
from oms.actions import ActionView
from oms.columns import Column
from oms.forms import CreatePage, EditPage, posted_key
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
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
SHIPMENTS = Shipment.objects.select_related("order", "warehouse", "carrier", "driver", "picker")


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
            Fact(_("Tracking number"), shipment.tracking_number, shipment.tracking_link or None),
            Fact(_("Driver"), shipment.driver),
            Fact(_("Expected"), formats.moment(shipment.eta)),
            Fact(_("Window from"), formats.moment(shipment.window_from)),
            Fact(_("Window to"), formats.moment(shipment.window_to)),
            Fact(_("Packed"), formats.moment(shipment.packed_at)),
            Fact(_("Shipped"), formats.moment(shipment.shipped_at)),
            Fact(_("Delivered"), formats.moment(shipment.delivered_at)),
        ]

    def get_context_data(self, **kwargs) -> dict:
        context = {
            "lines": lines_of(self.object),
            "attempts": self.object.attempts.select_related("by", "reopening__by", "proof"),
            "wishes": self.object.wishes.all(),
            "exceptions": self.object.exceptions.all(),
            "slip": reverse("packing-slip", args=[self.object.number]),
        }
        return super().get_context_data(**context | kwargs)


class ShipmentAction(ActionView):
    actions = shipment_actions
    queryset = SHIPMENTS

    def perform(self, form) -> str:
        if self.action.name in KEYED:
            form.cleaned_data["key"] = posted_key(self.request)
        return super().perform(form)


@permission_required("fulfillment.view_shipment", raise_exception=True)
def packing_slip(request: HttpRequest, number: str) -> HttpResponse:
    """The packing slip as PDF, shown in the browser."""
    shipment = get_object_or_404(SHIPMENTS, number=number)
    response = HttpResponse(packing_slip_pdf(shipment), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{shipment.number}.pdf"'
    return response


NEW_CARRIER = Link(_("New carrier"), "carrier-new", icon="plus", permission="fulfillment.add_carrier")


class Carriers(ListPage):
    page = "carriers"
    permission = "fulfillment.view_carrier"
    title = _("Carriers")
    filterset_class = CarrierFilters
    columns = [
        Column("name", _("Carrier"), link=True),
        Column("own", _("Our own fleet"), kind="yes"),
        Column("active", _("Active"), kind="yes"),
        Column("tracking_url", _("Tracking link")),
    ]
    orderings = {"name": Ordering(_("Name"), "name")}
    primary = NEW_CARRIER
    empty = Empty(_("No carriers yet"), _("Parcels leave with a carrier."), NEW_CARRIER, icon="truck")

    def queryset(self) -> QuerySet[Carrier]:
        return Carrier.objects.all()


class SavedCarrier:
    breadcrumb = [(_("Carriers"), "carriers")]
    form_class = CarrierForm
    done = _("%(what)s saved.")

    def perform(self, form) -> Model:
        return form.save()


class NewCarrier(SavedCarrier, CreatePage):
    permission = "fulfillment.add_carrier"
    title = _("New carrier")


class EditCarrier(SavedCarrier, EditPage):
    permission = "fulfillment.change_carrier"
    model = Carrier
