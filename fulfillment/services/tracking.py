"""What carriers report: kept whole, understood by one vocabulary, and applied through the verbs that people use."""

from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from fulfillment.adapters import Seen, adapter_of
from fulfillment.events import FulfillmentEvent
from fulfillment.models import (
    Booking,
    Carrier,
    DeliveryAttempt,
    RawTrackingEvent,
    Shipment,
    StatusMapping,
    Step,
    TrackingEvent,
)
from fulfillment.services.delivering import deliver, fail_delivery, send_out
from fulfillment.services.steps import lock_shipment
from oms.errors import DomainError
from oms.events import once_after_commit, record

log = structlog.get_logger(__name__)

State = RawTrackingEvent.State
STUCK = (State.UNMAPPED, State.NO_SHIPMENT, State.REFUSED)
# the headline that the customer reads beside a step
HEADLINES = {
    Step.BOOKED: Shipment.Status.SHIPPED,
    Step.COLLECTED: Shipment.Status.SHIPPED,
    Step.IN_TRANSIT: Shipment.Status.SHIPPED,
    Step.AT_DEPOT: Shipment.Status.SHIPPED,
    Step.OUT: Shipment.Status.OUT,
    Step.DELIVERED: Shipment.Status.DELIVERED,
}
TURNS = (Step.OUT, Step.ATTEMPTED, Step.DELIVERED)  # these change the shipment's own status
NEEDS_A_PERSON = (Step.RETURNED, Step.LOST, Step.DAMAGED, Step.EXCEPTION)


@transaction.atomic
def keep_events(carrier: Carrier, seen: Iterable[Seen], *, source: str) -> int:
    """Store what a carrier told; an event that is known already is not stored again. Returns the new ones."""
    found = {one.key: one for one in seen}
    stored = RawTrackingEvent.objects.filter(carrier=carrier, key__in=found)
    known = set(stored.values_list("key", flat=True))
    new = [one for key, one in found.items() if key not in known]
    RawTrackingEvent.objects.bulk_create(
        (
            RawTrackingEvent(
                carrier=carrier,
                key=one.key,
                tracking_number=one.tracking_number,
                carrier_status=one.status,
                at=one.at,
                place=one.place,
                note=one.note,
                payload=one.payload,
                source=source,
            )
            for one in new
        ),
        ignore_conflicts=True,  # the same callback at the same moment
        batch_size=2000,
    )
    once_after_commit(nudge)
    return len(new)


def nudge() -> None:
    """Ask a worker to apply what waits; beat asks again when the broker lost it."""
    try:
        current_app.send_task("fulfillment.tasks.apply_tracking", retry=False)
    except (RedisError, OperationalError, OSError) as error:
        log.warning("broker_away", error=str(error))


def apply_waiting(limit: int = 20_000) -> int:
    """Apply what waits in the order in which it happened, each event in a transaction of its own."""
    for count in range(limit):
        if not _apply_next():
            return count
    return limit


@transaction.atomic
def _apply_next() -> bool:
    raw = (
        RawTrackingEvent.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("carrier")
        .filter(state=State.WAITING)
        .order_by("at", "id")
        .first()
    )
    if raw is None:
        return False
    raw.step = step_of(raw.carrier, raw.carrier_status)
    raw.shipment = shipment_of(raw)
    raw.state, raw.error = _outcome(raw)
    raw.save(update_fields=["step", "shipment", "state", "error"])
    return True


def _outcome(raw: RawTrackingEvent) -> tuple[str, str]:
    if not raw.step:
        return State.UNMAPPED, ""
    if raw.shipment is None:
        return State.NO_SHIPMENT, ""
    try:
        with transaction.atomic():
            _apply(lock_shipment(raw.shipment), raw)
    except DomainError as refusal:
        return State.REFUSED, str(refusal)[:300]
    return State.APPLIED, ""


def step_of(carrier: Carrier, status: str) -> str:
    """What a carrier's word means: by its own table, else the word itself when it is one of ours; "" if unknown."""
    mapped = StatusMapping.objects.filter(carrier=carrier, carrier_status__iexact=status).first()
    if mapped:
        return mapped.step
    word = status.strip().casefold().replace(" ", "_").replace("-", "_")
    return word if word in Step.values else ""


