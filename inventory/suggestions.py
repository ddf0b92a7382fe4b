"""Reads for the buyer: what is to be ordered and from whom, what lies idle, what could be moved."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.db.models import DateField, DecimalField, F, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from inventory.models import Demand, Stock
from inventory.replenishment import (
    USUAL_SERVICE,
    Shelf,
    days_of_cover,
    economic_quantity,
    suggested_quantity,
    transfers,
)

LIMIT = 500
IDLE_DAYS = 30
TRANSFERS_LIMIT = 300
# Whose terms count for a product: the preferred supplier's, else the cheapest one's, else its own supplier at cost.
TO_ORDER = """
SELECT s.id, p.id, p.sku, p.name, p.unit, w.id, w.name, u.id, u.name, u.minimum_value, s.on_hand - s.reserved,
       coalesce(c.pieces, 0), s.alert_line, s.alert_line_by_hand, coalesce(d.per_day, 0), coalesce(t.price, p.cost),
       coalesce(t.minimum, 1), coalesce(t.pack_size, p.pack_size), coalesce(u.order_cost, 0)
FROM inventory_stock s
JOIN inventory_product p ON p.id = s.product_id AND p.active AND p.kind = 'stocked'
JOIN inventory_warehouse w ON w.id = s.warehouse_id AND w.active
LEFT JOIN LATERAL (
    SELECT i.supplier_id, i.price, i.minimum, i.pack_size FROM inventory_supplieritem i WHERE i.product_id = p.id
    ORDER BY i.preferred DESC, i.price, i.id LIMIT 1
) t ON true
LEFT JOIN inventory_supplier u ON u.id = coalesce(t.supplier_id, p.supplier_id)
LEFT JOIN inventory_demand d ON d.stock_id = s.id
LEFT JOIN (
    SELECT l.product_id, o.warehouse_id, sum(l.ordered - l.received - l.cancelled) AS pieces
    FROM inventory_purchaseline l JOIN inventory_purchaseorder o ON o.id = l.order_id AND o.status IN ('draft', 'sent')
    WHERE l.ordered > l.received + l.cancelled GROUP BY l.product_id, o.warehouse_id
) c ON c.product_id = p.id AND c.warehouse_id = w.id
WHERE s.alert_line > 0 AND s.alert_line >= s.on_hand - s.reserved
    AND s.alert_line >= s.on_hand - s.reserved + coalesce(c.pieces, 0)
    AND (%(stock)s::bigint[] IS NULL OR s.id = ANY(%(stock)s))
    AND (%(warehouses)s::bigint[] IS NULL OR w.id = ANY(%(warehouses)s))
    AND (%(suppliers)s::bigint[] IS NULL OR u.id = ANY(%(suppliers)s))
ORDER BY u.name NULLS LAST, p.sku, w.rank, s.id LIMIT %(limit)s
"""
SHELVES = """
SELECT s.product_id, p.sku, p.name, s.warehouse_id, w.name, s.on_hand - s.reserved, coalesce(c.pieces, 0),
       s.alert_line, coalesce(d.per_day, 0)
FROM inventory_stock s
JOIN inventory_product p ON p.id = s.product_id AND p.active
JOIN inventory_warehouse w ON w.id = s.warehouse_id AND w.active
LEFT JOIN inventory_demand d ON d.stock_id = s.id
LEFT JOIN (
    SELECT l.product_id, o.warehouse_id, sum(l.ordered - l.received - l.cancelled) AS pieces
    FROM inventory_purchaseline l JOIN inventory_purchaseorder o ON o.id = l.order_id AND o.status = 'sent'
    WHERE l.ordered > l.received + l.cancelled GROUP BY l.product_id, o.warehouse_id
) c ON c.product_id = s.product_id AND c.warehouse_id = s.warehouse_id
WHERE s.product_id IN (SELECT product_id FROM inventory_stock WHERE alert_line > 0 AND alert_line >= on_hand - reserved)
ORDER BY p.sku, w.rank, s.id
"""


@dataclass(frozen=True)
class Suggestion:
    """A stock row to be filled up: pieces, the supplier's terms, the cost of one piece in the company's currency.

    `incoming` counts drafts too, so that nothing is suggested twice.
    """

    stock_id: int
    product_id: int
    sku: str
    name: str
    unit: str
    warehouse_id: int
    warehouse: str
    supplier_id: int | None
    supplier: str | None
    minimum_value: Decimal | None
    available: int
    incoming: int
    line: int
    by_hand: bool
    per_day: float
    cost: Decimal
    minimum: int
    pack_size: int
    order_cost: Decimal

    @property
    def quantity(self) -> int:
        economic = economic_quantity(self.per_day, order_cost=float(self.order_cost), unit_cost=float(self.cost))
        return suggested_quantity(
            self.available + self.incoming,
            self.line,
            self.per_day,
            minimum=self.minimum,
            pack_size=self.pack_size,
            economic=economic,
        )

    @property
    def cover(self) -> int | None:
        """For how many days what is here and on its way lasts."""
        return days_of_cover(self.available + self.incoming, self.per_day)

    @property
    def total(self) -> Decimal:
        return self.quantity * self.cost


@dataclass
class Group:
    """What is to be ordered from one supplier."""

    supplier_id: int | None
    supplier: str | None
    minimum_value: Decimal
    rows: list[Suggestion] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((row.total for row in self.rows), Decimal(0))

    @property
    def missing(self) -> Decimal:
        """What the order still lacks to the supplier's minimum."""
        return max(Decimal(0), self.minimum_value - self.total)


