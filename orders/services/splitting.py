"""Two orders of one, one of two: split by line or warehouse, merge, send again, open again."""

import copy
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from inventory import services as inventory
from inventory.models import Warehouse
from oms import inserts
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.money import rounded
from orders import pricing
from orders.composing import ADDRESS
from orders.events import OrderEvent
from orders.models import Order, OrderLine, Payment, Promise
from orders.services.changing import MONEY, resize
from orders.services.placing import place_order
from orders.services.progress import claim_missing
from orders.services.promising import dates_of, renew_promise
from orders.services.promoting import give_back
from orders.services.review import check_move, refuse_held, restage
from orders.shelf import Asked, Request

COPIED = (
    "customer channel status urgent priority priority_reasons language email phone currency requested_date note by "
    "confirmed_at warehouse warehouse_reason tags carrier_code handover"
).split()
SAME = ("customer_id", "currency", "warehouse_id", *ADDRESS)


@transaction.atomic
def split_order(
    order: Order, pieces: Mapping[int, int], *, by, reason: str, warehouse: Warehouse | None = None
) -> Order:
    """Move pieces, {line: count}, to a new order of the same customer, from another warehouse when one is given.

    Pieces that are picked stay. The money of both adds up to what it was; what was paid too much goes along.
    """
    order = lock(order)
    check_move(order, "change")
    refuse_held(order)
    lines = list(order.lines.select_related("product"))
    moved = [line for line in lines if pieces.get(line.pk)]
    _refuse_split(order, lines, pieces)
    new = _sibling(order, "split", reason, warehouse)
    copies, freed = [], {}
    for line in moved:
        copies.append(_part(line, pieces[line.pk], new, freed))
    _keep(order, lines)
    OrderLine.objects.bulk_create(copies)
    inventory.release(freed, cause=order.number, by=by)
    _settle(order, [line for line in lines if line.pk], by=by, cause="order_split")
    _settle(new, copies, by=by, cause="order_split")
    move_money(order, new, max(Decimal(0), order.paid - order.total), by=by)
    told = {"pieces": sum(pieces.values()), "reason": reason}
    record(order, OrderEvent.SPLIT, by=by, to=new.number, **told)
    record(new, OrderEvent.SPLIT_OFF, by=by, **{"from": order.number}, **told)
    return new


def _refuse_split(order: Order, lines: Sequence[OrderLine], pieces: Mapping[int, int]) -> None:
    if not any(pieces.values()):
        raise DomainError(_("Say which pieces go to the new order."))
    for line in lines:
        count, free = pieces.get(line.pk, 0), line.left - line.picked
        if not 0 <= count <= free:
            raise DomainError(
                _("%(sku)s: %(free)s pieces can go to another order.") % {"sku": line.sku, "free": max(0, free)}
            )
    if sum(line.left for line in lines) == sum(pieces.values()):
        raise DomainError(_("At least one piece must stay in %(number)s.") % {"number": order.number})


def _sibling(order: Order, kind: str, reason: str, warehouse: Warehouse | None) -> Order:
    """A new order with the same head."""
    (numbers,) = inserts.take_values(("orders_number_seq", 1))
    copied = {name: getattr(order, name) for name in (*COPIED, *ADDRESS)}
    if warehouse:
        copied |= {"warehouse": warehouse, "warehouse_reason": {}}
    return Order.objects.create(
        number=f"SO{numbers[0]}", origin=order, origin_kind=kind, origin_reason=reason[:300], **copied
    )


def _part(line: OrderLine, count: int, new: Order, freed: dict[int, int]) -> OrderLine:
    """Take `count` pieces off a line, with their share of its money, as a line of the new order."""
    twin = copy.copy(line)
    twin._state = copy.copy(line._state)
    left = line.left - count
    discount = rounded(line.discount * count / line.left, new.currency)
    amounts = pricing.line_amounts(
        line.unit_price, count, line.tax_rate, new.currency, discount=discount, tax_included=line.tax_included
    )
    if not left:
        discount, amounts = line.discount, pricing.Amounts(line.net, line.tax)
    twin.pk, twin.order, twin.ordered = None, new, count
    twin.cancelled = twin.reserved = twin.picked = twin.packed = twin.shipped = twin.delivered = twin.returned = 0
    twin.net, twin.tax, twin.discount = amounts.net, amounts.tax, discount
    free = max(0, line.reserved - max(0, left - line.shipped))
    if free:
        freed[line.stock_id] = freed.get(line.stock_id, 0) + free
    line.ordered, line.reserved = line.ordered - count, line.reserved - free
    line.net, line.tax = line.net - amounts.net, line.tax - amounts.tax
    line.discount -= discount
    return twin


def _keep(order: Order, lines: Sequence[OrderLine]) -> None:
    """Write what is left; a line that went away whole goes."""
    try:
        for line in lines:
            if not line.ordered:
                line.delete()
    except ProtectedError as error:
        raise DomainError(
            _("%(sku)s is being picked. Cancel the picking of %(number)s first.")
            % {"sku": line.sku, "number": order.number}
        ) from error
    OrderLine.objects.bulk_update(
        [line for line in lines if line.pk], ["ordered", "reserved", "discount", "net", "tax"]
    )


def _settle(order: Order, lines: list[OrderLine], *, by, cause: str) -> None:
    """Sum up the money, reserve what is there, compute the stage and promise anew."""
    order.add_up(lines)
    claims = claim_missing(order, lines)
    OrderLine.objects.bulk_update(lines, ["reserved", "stock"])
    inventory.reserve([(order.number, claims)], by=by)
    restage(order, lines, *MONEY)
    if order.promised_date:
        renew_promise(order, lines, cause={"code": cause}, by=by)
    else:
        dates = dates_of(order, lines)
        order.ship_by, order.promised_date = dates.ship_by, dates.deliver_by
        order.save(update_fields=["ship_by", "promised_date"])
        reasons = [{"code": cause}, *dates.reasons]
        Promise.objects.create(order=order, ship_by=dates.ship_by, deliver_by=dates.deliver_by, reasons=reasons)


