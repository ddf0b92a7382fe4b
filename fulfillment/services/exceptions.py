"""Shipments that do not reach their customer: reported, counted back, and made good.

Counting back is exact. Every piece of the shipment is sound, damaged or missing; the three add up to what was packed.
Sound pieces are for sale again, damaged ones lie in quarantine, missing ones are in no stock any more. On the order's
line all of them stop being picked, packed and shipped, so that the order wants them once more: to send them again is
to reserve what is there, to give up is to cancel them on the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent
from fulfillment.models import ClaimAgainstCarrier, DeliveryException, ExceptionLine, Shipment
from fulfillment.services.steps import check_move, go, lock_shipment, track
from inventory import services as inventory
from inventory.models import Movement
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.money import rounded
from oms.numbering import next_number
from orders import services as orders

Status, Remedy = DeliveryException.Status, DeliveryException.Remedy


@dataclass(frozen=True)
class Back:
    """Pieces of one order line that came back sound or damaged; the rest of the line is missing."""

    sound: int = 0
    damaged: int = 0


@transaction.atomic
def report_exception(shipment: Shipment, *, by, kind: str, note: str = "") -> DeliveryException:
    """Something happened to a shipment on the road; until that is settled it is not sent out again."""
    shipment = lock_shipment(shipment)
    status = check_move(shipment, "report")
    if kind not in DeliveryException.Kind.values:
        raise DomainError(_("Choose what happened."))
    if shipment.exceptions.filter(status=Status.OPEN).exists():
        raise DomainError(_("%(number)s has an open delivery exception.") % {"number": shipment.number})
    number = next_number("fulfillment_exception_seq", "X")
    exception = DeliveryException.objects.create(number=number, shipment=shipment, kind=kind, note=note, by=by)
    lines = [line for line in shipment.lines.all() if line.packed]
    ExceptionLine.objects.bulk_create(
        ExceptionLine(exception=exception, order_line_id=x.order_line_id, pieces=x.packed, missing=x.packed)
        for x in lines
    )
    if shipment.status != status:
        go(shipment, status)
        track(shipment)
    _tell(exception, FulfillmentEvent.EXCEPTION, by=by, outcome=str(exception.get_kind_display()), note=note)
    return exception


@transaction.atomic
def resume_delivery(exception: DeliveryException, *, by, reason: str) -> DeliveryException:
    """It was found, the address is known, the customer takes it after all: it can be sent out again."""
    exception = _locked(exception)
    _refuse_unless(exception, Status.OPEN)
    _end(exception, Status.RESUMED)
    _tell(exception, FulfillmentEvent.RESUMED, by=by, reason=reason)
    return exception


@transaction.atomic
def count_back(exception: DeliveryException, *, by, back: Mapping[int, Back], note: str = "") -> DeliveryException:
    """Count what came back, by order line; what is not named is missing. The order wants all its pieces again."""
    exception = _locked(exception)
    _refuse_unless(exception, Status.OPEN)
    shipment = exception.shipment
    lines = list(exception.lines.select_related("order_line"))
    for line in lines:
        _count(line, back.get(line.order_line_id, Back()))
    ExceptionLine.objects.bulk_update(lines, ["sound", "damaged", "missing"])
    came = any(line.sound or line.damaged for line in lines)
    shipment.stop_order = shipment.eta = None
    go(shipment, Shipment.Status.RETURNED if came else Shipment.Status.LOST, "stop_order", "eta")
    track(shipment)
    _end(exception, Status.SETTLED)
    pieces = {line.order_line_id: line.pieces for line in lines}
    orders.record_came_back(shipment.order, pieces, by=by, shipment=shipment.number)
    told = {name: sum(getattr(line, name) for line in lines) for name in ("sound", "damaged", "missing")}
    _tell(exception, FulfillmentEvent.COUNTED_BACK, by=by, **told, note=note)
    _take_in(exception, lines, by=by)
    return exception


def _count(line: ExceptionLine, back: Back) -> None:
    if back.sound < 0 or back.damaged < 0 or back.sound + back.damaged > line.pieces:
        raise DomainError(
            _("%(sku)s: only %(pieces)s pieces were on the road.") % {"sku": line.order_line.sku, "pieces": line.pieces}
        )
    line.sound, line.damaged = back.sound, back.damaged
    line.missing = line.pieces - back.sound - back.damaged


def _take_in(exception: DeliveryException, lines: list[ExceptionLine], *, by) -> None:
    entries = [
        inventory.Entry(x.order_line.stock_id, on_hand=x.sound, quarantined=x.damaged, cause=exception.number)
        for x in lines
    ]
    reason = str(exception.get_kind_display())
    inventory.post(entries, kind=Movement.Kind.RETURN, reason=reason, by=by)


@transaction.atomic
def reship(exception: DeliveryException, *, by) -> DeliveryException:
    """Send it again: what stock has now is reserved, and the order goes back to picking; the rest waits for goods."""
    exception = _remedied(exception, Remedy.RESHIP)
    reserved = orders.reserve_missing(exception.shipment.order, by=by)
    _tell(exception, FulfillmentEvent.RESHIPPED, by=by, reserved=reserved)
    return exception


@transaction.atomic
def give_up_pieces(exception: DeliveryException, *, by, reason: str) -> DeliveryException:
    """Do not send it again: its pieces are cancelled on the order. The money is given back by a refund."""
    exception = _remedied(exception, Remedy.GIVE_UP)
    pieces = {line.order_line_id: line.pieces for line in exception.lines.all()}
    orders.give_up(exception.shipment.order, pieces, by=by, reason=reason)
    _tell(exception, FulfillmentEvent.GIVEN_UP, by=by, reason=reason)
    return exception


@transaction.atomic
def claim_against_carrier(exception: DeliveryException, *, by, amount: Decimal, note: str = "") -> ClaimAgainstCarrier:
    """Ask the carrier to pay `amount`, in the order's currency."""
    exception = _locked(exception)
    order, carrier = exception.shipment.order, exception.shipment.carrier
    if carrier is None or carrier.own:
        raise DomainError(_("Our own fleet carried it: there is nobody to claim from."))
    if amount <= 0 or amount != rounded(amount, order.currency):
        raise DomainError(_("The amount must be positive and in whole cents."))
    if exception.claims.filter(status=ClaimAgainstCarrier.Status.OPEN).exists():
        raise DomainError(_("There is an open claim for %(number)s already.") % {"number": exception.number})
    claim = ClaimAgainstCarrier.objects.create(
        exception=exception, carrier=carrier, amount=amount, currency=order.currency, note=note, by=by
    )
    told = {"carrier": carrier.name, "amount": str(amount), "currency": order.currency}
    _tell(exception, FulfillmentEvent.CLAIMED, by=by, **told, note=note)
    return claim


