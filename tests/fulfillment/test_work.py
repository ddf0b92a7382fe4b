"""How fast the floor works, exactly, by picker and packer; refused scans are kept and counted."""

import re

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from fulfillment import performance
from fulfillment import services as fulfillment
from fulfillment.models import ScanRefusal
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


def today(group: str) -> list[performance.Work]:
    return performance.work_rows(group, timezone.localdate(), timezone.localdate())


@pytest.fixture
def ana():
    return a_person("fulfillment.pick", "fulfillment.pack", first_name="Ana")


def pick_and_pack(order, by) -> None:
    shipment = fulfillment.finish_picking(fulfillment.pick_all(fulfillment.start_picking(order, by=by), by=by), by=by)
    for line in shipment.lines.select_related("order_line"):
        shipment = fulfillment.scan_pack(shipment, by=by, code=line.order_line.sku, quantity=line.picked)
    fulfillment.finish_packing(shipment, by=by)


def test_lines_orders_and_hours_are_counted(ana):
    tea, cup = a_product("TEA"), a_product("CUP")
    pick_and_pack(a_placed_order((tea, 3), (cup, 1)), ana)
    pick_and_pack(a_placed_order((tea, 2)), ana)
    (row,) = today("picker")
    assert (row.name, row.orders, row.lines, row.pieces, row.refused) == ("Ana", 2, 3, 6, 0)
    assert row.orders_per_hour == round(2 / row.hours, 1)
    assert [(r.lines, r.pieces) for r in today("packer")] == [(3, 6)]


def test_a_refused_scan_is_kept_and_counted(client, ana):
    tea = a_product("TEA")
    a_product("CUP")
    shipment = fulfillment.start_picking(a_placed_order((tea, 1)), by=ana)
    client.force_login(ana)
    address = reverse("pick", args=[shipment.number])
    assert client.post(address, {"op": "add", "code": "CUP", "quantity": 1, "submission": "k1"}).status_code == 409
    assert ScanRefusal.objects.values_list("work", "number", "code").get() == ("picked", shipment.number, "CUP")
    client.post(address, {"op": "add", "code": "TEA", "quantity": 1, "submission": "k2"})
    fulfillment.finish_picking(shipment, by=ana)
    (row,) = today("picker")
    assert (row.lines, row.refused, row.refused_per_thousand) == (1, 1, 1000.0)
    with pytest.raises(DatabaseError), transaction.atomic():
        ScanRefusal.objects.update(code="X")


@pytest.mark.parametrize("group", ["picker", "packer"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_people(client, rows, group, django_assert_num_queries):
    tea = a_product("TEA")
    for n in range(rows):
        pick_and_pack(a_placed_order((tea, 1)), a_person("fulfillment.pick", first_name=f"P{n}"))
    client.force_login(a_person("fulfillment.view_performance"))
    address = f"{reverse('delivery-performance')}?by={group}"
    client.get(address)
    with django_assert_num_queries(6):
        page = client.get(address).content.decode()
    assert len(re.findall(r">\s*P\d\s*<", page)) == rows
    export = client.get(f"{address}&export=csv")
    assert b"".join(export.streaming_content if export.streaming else [export.content]).count(b"\n") == rows + 1
