"""A return from the wish to the refund."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import queries
from aftersales.events import ReturnEvent
from aftersales.models import Return, ReturnLine
from inventory import services as inventory
from inventory.events import StockEvent
from inventory.models import Stock, Warehouse
from oms import formats
from oms.errors import DomainError
from oms.events import record, record_many
from oms.locking import lock
from oms.numbering import next_number
from oms.states import Move, move, target
from orders import services as orders
from orders.events import OrderEvent
from orders.models import Order, Payment

Pieces = Mapping[int, int]  # {order_line_id: pieces}

MOVES: dict[str, Move] = {
    "approve": move("requested", "approved"),
    "reject": move("requested", "rejected"),
    "receive": move("approved received", "received"),
    "inspect": move("received", "received"),
    "refund": move("received", "received"),
    "close": move("approved received", "closed"),
}


@transaction.atomic
def request_return(
    order: Order, *, pieces: Pieces, reason: str, wish: str = Return.Wish.REFUND, note: str = "", by=None
) -> Return:
    """Ask for pieces of an order to come back; `by` is None when the customer asks herself.

    Refused for pieces that never went out or that another return covers, and after the days the policy allows.
    """
    order = lock(order)
    pieces = {pk: count for pk, count in pieces.items() if count}
    _refuse_unreturnable(order, pieces)
    rma = Return.objects.create(
        number=next_number("aftersales_return_number_seq", "R"),
        order=order,
        reason=reason,
        wish=wish,
        note=note,
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(rma=rma, order_line_id=pk, quantity=count) for pk, count in pieces.items()
    )
    record(rma, ReturnEvent.REQUESTED, by=by, pieces=sum(pieces.values()))
    orders.record_on_order(order, OrderEvent.RETURN_REQUESTED, by=by, number=rma.number, pieces=sum(pieces.values()))
    return rma


def _refuse_unreturnable(order: Order, pieces: Pieces) -> None:
    if not pieces:
        raise DomainError(_("Say which pieces are to come back."))
    if not queries.in_time(order):
        last_day = formats.day(queries.return_deadline(order))
        raise DomainError(
            _("Returns of %(number)s were possible until %(day)s.") % {"number": order.number, "day": last_day}
        )
    left = {one.line.pk: one for one in queries.returnable(order)}
    for pk, count in pieces.items():
        possible = left[pk].left if pk in left else 0
        if not 0 <= count <= possible:
            raise DomainError(
                _("%(left)s pieces of %(name)s can come back, not %(count)s.")
                % {
                    "left": possible,
                    "name": left[pk].line.name if pk in left else order.number,
                    "count": count,
                }
            )


@transaction.atomic
def approve_return(rma: Return, *, by, answer: str = "") -> Return:
    """Agree to a return; the answer goes to the customer."""
    return _answer(rma, "approve", ReturnEvent.APPROVED, by=by, answer=answer)


@transaction.atomic
def reject_return(rma: Return, *, by, answer: str) -> Return:
    """Refuse a return, with the reason that the customer reads; its pieces may be asked for again."""
    if not answer.strip():
        raise DomainError(_("Tell the customer why the return is refused."))
    return _answer(rma, "reject", ReturnEvent.REJECTED, by=by, answer=answer)


def _answer(rma: Return, verb: str, kind: ReturnEvent, *, by, answer: str) -> Return:
    rma = _locked(rma)
    rma.status, rma.answer = _target(rma, verb), answer
    rma.save(update_fields=["status", "answer"])
    record(rma, kind, by=by, answer=answer)
    return rma


@transaction.atomic
def receive_return(rma: Return, *, by, pieces: Pieces) -> Return:
    """Pieces arrived, `{order_line_id: pieces}`; the rest may arrive later. Stock changes only after inspection."""
    rma = _locked(rma)
    status = _target(rma, "receive")
    pieces = {pk: count for pk, count in pieces.items() if count}
    if not pieces:
        raise DomainError(_("Say how many pieces arrived."))
    lines = _lines(rma, pieces)
    for line in lines:
        _refuse_more(line, pieces.get(line.order_line_id, 0), line.quantity - line.received)
        line.received += pieces.get(line.order_line_id, 0)
    ReturnLine.objects.bulk_update(lines, ["received"])
    rma.status, rma.received_at = status, rma.received_at or timezone.now()
    rma.save(update_fields=["status", "received_at"])
    record(rma, ReturnEvent.RECEIVED, by=by, pieces=sum(pieces.values()))
    orders.record_returned(rma.order, pieces, by=by, number=rma.number)
    return rma


@transaction.atomic
def inspect_return(rma: Return, *, by, sound: Pieces, scrapped: Pieces) -> Return:
    """Judge received pieces, both `{order_line_id: pieces}`: sound ones go back to stock, scrapped ones do not."""
    rma = _locked(rma)
    _target(rma, "inspect")
    judged = {pk: sound.get(pk, 0) + scrapped.get(pk, 0) for pk in {*sound, *scrapped}}
    if not any(judged.values()):
        raise DomainError(_("Say how many pieces are sound and how many are scrapped."))
    lines = _lines(rma, judged)
    for line in lines:
        good, bad = sound.get(line.order_line_id, 0), scrapped.get(line.order_line_id, 0)
        _refuse_more(line, min(good, bad), line.uninspected)
        _refuse_more(line, good + bad, line.uninspected)
        line.sound, line.scrapped = line.sound + good, line.scrapped + bad
    ReturnLine.objects.bulk_update(lines, ["sound", "scrapped"])
    record(rma, ReturnEvent.INSPECTED, by=by, sound=sum(sound.values()), scrapped=sum(scrapped.values()))
    _restock(rma, lines, sound, by=by)
    return rma


def _restock(rma: Return, lines: list[ReturnLine], sound: Pieces, *, by) -> None:
    claims: dict[Stock, int] = {}
    for line in lines:
        if count := sound.get(line.order_line_id, 0):
            stock = line.order_line.stock or _shelf(rma.order, line)
            claims[stock] = claims.get(stock, 0) + count
    inventory.restock({stock.pk: count for stock, count in claims.items()}, cause=rma.number, by=by)
    # the same event as for a delivery of a supplier, so that orders which wait for these goods are served
    record_many([(stock, StockEvent.RECEIVED, {"quantity": count}) for stock, count in claims.items()], by=by)


def _shelf(order: Order, line: ReturnLine) -> Stock:
    """Where goods of an order go that no stock row served, as with history: its warehouse, else the first one."""
    warehouse = order.warehouse or Warehouse.objects.filter(active=True).first()
    if warehouse is None:
        raise DomainError(_("There is no warehouse to put the goods back into."))
    return inventory.stock_at(line.order_line.product, warehouse)


@transaction.atomic
def refund_return(rma: Return, *, by, amount: Decimal, method: str = Payment.Method.TRANSFER) -> Return:
    """Give money back for received and inspected pieces, and close the return when nothing is left to do."""
    rma = _locked(rma)
    _target(rma, "refund")
    if any(line.uninspected for line in rma.lines.all()):
        raise DomainError(_("Inspect what arrived before you refund it."))
    orders.refund(rma.order, by=by, method=method, amount=amount, reference=rma.number)
    rma.refunded += amount
    rma.save(update_fields=["refunded"])
    record(rma, ReturnEvent.REFUNDED, by=by, amount=str(amount), currency=rma.order.currency)
    if all(line.received == line.quantity for line in rma.lines.all()):
        _close(rma, by=by)
    return rma


@transaction.atomic
def close_return(rma: Return, *, by, note: str = "") -> Return:
    """Lay a return aside: settled without money, or goods that never came; pieces not received are free again."""
    rma = _locked(rma)
    _target(rma, "close")
    if any(line.uninspected for line in rma.lines.all()):
        raise DomainError(_("Inspect what arrived before you close the return."))
    _close(rma, by=by, note=note)
    return rma


def _close(rma: Return, *, by, **data) -> None:
    rma.status, rma.closed_at = _target(rma, "close"), timezone.now()
    rma.save(update_fields=["status", "closed_at"])
    record(rma, ReturnEvent.CLOSED, by=by, **data)


def _locked(rma: Return) -> Return:
    """The return, locked after its order as the order of locks demands."""
    order = lock(rma.order)
    rma = lock(rma)
    rma.order = order
    return rma


def _target(rma: Return, verb: str) -> str:
    return target(MOVES, verb, rma.status, shown=rma.get_status_display(), what=rma.number)


def _lines(rma: Return, pieces: Pieces) -> list[ReturnLine]:
    lines = list(rma.lines.select_related("order_line__stock", "order_line__product"))
    if not {line.order_line_id for line in lines}.issuperset(pieces):
        raise DomainError(_("%(number)s has no such line.") % {"number": rma.number})
    return lines


def _refuse_more(line: ReturnLine, count: int, possible: int) -> None:
    if not 0 <= count <= possible:
        raise DomainError(
            _("%(sku)s: %(count)s pieces cannot be, %(left)s are possible.")
            % {"sku": line.order_line.sku, "count": count, "left": possible}
        )
