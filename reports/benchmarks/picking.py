"""The warehouse's morning: a wave of 1,000 orders, and the pick queue at 50,000 open orders."""

import random
import time

from django.db import connection
from django.test import Client
from django.urls import reverse

from fulfillment import services as fulfillment
from fulfillment.queries import MOST_IMPORTANT, pick_queue
from inventory.models import Warehouse
from oms import keyset
from oms.keyset import Ordering
from orders.models import Order
from orders.services import place_order
from reports.benchmarks import world
from reports.benchmarks.lists import figures_of

WAVE, OPEN = 1000, 50_000
ORDERS = """
INSERT INTO orders_order ({columns}) SELECT {values} FROM orders_order o CROSS JOIN generate_series(1, %s::int) g
WHERE o.id = %s
"""
LINES = """
INSERT INTO orders_orderline ({columns})
SELECT {values} FROM orders_orderline l CROSS JOIN orders_order o WHERE l.order_id = %s AND o.number LIKE 'P%%'
"""


def measure_wave() -> dict:
    """Release of a wave of 1,000 orders of 3 lines: seconds and statements."""
    user = world.build(products=50, pieces=10_000)
    seed = random.Random(1)
    for _n in range(WAVE):
        place_order(world.basket(3, seed), by=user)
    wave = fulfillment.plan_wave(by=user, warehouse=Warehouse.objects.get(), criteria={"limit": WAVE})
    statements: list[str] = []

    def count(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        began = time.perf_counter()
        wave = fulfillment.release_wave(wave, by=user)
        seconds = time.perf_counter() - began
    return {"orders": wave.released, "seconds": round(seconds, 2), "statements": len(statements)}


def measure_queue() -> dict:
    """The pick queue at 50,000 open orders, half of them complete: p50 and p95 in milliseconds."""
    user = world.build(products=3, pieces=100)
    order = place_order(world.basket(3, random.Random(0)), by=user)
    _grow(order)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    page = reverse("picking")
    waiting = f"{page}?light=waiting"
    return {"open_orders": OPEN} | figures_of(
        client, {"first": page, "waiting": waiting, "deep": f"{page}?light=all&after={_deep_cursor()}"}
    )


def _grow(order: Order) -> None:
    changed = {
        "number": "'P' || g",
        "stage": "(ARRAY['to_pick','waiting_stock'])[1 + g %% 2]",
        "priority": "g %% 90",
        "promised_date": "current_date + g %% 14",
    }
    columns, line_columns = world.columns("orders_order"), world.columns("orders_orderline")
    values = ", ".join(changed.get(column, f"o.{column}") for column in columns)
    line_values = ", ".join("o.id" if column == "order_id" else f"l.{column}" for column in line_columns)
    with connection.cursor() as cursor:
        cursor.execute(ORDERS.format(columns=", ".join(columns), values=values), [OPEN, order.pk])
        cursor.execute(LINES.format(columns=", ".join(line_columns), values=line_values), [order.pk])
        cursor.execute("VACUUM ANALYZE")


def _deep_cursor() -> str:
    """The cursor of a page in the middle of the queue."""
    row = pick_queue()[OPEN // 2]
    behind = pick_queue().filter(priority=row.priority, promised_date=row.promised_date)
    return keyset.page(behind, Ordering("", *MOST_IMPORTANT), {}, 50).after or ""
