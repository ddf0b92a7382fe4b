"""Lines of an order file imported per second, with every check, reservation, event and outbox row."""

import csv
import random
import resource
import tempfile
import time
from pathlib import Path

from inventory.models import Stock
from orders.importing.planning import Policy
from orders.importing.running import import_rows
from reports.benchmarks import world

ORDERS = 3000
LARGE_ORDERS = 33_334
LINES = 3
MAPPING = {
    "reference": "Order no",
    "customer_name": "Customer",
    "email": "E-mail",
    "ship_name": "Recipient",
    "line1": "Address",
    "city": "City",
    "sku": "SKU",
    "quantity": "Qty",
    "unit_price": "Price",
}


def measure() -> dict:
    """Lines per second into living orders, products known and customers made from the file."""
    return _measure(ORDERS)


def measure_large() -> dict:
    """The same for a file of 100,000 lines, and the memory that the process needed at most, in MB."""
    return _measure(LARGE_ORDERS) | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def _measure(orders: int) -> dict:
    user = world.build(products=200, pieces=1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "orders.csv")
        _write(path, orders)
        began = time.perf_counter()
        outcome = import_rows(path, path.name, MAPPING, Policy(create_missing=True), by=user)
        seconds = time.perf_counter() - began
    return {
        "lines_per_second": round(len(outcome.plan.rows) / seconds),
        "lines": len(outcome.plan.rows),
        "orders": outcome.orders,
    }


def _write(path: Path, orders: int) -> None:
    seed = random.Random(7)
    skus = list(Stock.objects.values_list("product__sku", flat=True))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(MAPPING.values())
        for order in range(orders):
            who = f"陈伟 {order % 500}"
            for sku in seed.sample(skus, LINES):
                address = ["1 Harbour Road", "上海"]
                writer.writerow([f"F{order}", who, f"c{order % 500}@example.com", who, *address, sku, 2, "9.90"])
