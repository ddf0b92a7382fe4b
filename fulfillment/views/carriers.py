"""Carriers: the list, and one carrier with its services and prices."""

from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from fulfillment.carrier_forms import CarrierForm
from fulfillment.filters import CarrierFilters
from fulfillment.models import Carrier, CarrierService, RateBand, RateZone
from fulfillment.queries import manifest_days
from oms.columns import Column
from oms.forms import CreatePage, EditPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.pages import Link
from oms.records import Fact, RecordPage, Status

NEW_CARRIER = Link(_("New carrier"), "carrier-new", icon="plus", permission="fulfillment.add_carrier")


class Carriers(ListPage):
    page = "carriers"
    permission = "fulfillment.view_carrier"
    title = _("Carriers")
    filterset_class = CarrierFilters
    columns = [
        Column("name", _("Carrier"), link=True),
        Column("own", _("Our own fleet"), kind="yes"),
        Column("adapter", _("Connection"), kind="choice"),
        Column("active", _("Active"), kind="yes"),
        Column("tracking_url", _("Tracking link")),
    ]
    orderings = {"name": Ordering(_("Name"), "name")}
    primary = NEW_CARRIER
    empty = Empty(_("No carriers yet"), _("Parcels leave with a carrier."), NEW_CARRIER, icon="truck")

    def queryset(self) -> QuerySet[Carrier]:
        return Carrier.objects.all()


@dataclass(frozen=True)
class PriceCell:
    """What a service costs in a zone."""

    zone: RateZone
    bands: list[RateBand]


class CarrierPage(RecordPage):
    """Services with their prices in every zone; what is not priced is not offered there."""

    permission = "fulfillment.view_carrier"
    template_name = "fulfillment/carrier.html"
    model = Carrier
    breadcrumb = [(_("Carriers"), "carriers")]

    @property
    def primary(self) -> Link:
        return Link(_("Edit"), f"{self.object.get_absolute_url()}edit/", "pencil", "fulfillment.change_carrier")

    def status(self) -> Status | None:
        return None if self.object.active else Status(_("not in use"))

    def facts(self) -> list[Fact]:
        carrier = self.object
        return [
            Fact(_("Code"), carrier.code),
            Fact(_("Our own fleet"), carrier.own),
            Fact(_("Connection"), carrier.get_adapter_display()),
            Fact(_("Address of its web service"), carrier.base_url),
            Fact(_("Tracking link"), carrier.tracking_url),
        ]

    def get_context_data(self, **kwargs) -> dict:
        zones = list(self.object.zones.all())
        services = self.object.services.prefetch_related("bands")
        manifests = manifest_days(self.object) if self.object.books else []
        context = {
            "manifests": manifests,
            "zones": zones,
            "services": [(service, _cells(service, zones)) for service in services],
        }
        return super().get_context_data(**context | kwargs)


def _cells(service: CarrierService, zones: list[RateZone]) -> list[PriceCell]:
    bands = sorted(service.bands.all(), key=lambda band: band.up_to_g)
    return [PriceCell(zone, [band for band in bands if band.zone_id == zone.pk]) for zone in zones]


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
