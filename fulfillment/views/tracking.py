"""What carriers report, what their words mean, and what we booked with them."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from fulfillment.carrier_actions import raw_event_actions, retry_booking
from fulfillment.carrier_filters import BookingFilters, MappingFilters, RawEventFilters
from fulfillment.carrier_forms import MappingForm
from fulfillment.models import Booking, RawTrackingEvent, Shipment, StatusMapping
from oms.actions import ActionView
from oms.columns import Column
from oms.forms import CreatePage, EditPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.pages import Link

EVENT_TONES = {"waiting": "info", "unmapped": "warn", "no_shipment": "warn", "applied": "ok", "refused": "bad"}
BOOKING_TONES = {"queued": "info", "booked": "ok", "failed": "bad", "cancelling": "warn", "cancelled": "muted"}


class RawEvents(ListPage):
    page = "tracking-events"
    permission = "fulfillment.view_rawtrackingevent"
    title = _("Tracking events")
    filterset_class = RawEventFilters
    columns = [
        Column("tracking_number", _("Tracking number")),
        Column("carrier.name", _("Carrier")),
        Column("carrier_status", _("The carrier's status")),
        Column("step", _("Means"), kind="choice"),
        Column(
            "state",
            _("State"),
            kind="status",
            tones=EVENT_TONES,
            template="fulfillment/cells/raw_event.html",
            export=lambda raw: raw.get_state_display(),
        ),
        Column("shipment.number", _("Shipment"), url=lambda raw: raw.shipment and raw.shipment.get_absolute_url()),
        Column("place", _("Place")),
        Column("note", _("Note"), kind="long"),
        Column("at", _("Time"), kind="moment"),
        Column("source", _("Came by"), kind="choice", shown=False),
        Column("received_at", _("Received"), kind="moment", shown=False),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [
        Tab(_("Status not known"), "state=unmapped"),
        Tab(_("Number not known"), "state=no_shipment"),
        Tab(_("Not applied"), "state=refused"),
    ]
    more = [Link(_("Status mappings"), "status-mappings", "replace", "fulfillment.view_statusmapping")]
    bulk = [raw_event_actions["map"], raw_event_actions["again"]]
    empty = Empty(_("No carrier has reported anything yet"), _("Every event is kept here as it came."), icon="radio")

    def queryset(self) -> QuerySet[RawTrackingEvent]:
        return RawTrackingEvent.objects.select_related("carrier", "shipment")


class RawEventAction(ActionView):
    actions = raw_event_actions
    queryset = RawTrackingEvent.objects.select_related("carrier")

    def get_breadcrumb(self):
        return [(_("Tracking events"), "tracking-events")]


NEW_MAPPING = Link(_("New mapping"), "status-mapping-new", icon="plus", permission="fulfillment.add_statusmapping")


class Mappings(ListPage):
    page = "status-mappings"
    permission = "fulfillment.view_statusmapping"
    title = _("Status mappings")
    filterset_class = MappingFilters
    columns = [
        Column("carrier_status", _("The carrier's status"), link=True),
        Column("carrier.name", _("Carrier")),
        Column("step", _("Means"), kind="choice"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    primary = NEW_MAPPING
    empty = Empty(
        _("No mappings yet"),
        _("A carrier's words that are not our own are mapped here, or on the event that brought them."),
        NEW_MAPPING,
        icon="replace",
    )

    def queryset(self) -> QuerySet[StatusMapping]:
        return StatusMapping.objects.select_related("carrier")


class SavedMapping:
    breadcrumb = [(_("Status mappings"), "status-mappings")]
    form_class = MappingForm
    done = _("%(what)s saved.")

    def perform(self, form) -> Model:
        return form.save()


class NewMapping(SavedMapping, CreatePage):
    permission = "fulfillment.add_statusmapping"
    title = _("New mapping")


class EditMapping(SavedMapping, EditPage):
    permission = "fulfillment.change_statusmapping"
    queryset = StatusMapping.objects.select_related("carrier")


class Bookings(ListPage):
    page = "bookings"
    permission = "fulfillment.view_booking"
    title = _("Bookings")
    filterset_class = BookingFilters
    columns = [
        Column("shipment.number", _("Shipment"), link=True),
        Column("carrier.name", _("Carrier")),
        Column("service.name", _("Service")),
        Column("state", _("State"), kind="status", tones=BOOKING_TONES),
        Column("tracking_number", _("Tracking number")),
        Column("attempts", _("Attempts"), kind="number"),
        Column("error", _("Error"), kind="long"),
        Column("created_at", _("Asked for"), kind="moment"),
        Column("booked_at", _("Booked"), kind="moment", shown=False),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Failed"), "state=failed"), Tab(_("Under way"), "state=queued&state=cancelling")]
    bulk = [retry_booking]
    empty = Empty(_("Nothing was booked yet"), _("Parcels for carriers with a connection are booked."), icon="ticket")

    def queryset(self) -> QuerySet[Booking]:
        return Booking.objects.select_related("shipment", "carrier", "service")


@permission_required("fulfillment.view_shipment", raise_exception=True)
def carrier_label(request: HttpRequest, number: str) -> FileResponse:
    """The label that the carrier made, as PDF."""
    shipment = get_object_or_404(Shipment, number=number)
    booking = shipment.bookings.filter(state=Booking.State.BOOKED).exclude(label="").first()
    if booking is None:
        raise Http404
    return FileResponse(booking.label.open(), content_type="application/pdf", filename=f"{shipment.number}-label.pdf")
