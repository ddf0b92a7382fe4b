"""Announcing parcels to carriers: asked for here, sent by a worker, retried, and one booking however often."""

from datetime import timedelta

import structlog
from celery import current_app
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from fulfillment.adapters import Booked, CarrierProblem, Parcel, adapter_of
from fulfillment.events import FulfillmentEvent
from fulfillment.models import Booking, CarrierService, Shipment
from fulfillment.services import rating
from fulfillment.services.steps import lock_shipment
from fulfillment.services.tracking import look_again
from oms.errors import DomainError
from oms.events import once_after_commit, record
from oms.locking import lock
from oms.outbox import back_off

log = structlog.get_logger(__name__)

State = Booking.State
MAX_ATTEMPTS = 8
CALL_LIMIT = timedelta(minutes=5)
BOOKABLE = (Shipment.Status.PACKED, Shipment.Status.SHIPPED)


def may_book(shipment: Shipment) -> bool:
    """Whether a parcel can be announced now: packed or just shipped, and not announced yet."""
    open_already = shipment.bookings.filter(state__in=[State.QUEUED, State.BOOKED]).exists()
    return shipment.status in BOOKABLE and not open_already


def may_unbook(shipment: Shipment) -> bool:
    """Whether there is a booking to take back before the parcel has left."""
    return shipment.in_house and shipment.bookings.filter(state__in=Booking.OPEN).exists()


@transaction.atomic
def book(shipment: Shipment, *, by, service: CarrierService | None = None) -> Booking:
    """Ask for a booking with the service's carrier, else with the shipment's own; asked again, it is the same one.

    A booking that failed for good is tried again under its old key, so the carrier cannot make two of it.
    """
    shipment = lock_shipment(shipment)
    carrier = service.carrier if service else shipment.carrier
    if carrier is None or not carrier.books:
        raise DomainError(_("Choose a carrier that is booked by file or web service."))
    if shipment.status not in BOOKABLE:
        raise DomainError(
            _("%(number)s is %(status)s and cannot be booked.")
            % {"number": shipment.number, "status": shipment.get_status_display()}
        )
    booking = shipment.bookings.select_for_update().filter(state__in=Booking.OPEN).first()
    if booking and booking.carrier_id != carrier.pk:
        raise DomainError(
            _("%(number)s is booked with %(carrier)s. Cancel that booking first.")
            % {"number": shipment.number, "carrier": booking.carrier}
        )
    if booking is None:
        booking = Booking.objects.create(shipment=shipment, carrier=carrier, service=service or shipment.service, by=by)
    elif booking.state == State.FAILED:
        booking.state, booking.attempts, booking.next_at = State.QUEUED, 0, timezone.now()
        booking.save(update_fields=["state", "attempts", "next_at"])
    once_after_commit(nudge)
    return booking


@transaction.atomic
def cancel_booking(shipment: Shipment, *, by) -> Booking:
    """Take the shipment's booking back; the carrier is told by a worker."""
    shipment = lock_shipment(shipment)
    booking = shipment.bookings.select_for_update().filter(state__in=Booking.OPEN).first()
    if booking is None:
        raise DomainError(_("%(number)s is not booked.") % {"number": shipment.number})
    if not (shipment.in_house or shipment.status == Shipment.Status.CANCELLED):
        raise DomainError(_("%(number)s has left the house already.") % {"number": shipment.number})
    booking.state, booking.next_at, booking.by = State.CANCELLING, timezone.now(), by
    booking.save(update_fields=["state", "next_at", "by"])
    shipment.tracking_number = ""
    shipment.save(update_fields=["tracking_number"])
    once_after_commit(nudge)
    return booking


def nudge() -> None:
    """Ask a worker to send what is due; beat asks again when the broker lost it."""
    try:
        current_app.send_task("fulfillment.tasks.send_bookings", retry=False)
    except (RedisError, OperationalError, OSError) as error:
        log.warning("broker_away", error=str(error))


