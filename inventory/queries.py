"""Reads of the stock that feed a page or a verb."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from inventory.models import Stock, Warehouse

DEFAULT_LEAD_DAYS = 7
SHELF = """
SELECT p.id, p.sku, p.name, p.spec, p.unit, p.price, p.floor_price, p.tax_rate, p.active,
       coalesce(u.lead_time_days, %s), s.id, s.on_hand - s.reserved, w.id, w.code, w.name, w.rank
FROM inventory_product p
LEFT JOIN inventory_supplier u ON u.id = p.supplier_id
LEFT JOIN (inventory_stock s JOIN inventory_warehouse w ON w.id = s.warehouse_id AND w.active) ON s.product_id = p.id
WHERE p.id = ANY(%s)
"""


@dataclass(frozen=True)
class Item:
    """What a line needs to know of its product; money before tax, lead time in days."""

    product_id: int
    sku: str
    name: str
    spec: str
    unit: str
    price: Decimal
    floor_price: Decimal
    tax_rate: Decimal
    active: bool
    lead_days: int


@dataclass(frozen=True)
class Place:
    """A stock row of a product and what may still be promised from it."""

    stock_id: int
    available: int
    product_id: int
    warehouse: Warehouse


def read_shelf(product_ids: Collection[int], *, lock: bool = False) -> tuple[list[Item], list[Place]]:
    """Products and their stock in active warehouses, in one statement, one more with `lock`.

    Written in SQL because every placed order begins with it: the ORM's four models a row cost more than the query.
    """
    ids = list(product_ids)
    if lock:
        list(Stock.objects.select_for_update(no_key=True).filter(product_id__in=ids).order_by("pk").values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(SHELF, [DEFAULT_LEAD_DAYS, ids])
        rows = cursor.fetchall()
    items = {row[0]: Item(*row[:10]) for row in rows}
    places = [
        Place(row[10], row[11], row[0], Warehouse(pk=row[12], code=row[13], name=row[14], rank=row[15]))
        for row in rows
        if row[10] is not None
    ]
    return list(items.values()), places
