"""The verbs of stock; `post` is the only writer of stock totals and of the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from inventory.events import StockEvent
from inventory.models import Movement, Product, Stock, Warehouse
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock

POST = """
WITH entry AS (
    SELECT * FROM unnest(%(stock)s::bigint[], %(on_hand)s::int[], %(reserved)s::int[], %(cause)s::text[])
        AS e(stock_id, on_hand, reserved, cause)
), total AS (
    SELECT stock_id, sum(on_hand) AS on_hand, sum(reserved) AS reserved FROM entry GROUP BY stock_id
), locked AS (
    SELECT s.id FROM inventory_stock s JOIN total t ON t.stock_id = s.id ORDER BY s.id FOR NO KEY UPDATE OF s
), changed AS (
    UPDATE inventory_stock s SET on_hand = s.on_hand + t.on_hand, reserved = s.reserved + t.reserved
    FROM locked l JOIN total t ON t.stock_id = l.id WHERE s.id = l.id
    RETURNING s.id
)
INSERT INTO inventory_movement (stock_id, kind, on_hand, reserved, cause, reason, by_id)
SELECT c.id, %(kind)s, e.on_hand, e.reserved, e.cause, %(reason)s, %(by)s
FROM changed c JOIN entry e ON e.stock_id = c.id ORDER BY c.id
"""


MAX_PIECES = 1_000_000


class OutOfStock(DomainError):
    """Somebody else was faster: the stock that a verb counted on is gone."""


@dataclass(frozen=True)
class Entry:
    """Change of one stock row, in pieces, and the number of the paper that causes it."""

    stock_id: int
    on_hand: int = 0
    reserved: int = 0
    cause: str = ""


Claims = Mapping[int, int]  # {stock_id: pieces}


def post(entries: Iterable[Entry], *, kind: Movement.Kind, reason: str = "", by=None) -> None:
    """Change stock and append the movements that explain it, in one statement and in stock primary-key order.

    Raises OutOfStock when a row would fall under zero or its reservations would exceed what is on hand; then the
    caller's transaction is to be given up.
    """
    entries = [e for e in entries if e.on_hand or e.reserved]
    if not entries:
        return
    columns = {
        "stock": [e.stock_id for e in entries],
        "on_hand": [e.on_hand for e in entries],
        "reserved": [e.reserved for e in entries],
        "cause": [e.cause for e in entries],
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(POST, {**columns, "kind": kind.value, "reason": reason, "by": by.pk if by else None})
            if cursor.rowcount != len(entries):
                raise Stock.DoesNotExist(f"stock rows are missing among {columns['stock']}")
    except IntegrityError as error:
        raise OutOfStock(_("There is not enough stock left. Look at what is available and try again.")) from error


def reserve(claims: Iterable[tuple[str, Claims]], *, by=None) -> None:
    """Promise pieces to orders, `[(order number, {stock_id: pieces}), …]`; all or nothing (OutOfStock)."""
    entries = [Entry(pk, reserved=n, cause=cause) for cause, wanted in claims for pk, n in wanted.items()]
    post(entries, kind=Movement.Kind.RESERVE, by=by)


def release(claims: Claims, *, cause: str, reason: str = "", by=None) -> None:
    """Give promised pieces back."""
    entries = [Entry(pk, reserved=-n, cause=cause) for pk, n in claims.items()]
    post(entries, kind=Movement.Kind.RELEASE, reason=reason, by=by)


def ship(claims: Claims, *, cause: str, by=None) -> None:
    """Promised pieces leave the house."""
    entries = [Entry(pk, on_hand=-n, reserved=-n, cause=cause) for pk, n in claims.items()]
    post(entries, kind=Movement.Kind.SHIP, by=by)


def restock(claims: Claims, *, cause: str, reason: str = "", by=None) -> None:
    """Returned pieces that can be sold again."""
    entries = [Entry(pk, on_hand=n, cause=cause) for pk, n in claims.items()]
    post(entries, kind=Movement.Kind.RETURN, reason=reason, by=by)


def stock_at(product: Product, warehouse: Warehouse) -> Stock:
    """The stock row of a product in a warehouse, made empty when there is none."""
    return Stock.objects.get_or_create(product=product, warehouse=warehouse)[0]


@transaction.atomic
def receive(product: Product, warehouse: Warehouse, quantity: int, *, by, cause: str = "", reason: str = "") -> Stock:
    """Pieces arrive."""
    if not 1 <= quantity <= MAX_PIECES:
        raise DomainError(_("The quantity received must be between 1 and %(limit)s.") % {"limit": f"{MAX_PIECES:,}"})
    stock = stock_at(product, warehouse)
    post([Entry(stock.pk, on_hand=quantity, cause=cause)], kind=Movement.Kind.RECEIVE, reason=reason, by=by)
    record(stock, StockEvent.RECEIVED, by=by, quantity=quantity)
    return stock


@transaction.atomic
def adjust(stock: Stock, change: int, *, reason: str, by) -> Stock:
    """Correct what is on hand by `change` pieces, with the reason; promised pieces cannot be adjusted away."""
    if not reason.strip():
        raise DomainError(_("Say why the stock is corrected."))
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
    post([Entry(stock.pk, on_hand=change)], kind=Movement.Kind.ADJUST, reason=reason, by=by)
    record(stock, StockEvent.ADJUSTED, by=by, change=change, reason=reason)
    stock.refresh_from_db()
    return stock


@transaction.atomic
def set_place(stock: Stock, *, by, bin: str, alert_line: int) -> Stock:
    """Where the pieces lie, and how few of them raise an alert (0: never)."""
    stock = lock(stock)
    changed = {"bin": [stock.bin, bin], "alert_line": [stock.alert_line, alert_line]}
    changed = {name: values for name, values in changed.items() if values[0] != values[1]}
    if changed:
        stock.bin, stock.alert_line = bin, alert_line
        stock.save(update_fields=["bin", "alert_line"])
        record(stock, StockEvent.CHANGED, by=by, changed=changed)
    return stock


def lock_stock(warehouse_id: int | None, product_ids: Iterable[int]) -> dict[int, Stock]:
    """The stock rows of these products in a warehouse, locked in primary-key order, by product."""
    rows = Stock.objects.select_for_update(no_key=True).filter(
        warehouse_id=warehouse_id, product_id__in=list(product_ids)
    )
    return {row.product_id: row for row in rows.order_by("pk")}
