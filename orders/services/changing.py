"""Changing an order that was placed: lines, address, date; one transaction, whose preview is the same code undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory import services as inventory
from oms.context import current
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.money import rounded
from orders import pricing
from orders.checks import run, wants_habits
from orders.composing import ADDRESS, Composed, checked, compose
from orders.events import OrderEvent
from orders.habits import habits_of
from orders.models import Check, Hold, Order, OrderLine, OrderPolicy
from orders.services.placing import MAX_LINES, MAX_QUANTITY, refuse_impossible
from orders.services.progress import claim_missing
from orders.services.promising import renew_promise
from orders.services.promoting import promote_again
from orders.services.review import check_move, restage
from orders.shelf import Asked, Request, Shelf

MONEY = ("shipping", "shipping_tax", "net", "tax", "total")
HEAD = (*ADDRESS, "phone", "email", "requested_date", "note", "urgent")


@dataclass(frozen=True)
class Change:
    """What is to be different: quantities and prices by line, new lines, fields of the head; the rest stays."""

    quantities: Mapping[int, int] = field(default_factory=dict)
    prices: Mapping[int, Decimal] = field(default_factory=dict)
    added: Sequence[Asked] = ()
    head: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """What a change does, before it is done."""

    before: Order
    after: Order
    lines: list[OrderLine]
    holds: list[str]
    papers: bool


def preview_change(order: Order, change: Change, *, by, version: int | None = None) -> Effect:
    """What `change_order` would do; nothing is kept. DomainError when it would refuse."""
    before = Order.objects.get(pk=order.pk)
    with transaction.atomic():
        after = change_order(order, change, by=by, version=version)
        lines, holds = list(after.lines.all()), list(after.open_holds().values_list("kind", flat=True))
        transaction.set_rollback(True)
    return Effect(before, after, lines, holds, papers=any(line.picked for line in lines))


@transaction.atomic
def change_order(order: Order, change: Change, *, by, version: int | None = None) -> Order:
    """Change a placed or confirmed order. What is picked or shipped cannot be taken off it.

    Stock is freed and reserved, the order is checked again as if it were new, and promised anew.
    """
    order = lock(order, version=version)
    check_move(order, "change")
    lines = list(order.lines.select_related("product"))
    told, freed = _change_lines(order, lines, change)
    told |= _change_head(order, change.head)
    added = _add(order, lines, change.added)
    if not told and not added:
        raise DomainError(_("Nothing was changed."))
    lines += added
    promote_again(order, lines)
    _sum_up(order, lines)
    inventory.release(freed, cause=order.number, by=by)
    claims = claim_missing(order, lines)
    OrderLine.objects.bulk_update(lines, ["reserved", "stock"])
    inventory.reserve([(order.number, claims)], by=by)
    _check_again(order, lines, by=by)
    restage(order, lines, "status", "confirmed_at", *MONEY, *change.head)
    renew_promise(order, lines, cause={"code": "order_changed"}, by=by)
    new = [{"sku": line.sku, "quantity": line.ordered} for line in added]
    record(order, OrderEvent.CHANGED, by=by, changed=told, added=new, total=str(order.total), currency=order.currency)
    return order


def _change_lines(order: Order, lines: list[OrderLine], change: Change) -> tuple[dict, dict[int, int]]:
    told, freed = {}, {}
    for line in lines:
        before = (line.left, line.unit_price)
        wanted, price = change.quantities.get(line.pk, line.left), change.prices.get(line.pk, line.unit_price)
        if (wanted, price) == before:
            continue
        _refuse_resize(line, wanted)
        stock_id, free = line.stock_id, max(0, line.reserved - max(0, wanted - line.shipped))
        if free:
            freed[stock_id] = freed.get(stock_id, 0) + free
        resize(line, wanted, order.currency, price=price)
        line.reserved -= free
        told[line.sku] = [f"{before[0]} × {before[1].normalize():f}", f"{wanted} × {price.normalize():f}"]
    changed = ["ordered", "cancelled", "reserved", "unit_price", "price_reasons", "discount", "net", "tax"]
    OrderLine.objects.bulk_update(lines, changed)
    return told, freed


def _refuse_resize(line: OrderLine, wanted: int) -> None:
    if not 0 <= wanted <= MAX_QUANTITY:
        raise DomainError(
            _("%(sku)s: the quantity must be between 0 and %(limit)s.")
            % {"sku": line.sku, "limit": f"{MAX_QUANTITY:,}"}
        )
    if wanted < line.picked:
        raise DomainError(
            _("%(sku)s: %(picked)s pieces are picked or shipped already and cannot be taken off.")
            % {"sku": line.sku, "picked": line.picked}
        )
    if line.kit and wanted:
        raise DomainError(
            _("%(sku)s is a part of the kit %(kit)s: cancel its parts and add the kit anew.")
            % {"sku": line.sku, "kit": line.kit["name"]}
        )


def resize(line: OrderLine, wanted: int, currency: str, *, price: Decimal | None = None) -> None:
    """Set the pieces still wanted, fewer as cancelled, more as ordered, and the money that follows."""
    before = line.left
    if wanted < before:
        line.cancelled += before - wanted
    else:
        line.ordered += wanted - before
    if before:
        line.discount = rounded(line.discount * wanted / before, currency)
    if price is not None and price != line.unit_price:
        reason = {"code": "price_by_hand", "price": f"{line.list_price.normalize():f}"}
        line.unit_price, line.price_reasons, line.discount = price, [reason], Decimal("0.00")
    line.discount = min(line.discount, rounded(line.unit_price * wanted, currency))
    amounts = pricing.line_amounts(
        line.unit_price, wanted, line.tax_rate, currency, discount=line.discount, tax_included=line.tax_included
    )
    line.net, line.tax = amounts.net, amounts.tax


def _change_head(order: Order, head: Mapping[str, Any]) -> dict:
    told = {}
    for name, value in head.items():
        if name not in HEAD:
            raise ValueError(f"{name} is not changed like this")
        if getattr(order, name) != value:
            told[name] = [str(getattr(order, name) or ""), str(value or "")]
            setattr(order, name, value)
    return told


def _add(order: Order, lines: list[OrderLine], added: Sequence[Asked]) -> list[OrderLine]:
    if not added:
        return []
    if len(lines) + len(added) > MAX_LINES:
        raise DomainError(_("An order can have %(limit)s lines at most.") % {"limit": MAX_LINES})
    composed = _composed(order, added)
    last = max(line.position for line in lines)
    for line in composed.lines:
        line.order, line.position, line.reserved = order, last + line.position, 0
    return OrderLine.objects.bulk_create(composed.lines)


def _composed(order: Order, asked: Sequence[Asked]) -> Composed:
    shelf = Shelf.read([line.product_id for line in asked], [order.customer])
    shelf.book.offers = []  # promotions are decided about for the whole order
    address = {name: getattr(order, name) for name in ADDRESS}
    request = Request(order.customer, list(asked), address=address, warehouse=order.warehouse, handover=order.handover)
    refuse_impossible(request, shelf)
    return compose(request, shelf)


def _sum_up(order: Order, lines: Sequence[OrderLine]) -> None:
    if not any(line.left for line in lines):
        raise DomainError(_("Nothing would be left of %(number)s: cancel it instead.") % {"number": order.number})
    order.add_up(lines)


def _check_again(order: Order, lines: list[OrderLine], *, by) -> None:
    """Run the checks on the order as it is now: what fails holds it, what passes lets its hold go."""
    shelf = Shelf.read(line.product_id for line in lines)
    address = {name: getattr(order, name) for name in ADDRESS}
    request = Request(order.customer, [], address=address, warehouse=order.warehouse, handover=order.handover)
    if wants_habits(shelf.policy.checks):
        shelf.habits = habits_of([order.customer_id], shelf.policy, but=order.pk)
    wanted = [line for line in lines if line.left]
    findings = run(checked(request, wanted, shelf, order.warehouse, order.total), shelf.policy.checks)
    Check.objects.bulk_create(Check(order=order, name=f.name, outcome=f.outcome, reasons=f.reasons) for f in findings)
    open_holds = {hold.kind: hold for hold in order.open_holds()}
    for finding in findings:
        hold = open_holds.get(finding.name)
        if finding.outcome == "hold" and not hold:
            Hold.objects.create(order=order, kind=finding.name, reasons=finding.reasons)
            record(order, OrderEvent.HELD, by=by, hold=finding.name, reasons=finding.reasons)
        elif finding.outcome == "hold":
            Hold.objects.filter(pk=hold.pk).update(reasons=finding.reasons)
        elif hold:
            hold.release(by=by)
            record(order, OrderEvent.RELEASED, by=by, hold=hold.kind)
    if order.status == Order.Status.CONFIRMED and not current(OrderPolicy).auto_confirm:
        order.status, order.confirmed_at = Order.Status.PLACED, None
