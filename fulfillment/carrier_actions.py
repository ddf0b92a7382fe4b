"""What can be done with bookings and with what carriers report."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment import services
from fulfillment.carrier_forms import BookForm, StepForm
from fulfillment.models import Booking, RawTrackingEvent, Shipment
from fulfillment.services import tracking
from fulfillment.services.booking import may_book, may_unbook
from fulfillment.services.rating import active_services, quote_shipment
from oms.actions import Action, Actions

raw_event_actions = Actions(
    "raw-event-action",
    RawTrackingEvent,
    [
        Action(
            "map",
            _("Map this status"),
            "fulfillment.add_statusmapping",
            services.map_status,
            form=StepForm,
            allowed=lambda raw: raw.state == RawTrackingEvent.State.UNMAPPED,
            icon="replace",
            confirm=_("What does the carrier mean by %(what)s?"),
            done=_("Every event with this status is applied now."),
            then=lambda raw, result: reverse("tracking-events"),
        ),
        Action(
            "again",
            _("Apply again"),
            "fulfillment.add_statusmapping",
            tracking.try_again,
            allowed=lambda raw: raw.state in tracking.STUCK,
            icon="rotate-cw",
            done=_("The event is applied again."),
            then=lambda raw, result: reverse("tracking-events"),
        ),
    ],
)


def connected_services(shipment: Shipment) -> dict:
    """The services that are booked, and the best of them."""
    services = [service for service in active_services() if service.carrier.books]
    quote = quote_shipment(shipment, services)
    return {"quote": quote, "service": quote.chosen and quote.chosen.key}


def again(booking: Booking, *, by) -> Booking:
    """Book a shipment again that its carrier refused."""
    return services.book(booking.shipment, by=by, service=booking.service)


retry_booking = Action("again", _("Book again"), "fulfillment.book_carrier", again, icon="rotate-cw")
booking_actions = [
    Action(
        "book",
        _("Book with a carrier"),
        "fulfillment.book_carrier",
        services.book,
        form=BookForm,
        allowed=may_book,
        initial=connected_services,
        icon="ticket",
        done=_("%(what)s is being booked."),
    ),
    Action(
        "cancel-booking",
        _("Take booking back"),
        "fulfillment.book_carrier",
        services.cancel_booking,
        allowed=may_unbook,
        confirm=_("Take the booking of %(what)s back? Its label is not valid any more."),
        icon="ticket-x",
        done=_("The carrier is told that %(what)s is not coming."),
    ),
]
