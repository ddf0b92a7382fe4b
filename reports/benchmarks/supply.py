"""Goods in and reorder points: a delivery of 10,000 SKUs, and a night's computation for 100,000 stock rows."""

import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Product, Stock, Supplier, Warehouse
from inventory.services import Wanted, compute_reorder_points, create_purchase, receive_purchase, send_purchase
from reports.benchmarks import world

SKUS = 10_000
ROWS = 100_000
SOLD_ON = 12  # days of the window on which a row was sold, on average

PRODUCTS = """
INSERT INTO inventory_product ({columns})
SELECT {values} FROM inventory_product p CROSS JOIN generate_series(1, %s) g WHERE p.id = %s
"""
SALES = """
INSERT INTO inventory_movement (stock_id, kind, on_hand, reserved, cause, reason, at)
SELECT s.id, 'ship', -1 - (s.id + g) %% 4, 0, '', '', now() - ((s.id * 7 + g * 13) %% 89 + 1) * interval '1 day'
FROM inventory_stock s CROSS JOIN generate_series(1, %s) g
"""


def measure_receipt() -> dict:
    """Lines per second of one delivery, with ledger, bins, events and the receipt itself."""
    supplier, warehouse = _world(SKUS)
    products = list(Product.objects.all())
    lines = [Wanted(product, 5) for product in products]
    purchase = send_purchase(create_purchase(by=None, supplier=supplier, warehouse=warehouse, lines=lines), by=None)
    pieces = dict.fromkeys(purchase.lines.values_list("pk", flat=True), 4)
    began = time.perf_counter()
    receive_purchase(purchase, pieces, by=None)
    seconds = time.perf_counter() - began
    with CaptureQueriesContext(connection) as captured:
        receive_purchase(purchase, dict.fromkeys(pieces, 1), by=None)
    return {
        "skus": len(pieces),
        "seconds": round(seconds, 2),
        "lines_per_second": round(len(pieces) / seconds),
        "statements": len(captured),
    }


def measure_reorder() -> dict:
    """Stock rows per second, each with a dozen sales in the window."""
    _supplier, warehouse = _world(ROWS)
    keys = Product.objects.values_list("pk", flat=True)
    Stock.objects.bulk_create([Stock(product_id=pk, warehouse=warehouse, on_hand=500) for pk in keys], batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute(SALES, [SOLD_ON])
        cursor.execute("VACUUM ANALYZE")
    figures = {"rows": ROWS, "sales": ROWS * SOLD_ON}
    for night in ("first", "second"):
        began = time.perf_counter()
        changed = compute_reorder_points()
        seconds = time.perf_counter() - began
        figures[night] = {
            "seconds": round(seconds, 2),
            "rows_per_second": round(ROWS / seconds),
            "changed": changed,
        }
    return figures


def _world(products: int) -> tuple[Supplier, Warehouse]:
    supplier = Supplier.objects.create(name="Supplier")
    warehouse = Warehouse.objects.create(code="W1", name="Warehouse")
    model = Product.objects.create(sku="B", name="Product", price=9, cost=4, supplier=supplier)
    columns = world.columns("inventory_product")
    with connection.cursor() as cursor:
        values = ["'B' || g" if name == "sku" else f"p.{name}" for name in columns]
        cursor.execute(PRODUCTS.format(columns=", ".join(columns), values=", ".join(values)), [products - 1, model.pk])
        cursor.execute("UPDATE inventory_product SET created_at = now() - interval '1 year'")
    return supplier, warehouse