def move_money(source: Order, target: Order, amount: Decimal, *, by) -> None:
    """Carry money over by two opposite entries of the ledger."""
    if not amount:
        return
    for order, other, change in ((source, target, -amount), (target, source, amount)):
        Payment.objects.create(order=order, method=Payment.Method.MOVED, amount=change, reference=other.number, by=by)
        order.paid += change
        order.save(update_fields=["paid", "updated_at"])


def why_not_merge(target: Order, other: Order) -> str:
    """Why two orders cannot become one; "" when they can."""
    if target.pk == other.pk:
        return _("An order cannot be merged with itself.")
    for order in (target, other):
        if order.status not in (Order.Status.PLACED, Order.Status.CONFIRMED) or order.open_holds().exists():
            return _("%(number)s is %(stage)s.") % {"number": order.number, "stage": order.get_stage_display()}
        if any(line.picked for line in order.lines.all()):
            return _("%(number)s is being picked or was shipped.") % {"number": order.number}
    different = [name for name in SAME if getattr(target, name) != getattr(other, name)]
    if different:
        labels = [str(Order._meta.get_field(name.removesuffix("_id")).verbose_name) for name in different]
        return _("They differ in %(fields)s.") % {"fields": ", ".join(labels)}
    return ""


@transaction.atomic
def merge_orders(order: Order, *, by, other: Order) -> Order:
    """Take the lines and the money of `other` into `order`; the other is cancelled and says where it went."""
    found = Order.objects.select_for_update(no_key=True).filter(pk__in=[order.pk, other.pk]).order_by("pk")
    locked = {row.pk: row for row in found}
    target, other = locked[order.pk], locked[other.pk]
    problem = why_not_merge(target, other)
    if problem:
        raise DomainError(problem)
    lines, moved = list(target.lines.all()), list(other.lines.select_related("product"))
    claims: dict[int, int] = {}
    last = max(line.position for line in lines)
    for line in moved:
        if line.reserved:
            claims[line.stock_id] = claims.get(line.stock_id, 0) + line.reserved
        line.order, line.position, line.reserved = target, last + line.position, 0
    try:
        OrderLine.objects.bulk_update(moved, ["order", "position", "reserved"])
    except ProtectedError as error:  # pragma: no cover
        raise DomainError(_("%(number)s is being picked or was shipped.") % {"number": other.number}) from error
    inventory.release(claims, cause=other.number, by=by)
    other.status, other.shipping, other.shipping_tax = Order.Status.CANCELLED, Decimal(0), Decimal(0)
    other.add_up([])
    other.origin, other.origin_kind = target, "merged"
    restage(other, [], "status", *MONEY, "origin", "origin_kind")
    give_back(other)
    _settle(target, [*lines, *moved], by=by, cause="order_merged")
    move_money(other, target, other.paid, by=by)
    record(target, OrderEvent.MERGED, by=by, order=other.number)
    record(other, OrderEvent.MERGED_INTO, by=by, order=target.number)
    return target


@transaction.atomic
def reship_order(order: Order, *, by, pieces: Mapping[int, int], reason: str) -> Order:
    """Send shipped pieces, {line: count}, once more without a charge, as an order that leads back to this one."""
    order = lock(order)
    lines = {line.pk: line for line in order.lines.all()}
    asked = [Asked(lines[pk].product_id, count, Decimal(0)) for pk, count in pieces.items() if count]
    if not asked:
        raise DomainError(_("Say which pieces are sent again."))
    for pk, count in pieces.items():
        if not 0 <= count <= lines[pk].shipped:
            raise DomainError(
                _("%(sku)s: only %(shipped)s pieces were shipped.")
                % {"sku": lines[pk].sku, "shipped": lines[pk].shipped}
            )
    if not reason.strip():
        raise DomainError(_("Say why it is sent again."))
    address = {name: getattr(order, name) for name in ADDRESS}
    request = Request(
        order.customer,
        asked,
        address=address,
        email=order.email,
        phone=order.phone,
        handover=order.handover,
        price_source="free_reship",
    )
    new = place_order(request, by=by)
    Order.objects.filter(pk=new.pk).update(origin=order, origin_kind="reship", origin_reason=reason[:300])
    record(order, OrderEvent.RESHIPPED, by=by, order=new.number, reason=reason)
    return Order.objects.get(pk=new.pk)


@transaction.atomic
def reopen_order(order: Order, *, by, reason: str) -> Order:
    """Open a closed order, or one that was cancelled by mistake, which gets what stock there is now."""
    order = lock(order)
    was = order.status
    order.status = check_move(order, "reopen") if was == Order.Status.CLOSED else check_move(order, "restore")
    lines = list(order.lines.select_related("product"))
    if not lines:
        raise DomainError(_("%(number)s was merged into another order.") % {"number": order.number})
    if was == Order.Status.CANCELLED:
        for line in lines:
            line.cancelled = 0
            if not line.kit:  # pieces that were taken off before it was cancelled are wanted and paid again
                resize(line, line.ordered, order.currency)
        OrderLine.objects.bulk_update(lines, ["cancelled", "discount", "net", "tax"])
        _settle(order, lines, by=by, cause="order_reopened")
    restage(order, lines, "status")
    record(order, OrderEvent.REOPENED, by=by, reason=reason)
    return order
