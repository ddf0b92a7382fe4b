"""What people do with pieces in the house: correct, move to another bin, block, release, scrap, assemble."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.events import StockEvent
from inventory.models import Holding, Lot, Movement, Product, Stock, Warehouse
from inventory.services.ledger import MAX_PIECES, Entry, lock_stock, placed, post, refuse_quantity, stock_at
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock


@transaction.atomic
def adjust(stock: Stock, change: int, *, reason: str, by, bin: str | None = None, lot: Lot | None = None) -> Stock:
    """Correct what is on hand by `change` pieces, with the reason; promised pieces cannot be adjusted away."""
    _refuse_silence(reason)
    if not change or abs(change) > MAX_PIECES:
        raise DomainError(
            _("The correction must be a number of pieces, up to %(limit)s.") % {"limit": f"{MAX_PIECES:,}"}
        )
    stock = lock(stock)
    if stock.on_hand + change < stock.reserved:
        raise DomainError(
            _("%(reserved)s pieces of %(sku)s are reserved for orders; on hand cannot fall to %(left)s.")
            % {"reserved": stock.reserved, "sku": stock.product.sku, "left": stock.on_hand + change}
        )
    post(
        [Entry(stock.pk, on_hand=change, bin=bin, lot_id=lot and lot.pk)],
        kind=Movement.Kind.ADJUST,
        reason=reason,
        by=by,
    )
    record(stock, StockEvent.ADJUSTED, by=by, change=change, reason=reason)
    stock.refresh_from_db()
    return stock


def _refuse_silence(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Say why the stock is corrected."))


@transaction.atomic
def count_stock(product: Product, warehouse: Warehouse, counted: int, *, reason: str, by) -> Stock:
    """Correct what is on hand to what was counted, in pieces; nothing happens when the books are right."""
    if product.tracking != Product.Tracking.NONE:
        raise DomainError(
            _("%(sku)s is tracked by lot or serial number; correct it on its stock page.") % {"sku": product.sku}
        )
    if product.kind == Product.Kind.KIT:
        raise DomainError(_("%(sku)s is a kit; count its parts.") % {"sku": product.sku})
    if not 0 <= counted <= MAX_PIECES:
        raise DomainError(_("The count must be between 0 and %(limit)s.") % {"limit": f"{MAX_PIECES:,}"})
    stock = lock(stock_at(product, warehouse))
    change = counted - stock.on_hand
    return adjust(stock, change, reason=reason, by=by) if change else stock


@transaction.atomic
def set_place(stock: Stock, *, by, bin: str, alert_line: int, kept: int | None = None) -> Stock:
    """The bin of its own, where its pieces move to, how few of them raise an alert (0: never), how many are kept."""
    stock = lock(stock)
    kept = stock.kept if kept is None else kept
    changed = {"bin": [stock.bin, bin], "alert_line": [stock.alert_line, alert_line], "kept": [stock.kept, kept]}
    changed = {name: values for name, values in changed.items() if values[0] != values[1]}
    if "bin" in changed:
        for holding in stock.holdings.filter(bin=stock.bin):
            leaving = [Entry(stock.pk, on_hand=-holding.pieces, bin=stock.bin, lot_id=holding.lot_id)]
            blocked = [Entry(stock.pk, quarantined=-holding.quarantined, bin=stock.bin, lot_id=holding.lot_id)]
            _carry([e for e in leaving + blocked if e.on_hand or e.quarantined], bin, by=by)
    if changed:
        stock.bin, stock.alert_line, stock.kept = bin, alert_line, kept
        stock.alert_line_by_hand = stock.alert_line_by_hand or "alert_line" in changed
        stock.save(update_fields=["bin", "alert_line", "alert_line_by_hand", "kept"])
        record(stock, StockEvent.CHANGED, by=by, changed=changed)
    return stock


def _carry(leaving: list[Entry], bin: str, *, by) -> None:
    if leaving:
        leaving = placed(leaving)
        arriving = [replace(e, on_hand=-e.on_hand, quarantined=-e.quarantined, bin=bin) for e in leaving]
        post([*leaving, *arriving], kind=Movement.Kind.MOVE, by=by)


@transaction.atomic
def put_away(stock: Stock, quantity: int, *, by, source: str, target: str, lot: Lot | None = None) -> Stock:
    """Carry pieces from one bin to another of the same warehouse; totals stay as they are."""
    refuse_quantity(quantity)
    stock = lock(stock)
    if source == target:
        raise DomainError(_("The pieces are in this bin already."))
    _refuse_more_than(stock, "pieces", quantity, source, lot)
    _carry([Entry(stock.pk, on_hand=-quantity, bin=source, lot_id=lot and lot.pk)], target, by=by)
    record(stock, StockEvent.MOVED, by=by, quantity=quantity, source=source, target=target)
    return stock


def _refuse_more_than(stock: Stock, column: str, quantity: int, bin: str | None, lot: Lot | None) -> None:
    found = stock.holdings.all() if bin is None else stock.holdings.filter(bin=bin)
    there = sum(getattr(h, column) for h in found if lot is None or h.lot_id == lot.pk)
    if there < quantity:
        raise DomainError(_("Only %(there)s pieces of %(sku)s are there.") % {"there": there, "sku": stock.product.sku})


@transaction.atomic
def quarantine(
    stock: Stock, quantity: int, *, reason: str, by, bin: str | None = None, lot: Lot | None = None, cause: str = ""
) -> Stock:
    """Block pieces that may not be sold, such as damaged ones; promised pieces cannot be blocked."""
    return _block(stock, quantity, Movement.Kind.QUARANTINE, StockEvent.BLOCKED, reason, by, bin, lot, cause)


@transaction.atomic
def unblock(stock: Stock, quantity: int, *, reason: str, by, bin: str | None = None, lot: Lot | None = None) -> Stock:
    """Blocked pieces turned out to be sound and may be sold again."""
    return _block(stock, -quantity, Movement.Kind.UNBLOCK, StockEvent.UNBLOCKED, reason, by, bin, lot)


def _block(stock, change: int, kind, event, reason: str, by, bin, lot, cause: str = "") -> Stock:
    _refuse_silence(reason)
    refuse_quantity(abs(change))
    stock = lock(stock)
    if change > 0:
        _refuse_promised(stock, change)
    _refuse_more_than(stock, "pieces" if change > 0 else "quarantined", abs(change), bin, lot)
    entry = Entry(stock.pk, on_hand=-change, quarantined=change, bin=bin, lot_id=lot and lot.pk, cause=cause)
    post([entry], kind=kind, reason=reason, by=by)
    record(stock, event, by=by, quantity=abs(change), reason=reason)
    stock.refresh_from_db()
    return stock


def _refuse_promised(stock: Stock, quantity: int) -> None:
    if quantity > stock.available:
        raise DomainError(
            _("%(reserved)s of %(on_hand)s pieces of %(sku)s are reserved for orders.")
            % {"reserved": stock.reserved, "on_hand": stock.on_hand, "sku": stock.product.sku}
        )


@transaction.atomic
def scrap(stock: Stock, quantity: int, *, reason: str, by, bin: str | None = None, lot: Lot | None = None) -> Stock:
    """Throw blocked pieces away; what is still for sale is to be blocked first."""
    _refuse_silence(reason)
    refuse_quantity(quantity)
    stock = lock(stock)
    _refuse_more_than(stock, "quarantined", quantity, bin, lot)
    entry = Entry(stock.pk, quarantined=-quantity, bin=bin, lot_id=lot and lot.pk)
    post([entry], kind=Movement.Kind.SCRAP, reason=reason, by=by)
    record(stock, StockEvent.SCRAPPED, by=by, quantity=quantity, reason=reason)
    stock.refresh_from_db()
    return stock


def quarantine_expired() -> int:
    """Block what lies in lots that have expired, is not promised to anybody and not being counted; returns pieces."""
    expired = Holding.objects.filter(pieces__gt=0, lot__expires__lt=timezone.localdate()).order_by("stock", "pk")
    return sum(map(_block_expired, expired.select_related("lot")))


@transaction.atomic
def _block_expired(holding: Holding) -> int:
    stock = lock(Stock.objects.get(pk=holding.stock_id))
    holding.refresh_from_db()
    count = 0 if stock.frozen else min(holding.pieces, stock.available)
    if count > 0:
        reason = _("expired on %(date)s") % {"date": holding.lot.expires.isoformat()}
        quarantine(stock, count, reason=reason, by=None, bin=holding.bin, lot=holding.lot)
    return count


@transaction.atomic
def assemble(product: Product, warehouse: Warehouse, quantity: int, *, by, cause: str = "") -> Stock:
    """Turn parts into `quantity` pieces of the product: a kit made up in advance, a dish that left the kitchen."""
    refuse_quantity(quantity)
    parts = list(product.components.select_related("part"))
    if not parts:
        raise DomainError(_("%(sku)s has no parts to be made of.") % {"sku": product.sku})
    made = stock_at(product, warehouse)
    rows = lock_stock(warehouse.pk, [product.pk, *(c.part_id for c in parts)])
    missing = [c.part.sku for c in parts if c.part_id not in rows or rows[c.part_id].available < c.quantity * quantity]
    if missing:
        raise DomainError(_("Not enough parts: %(skus)s.") % {"skus": ", ".join(missing)})
    used = [Entry(rows[c.part_id].pk, on_hand=-c.quantity * quantity, cause=cause) for c in parts]
    post([*used, Entry(made.pk, on_hand=quantity, cause=cause)], kind=Movement.Kind.ASSEMBLE, by=by)
    record(made, StockEvent.ASSEMBLED, by=by, quantity=quantity)
    made.refresh_from_db()
    return made


@transaction.atomic
def disassemble(product: Product, warehouse: Warehouse, quantity: int, *, by, cause: str = "") -> Stock:
    """Take `assemble` back by the opposite entries; a product without a recipe just leaves stock."""
    refuse_quantity(quantity)
    parts = list(product.components.select_related("part"))
    made = stock_at(product, warehouse)
    stocks = {c.part_id: stock_at(c.part, warehouse) for c in parts}
    rows = lock_stock(warehouse.pk, [product.pk, *stocks])
    if rows[product.pk].available < quantity:
        raise DomainError(_("%(sku)s is no longer in stock.") % {"sku": product.sku})
    back = [Entry(rows[c.part_id].pk, on_hand=c.quantity * quantity, cause=cause) for c in parts]
    post([*back, Entry(made.pk, on_hand=-quantity, cause=cause)], kind=Movement.Kind.ASSEMBLE, by=by)
    made.refresh_from_db()
    return made
