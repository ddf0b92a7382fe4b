"""From the shelf to the customer's door, with the counters and stages at each step."""

from uuid import uuid4

import pytest
from django.urls import reverse

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, Shipment
from inventory import services as inventory
from inventory.models import Movement, Stock
from oms.events import timeline
from orders.models import Order
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db

COUNTERS = ("reserved", "picked", "packed", "shipped", "delivered")


def counted(order: Order) -> list[tuple[int, ...]]:
    assert_books_balance()
    return [tuple(getattr(line, name) for name in COUNTERS) for line in order.lines.order_by("position")]


def stage(order: Order) -> str:
    return Order.objects.get(pk=order.pk).stage


def kinds(subject) -> list[str]:
    return [event.kind for event in timeline(subject)][::-1]


@pytest.fixture
def tea():
    return a_product("TEA", barcode="6901234567892", on_hand=10)


@pytest.fixture
def cup():
    return a_product("CUP", on_hand=4)


@pytest.fixture
def picker():
    return a_person("fulfillment.pick", "fulfillment.pack")


@pytest.fixture
def driver():
    return a_person("fulfillment.deliver_own")


@pytest.fixture
def fleet():
    return Carrier.objects.create(name="Own fleet", own=True)


def test_an_order_walks_from_the_shelf_to_the_door(tea, cup, picker, driver, fleet):
    order = a_placed_order((tea, 3), (cup, 2))
    assert (counted(order), stage(order)) == ([(3, 0, 0, 0, 0), (2, 0, 0, 0, 0)], "to_pick")

    shipment = fulfillment.start_picking(order, by=picker)
    assert shipment.number[0] == "S" and shipment.picker == picker
    assert [(x.order_line.sku, x.to_pick, x.picked) for x in shipment.lines.all()] == [("TEA", 3, 0), ("CUP", 2, 0)]
    assert stage(order) == "to_pick"

    fulfillment.pick(shipment, by=picker, code="6901234567892", quantity=2)
    assert (counted(order), stage(order)) == ([(3, 2, 0, 0, 0), (2, 0, 0, 0, 0)], "picking")
    fulfillment.put_back(shipment, by=picker, code="tea")
    assert counted(order) == [(3, 1, 0, 0, 0), (2, 0, 0, 0, 0)]
    fulfillment.pick_all(shipment, by=picker)
    fulfillment.finish_picking(shipment, by=picker)
    assert (counted(order), stage(order)) == ([(3, 3, 0, 0, 0), (2, 2, 0, 0, 0)], "picking")

    fulfillment.scan_pack(shipment, by=picker, code="TEA", quantity=3)
    fulfillment.scan_pack(shipment, by=picker, code="CUP")
    assert counted(order) == [(3, 3, 3, 0, 0), (2, 2, 1, 0, 0)]
    fulfillment.scan_pack(shipment, by=picker, code="CUP")
    fulfillment.finish_packing(shipment, by=picker)
    assert (counted(order), stage(order)) == ([(3, 3, 3, 0, 0), (2, 2, 2, 0, 0)], "to_ship")
    assert list(Stock.objects.order_by("pk").values_list("on_hand", "reserved")) == [(10, 3), (4, 2)]

    fulfillment.ship(shipment, by=picker, carrier=fleet, tracking_number=" SF1 ")
    assert (counted(order), stage(order)) == ([(0, 3, 3, 3, 0), (0, 2, 2, 2, 0)], "shipped")
    assert list(Stock.objects.order_by("pk").values_list("on_hand", "reserved")) == [(7, 0), (2, 0)]
    assert sorted(Movement.objects.filter(kind="ship").values_list("on_hand", "reserved", "cause")) == [
        (-3, -3, order.number),
        (-2, -2, order.number),
    ]

    fulfillment.send_out(shipment, by=picker, driver=driver)
    assert stage(order) == "shipped"
    fulfillment.deliver(shipment, by=driver, recipient="林美玲", key=uuid4())
    assert (counted(order), stage(order)) == ([(0, 3, 3, 3, 3), (0, 2, 2, 2, 2)], "delivered")

    shipment.refresh_from_db()
    assert (shipment.status, shipment.tracking_number, shipment.driver) == ("delivered", "SF1", driver)
    assert None not in (shipment.packed_at, shipment.shipped_at, shipment.delivered_at)
    assert list(shipment.tracking.values_list("status", flat=True)) == ["shipped", "out", "delivered"]
    assert kinds(shipment) == [
        "shipment.started",
        "shipment.picked",
        "shipment.parcel_closed",
        "shipment.packed",
        "shipment.shipped",
        "shipment.out",
        "shipment.delivered",
    ]
    assert kinds(order) == [
        "order.placed",
        "order.confirmed",
        "order.picked",
        "order.packed",
        "order.shipped",
        "order.out_for_delivery",
        "order.delivered",
    ]