def send_due(limit: int = 100) -> int:
    """Call the carriers for what is due; returns how many calls were made.

    Each booking is claimed in a transaction of its own, and no transaction is open during the call. One whose worker
    died is called again after CALL_LIMIT under the same key.
    """
    for count in range(limit):
        booking = _claim()
        if booking is None:
            return count
        _call(booking)
    return limit


@transaction.atomic
def _claim() -> Booking | None:
    now = timezone.now()
    booking = (
        Booking.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("carrier", "service", "shipment__order")
        .filter(state__in=Booking.DUE, next_at__lte=now)
        .order_by("next_at", "id")
        .first()
    )
    if booking:
        booking.attempts, booking.next_at = booking.attempts + 1, now + CALL_LIMIT
        booking.save(update_fields=["attempts", "next_at"])
    return booking


def _call(booking: Booking) -> None:
    adapter, parcel = adapter_of(booking.carrier), parcel_of(booking.shipment, booking)
    try:
        if booking.state == State.QUEUED:
            _booked(booking, adapter.book(parcel))
        else:
            # after a call without an answer the carrier may have it: the same key tells its number
            number = booking.tracking_number or (booking.attempts > 1 and adapter.book(parcel).tracking_number)
            if number:
                adapter.cancel(number, key=f"{booking.key}-cancel")
            _cancelled(booking)
    except CarrierProblem as problem:
        log.warning("carrier_call_failed", booking=booking.pk, error=str(problem))
        _failed(booking, problem)


@transaction.atomic
def _booked(booking: Booking, answer: Booked) -> None:
    shipment = lock_shipment(booking.shipment)
    booking = lock(booking)
    booking.tracking_number, booking.error = answer.tracking_number, ""
    if answer.label:
        booking.label.save(f"{shipment.number}.pdf", ContentFile(answer.label), save=False)
    if booking.state == State.QUEUED:  # else it was taken back meanwhile
        booking.state, booking.booked_at = State.BOOKED, timezone.now()
        shipment.tracking_number = answer.tracking_number
        shipment.carrier = booking.carrier
        shipment.save(update_fields=["tracking_number", "carrier"])
        data = {"carrier": booking.carrier.name, "tracking": answer.tracking_number}
        record(shipment, FulfillmentEvent.BOOKED, by=booking.by, **data)
        look_again(booking.carrier, answer.tracking_number)
    booking.save(update_fields=["tracking_number", "error", "label", "state", "booked_at"])


@transaction.atomic
def _cancelled(booking: Booking) -> None:
    shipment = lock_shipment(booking.shipment)
    booking = lock(booking)
    booking.state, booking.error = State.CANCELLED, ""
    booking.save(update_fields=["state", "error"])
    record(shipment, FulfillmentEvent.UNBOOKED, by=booking.by, carrier=booking.carrier.name)


@transaction.atomic
def _failed(booking: Booking, problem: CarrierProblem) -> None:
    shipment = lock_shipment(booking.shipment)
    booking = lock(booking)
    booking.error = str(problem)[:2000]
    booking.next_at = timezone.now() + back_off(booking.attempts)
    if booking.state == State.QUEUED and (problem.lasting or booking.attempts >= MAX_ATTEMPTS):
        booking.state = State.FAILED
        data = {"carrier": booking.carrier.name, "reason": booking.error}
        record(shipment, FulfillmentEvent.NOT_BOOKED, by=booking.by, **data)
    booking.save(update_fields=["error", "next_at", "state"])


def parcel_of(shipment: Shipment, booking: Booking | None = None) -> Parcel:
    """A shipment as a carrier is told of it."""
    order, service = shipment.order, booking.service if booking else shipment.service
    return Parcel(
        key=str(booking.key) if booking else shipment.number,
        number=shipment.number,
        service=service.code if service else "",
        recipient={
            "name": order.ship_name,
            **{name: getattr(order, name) for name in ("phone", "line1", "line2", "postcode", "city", "region")},
            "country": order.country,
        },
        weight_g=rating.weight_of(shipment)[0],
        tracking_number=shipment.tracking_number,
    )
