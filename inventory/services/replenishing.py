"""Reorder points from what the ledger says was shipped: by night for every stock row, by hand for one."""

import datetime
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from inventory.events import StockEvent
from inventory.models import Stock
from inventory.queries import DEFAULT_LEAD_DAYS
from inventory.replenishment import (
    LEAD_SPREAD,
    SHORTEST,
    USUAL_SERVICE,
    WINDOW,
    Forecast,
    Lead,
    forecast,
    reorder_point,
    safety_stock,
)
from oms.context import current
from oms.events import record
from oms.locking import lock
from oms.models import Company

CHUNK = 5000
FEWEST_DELIVERIES = 5
# What was shipped on each day of the window; a supplier's lead time as its deliveries of a year varied.
READ = f"""
WITH day AS (
    SELECT stock_id, %(today)s::date - (at AT TIME ZONE %(zone)s)::date AS ago, -sum(on_hand) AS pieces
    FROM inventory_movement
    WHERE kind = 'ship' AND at >= %(since)s AND at < %(until)s
        AND (%(ids)s::bigint[] IS NULL OR stock_id = ANY(%(ids)s))
    GROUP BY 1, 2
), sold AS (
    SELECT stock_id, array_agg(ago) AS ago, array_agg(pieces) AS pieces, min(ago) AS last FROM day
    WHERE pieces > 0 GROUP BY stock_id
), term AS (
    SELECT DISTINCT ON (product_id) product_id, supplier_id, lead_time_days FROM inventory_supplieritem
    ORDER BY product_id, preferred DESC, price, id
), delivery AS (
    SELECT o.supplier_id, stddev_samp(extract(epoch FROM r.at - o.sent_at) / 86400) AS spread
    FROM inventory_receipt r JOIN inventory_purchaseorder o ON o.id = r.purchase_id
    WHERE r.at >= %(year)s GROUP BY o.supplier_id HAVING count(*) >= {FEWEST_DELIVERIES}
)
SELECT s.id, s.service_level, %(today)s::date - (p.created_at AT TIME ZONE %(zone)s)::date, sold.ago, sold.pieces,
       sold.last, coalesce(t.lead_time_days, u.lead_time_days, {DEFAULT_LEAD_DAYS}), delivery.spread
FROM inventory_stock s
JOIN inventory_product p ON p.id = s.product_id AND p.active AND p.kind = 'stocked'
LEFT JOIN sold ON sold.stock_id = s.id
LEFT JOIN term t ON t.product_id = p.id
LEFT JOIN inventory_supplier u ON u.id = coalesce(t.supplier_id, p.supplier_id)
LEFT JOIN delivery ON delivery.supplier_id = u.id
WHERE %(ids)s::bigint[] IS NULL OR s.id = ANY(%(ids)s)
ORDER BY s.id
"""
KEEP = """
INSERT INTO inventory_demand
    (stock_id, per_day, deviation, smoothed, lead_days, lead_deviation, safety, last_sold, computed_on)
SELECT f.*, %s FROM unnest(%s::bigint[], %s::float8[], %s::float8[], %s::bool[], %s::float8[], %s::float8[],
    %s::int[], %s::date[]) AS f
ON CONFLICT (stock_id) DO UPDATE SET per_day = excluded.per_day, deviation = excluded.deviation,
    smoothed = excluded.smoothed, lead_days = excluded.lead_days, lead_deviation = excluded.lead_deviation,
    safety = excluded.safety, last_sold = greatest(excluded.last_sold, inventory_demand.last_sold),
    computed_on = excluded.computed_on
"""
SET = """
WITH found AS (
    SELECT s.id, f.point FROM inventory_stock s JOIN unnest(%s::bigint[], %s::int[]) AS f(id, point) ON f.id = s.id
    WHERE s.reorder_point IS DISTINCT FROM f.point OR (NOT s.alert_line_by_hand AND s.alert_line <> f.point)
    ORDER BY s.id FOR NO KEY UPDATE OF s
)
UPDATE inventory_stock s SET reorder_point = f.point,
    alert_line = CASE WHEN s.alert_line_by_hand THEN s.alert_line ELSE f.point END
FROM found f WHERE s.id = f.id
"""
LAST_EVER = """
UPDATE inventory_demand d SET last_sold = m.last FROM (
    SELECT stock_id, (max(at) AT TIME ZONE %s)::date AS last FROM inventory_movement WHERE kind = 'ship'
    GROUP BY stock_id
) m WHERE m.stock_id = d.stock_id AND d.last_sold IS NULL
"""


