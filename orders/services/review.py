"""Deciding about a placed order: confirm, hold, release, cancel, close, note."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory import services as inventory
from oms.context import current
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.states import Move, move, target
from orders.events import OrderEvent
from orders.models import Hold, Order, OrderLine, OrderPolicy
from orders.services.promoting import give_back
from orders.stages import stage_of, units

MOVES: dict[str, Move] = {
    "confirm": move("placed", "confirmed"),
    "hold": move("placed confirmed", ""),
    "release": move("placed confirmed", ""),
    "cancel": move("draft placed confirmed", "cancelled"),
    "close": move("confirmed", "closed"),
    "change": move("placed confirmed", ""),
    "reopen": move("closed", "confirmed"),
    "restore": move("cancelled", "placed"),
}


def check_move(order: Order, verb: str) -> str:
    """Where `verb` leads an order's status; DomainError when it may not."""
    return target(MOVES, verb, order.status, shown=order.get_stage_display(), what=order.number)


def restage(order: Order, lines: list[OrderLine], *fields: str) -> None:
    """Compute the stage anew and save it with the other changed `fields`."""
    order.stage = stage_of(order.status, order.open_holds().exists(), units(lines))
    order.version += 1
    order.save(update_fields=["stage", "version", "updated_at", *fields])


@transaction.atomic
def confirm_order(order: Order, *, by) -> Order:
    """Accept a reviewed order; refused while a hold is open."""
    order = lock(order)
    status = check_move(order, "confirm")
    refuse_held(order)
    _confirm(order, status, by=by)
    return order


def _confirm(order: Order, status: str, *, by) -> None:
    order.status, order.confirmed_at = status, timezone.now()
    restage(order, list(order.lines.all()), "status", "confirmed_at")
    record(order, OrderEvent.CONFIRMED, by=by)


def refuse_held(order: Order) -> None:
    """DomainError while a hold is open."""
    if order.open_holds().exists():
        raise DomainError(_("%(number)s is on hold. Release its holds first.") % {"number": order.number})


@transaction.atomic
def hold_order(order: Order, *, by, note: str, due_on: date | None = None, frees_stock: bool = False) -> Order:
    """Stop an order by hand, to be decided by a day; it keeps its stock unless that shall be free for others."""
    order = lock(order)
    check_move(order, "hold")
    if order.open_holds().filter(kind="manual").exists():
        raise DomainError(_("%(number)s is already on hold.") % {"number": order.number})
    Hold.objects.create(
        order=order,
        kind="manual",
        reasons=[{"code": "held_by_hand"}],
        note=note,
        due_on=due_on,
        frees_stock=frees_stock,
        by=by,
    )
    lines = list(order.lines.all())
    claims = _let_go(lines) if frees_stock else {}
    restage(order, lines)
    record(order, OrderEvent.HELD, by=by, hold="manual", note=note)
    inventory.release(claims, cause=order.number, reason=note[:200], by=by)
    return order


def _let_go(lines: list[OrderLine]) -> dict[int, int]:
    """Give up what is reserved and not picked, {stock: pieces}."""
    claims: dict[int, int] = {}
    for line in lines:
        free = line.reserved - (line.picked - line.shipped)
        if free:
            line.reserved -= free
            claims[line.stock_id] = claims.get(line.stock_id, 0) + free
    OrderLine.objects.bulk_update(lines, ["reserved"])
    return claims


@transaction.atomic
def release_hold(hold: Hold, *, by, note: str = "") -> Order:
    """Let one hold go; when it was the last and clean orders confirm themselves, the order is confirmed."""
    order = lock(hold.order)
    hold = lock(hold)
    check_move(order, "release")
    if hold.released_at:
        raise DomainError(
            _("This hold was already released by %(who)s.") % {"who": hold.released_by or _("the system")}
        )
    _release([hold], by=by, note=note)
    _go_on(order, by=by)
    return order


@transaction.atomic
def release_order(order: Order, *, by, note: str = "") -> Order:
    """Let all open holds go."""
    order = lock(order)
    check_move(order, "release")
    holds = list(order.open_holds())
    if not holds:
        raise DomainError(_("%(number)s is not on hold.") % {"number": order.number})
    _release(holds, by=by, note=note)
    _go_on(order, by=by)
    return order


def _release(holds: list[Hold], *, by, note: str) -> None:
    if by and any(hold.kind == "value" for hold in holds) and not by.has_perm("orders.approve_large_order"):
        raise DomainError(_("Orders of this value are approved by somebody who may."))
    for hold in holds:
        hold.released_at, hold.released_by, hold.release_note = timezone.now(), by, note
        record(hold.order, OrderEvent.RELEASED, by=by, hold=hold.kind, note=note)
    Hold.objects.bulk_update(holds, ["released_at", "released_by", "release_note"])


def _go_on(order: Order, *, by) -> None:
    free = not order.open_holds().exists()
    if free and order.status == Order.Status.PLACED and current(OrderPolicy).auto_confirm:
        _confirm(order, Order.Status.CONFIRMED, by=by)
    else:
        restage(order, list(order.lines.all()))


@transaction.atomic
def cancel_order(order: Order, *, by, reason: str) -> Order:
    """Cancel a whole order and free its stock; refused once picking has begun."""
    order = lock(order)
    status = check_move(order, "cancel")
    lines = list(order.lines.all())
    if any(line.picked for line in lines):
        raise DomainError(
            _("%(number)s is being picked or was shipped; it can no longer be cancelled.") % {"number": order.number}
        )
    claims: dict[int, int] = {}
    for line in lines:
        if line.reserved:
            claims[line.stock_id] = claims.get(line.stock_id, 0) + line.reserved
        line.cancelled, line.reserved = line.ordered, 0
    OrderLine.objects.bulk_update(lines, ["cancelled", "reserved"])
    order.open_holds().update(released_at=timezone.now(), released_by=by, release_note=reason[:300])
    order.status = status
    restage(order, lines, "status")
    give_back(order)
    record(order, OrderEvent.CANCELLED, by=by, reason=reason)
    inventory.release(claims, cause=order.number, reason=reason[:200], by=by)
    return order


@transaction.atomic
def close_order(order: Order, *, by) -> Order:
    """Lay a delivered order aside."""
    order = lock(order)
    status = check_move(order, "close")
    if order.stage not in (Order.Stage.DELIVERED, Order.Stage.RETURNED):
        raise DomainError(_("%(number)s is not delivered yet.") % {"number": order.number})
    order.status = status
    restage(order, list(order.lines.all()), "status")
    record(order, OrderEvent.CLOSED, by=by)
    return order


@transaction.atomic
def add_note(order: Order, *, by, text: str) -> Order:
    """A note on the timeline, for staff only."""
    record(order, OrderEvent.NOTED, by=by, text=text)
    return order