def to_order(
    *,
    stock: Collection[int] | None = None,
    warehouses: Collection[int] | None = None,
    suppliers: Collection[int] | None = None,
    limit: int = LIMIT,
) -> list[Suggestion]:
    """Stock rows whose pieces, here and on their way, are at their line or under it, by supplier; one statement."""
    asked = {"stock": stock, "warehouses": warehouses, "suppliers": suppliers}
    asked = {name: None if keys is None else list(keys) for name, keys in asked.items()}
    with connection.cursor() as cursor:
        cursor.execute(TO_ORDER, asked | {"limit": limit})
        return [Suggestion(*row) for row in cursor]


def by_supplier(rows: Iterable[Suggestion]) -> list[Group]:
    """The rows in groups, in the order in which they come."""
    groups: dict[int | None, Group] = {}
    for row in rows:
        group = groups.setdefault(
            row.supplier_id, Group(row.supplier_id, row.supplier, row.minimum_value or Decimal(0))
        )
        group.rows.append(row)
    return list(groups.values())


@dataclass(frozen=True)
class Transfer:
    """Pieces of a product that one warehouse can spare and another lacks."""

    product_id: int
    sku: str
    name: str
    source: str
    source_left: int
    target: str
    target_has: int
    pieces: int


def suggested_transfers() -> list[Transfer]:
    """Surplus here for shortage there, product by product; one statement, the first TRANSFERS_LIMIT of them."""
    with connection.cursor() as cursor:
        cursor.execute(SHELVES)
        rows = cursor.fetchall()
    products: dict[int, list[tuple]] = {}
    for row in rows:
        products.setdefault(row[0], []).append(row)
    found = [transfer for same in products.values() for transfer in _transfers(same)]
    return found[:TRANSFERS_LIMIT]


def _transfers(rows: list[tuple]) -> list[Transfer]:
    names = {row[3]: row[4] for row in rows}
    available = {row[3]: row[5] for row in rows}
    product, sku, name = rows[0][:3]
    shelves = [
        Shelf(warehouse_id=row[3], available=row[5], incoming=row[6], line=row[7], per_day=row[8]) for row in rows
    ]
    return [
        Transfer(
            product, sku, name, names[source], available[source] - pieces, names[target], available[target], pieces
        )
        for source, target, pieces in transfers(shelves)
    ]


def idle_stock() -> QuerySet[Stock]:
    """Stock of which nothing was sold for a month: since which day, and the `value` that it ties up, at cost.

    What was never sold is idle since its product is on file. The day is as the last night's computation found it.
    """
    since = Coalesce("demand__last_sold", TruncDate("product__created_at"), output_field=DateField())
    value = (F("on_hand") + F("quarantined")) * F("product__cost")
    return (
        Stock.objects.filter(on_hand__gt=0)
        .annotate(
            last_sold=F("demand__last_sold"),
            idle_since=since,
            value=_money(value),
        )
        .filter(idle_since__lt=timezone.localdate() - datetime.timedelta(days=IDLE_DAYS))
    )


def _money(expression) -> Coalesce:
    return Coalesce(expression, Decimal(0), output_field=DecimalField(max_digits=18, decimal_places=4))


@dataclass(frozen=True)
class Basis:
    """Why a reorder point is what it is: demand, pieces sold during the lead time, service level in per cent."""

    demand: Demand
    during: int
    level: float


def basis(stock: Stock) -> Basis | None:
    """What the last computation was based on; None when there was none or nothing is sold."""
    demand = Demand.objects.filter(stock=stock).first()
    if demand is None or not demand.per_day or stock.reorder_point is None:
        return None
    level = USUAL_SERVICE if stock.service_level is None else float(stock.service_level)
    return Basis(demand, max(0, stock.reorder_point - demand.safety), level)
