"""The last mile: out with a driver, at the door, handed over or not."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent
from fulfillment.models import DeliveryAttempt, DeliveryException, Proof, Shipment
from fulfillment.proofs import clean_photo, clean_signature
from fulfillment.services.steps import check_move, go, lock_shipment, pieces_of, track
from oms.errors import DomainError
from oms.events import record
from oms.models import User
from orders import services as orders
from orders.events import OrderEvent

Outcome = DeliveryAttempt.Outcome
OLDEST = datetime.timedelta(hours=48)  # how late a phone that had no network may still tell when it was


@dataclass(frozen=True)
class NextAttempt:
    """When the driver and the customer agreed to try again."""

    start: datetime.datetime
    end: datetime.datetime


@transaction.atomic
def send_out(shipment: Shipment, *, by, driver: User | None = None, seen: Mapping | None = None) -> Shipment:
    """Mark a shipment as out for delivery; our own fleet needs a driver who may deliver.

    Here and below `seen` tells when and where (`at`, `place`, `step`, `note`) a carrier saw it.
    """
    shipment = lock_shipment(shipment)
    status = check_move(shipment, "send_out")
    if driver is None and (shipment.carrier is None or shipment.carrier.own):
        raise DomainError(_("Choose the driver of %(number)s.") % {"number": shipment.number})
    if driver and not driver.has_perm("fulfillment.deliver_own"):
        raise DomainError(_("%(who)s may not deliver.") % {"who": driver})
    if shipment.exceptions.filter(status=DeliveryException.Status.OPEN).exists():
        raise DomainError(
            _("Something happened to %(number)s: settle its delivery exception first.") % {"number": shipment.number}
        )
    shipment.driver, shipment.arrived_at = driver, None
    go(shipment, status, "driver", "arrived_at")
    track(shipment, seen)
    data = {"driver": str(driver or "")}
    record(shipment, FulfillmentEvent.OUT, by=by, **data)
    orders.record_on_order(shipment.order, OrderEvent.OUT_FOR_DELIVERY, by=by, shipment=shipment.number, **data)
    return shipment


@transaction.atomic
def arrive(shipment: Shipment, *, by, at: datetime.datetime | None = None) -> Shipment:
    """The driver stands at the door; told again, the first time stays."""
    shipment = lock_shipment(shipment)
    if shipment.arrived_at:
        return shipment
    status = check_move(shipment, "arrive")
    shipment.arrived_at = _believed(at)
    go(shipment, status, "arrived_at")
    record(shipment, FulfillmentEvent.ARRIVED, by=by)
    return shipment


@transaction.atomic
def deliver(
    shipment: Shipment,
    *,
    by,
    recipient: str,
    key: UUID | str,
    photo: BinaryIO | None = None,
    signature: str = "",
    at: datetime.datetime | None = None,
    seen: Mapping | None = None,
) -> Shipment:
    """Handed over to `recipient` at the moment `at` (else now), with a photo and an SVG path as signature.

    The same `key` again changes nothing.
    """
    shipment = lock_shipment(shipment)
    if _already_told(shipment, key):
        return shipment
    status = check_move(shipment, "deliver")
    attempt = _attempt(
        shipment, Outcome.DELIVERED, key, by=by, at=seen["at"] if seen else _believed(at), recipient=recipient
    )
    _prove(attempt, photo, clean_signature(signature))
    shipment.delivered_at = attempt.at
    go(shipment, status, "delivered_at")
    track(shipment, seen)
    record(shipment, FulfillmentEvent.DELIVERED, by=by, recipient=recipient)
    pieces = pieces_of(shipment.lines.all(), "packed")
    orders.record_delivered(shipment.order, pieces, by=by, shipment=shipment.number, recipient=recipient)
    return shipment


@transaction.atomic
def fail_delivery(
    shipment: Shipment,
    *,
    by,
    outcome: str,
    key: UUID | str,
    note: str = "",
    customer_note: str = "",
    again: NextAttempt | None = None,
    at: datetime.datetime | None = None,
    seen: Mapping | None = None,
) -> Shipment:
    """Not handed over, and why; it may be sent out again, `again` when the customer said so.

    The customer reads `customer_note`, never `note`. The same `key` again changes nothing.
    """
    shipment = lock_shipment(shipment)
    if _already_told(shipment, key):
        return shipment
    status = check_move(shipment, "fail")
    if outcome not in Outcome.values or outcome == Outcome.DELIVERED:
        raise DomainError(_("Choose why it could not be delivered."))
    said = {"note": note, "customer_note": customer_note, "at": seen["at"] if seen else _believed(at)}
    if again:
        said |= {"next_from": again.start, "next_to": again.end}
        shipment.window_start, shipment.window_end = again.start, again.end
    attempt = _attempt(shipment, Outcome(outcome), key, by=by, **said)
    shipment.stop_order = shipment.eta = None
    go(shipment, status, "stop_order", "eta", "window_start", "window_end")
    track(shipment, seen)
    data = {"attempt": attempt.number, "outcome": str(attempt.get_outcome_display()), "note": note}
    record(shipment, FulfillmentEvent.FAILED, by=by, **data)
    orders.record_on_order(shipment.order, OrderEvent.DELIVERY_FAILED, by=by, shipment=shipment.number, **data)
    return shipment


def _believed(at: datetime.datetime | None) -> datetime.datetime:
    """When it was according to the phone, as long as that is possible; else now."""
    now = timezone.now()
    return at if at and now - OLDEST <= at <= now else now


def _already_told(shipment: Shipment, key: UUID | str) -> bool:
    earlier = DeliveryAttempt.objects.filter(key=key).first()
    if earlier and earlier.shipment_id != shipment.pk:
        raise DomainError(_("This form belongs to another delivery. Open %s again.") % shipment.number)
    return earlier is not None


def _attempt(shipment: Shipment, outcome: Outcome, key: UUID | str, *, by, **fields) -> DeliveryAttempt:
    number = shipment.attempts.count() + 1
    return DeliveryAttempt.objects.create(shipment=shipment, number=number, outcome=outcome, key=key, by=by, **fields)


def _prove(attempt: DeliveryAttempt, photo: BinaryIO | None, signature: str) -> None:
    if not (photo or signature):
        return
    proof = Proof(attempt=attempt, signature=signature)
    if photo:
        proof.photo.save(f"{uuid.uuid4()}.jpg", clean_photo(photo), save=False)
    proof.save()
