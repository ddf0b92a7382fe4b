"""The verbs of counts: opened, counted line by line, counted again, approved into movements, or given up."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.count_queries import WAITING
from inventory.events import CountEvent, StockEvent
from inventory.models import Count, CountLine, Holding, Movement, Product, Stock, Warehouse
from inventory.services.ledger import MAX_PIECES, Entry, post, stock_at
from oms.errors import DomainError
from oms.events import record, record_many
from oms.locking import lock
from oms.numbering import next_number

Status = Count.Status
NAMED = 5  # names in a sentence, the rest is a number

ADD_LINES = """
INSERT INTO inventory_countline (count_id, stock_id, cost, again, open)
SELECT %(count)s, s.id, p.cost, false, true
FROM inventory_stock s JOIN inventory_product p ON p.id = s.product_id
WHERE s.warehouse_id = %(warehouse)s AND (s.id = ANY(%(stock)s) OR (%(all)s AND (p.active OR s.on_hand > 0)))
ORDER BY s.bin, s.id
"""
# Locked in primary-key order, like every other writer of stock.
FREEZE = """
UPDATE inventory_stock s SET frozen = %(frozen)s FROM (
    SELECT id FROM inventory_stock WHERE id IN (SELECT stock_id FROM inventory_countline WHERE count_id = %(count)s)
    ORDER BY id FOR NO KEY UPDATE
) l WHERE s.id = l.id AND s.frozen <> %(frozen)s
"""
REMEMBER = """
INSERT INTO inventory_countclass (stock_id, abc, value, counted_at)
SELECT stock_id, 'C', 0, counted_at FROM inventory_countline WHERE count_id = %s
ON CONFLICT (stock_id) DO UPDATE SET counted_at = excluded.counted_at
"""


def _run(sql: str, values) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


@transaction.atomic
def open_count(
    *,
    by,
    warehouse: Warehouse,
    kind: Count.Kind,
    mode: Count.Mode,
    threshold: Decimal,
    blind: bool = True,
    stock: Iterable[int] = (),
) -> Count:
    """Begin a count of these stock rows (primary keys), or of the whole warehouse when it is a full stocktake.

    A row that another open count has is refused. When goods stand still, nothing but promises changes their stock
    until the count is closed.
    """
    full, rows = kind == Count.Kind.FULL, list(stock)
    _refuse_counted_elsewhere(warehouse, None if full else rows)
    number = next_number("inventory_count_number_seq", "CT")
    count = Count.objects.create(
        number=number, warehouse=warehouse, kind=kind, mode=mode, blind=blind, threshold=threshold, opened_by=by
    )
    lines = _run(ADD_LINES, {"count": count.pk, "warehouse": warehouse.pk, "stock": rows, "all": full})
    if not lines:
        raise DomainError(_("There is nothing to count."))
    if mode == Count.Mode.FREEZE:
        _run(FREEZE, {"frozen": True, "count": count.pk})
    record(count, CountEvent.OPENED, by=by, lines=lines)
    return count


def _refuse_counted_elsewhere(warehouse: Warehouse, rows: list[int] | None) -> None:
    # Opening is rare: two at once wait for each other, so that the second one sees the lines of the first.
    lock(warehouse)
    taken = CountLine.objects.filter(open=True, stock__warehouse=warehouse)
    taken = (taken if rows is None else taken.filter(stock__in=rows)).select_related("count", "stock__product").first()
    if taken:
        raise DomainError(
            _("%(sku)s is already being counted in %(count)s.") % {"sku": taken.stock.product.sku, "count": taken.count}
        )


@transaction.atomic
def count_line(count: Count, product: Product, quantity: int, *, by, add: bool = False) -> CountLine:
    """Note that `quantity` pieces were found, or that many more with `add`.

    The line keeps what the ledger said at this moment. A typed number that differs by more than the threshold is
    asked for again at once, once; with `add` that is judged when counting is finished.
    """
    if not 0 <= quantity <= MAX_PIECES:
        raise DomainError(_("The quantity must be between 0 and %(limit)s.") % {"limit": f"{MAX_PIECES:,}"})
    count = _locked(count, Status.OPEN)
    line = _line_of(count, product)
    second = line.again
    before = (line.recounted if second else line.counted) or 0
    setattr(line, "recounted" if second else "counted", before + quantity if add else quantity)
    # One read is one moment of the ledger: what commits later is a movement since, and needs no lock to wait for it.
    line.expected = Stock.objects.values_list("on_hand", flat=True).get(pk=line.stock_id)
    line.counted_by, line.counted_at = by, timezone.now()
    if not add and not second:
        line.again = _differs(line, count.threshold)
    line.save(update_fields=["counted", "recounted", "again", "expected", "counted_by", "counted_at"])
    line.refresh_from_db(fields=["variance"])
    return line


def _line_of(count: Count, product: Product) -> CountLine:
    line = count.lines.select_related("stock__product").filter(stock__product=product).first()
    if line:
        return line
    if count.kind != Count.Kind.FULL or product.kind != Product.Kind.STOCKED:
        raise DomainError(_("%(sku)s is not part of %(count)s.") % {"sku": product.sku, "count": count})
    stock = stock_at(product, count.warehouse)
    _refuse_counted_elsewhere(count.warehouse, [stock.pk])
    if count.mode == Count.Mode.FREEZE:
        Stock.objects.filter(pk=stock.pk).update(frozen=True)
    return CountLine.objects.create(count=count, stock=stock, cost=product.cost)


def _differs(line: CountLine, threshold: Decimal) -> bool:
    return abs(line.found - line.expected) * 100 > threshold * line.expected


@transaction.atomic
def finish_count(count: Count, *, by, rest_is_zero: bool = False) -> Count:
    """Counting is over: the count waits for approval, or stays open for the lines that are asked for again.

    Refused, naming them, while lines were never counted, unless whoever counted says that nothing is there.
    """
    count = _locked(count, Status.OPEN)
    never = count.lines.filter(counted=None)
    if rest_is_zero:
        on_hand = Stock.objects.filter(pk=OuterRef("stock")).values("on_hand")
        never.update(counted=0, expected=Subquery(on_hand), counted_by=by, counted_at=timezone.now())
    elif never.exists():
        raise DomainError(_("Not counted yet: %(skus)s.") % {"skus": _named(never)})
    asked = count.lines.filter(again=False).exclude(variance=0)
    again = [line.pk for line in asked if _differs(line, count.threshold)]
    count.lines.filter(pk__in=again).update(again=True)
    waiting = count.lines.filter(WAITING)
    if again:
        record(count, CountEvent.AGAIN, by=by, lines=len(again))
    elif waiting.exists():
        raise DomainError(_("To be counted again: %(skus)s.") % {"skus": _named(waiting)})
    else:
        count.status = Status.COUNTED
        count.save(update_fields=["status"])
        record(count, CountEvent.FINISHED, by=by)
    return count


def _named(lines) -> str:
    skus = list(lines.order_by("id").values_list("stock__product__sku", flat=True)[: NAMED + 1])
    more = lines.count() - NAMED
    named = ", ".join(skus[:NAMED])
    return _("%(skus)s and %(count)s more") % {"skus": named, "count": more} if more > 0 else named


@transaction.atomic
def approve_count(count: Count, *, by) -> Count:
    """Post every difference to the ledger; on hand becomes what was counted plus what moved since.

    Refused, naming the products, when less would be left than is promised to orders.
    """
    count = _locked(count, Status.COUNTED)
    lines = list(count.lines.exclude(variance=0).select_related("stock__product").order_by("stock"))
    # closed first: it locks all stock rows that stood still in one go, and a refusal takes it back
    _close(count, Status.APPROVED, by)
    _refuse_promised(lines)
    places = _lots_of_surplus(lines)
    entries = [
        Entry(line.stock_id, on_hand=line.variance, cause=count.number, **places.get(line.stock_id, {}))
        for line in lines
    ]
    post(entries, kind=Movement.Kind.COUNT, by=by)
    _run(REMEMBER, [count.pk])
    told = [
        (line.stock, StockEvent.COUNTED, {"number": count.number, "quantity": line.found, "change": line.variance})
        for line in lines
    ]
    record_many([*told, (count, CountEvent.APPROVED, {"lines": len(lines)})], by=by)
    return count


def _refuse_promised(lines: list[CountLine]) -> None:
    locked = Stock.objects.select_for_update(no_key=True).filter(pk__in=[line.stock_id for line in lines])
    rows = {row.pk: row for row in locked.order_by("pk")}
    wrong = [
        _("%(sku)s: %(reserved)s pieces are reserved for orders; on hand cannot fall to %(left)s.")
        % {"sku": line.stock.product.sku, "reserved": row.reserved, "left": row.on_hand + line.variance}
        for line in lines
        if (row := rows[line.stock_id]).on_hand + line.variance < row.reserved
    ]
    if wrong:
        raise DomainError(" ".join(wrong[:NAMED]))


def _lots_of_surplus(lines: list[CountLine]) -> dict[int, dict]:
    """Pieces found too many belong to a lot where the product is tracked so: that of which most is there."""
    surplus = [line.stock_id for line in lines if line.variance > 0]
    tracked = Holding.objects.filter(stock__in=surplus, stock__product__tracking=Product.Tracking.LOT)
    return {h.stock_id: {"bin": h.bin, "lot_id": h.lot_id} for h in tracked.order_by("pieces")}


@transaction.atomic
def cancel_count(count: Count, *, by, reason: str) -> Count:
    """Give a count up: nothing is posted, and goods that stood still may move again."""
    if not reason.strip():
        raise DomainError(_("Say why the count is given up."))
    count = _locked(count, Status.OPEN, Status.COUNTED)
    _close(count, Status.CANCELLED, by)
    record(count, CountEvent.CANCELLED, by=by, reason=reason.strip())
    return count


def _close(count: Count, status: Status, by) -> None:
    if count.mode == Count.Mode.FREEZE:
        _run(FREEZE, {"frozen": False, "count": count.pk})
    count.lines.update(open=False)
    count.status, count.closed_by, count.closed_at = status, by, timezone.now()
    count.save(update_fields=["status", "closed_by", "closed_at"])


def _locked(count: Count, *statuses: Status) -> Count:
    count = lock(count)
    if count.status not in statuses:
        raise DomainError(_("%(count)s is %(status)s.") % {"count": count, "status": count.get_status_display()})
    return count


@transaction.atomic
def recount(line: CountLine, *, by) -> CountLine:
    """Ask for a second counting of a line, although its difference is small or was counted twice already."""
    count = lock(line.count)
    if count.status not in (Status.OPEN, Status.COUNTED):
        raise DomainError(_("%(count)s is %(status)s.") % {"count": count, "status": count.get_status_display()})
    line = lock(line)
    if line.counted is None:
        raise DomainError(_("%(sku)s was not counted yet.") % {"sku": line.stock.product.sku})
    line.again, line.recounted = True, None
    line.save(update_fields=["again", "recounted"])
    Count.objects.filter(pk=count.pk).update(status=Status.OPEN)
    record(count, CountEvent.AGAIN, by=by, sku=line.stock.product.sku)
    return line
