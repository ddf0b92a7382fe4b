"""The verbs of the courier: fetched here, sorted at the hub, brought there."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from fulfillment import quoting
from fulfillment.events import ConsignmentEvent
from fulfillment.models import CarrierService, Consignment, ConsignmentAttempt, DeliveryAttempt
from fulfillment.services.rating import active_services, quote_parcel
from oms.context import current
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.models import Company, User
from oms.money import rounded
from oms.numbering import next_number
from oms.states import Move, may, move, target

Outcome = DeliveryAttempt.Outcome
CONSIGNMENT_MOVES: dict[str, Move] = {
    "collect": move("booked", "collected"),
    "sort": move("collected failed", "sorted"),
    "load": move("collected sorted failed", "loaded"),
    "send_out": move("loaded", "out"),
    "deliver": move("out", "delivered"),
    "fail": move("out", "failed"),
    "give_back": move("collected sorted failed", "returned"),
    "cancel": move("booked", "cancelled"),
}
ASSIGNABLE = ("booked", "collected", "sorted", "failed")


@dataclass(frozen=True)
class Price:
    """What a consignment costs its customer, by which service, and why."""

    service: CarrierService | None
    price: Decimal
    reasons: list[dict]


def may_move_consignment(consignment: Consignment, verb: str) -> bool:
    """Whether the state table lets `verb` be offered for this consignment."""
    return may(CONSIGNMENT_MOVES, verb, consignment.status)


@transaction.atomic
def book_consignment(
    *,
    by,
    customer: Customer,
    service: CarrierService | None = None,
    price: Decimal | None = None,
    **fields,
) -> Consignment:
    """Take an order to carry something. Without a service the best of our own; a price typed in counts first.

    `fields` are those of the model: addresses, content, pieces, weight_g, cash_due, window_start, window_end.
    """
    if customer.blocked:
        raise DomainError(_("%(customer)s is blocked.") % {"customer": customer})
    consignment = Consignment(
        number=next_number("fulfillment_consignment_seq", "W"),
        customer=customer,
        by=by,
        currency=current(Company).currency,
        **fields,
    )
    found = _price(consignment, service, price)
    consignment.service, consignment.price, consignment.price_reasons = found.service, found.price, found.reasons
    consignment.save()
    record(consignment, ConsignmentEvent.BOOKED, by=by, total=str(found.price), currency=consignment.currency)
    return consignment


def _price(consignment: Consignment, service: CarrierService | None, price: Decimal | None) -> Price:
    own = {s.pk: s for s in active_services().filter(carrier__own=True)}
    quote = quote_parcel(_parcel(consignment), [own[service.pk]] if service and service.pk in own else own.values())
    found = quote.chosen
    if price is not None:
        price = rounded(price, consignment.currency)
        chosen = service or (own[found.key] if found else None)
        return Price(chosen, price, [{"code": "price_by_hand", "price": str(price)}])
    if found is None:
        raise DomainError(_("No service of ours has a price for this way and weight. Type the price in."))
    return Price(own[found.key], found.price, quote.reasons)


def _parcel(consignment: Consignment) -> quoting.Parcel:
    end = consignment.window_end
    promised = timezone.localtime(end).date() if end else None
    to, postcode = consignment.recipient_country, consignment.recipient_postcode
    return quoting.Parcel(to, postcode, consignment.weight_g, promised)


@transaction.atomic
def assign(consignment: Consignment, *, by, collector: User | None = None, driver: User | None = None) -> Consignment:
    """Say who collects and who delivers; who is not named stays as she was."""
    consignment = lock(consignment)
    if consignment.status not in ASSIGNABLE:
        raise DomainError(_refusal(consignment))
    for person in filter(None, (collector, driver)):
        if not person.has_perm("fulfillment.deliver_own"):
            raise DomainError(_("%(who)s may not deliver.") % {"who": person})
    if collector is None and driver is None:
        raise DomainError(_("Choose who collects or who delivers."))
    consignment.collector = collector or consignment.collector
    consignment.driver = driver or consignment.driver
    consignment.save(update_fields=["collector", "driver"])
    names = {"collector": str(consignment.collector or ""), "driver": str(consignment.driver or "")}
    record(consignment, ConsignmentEvent.ASSIGNED, by=by, **names)
    return consignment


@transaction.atomic
def collect(consignment: Consignment, *, by) -> Consignment:
    """The sender has handed it over."""
    consignment = lock(consignment)
    consignment.collected_at = timezone.now()
    return _go(consignment, "collect", ConsignmentEvent.COLLECTED, by, "collected_at", pieces=consignment.pieces)


@transaction.atomic
def sort(consignment: Consignment, *, by) -> Consignment:
    """It lies in its place at the hub; also one that came back from a door."""
    return _go(lock(consignment), "sort", ConsignmentEvent.SORTED, by)


@transaction.atomic
def load(consignment: Consignment, *, by, driver: User | None = None) -> Consignment:
    """Put on board of its driver; another driver's is refused by name."""
    consignment = lock(consignment)
    _target(consignment, "load")
    if driver and consignment.driver and driver != consignment.driver:
        raise DomainError(
            _("Wrong driver: %(number)s goes with %(right)s, not with %(wrong)s.")
            % {"number": consignment.number, "right": consignment.driver, "wrong": driver}
        )
    consignment.driver = consignment.driver or driver
    if consignment.driver is None:
        raise DomainError(_("Choose the driver of %(number)s.") % {"number": consignment.number})
    if not consignment.driver.has_perm("fulfillment.deliver_own"):
        raise DomainError(_("%(who)s may not deliver.") % {"who": consignment.driver})
    return _go(consignment, "load", ConsignmentEvent.LOADED, by, "driver", driver=str(consignment.driver))