@transaction.atomic
def answer_claim(claim: ClaimAgainstCarrier, *, by, paid: Decimal, note: str = "") -> ClaimAgainstCarrier:
    """The carrier pays, in part or in full, or refuses (`paid` 0)."""
    exception = _locked(claim.exception)
    claim = lock(claim)
    if claim.status != ClaimAgainstCarrier.Status.OPEN:
        raise DomainError(_("This claim was answered already: %(status)s.") % {"status": claim.get_status_display()})
    if not 0 <= paid <= claim.amount or paid != rounded(paid, claim.currency):
        raise DomainError(_("The carrier pays something between nothing and what was claimed."))
    claim.status = ClaimAgainstCarrier.Status.PAID if paid else ClaimAgainstCarrier.Status.REFUSED
    claim.paid, claim.over_at, claim.note = paid, timezone.now(), note or claim.note
    claim.save(update_fields=["status", "paid", "over_at", "note"])
    told = {"outcome": str(claim.get_status_display()), "amount": str(paid), "currency": claim.currency}
    _tell(exception, FulfillmentEvent.CLAIM_OVER, by=by, **told, note=note)
    return claim


def _locked(exception: DeliveryException) -> DeliveryException:
    shipment = lock_shipment(exception.shipment)
    fresh = lock(exception)
    fresh.shipment = shipment
    return fresh


def _refuse_unless(exception: DeliveryException, status: str) -> None:
    if exception.status != status:
        raise DomainError(
            _("%(what)s is %(state)s; this is not possible now.")
            % {"what": exception.number, "state": exception.get_status_display()}
        )


def _remedied(exception: DeliveryException, remedy: str) -> DeliveryException:
    exception = _locked(exception)
    _refuse_unless(exception, Status.SETTLED)
    if exception.remedy:
        raise DomainError(
            _("%(what)s is %(state)s; this is not possible now.")
            % {"what": exception.number, "state": exception.get_remedy_display()}
        )
    exception.remedy = remedy
    exception.save(update_fields=["remedy"])
    return exception


def _end(exception: DeliveryException, status: str) -> None:
    exception.status, exception.over_at = status, timezone.now()
    exception.save(update_fields=["status", "over_at"])


def _tell(exception: DeliveryException, kind: FulfillmentEvent, *, by, **data) -> None:
    record(exception, kind, by=by, **data)
    record(exception.shipment, kind, by=by, exception=exception.number, **data)