def test_what_was_not_found_stays_reserved_and_comes_back_to_the_queue(tea, picker, fleet):
    order = a_placed_order((tea, 5))
    shipment = fulfillment.start_picking(order, by=picker)
    fulfillment.pick(shipment, by=picker, code="TEA", quantity=3)
    fulfillment.finish_picking(shipment, by=picker, reason="Two are broken")
    assert timeline(shipment)[0].data == {
        "pieces": 3,
        "reason": "Two are broken",
        "missing": ["TEA × 2"],
    }
    fulfillment.scan_pack(shipment, by=picker, code="TEA", quantity=3)
    fulfillment.finish_packing(shipment, by=picker)
    fulfillment.ship(shipment, by=picker, carrier=fleet)
    assert (counted(order), stage(order)) == ([(2, 3, 3, 3, 0)], "to_pick")
    rest = fulfillment.start_picking(order, by=picker)
    assert [line.to_pick for line in rest.lines.all()] == [2]


def test_a_cancelled_shipment_puts_its_pieces_back(tea, cup, picker):
    order = a_placed_order((tea, 3), (cup, 1))
    shipment = fulfillment.start_picking(order, by=picker)
    fulfillment.pick_all(shipment, by=picker)
    fulfillment.finish_picking(shipment, by=picker)
    fulfillment.scan_pack(shipment, by=picker, code="TEA", quantity=2)
    fulfillment.cancel_shipment(shipment, by=picker, reason="Customer called")
    assert (counted(order), stage(order)) == ([(3, 0, 0, 0, 0), (1, 0, 0, 0, 0)], "to_pick")
    assert Shipment.objects.get(pk=shipment.pk).status == "cancelled"
    assert kinds(order)[-1] == "order.unpicked"
    assert fulfillment.start_picking(order, by=picker).lines.count() == 2


def test_a_failed_delivery_goes_out_again(tea, picker, driver, fleet):
    order = a_placed_order((tea, 1))
    shipment = packed(order, picker)
    fulfillment.ship(shipment, by=picker, carrier=fleet)
    fulfillment.send_out(shipment, by=picker, driver=driver)
    fulfillment.fail_delivery(shipment, by=driver, outcome="absent", note="Rang twice", key=uuid4())
    assert (Shipment.objects.get().status, stage(order)) == ("failed", "shipped")
    assert kinds(order)[-1] == "order.delivery_failed"
    fulfillment.send_out(shipment, by=picker, driver=driver)
    fulfillment.deliver(shipment, by=driver, recipient="Neighbour", key=uuid4())
    assert list(shipment.attempts.values_list("number", "outcome", "recipient", "note")) == [
        (1, "absent", "", "Rang twice"),
        (2, "delivered", "Neighbour", ""),
    ]
    assert stage(order) == "delivered"


def test_the_same_key_again_is_the_same_attempt(tea, picker, driver, fleet):
    shipment = packed(a_placed_order((tea, 2)), picker)
    fulfillment.ship(shipment, by=picker, carrier=fleet)
    fulfillment.send_out(shipment, by=picker, driver=driver)
    key = uuid4()
    for _sent in range(3):
        fulfillment.deliver(shipment, by=driver, recipient="Li", key=str(key))
    assert shipment.attempts.count() == 1
    assert counted(shipment.order) == [(0, 2, 2, 2, 2)]
    assert kinds(shipment).count("shipment.delivered") == 1


def packed(order: Order, by) -> Shipment:
    shipment = fulfillment.start_picking(order, by=by)
    fulfillment.pick_all(shipment, by=by)
    fulfillment.finish_picking(shipment, by=by)
    for line in shipment.lines.select_related("order_line"):
        fulfillment.scan_pack(shipment, by=by, code=line.order_line.sku, quantity=line.to_pick)
    return fulfillment.finish_packing(shipment, by=by)


def test_the_barcode_of_a_carton_is_many_pieces(client, tea):
    tea.barcodes.create(code="16901234567899", pieces=6)
    shipment = fulfillment.start_picking(a_placed_order((tea, 8)), by=None)
    client.force_login(a_person("fulfillment.pick"))
    url = reverse("pick", args=[shipment.number])
    for code in ("16901234567899", "16901234567899", "TEA"):
        client.post(url, {"op": "add", "code": code, "quantity": 1, "submission": str(uuid4())})
    assert shipment.lines.get().picked == 7


def test_numbered_pieces_leave_by_their_number(client):
    phone = a_product("PHONE", on_hand=0, tracking="serial")
    inventory.receive(phone, a_warehouse(), 3, by=None, serials=["S1", "S2", "S3"])
    shipment = fulfillment.start_picking(a_placed_order((phone, 2)), by=None)
    fulfillment.pick_all(shipment, by=None)
    fulfillment.finish_picking(shipment, by=None)
    client.force_login(a_person("fulfillment.pack", "fulfillment.view_shipment"))
    url = reverse("pack", args=[shipment.number])

    def scan(code: str) -> str:
        return client.post(url, {"op": "add", "code": code, "quantity": 1, "submission": str(uuid4())}).content.decode()

    assert "PHONE is tracked by serial number: scan the number of each piece." in scan("PHONE")
    scan("S2")
    assert "No piece of PHONE with the serial number S2 is in the house." in scan("S2")
    scan("S3")
    shipment.refresh_from_db()
    assert shipment.status == "packed"
    gone = phone.serials.filter(stock=None).values_list("number", "cause")
    assert list(gone) == [("S2", shipment.number), ("S3", shipment.number)]
    fulfillment.cancel_shipment(shipment, by=None, reason="wrong address")
    assert phone.serials.filter(stock=phone.stock.get()).count() == 3
    assert_books_balance()
