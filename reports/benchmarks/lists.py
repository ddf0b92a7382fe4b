"""The order list at 10,000 and at 100,000 orders: first page, a page far behind, a search by name."""

import random
import time

from django.db import connection
from django.test import Client
from django.urls import reverse

from oms import keyset
from oms.keyset import Ordering
from orders.models import Order
from orders.services import place_order
from reports.benchmarks import world

SIZES = (10_000, 100_000)
WARM_UP, RUNS = 5, 60

NAMES = (
    "CASE WHEN g %% 997 = 0 THEN 'Zhao Lin ' "
    "ELSE (ARRAY['陈伟','Wang Fang','李娜','Smith','黃志明'])[1 + g %% 5] || ' ' END || g"
)
CUSTOMERS = """
INSERT INTO customers_customer ({columns})
SELECT {values} FROM customers_customer c CROSS JOIN generate_series(%s::int, %s::int) g WHERE c.id = %s
"""
ORDERS = """
INSERT INTO orders_order ({columns})
SELECT {values}
FROM orders_order o CROSS JOIN generate_series(%s::int, %s::int) g JOIN customers_customer c ON c.code = 'B' || g
WHERE o.id = %s
"""
LINES = """
INSERT INTO orders_orderline ({columns})
SELECT {values} FROM orders_orderline l CROSS JOIN orders_order o WHERE l.order_id = %s AND o.number LIKE 'B%%'
AND substr(o.number, 2)::int BETWEEN %s AND %s
"""


def measure() -> dict:
    """Per size the p50 and p95 in milliseconds, through the whole of Django and one log-in."""
    user = world.build(products=3, pieces=100)
    order = place_order(world.basket(3, random.Random(0)), by=user)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    figures, have = {}, 0
    for size in SIZES:
        grow(order, have + 1, size)
        have = size
        figures[str(size)] = _figures(client)
    return figures


def grow(order: Order, first: int, last: int) -> None:
    """Copies of an order under the numbers B`first` to B`last`, each for a customer of its own."""
    stages = "(ARRAY['to_pick','shipped','delivered','closed','on_hold','cancelled'])[1 + g %% 6]"
    changed = {
        "number": "'B' || g",
        "customer_id": "c.id",
        "ship_name": "c.name",
        "stage": stages,
        "placed_at": "now() - g * interval '5 minutes'",
    }
    columns = world.columns("orders_order")
    line_columns = world.columns("orders_orderline")
    people = world.columns("customers_customer")
    person = {"code": "'B' || g", "name": NAMES, "email": "'b' || g || '@example.com'"}
    with connection.cursor() as cursor:
        cursor.execute(
            CUSTOMERS.format(columns=", ".join(people), values=", ".join(person.get(c, f"c.{c}") for c in people)),
            [first, last, order.customer_id],
        )
        cursor.execute(
            ORDERS.format(columns=", ".join(columns), values=", ".join(changed.get(c, f"o.{c}") for c in columns)),
            [first, last, order.pk],
        )
        cursor.execute(
            LINES.format(
                columns=", ".join(line_columns),
                values=", ".join("o.id" if c == "order_id" else f"l.{c}" for c in line_columns),
            ),
            [order.pk, first, last],
        )
        cursor.execute("VACUUM ANALYZE")


def _figures(client: Client) -> dict:
    page = reverse("orders")
    deep = f"{page}?after={_deep_cursor()}"
    search = f"{page}?q=zhao+lin"
    return figures_of(client, {"first": page, "deep": deep, "search": search})


def figures_of(client: Client, addresses: dict[str, str]) -> dict:
    """The p50 and p95 in milliseconds of each named address, after a warm-up."""
    figures = {}
    for name, address in addresses.items():
        for _warm_up in range(WARM_UP):
            client.get(address)
        times = sorted(_time(client, address) for _run in range(RUNS))
        figures[f"{name}_p50_ms"] = round(times[RUNS // 2], 1)
        figures[f"{name}_p95_ms"] = round(times[int(RUNS * 0.95) - 1], 1)
    return figures


def _deep_cursor() -> str:
    """The cursor of a page nine tenths down the list."""
    newest = Ordering("", "-placed_at", "-id")
    start = Order.objects.order_by(*newest.fields)[Order.objects.count() * 9 // 10]
    return keyset.page(Order.objects.filter(placed_at__lte=start.placed_at), newest, {}, 50).after


def _time(client: Client, address: str) -> float:
    began = time.perf_counter()
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return (time.perf_counter() - began) * 1000
