"""Stock under load: one SKU that everybody wants, and the availability page of a large catalogue."""

import random
import time
from functools import partial

from django.db import connection
from django.test import Client
from django.urls import reverse

from inventory.models import Product, Stock
from oms.models import User
from orders.services import place_order
from reports.benchmarks import world
from reports.benchmarks.lists import figures_of

SECONDS = 6
CLIENTS = (1, 4, 8, 16)
SKUS, WAREHOUSES = 100_000, 3

PRODUCTS = """
INSERT INTO inventory_product ({columns})
SELECT {values} FROM inventory_product p CROSS JOIN generate_series(1, %s) g WHERE p.id = %s
"""
HOUSES = """
INSERT INTO inventory_warehouse (code, name, address, serves, cost, rank, active) VALUES (%s, %s, '', '', 0, %s, true)
"""
ROWS = """
INSERT INTO inventory_stock ({columns})
SELECT {values} FROM inventory_stock s CROSS JOIN inventory_product p CROSS JOIN inventory_warehouse w
WHERE s.id = %s AND p.sku LIKE 'V%%'
"""


def measure_hot_sku() -> dict:
    """Orders per second for one SKU with 1, 4, 8 and 16 clients, and what 16 keep of the speed of 4."""
    world.build(products=1, pieces=1_000_000)
    figures = {}
    for clients in CLIENTS:
        done = world.together(clients, partial(_want, SECONDS))
        figures[str(clients)] = round(sum(d["orders"] / d["seconds"] for d in done))
    row = Stock.objects.get()
    placed = _one_number("SELECT sum(ordered) FROM orders_orderline")
    return {
        "per_second": figures,
        "kept_at_16": round(figures["16"] / figures["4"], 2),
        "errors": int(row.reserved != placed or row.reserved > row.on_hand),
    }


def _want(seconds: float, number: int) -> dict:
    connection.close()
    user = User.objects.get(username="benchmark")
    request = world.basket(1, random.Random(number))
    for _warm_up in range(5):
        place_order(request, by=user)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        place_order(request, by=user)
        count += 1
    return {"orders": count, "seconds": time.perf_counter() - began}


def measure_availability() -> dict:
    """The availability page with 100,000 SKUs in three warehouses: first page, by SKU, by a word of the name."""
    user = world.build(products=1, pieces=1000)
    _fill()
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    page = reverse("availability")
    return figures_of(client, {"first": page, "sku": f"{page}?q=V050000", "name": f"{page}?q=zhulin"})


def _fill() -> None:
    product, stock = Product.objects.get(), Stock.objects.get()
    changed = {
        "sku": "'V' || lpad(g::text, 6, '0')",
        "name": "CASE WHEN g % 997 = 0 THEN 'Zhulin ' ELSE 'Product ' END || g",
        "barcode": "(6900000000000 + g)::text",
    }
    products, rows = world.columns("inventory_product"), world.columns("inventory_stock")
    row = {"product_id": "p.id", "warehouse_id": "w.id", "reserved": "(p.id * 7 + w.id) % 100"}
    with connection.cursor() as cursor:
        for number in range(2, WAREHOUSES + 1):
            cursor.execute(HOUSES, [f"W{number}", f"Warehouse {number}", 10 + number])
        values = ", ".join(changed.get(c, f"p.{c}") for c in products).replace("%", "%%")
        cursor.execute(PRODUCTS.format(columns=", ".join(products), values=values), [SKUS, product.pk])
        values = ", ".join(row.get(c, f"s.{c}") for c in rows).replace("%", "%%")
        cursor.execute(ROWS.format(columns=", ".join(rows), values=values), [stock.pk])
        cursor.execute("VACUUM ANALYZE")


def _one_number(sql: str) -> int:
    """The one number that a statement returns."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