class Basis(NamedTuple):
    """What the reorder point of one stock row was computed from."""

    stock_id: int
    demand: Forecast
    lead: Lead
    service_level: float
    last_sold: datetime.date | None

    @property
    def point(self) -> int:
        return reorder_point(self.demand, self.lead, self.service_level)

    @property
    def safety(self) -> int:
        return safety_stock(self.demand, self.lead, self.service_level)


def compute_reorder_points(stock_ids: Collection[int] | None = None) -> int:
    """Compute the reorder point of all stock rows (or of these), which is their alert line unless set by hand.

    Returns how many rows got another line or point. Rows are written in chunks, each in a transaction of its own and
    in primary-key order, so that orders placed meanwhile hardly wait.
    """
    zone = ZoneInfo(current(Company).time_zone)
    today = timezone.now().astimezone(zone).date()
    first = not stock_ids and _is_first_time()
    rows = _read(today, zone, list(stock_ids) if stock_ids is not None else None)
    changed = sum(_write(rows[at : at + CHUNK], today) for at in range(0, len(rows), CHUNK))
    if first:
        with connection.cursor() as cursor:
            cursor.execute(LAST_EVER, [zone.key])
    return changed


def _is_first_time() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM inventory_demand)")
        return cursor.fetchone()[0]


def _read(today: datetime.date, zone: ZoneInfo, ids: list[int] | None) -> list[Basis]:
    midnight = datetime.datetime.combine(today, datetime.time(), zone)
    asked = {
        "today": today,
        "zone": zone.key,
        "since": midnight - datetime.timedelta(days=WINDOW),
        "until": midnight,
        "year": midnight - datetime.timedelta(days=365),
        "ids": ids,
    }
    with connection.cursor() as cursor:
        cursor.execute(READ, asked)
        return [_basis(today, *row) for row in cursor]


def _basis(
    today: datetime.date,
    pk: int,
    level: Decimal | None,
    age: int,
    ago: Sequence[int] | None,
    pieces: Sequence[int] | None,
    last: int | None,
    lead_days: int,
    spread: float | Decimal | None,
) -> Basis:
    days = min(WINDOW, max(SHORTEST, age))
    sold = {at: int(count) for at, count in zip(ago or (), pieces or (), strict=True) if at <= days}
    lead = Lead(float(lead_days), lead_days * LEAD_SPREAD if spread is None else float(spread))
    last_sold = None if last is None else today - datetime.timedelta(days=last)
    return Basis(pk, forecast(sold, days), lead, USUAL_SERVICE if level is None else float(level), last_sold)


@transaction.atomic
def _write(rows: Sequence[Basis], today: datetime.date) -> int:
    columns = [
        [row.stock_id for row in rows],
        [row.demand.per_day for row in rows],
        [row.demand.deviation for row in rows],
        [row.demand.smoothed for row in rows],
        [row.lead.days for row in rows],
        [row.lead.deviation for row in rows],
        [row.safety for row in rows],
        [row.last_sold for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [today, *columns])
        cursor.execute(SET, [columns[0], [row.point for row in rows]])
        return cursor.rowcount


@transaction.atomic
def set_reorder(stock: Stock, *, by, alert_line_by_hand: bool, service_level: Decimal | None) -> Stock:
    """Whether the alert line stays as people set it, and how often (%) stock shall last until the next delivery."""
    stock = lock(stock)
    before = {"by_hand": stock.alert_line_by_hand, "service_level": stock.service_level}
    stock.alert_line_by_hand, stock.service_level = alert_line_by_hand, service_level
    stock.save(update_fields=["alert_line_by_hand", "service_level"])
    after = {"by_hand": stock.alert_line_by_hand, "service_level": stock.service_level}
    changed = {name: [str(before[name]), str(after[name])] for name in before if before[name] != after[name]}
    if changed:
        compute_reorder_points([stock.pk])
        record(stock, StockEvent.CHANGED, by=by, changed=changed)
    stock.refresh_from_db()
    return stock
