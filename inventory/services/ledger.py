"""The verbs of stock; `post` is the only writer of stock totals and of the ledger."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from inventory.events import StockEvent
from inventory.models import CountLine, Holding, Movement, Product, Stock, Warehouse
from inventory.services.tracking import lot_of, take_in
from oms.errors import DomainError
from oms.events import record

POST = """
WITH entry AS (
    SELECT * FROM unnest(%(stock)s::bigint[], %(on_hand)s::int[], %(reserved)s::int[], %(quarantined)s::int[],
        %(bin)s::text[], %(lot)s::bigint[], %(cause)s::text[])
        AS e(stock_id, on_hand, reserved, quarantined, bin, lot_id, cause)
), total AS (
    SELECT stock_id, sum(on_hand) AS on_hand, sum(reserved) AS reserved, sum(quarantined) AS quarantined
    FROM entry GROUP BY stock_id
), locked AS (
    SELECT s.id FROM inventory_stock s JOIN total t ON t.stock_id = s.id ORDER BY s.id FOR NO KEY UPDATE OF s
), changed AS (
    UPDATE inventory_stock s SET on_hand = s.on_hand + t.on_hand, reserved = s.reserved + t.reserved,
        quarantined = s.quarantined + t.quarantined
    FROM locked l JOIN total t ON t.stock_id = l.id WHERE s.id = l.id
    RETURNING s.id
)
INSERT INTO inventory_movement (stock_id, kind, on_hand, reserved, quarantined, bin, lot_id, cause, reason, by_id)
SELECT c.id, %(kind)s, e.on_hand, e.reserved, e.quarantined, e.bin, e.lot_id, e.cause, %(reason)s, %(by)s
FROM changed c JOIN entry e ON e.stock_id = c.id ORDER BY c.id
"""
# Read after POST has locked the stock rows, so that what others put there meanwhile is seen.
HOLD = """
WITH change AS (
    SELECT stock_id, bin, lot_id, sum(on_hand) AS pieces, sum(quarantined) AS quarantined
    FROM unnest(%(stock)s::bigint[], %(on_hand)s::int[], %(quarantined)s::int[], %(bin)s::text[], %(lot)s::bigint[])
        AS e(stock_id, on_hand, quarantined, bin, lot_id)
    GROUP BY stock_id, bin, lot_id HAVING sum(on_hand) <> 0 OR sum(quarantined) <> 0
), changed AS (
    UPDATE inventory_holding h SET pieces = h.pieces + c.pieces, quarantined = h.quarantined + c.quarantined
    FROM change c WHERE h.stock_id = c.stock_id AND h.bin = c.bin AND h.lot_id IS NOT DISTINCT FROM c.lot_id
    RETURNING h.stock_id, h.bin, h.lot_id
)
INSERT INTO inventory_holding (stock_id, bin, lot_id, pieces, quarantined)
SELECT c.stock_id, c.bin, c.lot_id, c.pieces, c.quarantined FROM change c
WHERE NOT EXISTS (
    SELECT FROM changed x WHERE x.stock_id = c.stock_id AND x.bin = c.bin AND x.lot_id IS NOT DISTINCT FROM c.lot_id
)
"""


MAX_PIECES = 1_000_000


class OutOfStock(DomainError):
    """Somebody else was faster: the stock that a verb counted on is gone."""


class Frozen(DomainError):
    """The goods stand still, because they are being counted; they may still be promised."""


@dataclass(frozen=True)
class Entry:
    """Change of one stock row, in pieces, and the number of the paper that causes it.

    `on_hand` are pieces that can be sold, `quarantined` those that cannot. Pieces that come in without a `bin` lie in
    the stock row's own bin; pieces that go out without a bin or lot are those that expire first.
    """

    stock_id: int
    on_hand: int = 0
    reserved: int = 0
    cause: str = ""
    quarantined: int = 0
    bin: str | None = None
    lot_id: int | None = None


Claims = Mapping[int, int]  # {stock_id: pieces}


def post(entries: Iterable[Entry], *, kind: Movement.Kind, reason: str = "", by=None) -> None:
    """Change stock and append the movements that explain it, set by set and in stock primary-key order.

    Raises Frozen when pieces would move that a count has stand still, and OutOfStock when a row would fall under
    zero or its reservations would exceed what is on hand; then the caller's transaction is to be given up.
    """
    entries = [e for e in entries if e.on_hand or e.reserved or e.quarantined]
    if not entries:
        return
    try:
        with connection.cursor() as cursor:
            _write(cursor, entries, {"kind": kind.value, "reason": reason, "by": by.pk if by else None})
    except IntegrityError as error:
        raise OutOfStock(_("There is not enough stock left. Look at what is available and try again.")) from error


def _write(cursor, entries: list[Entry], said: dict) -> None:
    moved = any(e.on_hand or e.quarantined for e in entries)
    if moved:
        entries = placed(entries)
    columns = {
        "stock": [e.stock_id for e in entries],
        "on_hand": [e.on_hand for e in entries],
        "reserved": [e.reserved for e in entries],
        "quarantined": [e.quarantined for e in entries],
        "bin": [e.bin or "" for e in entries],
        "lot": [e.lot_id for e in entries],
        "cause": [e.cause for e in entries],
    }
    cursor.execute(POST, columns | said)
    if cursor.rowcount != len(entries):
        raise Stock.DoesNotExist(f"stock rows are missing among {columns['stock']}")
    if moved:
        cursor.execute(HOLD, columns)


def placed(entries: list[Entry]) -> list[Entry]:
    """The entries with bin and lot: what goes out is split over the holdings, first expired first out.

    Locks the stock rows, in primary-key order. Three statements, however many entries.
    """
    ids = {e.stock_id for e in entries}
    locked = Stock.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    home = {}
    for pk, bin, frozen in locked.values_list("pk", "bin", "frozen"):
        if frozen:
            _refuse_frozen(pk)
        home[pk] = bin
    held: dict[int, list[Holding]] = {}
    for holding in Holding.objects.filter(Q(pieces__gt=0) | Q(quarantined__gt=0), stock__in=ids).select_related("lot"):
        held.setdefault(holding.stock_id, []).append(holding)
    for pk, holdings in held.items():
        holdings.sort(key=lambda h: _first_out(h, home.get(pk, "")))
    return [part for e in entries for part in _split(e, home.get(e.stock_id, ""), held.get(e.stock_id, []))]


def _refuse_frozen(stock_id: int) -> None:
    line = CountLine.objects.select_related("count", "stock__product").get(stock=stock_id, open=True)
    raise Frozen(
        _("%(sku)s is being counted and must stand still until count %(count)s is closed.")
        % {"sku": line.stock.product.sku, "count": line.count}
    )


def _first_out(holding: Holding, home: str) -> tuple:
    expires = holding.lot.expires if holding.lot else None
    return (expires is None, expires, holding.bin != home, holding.bin, holding.pk)


def _split(entry: Entry, home: str, holdings: list[Holding]) -> list[Entry]:
    column = "pieces" if entry.on_hand < 0 else "quarantined" if entry.quarantined < 0 else ""
    if not column:
        return [replace(entry, bin=home if entry.bin is None else entry.bin)]
    wanted, parts = _leaving(entry), []
    for holding in holdings:
        count = min(wanted, getattr(holding, column)) if _fits(entry, holding) else 0
        if count:
            setattr(holding, column, getattr(holding, column) - count)
            parts.append(_part(entry, count, holding))
            wanted -= count
    if wanted:
        raise OutOfStock(_("There is not enough stock left. Look at what is available and try again."))
    return parts


def _leaving(entry: Entry) -> int:
    return -entry.on_hand if entry.on_hand < 0 else -entry.quarantined


def _fits(entry: Entry, holding: Holding) -> bool:
    return entry.bin in (None, holding.bin) and entry.lot_id in (None, holding.lot_id)


def _part(entry: Entry, count: int, holding: Holding) -> Entry:
    """`count` pieces of an entry, its other changes in the same proportion."""
    whole = _leaving(entry)
    changes = {name: getattr(entry, name) * count // whole for name in ("on_hand", "reserved", "quarantined")}
    return replace(entry, **changes, bin=holding.bin, lot_id=holding.lot_id)


def reserve(claims: Iterable[tuple[str, Claims]], *, by=None) -> None:
    """Promise pieces to orders, `[(order number, {stock_id: pieces}), …]`; all or nothing (OutOfStock)."""
    entries = [Entry(pk, reserved=n, cause=cause) for cause, wanted in claims for pk, n in wanted.items()]
    post(entries, kind=Movement.Kind.RESERVE, by=by)


def release(claims: Claims, *, cause: str, reason: str = "", by=None) -> None:
    """Give promised pieces back."""
    entries = [Entry(pk, reserved=-n, cause=cause) for pk, n in claims.items()]
    post(entries, kind=Movement.Kind.RELEASE, reason=reason, by=by)


def release_many(claims: Iterable[tuple[str, Claims]], *, reason: str = "", by=None) -> None:
    """Give back what was promised to many orders, `[(order number, {stock_id: pieces}), …]`."""
    entries = [Entry(pk, reserved=-n, cause=cause) for cause, wanted in claims for pk, n in wanted.items()]
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
def receive(
    product: Product,
    warehouse: Warehouse,
    quantity: int,
    *,
    by,
    cause: str = "",
    reason: str = "",
    bin: str | None = None,
    lot: str = "",
    expires: datetime.date | None = None,
    serials: Sequence[str] = (),
) -> Stock:
    """Pieces arrive, in a bin (else the row's own), of a lot or with serial numbers where the product is tracked so."""
    refuse_quantity(quantity)
    stock = stock_at(product, warehouse)
    entry = Entry(stock.pk, on_hand=quantity, cause=cause, bin=bin, lot_id=lot_of(product, lot, expires))
    take_in(stock, quantity, serials, cause=cause)
    post([entry], kind=Movement.Kind.RECEIVE, reason=reason, by=by)
    record(stock, StockEvent.RECEIVED, by=by, quantity=quantity)
    return stock


def refuse_quantity(quantity: int) -> None:
    """DomainError for numbers of pieces that no delivery has."""
    if not 1 <= quantity <= MAX_PIECES:
        raise DomainError(_("The quantity must be between 1 and %(limit)s.") % {"limit": f"{MAX_PIECES:,}"})


def lock_stock(warehouse_id: int | None, product_ids: Iterable[int]) -> dict[int, Stock]:
    """The stock rows of these products in a warehouse, locked in primary-key order, by product."""
    rows = Stock.objects.select_for_update(no_key=True).filter(
        warehouse_id=warehouse_id, product_id__in=list(product_ids)
    )
    return {row.product_id: row for row in rows.order_by("pk")}
