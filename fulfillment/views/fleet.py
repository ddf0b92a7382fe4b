"""Vehicles, shifts, depots, delivery zones and places."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from fulfillment import queries, services
from fulfillment.models import DeliveryZone, Depot, GeocodedAddress, Place, Shift, Vehicle
from fulfillment.route_actions import shift_actions
from fulfillment.route_forms import DepotForm, KnownPositionForm, PlacesFileForm, ShiftForm, VehicleForm, ZoneForm
from inventory.models import Warehouse
from oms.actions import ActionView
from oms.columns import Column
from oms.filters import Filters, Period, Records, YesNo
from oms.forms import CreatePage, EditPage, FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.pages import Link


class Saved:
    """A form that saves its own record."""

    done = _("%(what)s saved.")

    def perform(self, form) -> Model:
        return form.save()


class VehicleFilters(Filters):
    warehouse = Records(label=_("Warehouse"), queryset=Warehouse.objects.all())
    active = YesNo(field_name="active", label=_("Active"))
    search_fields = ["name__icontains", "plate__icontains"]
    search_hint = _("Name or plate")

    class Meta:
        model = Vehicle
        fields: list[str] = []


NEW_VEHICLE = Link(_("New vehicle"), "vehicle-new", icon="plus", permission="fulfillment.add_vehicle")


class Vehicles(ListPage):
    page = "vehicles"
    permission = "fulfillment.view_vehicle"
    title = _("Vehicles")
    filterset_class = VehicleFilters
    columns = [
        Column("name", _("Vehicle"), link=True),
        Column("plate", _("Plate")),
        Column("warehouse.name", _("Warehouse")),
        Column("weight_kg", _("Holds, kg"), kind="number"),
        Column("volume_l", _("Holds, litres"), kind="number"),
        Column("max_stops", _("Stops at most"), kind="number"),
        Column("cost_km", _("Cost of a kilometre"), kind="number"),
        Column("cost_hour", _("Cost of an hour"), kind="number"),
        Column("active", _("Active"), kind="yes"),
    ]
    orderings = {"name": Ordering(_("Name"), "name")}
    primary = NEW_VEHICLE
    more = [Link(_("Depots"), "depots", icon="warehouse", permission="fulfillment.view_depot")]
    empty = Empty(_("No vehicles yet"), _("Routes are planned for vehicles with a driver."), NEW_VEHICLE, icon="truck")

    def queryset(self) -> QuerySet[Vehicle]:
        return Vehicle.objects.select_related("warehouse")


class NewVehicle(Saved, CreatePage):
    permission = "fulfillment.add_vehicle"
    title = _("New vehicle")
    breadcrumb = [(_("Vehicles"), "vehicles")]
    form_class = VehicleForm


class EditVehicle(Saved, EditPage):
    permission = "fulfillment.change_vehicle"
    breadcrumb = [(_("Vehicles"), "vehicles")]
    model = Vehicle
    form_class = VehicleForm


class ShiftFilters(Filters):
    day = Period(field_name="starts", label=_("Day"))
    vehicle = Records(label=_("Vehicle"), queryset=Vehicle.objects.all())
    driver = Records(label=_("Driver"), queryset=lambda request: queries.drivers())
    search_fields = ["driver__first_name__icontains", "driver__last_name__icontains", "vehicle__name__icontains"]
    search_hint = _("Driver or vehicle")

    class Meta:
        model = Shift
        fields: list[str] = []


NEW_SHIFT = Link(_("New shift"), "shift-new", icon="plus", permission="fulfillment.add_shift")


class Shifts(ListPage):
    page = "shifts"
    permission = "fulfillment.view_shift"
    title = _("Shifts")
    filterset_class = ShiftFilters
    columns = [
        Column("driver", _("Driver"), link=True),
        Column("vehicle.name", _("Vehicle")),
        Column("starts", _("Starts"), kind="moment", sort="newest"),
        Column("ends", _("Ends"), kind="moment"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-starts", "-id")}
    primary = NEW_SHIFT
    bulk = [shift_actions["cancel"]]
    empty = Empty(_("No shifts yet"), _("A shift gives a driver a vehicle for some hours."), NEW_SHIFT, icon="clock")

    def queryset(self) -> QuerySet[Shift]:
        return Shift.objects.select_related("driver", "vehicle")


class NewShift(CreatePage):
    permission = "fulfillment.add_shift"
    title = _("New shift")
    breadcrumb = [(_("Shifts"), "shifts")]
    form_class = ShiftForm
    service = staticmethod(services.book_shift)
    done = _("%(what)s is booked.")


class EditShift(EditPage):
    permission = "fulfillment.change_shift"
    breadcrumb = [(_("Shifts"), "shifts")]
    queryset = Shift.objects.select_related("driver", "vehicle")
    form_class = ShiftForm
    service = staticmethod(services.change_shift)
    done = _("%(what)s saved.")

    def get_initial(self) -> dict:
        starts, ends = timezone.localtime(self.object.starts), timezone.localtime(self.object.ends)
        return {
            "vehicle": self.object.vehicle_id,
            "driver": self.object.driver_id,
            "day": starts.date(),
            "start": starts.time(),
            "end": ends.time(),
        }


class ShiftAction(ActionView):
    actions = shift_actions
    queryset = Shift.objects.select_related("driver", "vehicle")


NEW_ZONE = Link(_("New zone"), "zone-new", icon="plus", permission="fulfillment.add_deliveryzone")


class ZoneFilters(Filters):
    search_fields = ["name__icontains", "postcodes__icontains"]
    search_hint = _("Name or postcode")

    class Meta:
        model = DeliveryZone
        fields: list[str] = []


class Zones(ListPage):
    page = "zones"
    permission = "fulfillment.view_deliveryzone"
    title = _("Delivery zones")
    filterset_class = ZoneFilters
    columns = [
        Column("name", _("Zone"), link=True),
        Column("warehouse.name", _("Warehouse")),
        Column("country", _("Country")),
        Column("postcodes", _("Postcodes begin with")),
        Column("radius_km", _("Radius, km"), kind="number"),
        Column("active", _("Active"), kind="yes"),
    ]
    orderings = {"name": Ordering(_("Name"), "name")}
    primary = NEW_ZONE
    empty = Empty(_("No zones yet"), _("Zones say where our own fleet delivers."), NEW_ZONE, icon="map")

    def queryset(self) -> QuerySet[DeliveryZone]:
        return DeliveryZone.objects.select_related("warehouse")


class NewZone(Saved, CreatePage):
    permission = "fulfillment.add_deliveryzone"
    title = _("New zone")
    breadcrumb = [(_("Delivery zones"), "zones")]
    form_class = ZoneForm


class EditZone(Saved, EditPage):
    permission = "fulfillment.change_deliveryzone"
    breadcrumb = [(_("Delivery zones"), "zones")]
    model = DeliveryZone
    form_class = ZoneForm


NEW_DEPOT = Link(_("New depot"), "depot-new", icon="plus", permission="fulfillment.add_depot")


class Depots(ListPage):
    page = "depots"
    permission = "fulfillment.view_depot"
    title = _("Depots")
    breadcrumb = [(_("Vehicles"), "vehicles")]
    columns = [
        Column("warehouse.name", _("Warehouse"), link=True),
        Column("latitude", _("Latitude"), kind="number"),
        Column("longitude", _("Longitude"), kind="number"),
        Column("stop_minutes", _("Minutes at each stop"), kind="number"),
    ]
    orderings = {"first": Ordering(_("First"), "id")}
    primary = NEW_DEPOT
    empty = Empty(_("No depots yet"), _("Routes begin and end at a depot."), NEW_DEPOT, icon="warehouse")

    def queryset(self) -> QuerySet[Depot]:
        return Depot.objects.select_related("warehouse")


class NewDepot(Saved, CreatePage):
    permission = "fulfillment.add_depot"
    title = _("New depot")
    breadcrumb = [(_("Depots"), "depots")]
    form_class = DepotForm


class EditDepot(Saved, EditPage):
    permission = "fulfillment.change_depot"
    breadcrumb = [(_("Depots"), "depots")]
    queryset = Depot.objects.select_related("warehouse")
    form_class = DepotForm


IMPORT_PLACES = Link(_("Import places"), "places-import", icon="upload", permission="fulfillment.add_place")


class PlaceFilters(Filters):
    search_fields = ["postcode__istartswith", "city__icontains"]
    search_hint = _("Postcode or city")

    class Meta:
        model = Place
        fields: list[str] = []


class Places(ListPage):
    page = "places"
    permission = "fulfillment.view_place"
    title = _("Places")
    filterset_class = PlaceFilters
    columns = [
        Column("country", _("Country")),
        Column("postcode", _("Postcode")),
        Column("city", _("City")),
        Column("latitude", _("Latitude"), kind="number"),
        Column("longitude", _("Longitude"), kind="number"),
    ]
    orderings = {"place": Ordering(_("Country and postcode"), "country", "postcode", "city", "id")}
    primary = IMPORT_PLACES
    more = [Link(_("Positions of addresses"), "positions", icon="map-pin", permission="fulfillment.view_place")]
    empty = Empty(
        _("No places yet"),
        _("With a table of postcodes and cities every address can be found without asking anybody."),
        IMPORT_PLACES,
        icon="map-pin",
    )

    def queryset(self) -> QuerySet[Place]:
        return Place.objects.all()


class PositionFilters(Filters):
    search_fields = ["address__icontains"]
    search_hint = _("Address")

    class Meta:
        model = GeocodedAddress
        fields: list[str] = []


class Positions(ListPage):
    page = "positions"
    permission = "fulfillment.view_place"
    title = _("Positions of addresses")
    breadcrumb = [(_("Places"), "places")]
    filterset_class = PositionFilters
    columns = [
        Column("address", _("Address"), link=True),
        Column("latitude", _("Latitude"), kind="number"),
        Column("longitude", _("Longitude"), kind="number"),
        Column("source", _("Source"), kind="choice"),
    ]
    orderings = {"address": Ordering(_("Address"), "address", "id")}
    primary = IMPORT_PLACES
    empty = Empty(
        _("No positions yet"), _("Positions of addresses are entered at a stop of a plan, or imported."), icon="map-pin"
    )

    def queryset(self) -> QuerySet[GeocodedAddress]:
        return GeocodedAddress.objects.all()


class EditPosition(Saved, EditPage):
    permission = "fulfillment.change_geocodedaddress"
    breadcrumb = [(_("Positions of addresses"), "positions")]
    model = GeocodedAddress
    form_class = KnownPositionForm


class ImportPlaces(FormPage):
    permission = "fulfillment.add_place"
    title = _("Import places")
    breadcrumb = [(_("Places"), "places")]
    form_class = PlacesFileForm
    submit_label = _("Import")

    def perform(self, form) -> str:
        upload = form.cleaned_data["file"]
        with tempfile.NamedTemporaryFile() as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
            copy.flush()
            counts = services.import_places(Path(copy.name), upload.name, by=self.request.user)
        messages.success(
            self.request, translated("%(places)s places and %(addresses)s addresses are known now.") % counts
        )
        return reverse("places")
