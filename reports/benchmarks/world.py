"""The company that the benchmarks run in, and processes that work in it at once."""

import multiprocessing
import random
import time
from collections.abc import Callable
from decimal import Decimal

from django.db import connection

from customers.models import Customer
from customers.services import create_customer
from inventory.models import Product, Stock, Warehouse
from inventory.services import receive
from oms.models import User
from orders.composing import Asked, Request
from orders.models import Order
from orders.services import place_order

ADDRESS = {"ship_name": "陈伟", "line1": "1 Harbour Road", "city": "上海", "country": "CN"}


def build(products: int, pieces: int) -> User:
    """A warehouse with `products` SKUs of `pieces` each, one customer and the user who works."""
    user = User.objects.create(username="benchmark", is_superuser=True)
    warehouse = Warehouse.objects.create(code="W1", name="Warehouse")
    for n in range(products):
        product = Product.objects.create(sku=f"B{n:04}", name=f"Product {n}", price=Decimal("9.90"), tax_rate=13)
        receive(product, warehouse, pieces, by=user)
    create_customer(by=user, name="陈伟", email="chen@example.com", language="zh-hans")
    return user


def basket(size: int, seed: random.Random, **options) -> Request:
    """An order of `size` different products, one piece each."""
    customer = Customer.objects.select_related("tier").first()
    keys = list(Stock.objects.values_list("product_id", flat=True))
    lines = [Asked(key, 1) for key in seed.sample(keys, size)]
    return Request(customer=customer, lines=lines, address=ADDRESS, **options)


def together(processes: int, work: Callable[[int], dict]) -> list[dict]:
    """Run `work(number)` in so many processes at once and collect what they return."""
    connection.close()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return pool.map(work, range(processes))


def place_for(seconds: float, number: int) -> dict:
    """Place 3-line orders for some time, after a short warm-up; orders and the seconds they took."""
    connection.close()
    seed = random.Random(number)
    user = User.objects.get(username="benchmark")
    template = basket(3, seed)
    keys = list(Stock.objects.values_list("product_id", flat=True))

    def place() -> Order:
        lines = [Asked(key, 1) for key in seed.sample(keys, 3)]
        return place_order(Request(customer=template.customer, lines=lines, address=ADDRESS), by=user)

    for _warm_up in range(20):
        place()
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        place()
        count += 1
    return {"orders": count, "seconds": time.perf_counter() - began}


def columns(table: str) -> list[str]:
    """A table's columns without its primary key."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described if column.name != "id"]
