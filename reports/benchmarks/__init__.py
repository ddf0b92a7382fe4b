"""Measurements in a private database; compare ratios within one run, not absolutes between machines."""

import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from reports.benchmarks import importing, lists, picking, placing, routing, stock, supply, tracking

PARTS: dict[str, Callable[[], dict]] = {
    "placing": placing.measure,
    "last_pieces": placing.measure_last_pieces,
    "hot_sku": stock.measure_hot_sku,
    "availability": stock.measure_availability,
    "order_list": lists.measure,
    "wave": picking.measure_wave,
    "pick_queue": picking.measure_queue,
    "import": importing.measure,
    "receipt": supply.measure_receipt,
    "reorder": supply.measure_reorder,
    "routing": routing.measure,
    "import100k": importing.measure_large,
    "tracking": tracking.measure,
}


def run(parts: list[str]) -> dict:
    """Run the named parts, each in a fresh database that is dropped afterwards; the result is ready for JSON."""
    return {part: _in_private_database(PARTS[part]) for part in parts}


def _in_private_database(measure: Callable[[], dict]) -> dict:
    name = connection.settings_dict["NAME"]
    settings.DATABASES["default"].setdefault("TEST", {})
    connection.settings_dict["TEST"]["NAME"] = f"benchmark_{int(time.time())}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
