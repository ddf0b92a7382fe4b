"""A mistake at the door: the attempt stays on record and an opposite entry follows it."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent
from fulfillment.models import DeliveryAttempt, DeliveryException, Reopening, Shipment
from fulfillment.services.steps import check_move, go, lock_shipment, pieces_of, track
from oms.errors import DomainError
from oms.events import record
from oms.models import User
from orders import services as orders
from orders.events import OrderEvent

REOPEN_MINUTES = 15
Status = Shipment.Status


def last_attempt(shipment: Shipment) -> DeliveryAttempt | None:
    """The newest attempt, when nobody has reopened it."""
    attempt = shipment.attempts.order_by("-number").select_related("reopening").first()
    return None if attempt is None or hasattr(attempt, "reopening") else attempt


def may_reopen(shipment: Shipment, user: User) -> bool:
    """Whether this user may take the last attempt back: a dispatcher any time, the driver her own within minutes."""
    if shipment.status not in (Status.DELIVERED, Status.FAILED):
        return False
    attempt = last_attempt(shipment)
    return attempt is not None and (user.has_perm("fulfillment.deliver") or _is_hers_and_fresh(attempt, user))


def _is_hers_and_fresh(attempt: DeliveryAttempt, user: User) -> bool:
    limit = timezone.now() - datetime.timedelta(minutes=REOPEN_MINUTES)
    return attempt.by_id == user.pk and attempt.recorded_at > limit


@transaction.atomic
def reopen_attempt(shipment: Shipment, *, by: User, reason: str) -> Shipment:
    """Take the last attempt back: the shipment is on the way again and the delivered pieces count as not delivered."""
    shipment = lock_shipment(shipment)
    check_move(shipment, "reopen")
    attempt = last_attempt(shipment)
    if attempt is None:
        raise DomainError(_("%(number)s has no attempt to reopen.") % {"number": shipment.number})
    if not may_reopen(shipment, by):
        raise DomainError(
            _("The %(minutes)s minutes for reopening are over. Ask the dispatch desk.") % {"minutes": REOPEN_MINUTES}
        )
    if shipment.exceptions.filter(status=DeliveryException.Status.OPEN).exists():
        raise DomainError(_("%(number)s has an open delivery exception.") % {"number": shipment.number})
    Reopening.objects.create(attempt=attempt, reason=reason, by=by)
    _put_on_the_road(shipment)
    record(shipment, FulfillmentEvent.REOPENED, by=by, attempt=attempt.number, reason=reason)
    if attempt.outcome == DeliveryAttempt.Outcome.DELIVERED:
        pieces = pieces_of(shipment.lines.all(), "packed")
        orders.record_undelivered(shipment.order, pieces, by=by, shipment=shipment.number, reason=reason)
    else:
        told = {"shipment": shipment.number, "reason": reason}
        orders.record_on_order(shipment.order, OrderEvent.DELIVERY_REOPENED, by=by, **told)
    return shipment


def _put_on_the_road(shipment: Shipment) -> None:
    shipment.delivered_at = None
    go(shipment, Status.OUT if shipment.driver_id else Status.SHIPPED, "delivered_at")
    track(shipment)