@transaction.atomic
def send_consignment_out(consignment: Consignment, *, by) -> Consignment:
    """Its driver is on the road."""
    consignment = lock(consignment)
    return _go(consignment, "send_out", ConsignmentEvent.OUT, by, driver=str(consignment.driver))


@transaction.atomic
def hand_over(
    consignment: Consignment, *, by, recipient: str, key: UUID | str, cash: Decimal | None = None
) -> Consignment:
    """Handed to `recipient`, who paid `cash` when cash was due; the same `key` again changes nothing."""
    consignment = lock(consignment)
    if _told_already(consignment, key):
        return consignment
    _target(consignment, "deliver")
    due, taken = consignment.cash_due or Decimal(0), cash or Decimal(0)
    if taken != due:
        raise DomainError(_wrong_cash(consignment))
    _attempt(consignment, Outcome.DELIVERED, key, by=by, recipient=recipient, cash=taken)
    consignment.delivered_at = timezone.now()
    data = {"recipient": recipient} | ({"amount": str(due), "currency": consignment.currency} if due else {})
    return _go(consignment, "deliver", ConsignmentEvent.DELIVERED, by, "delivered_at", **data)


def _wrong_cash(consignment: Consignment) -> str:
    if not consignment.cash_due:
        return _("No cash is due for %(number)s.") % {"number": consignment.number}
    return _("Take exactly %(amount)s %(currency)s for %(number)s before you hand it over.") % {
        "amount": consignment.cash_due,
        "currency": consignment.currency,
        "number": consignment.number,
    }


@transaction.atomic
def fail_hand_over(consignment: Consignment, *, by, outcome: str, key: UUID | str, note: str = "") -> Consignment:
    """Not handed over, and why; it comes back to the hub. The same `key` again changes nothing."""
    consignment = lock(consignment)
    if _told_already(consignment, key):
        return consignment
    _target(consignment, "fail")
    if outcome not in Outcome.values or outcome == Outcome.DELIVERED:
        raise DomainError(_("Choose why it could not be delivered."))
    attempt = _attempt(consignment, Outcome(outcome), key, by=by, note=note)
    data = {"attempt": attempt.number, "outcome": str(attempt.get_outcome_display()), "note": note}
    return _go(consignment, "fail", ConsignmentEvent.FAILED, by, **data)


@transaction.atomic
def give_back(consignment: Consignment, *, by, reason: str) -> Consignment:
    """Given back to its sender."""
    consignment = lock(consignment)
    return _go(consignment, "give_back", ConsignmentEvent.RETURNED, by, reason=_said(reason))


@transaction.atomic
def cancel_consignment(consignment: Consignment, *, by, reason: str) -> Consignment:
    """Called off before it was collected."""
    consignment = lock(consignment)
    return _go(consignment, "cancel", ConsignmentEvent.CANCELLED, by, reason=_said(reason))


def find_consignment(code: str) -> Consignment:
    """The consignment with a scanned number; DomainError names what it is not."""
    code = code.strip()
    found = Consignment.objects.filter(number__iexact=code).select_related("driver").first() if code else None
    if found is None:
        raise DomainError(_("No consignment has the number %(code)s.") % {"code": code[:60]})
    return found


def _said(reason: str) -> str:
    if not reason.strip():
        raise DomainError(_("Say why."))
    return reason


def _target(consignment: Consignment, verb: str) -> str:
    shown = consignment.get_status_display()
    return target(CONSIGNMENT_MOVES, verb, consignment.status, shown=shown, what=consignment.number)


def _go(consignment: Consignment, verb: str, kind: ConsignmentEvent, by, *fields: str, **data) -> Consignment:
    consignment.status = _target(consignment, verb)
    consignment.save(update_fields=["status", *fields])
    record(consignment, kind, by=by, **data)
    return consignment


def _refusal(consignment: Consignment) -> str:
    return _("%(number)s is %(status)s; its drivers are fixed.") % {
        "number": consignment.number,
        "status": consignment.get_status_display(),
    }


def _told_already(consignment: Consignment, key: UUID | str) -> bool:
    earlier = ConsignmentAttempt.objects.filter(key=key).first()
    if earlier and earlier.consignment_id != consignment.pk:
        raise DomainError(_("This form belongs to another delivery. Open %s again.") % consignment.number)
    return earlier is not None


def _attempt(consignment: Consignment, outcome: Outcome, key: UUID | str, **fields) -> ConsignmentAttempt:
    number = consignment.attempts.count() + 1
    return ConsignmentAttempt.objects.create(consignment=consignment, number=number, outcome=outcome, key=key, **fields)
