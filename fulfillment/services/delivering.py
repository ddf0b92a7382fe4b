"""The last mile: out with a driver, handed over or not."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent
from fulfillment.models import DeliveryAttempt, Shipment
from fulfillment.services.steps import check_move, go, lock_shipment, pieces_of, track
from oms.errors import DomainError
from oms.events import record
from oms.models import User
from orders import services as orders
from orders.events import OrderEvent

Outcome = DeliveryAttempt.Outcome


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
    shipment.driver = driver
    go(shipment, status, "driver")
    track(shipment, seen)
    data = {"driver": str(driver or "")}
    record(shipment, FulfillmentEvent.OUT, by=by, **data)
    orders.record_on_order(shipment.order, OrderEvent.OUT_FOR_DELIVERY, by=by, shipment=shipment.number, **data)
    return shipment


@transaction.atomic
def deliver(shipment: Shipment, *, by, recipient: str, key: UUID | str, seen: Mapping | None = None) -> Shipment:
    """Handed over to `recipient`; the same `key` again changes nothing."""
    shipment = lock_shipment(shipment)
    if _already_told(shipment, key):
        return shipment
    status = check_move(shipment, "deliver")
    _attempt(shipment, Outcome.DELIVERED, key, by=by, recipient=recipient)
    shipment.delivered_at = seen["at"] if seen else timezone.now()
    go(shipment, status, "delivered_at")
    track(shipment, seen)
    record(shipment, FulfillmentEvent.DELIVERED, by=by, recipient=recipient)
    pieces = pieces_of(shipment.lines.all(), "packed")
    orders.record_delivered(shipment.order, pieces, by=by, shipment=shipment.number, recipient=recipient)
    return shipment


@transaction.atomic
def fail_delivery(
    shipment: Shipment, *, by, outcome: str, key: UUID | str, note: str = "", seen: Mapping | None = None
) -> Shipment:
    """Not handed over, and why; it may be sent out again. The same `key` again changes nothing."""
    shipment = lock_shipment(shipment)
    if _already_told(shipment, key):
        return shipment
    status = check_move(shipment, "fail")
    if outcome not in Outcome.values or outcome == Outcome.DELIVERED:
        raise DomainError(_("Choose why it could not be delivered."))
    attempt = _attempt(shipment, Outcome(outcome), key, by=by, note=note)
    go(shipment, status)
    track(shipment, seen)
    data = {"attempt": attempt.number, "outcome": str(attempt.get_outcome_display()), "note": note}
    record(shipment, FulfillmentEvent.FAILED, by=by, **data)
    orders.record_on_order(shipment.order, OrderEvent.DELIVERY_FAILED, by=by, shipment=shipment.number, **data)
    return shipment


def _already_told(shipment: Shipment, key: UUID | str) -> bool:
    earlier = DeliveryAttempt.objects.filter(key=key).first()
    if earlier and earlier.shipment_id != shipment.pk:
        raise DomainError(_("This form belongs to another delivery. Open %s again.") % shipment.number)
    return earlier is not None


def _attempt(shipment: Shipment, outcome: Outcome, key: UUID | str, *, by, **fields) -> DeliveryAttempt:
    number = shipment.attempts.count() + 1
    return DeliveryAttempt.objects.create(shipment=shipment, number=number, outcome=outcome, key=key, by=by, **fields)
