"""What customers ask for on the way, and the dispatcher's answer."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent
from fulfillment.models import DeliveryWish, Shipment
from fulfillment.services.steps import lock_shipment
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock

Kind, State, Status = DeliveryWish.Kind, DeliveryWish.State, Shipment.Status
CHANGEABLE = {
    Kind.SLOT: (Status.PICKING, Status.PICKED, Status.PACKED, Status.SHIPPED, Status.FAILED),
    Kind.NEIGHBOUR: (Status.PICKING, Status.PICKED, Status.PACKED, Status.SHIPPED, Status.OUT, Status.FAILED),
}


def possible_wishes(shipment: Shipment) -> list[str]:
    """The kinds of wish that can still be met; a foreign carrier's parcels are out of our hands."""
    if not shipment.on_own_wheels:
        return []
    return [kind.value for kind, states in CHANGEABLE.items() if shipment.status in states]


@transaction.atomic
def make_wish(
    shipment: Shipment,
    *,
    kind: str,
    start: datetime.datetime | None = None,
    end: datetime.datetime | None = None,
    note: str = "",
    by=None,
) -> DeliveryWish:
    """The customer asks for another time, or leave to hand it to a neighbour; a newer wish replaces an open one."""
    shipment = lock_shipment(shipment)
    if kind not in possible_wishes(shipment):
        raise DomainError(_("This can no longer be changed. Please call us."))
    if kind == Kind.SLOT and (start is None or end is None or start <= timezone.now()):
        raise DomainError(_("Choose a time that is still to come."))
    if kind == Kind.NEIGHBOUR and not note.strip():
        raise DomainError(_("Say which neighbour may take it."))
    open_ones = shipment.wishes.filter(state=State.OPEN)
    open_ones.update(state=State.DECLINED, answer=_("Replaced by a newer wish."), answered_at=timezone.now())
    times = {"wanted_from": start, "wanted_to": end} if kind == Kind.SLOT else {}
    wish = DeliveryWish.objects.create(shipment=shipment, kind=kind, note=note.strip(), **times)
    record(shipment, FulfillmentEvent.WISHED, by=by, wish=str(wish.get_kind_display()), note=wish.note)
    return wish


@transaction.atomic
def accept_wish(wish: DeliveryWish, *, by, answer: str = "") -> DeliveryWish:
    """Do as the customer asks; another time becomes the shipment's window, for the planner and on her page."""
    wish = _answer(wish, State.ACCEPTED, answer, by)
    shipment = wish.shipment
    if wish.kind not in possible_wishes(shipment):
        raise DomainError(
            _("%(number)s is %(status)s; the wish can no longer be met.")
            % {"number": shipment.number, "status": shipment.get_status_display()}
        )
    if wish.kind == Kind.SLOT:
        shipment.window_start, shipment.window_end = wish.wanted_from, wish.wanted_to
        shipment.save(update_fields=["window_start", "window_end"])
    record(shipment, FulfillmentEvent.WISH_ACCEPTED, by=by, wish=str(wish.get_kind_display()), note=answer)
    return wish


@transaction.atomic
def decline_wish(wish: DeliveryWish, *, by, answer: str) -> DeliveryWish:
    """It cannot be done; the customer reads why."""
    wish = _answer(wish, State.DECLINED, answer, by)
    record(wish.shipment, FulfillmentEvent.WISH_DECLINED, by=by, wish=str(wish.get_kind_display()), note=answer)
    return wish


def _answer(wish: DeliveryWish, state: str, answer: str, by) -> DeliveryWish:
    shipment = lock_shipment(wish.shipment)
    wish = lock(wish)
    wish.shipment = shipment
    if wish.state != State.OPEN:
        raise DomainError(_("This wish was answered already: %(state)s.") % {"state": wish.get_state_display()})
    wish.state, wish.answer, wish.by, wish.answered_at = state, answer, by, timezone.now()
    wish.save(update_fields=["state", "answer", "by", "answered_at"])
    return wish
