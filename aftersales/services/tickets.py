"""Conversations with customers."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.events import TicketEvent
from aftersales.models import Ticket, TicketMessage
from customers.models import Customer
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.numbering import next_number
from oms.states import Move, move, target
from orders.models import Order

MOVES: dict[str, Move] = {
    "answer": move("open waiting solved", "waiting"),
    "ask": move("open waiting solved", "open"),
    "take": move("open waiting", ""),
    "solve": move("open waiting", "solved"),
    "reopen": move("solved", "open"),
}


@transaction.atomic
def open_ticket(
    customer: Customer,
    *,
    subject: str,
    text: str,
    kind: str = Ticket.Kind.INQUIRY,
    order: Order | None = None,
    by=None,
) -> Ticket:
    """A new conversation; `by` is None when the customer writes herself, else who noted it down and now owns it."""
    _refuse_empty(text)
    ticket = Ticket.objects.create(
        number=next_number("aftersales_ticket_number_seq", "T"),
        customer=customer,
        order=order,
        kind=kind,
        subject=subject,
        owner=by,
    )
    TicketMessage.objects.create(ticket=ticket, text=text)
    record(ticket, TicketEvent.OPENED, by=by)
    return ticket


@transaction.atomic
def reply(ticket: Ticket, *, by, text: str) -> TicketMessage:
    """One more word: staff's makes the ticket wait for the customer, the customer's (`by` None) opens it again."""
    _refuse_empty(text)
    ticket = lock(ticket)
    ticket.status, ticket.solved_at = _target(ticket, "answer" if by else "ask"), None
    ticket.owner = ticket.owner or by
    ticket.save(update_fields=["status", "solved_at", "owner"])
    message = TicketMessage.objects.create(ticket=ticket, by=by, text=text)
    record(ticket, TicketEvent.ANSWERED if by else TicketEvent.ASKED, by=by, message_id=message.pk)
    return message


@transaction.atomic
def take_ticket(ticket: Ticket, *, by) -> Ticket:
    """Make it one's own."""
    ticket = lock(ticket)
    _target(ticket, "take")
    ticket.owner = by
    ticket.save(update_fields=["owner"])
    return ticket


@transaction.atomic
def solve_ticket(ticket: Ticket, *, by) -> Ticket:
    """Nothing is left to answer."""
    ticket = lock(ticket)
    ticket.status, ticket.solved_at = _target(ticket, "solve"), timezone.now()
    ticket.save(update_fields=["status", "solved_at"])
    record(ticket, TicketEvent.SOLVED, by=by)
    return ticket


@transaction.atomic
def reopen_ticket(ticket: Ticket, *, by) -> Ticket:
    """It was not solved after all."""
    ticket = lock(ticket)
    ticket.status, ticket.solved_at = _target(ticket, "reopen"), None
    ticket.save(update_fields=["status", "solved_at"])
    record(ticket, TicketEvent.REOPENED, by=by)
    return ticket


def _target(ticket: Ticket, verb: str) -> str:
    return target(MOVES, verb, ticket.status, shown=ticket.get_status_display(), what=ticket.number)


def _refuse_empty(text: str) -> None:
    if not text.strip():
        raise DomainError(_("Write something first."))