def shipment_of(raw: RawTrackingEvent) -> Shipment | None:
    """The carrier's shipment with this tracking number, the newest if a number was used twice."""
    number = raw.tracking_number
    mine = Shipment.objects.filter(carrier=raw.carrier, tracking_number=number).order_by("-pk").first()
    if mine:
        return mine
    booking = Booking.objects.filter(carrier=raw.carrier, tracking_number=number).select_related("shipment").first()
    return booking.shipment if booking else None


def _apply(shipment: Shipment, raw: RawTrackingEvent) -> None:
    if shipment.in_house or shipment.status == Shipment.Status.CANCELLED:
        if raw.step == Step.BOOKED:
            return
        raise DomainError(
            _("%(number)s is %(status)s and has not left.")
            % {"number": shipment.number, "status": shipment.get_status_display()}
        )
    seen = {"at": raw.at, "place": raw.place, "note": raw.note, "step": raw.step}
    if raw.step in TURNS and not _overtaken(shipment, raw) and _turn(shipment, raw, seen):
        return
    status = HEADLINES.get(Step(raw.step), Shipment.Status.FAILED)
    TrackingEvent.objects.create(shipment=shipment, status=status, **seen)
    if raw.step in NEEDS_A_PERSON:
        data = {"step": raw.step, "place": raw.place, "note": raw.note}
        record(shipment, FulfillmentEvent.REPORTED, carrier=raw.carrier.name, **data)


def _overtaken(shipment: Shipment, raw: RawTrackingEvent) -> bool:
    later = Q(at__gt=raw.at) | Q(at=raw.at, pk__gt=raw.pk)
    return shipment.raw_events.filter(later, state=State.APPLIED, step__in=TURNS).exists()


def _turn(shipment: Shipment, raw: RawTrackingEvent, seen: dict) -> bool:
    """Move the shipment by the verb that fits; False when its status says that already."""
    status, key = shipment.status, uuid5(NAMESPACE_URL, f"tracking-event:{raw.pk}")
    if status == Shipment.Status.DELIVERED:
        return raw.step == Step.DELIVERED
    if raw.step == Step.OUT:
        return status != Shipment.Status.OUT and bool(send_out(shipment, by=None, seen=seen))
    if raw.step == Step.ATTEMPTED:
        other = DeliveryAttempt.Outcome.OTHER
        return status != Shipment.Status.FAILED and bool(
            fail_delivery(shipment, by=None, outcome=other, key=key, note=raw.note, seen=seen)
        )
    if status == Shipment.Status.FAILED:
        shipment = send_out(shipment, by=None, seen={**seen, "step": ""})
    recipient = str(raw.payload.get("recipient", "") or raw.note)[:120]
    return bool(deliver(shipment, by=None, recipient=recipient, key=key, seen=seen))


@transaction.atomic
def map_status(raw: RawTrackingEvent, *, by, step: str) -> StatusMapping:
    """Say what a carrier's word means; every event that waited for it is applied."""
    word = raw.carrier_status
    known = StatusMapping.objects.filter(carrier=raw.carrier, carrier_status__iexact=word)
    if not known.update(step=step):
        StatusMapping.objects.create(carrier=raw.carrier, carrier_status=word, step=step)
    RawTrackingEvent.objects.filter(carrier=raw.carrier, carrier_status__iexact=word, state=State.UNMAPPED).update(
        state=State.WAITING
    )
    once_after_commit(nudge)
    return known.get()


@transaction.atomic
def try_again(raw: RawTrackingEvent, *, by) -> None:
    """Apply an event once more, because what hindered it is gone."""
    if not RawTrackingEvent.objects.filter(pk=raw.pk, state__in=STUCK).update(state=State.WAITING):
        raise DomainError(_("This event is applied already."))
    once_after_commit(nudge)


def look_again(carrier: Carrier, tracking_number: str) -> None:
    """A tracking number is known now, or its parcel has left: what waited for that can be applied."""
    waiting = RawTrackingEvent.objects.filter(carrier=carrier, tracking_number=tracking_number)
    if waiting.filter(state__in=[State.NO_SHIPMENT, State.REFUSED]).update(state=State.WAITING):
        once_after_commit(nudge)


def ask_for_events(carrier: Carrier) -> int:
    """Fetch what the carrier's web service has for us; returns the new events. CarrierProblem when it is away."""
    reading = adapter_of(carrier).read_events()
    for problem in reading.problems:
        log.warning("tracking_event_unreadable", carrier=carrier.pk, error=problem)
    return keep_events(carrier, reading.seen, source=RawTrackingEvent.Source.ASKED)
