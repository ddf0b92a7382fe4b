"""The customer's tracking page at 100,000 orders: whole pages, and news that there are none, per second."""

import random
import time
from collections.abc import Callable

from django.db import connection
from django.test import Client

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, Shipment
from orders.models import Order
from orders.services import place_order
from reports.benchmarks import lists, world

ORDERS = 100_000
SECONDS = 5.0
SHIPMENTS = """
INSERT INTO fulfillment_shipment ({columns})
SELECT {values} FROM fulfillment_shipment s JOIN orders_order o ON o.number LIKE 'B%%' WHERE s.id = %s
"""


def measure() -> dict:
    """Requests per second of one process, through the whole of Django."""
    user = world.build(products=3, pieces=100)
    order = place_order(world.basket(3, random.Random(0)), by=user)
    lists.grow(order, 1, ORDERS)
    _send(order, user)
    numbers = [f"B{n}" for n in range(1, ORDERS, 97)]
    keys = [order.public_key for order in Order.objects.filter(number__in=numbers)]
    client = Client(headers={"host": "localhost"})
    return {
        "orders": ORDERS,
        "pages_per_second": _rate(lambda key, n: client.get(f"/track/{key}/", REMOTE_ADDR=f"10.0.{n // 99}.1"), keys),
        "news_per_second": _rate(lambda key, n: _asked_again(client, key, n), keys[:1]),
    }


def _send(order: Order, user) -> None:
    """Every order has a shipment on its way."""
    shipment = fulfillment.start_picking(order, by=user)
    fulfillment.pick_all(shipment, by=user)
    fulfillment.finish_picking(shipment, by=user)
    for line in shipment.lines.select_related("order_line"):
        fulfillment.scan_pack(shipment, by=user, code=line.order_line.sku)
    fulfillment.finish_packing(shipment, by=user)
    carrier = Carrier.objects.create(name="Own fleet", own=True)
    shipment = fulfillment.ship(shipment, by=user, carrier=carrier)
    shipment = fulfillment.send_out(shipment, by=user, driver=user)
    changed = {"number": "'T' || o.number", "order_id": "o.id", "stop_order": "o.id %% 20", "driver_id": "NULL"}
    columns = world.columns(Shipment._meta.db_table)
    values = ", ".join(changed.get(c, f"s.{c}") for c in columns)
    with connection.cursor() as cursor:
        cursor.execute(SHIPMENTS.format(columns=", ".join(columns), values=values), [shipment.pk])
        cursor.execute("VACUUM ANALYZE")


_stamps: dict[str, str] = {}


def _asked_again(client: Client, key: str, n: int):
    headers = {"If-None-Match": _stamps.get(key, "")}
    response = client.get(f"/track/{key}/live/", headers=headers, REMOTE_ADDR=f"10.1.{n // 99}.1")
    _stamps[key] = response["ETag"]
    return response


def _rate(ask: Callable, keys: list[str]) -> float:
    for n in range(10):
        ask(keys[n % len(keys)], n)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        response = ask(keys[count % len(keys)], count)
        assert response.status_code in (200, 304), response.status_code
        count += 1
    return round(count / (time.perf_counter() - began), 1)
