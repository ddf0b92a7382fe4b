"""Waves and batches: many orders go to the floor at once, and nobody gets what another has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment import services as fulfillment
from fulfillment.batching import Job, aisle, choose
from fulfillment.models import Batch, Cart, Shipment, Wave
from inventory import services as inventory
from oms.errors import DomainError
from oms.events import timeline
from orders import services as orders
from tests.ledger import assert_books_balance, books
from tests.stories import a_customer, a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea():
    return a_product("TEA", barcode="690", on_hand=200, weight_g=100)


@pytest.fixture
def cup():
    return a_product("CUP", on_hand=200, weight_g=300)


@pytest.fixture
def picker():
    return a_person("fulfillment.pick", first_name="Ana")


@pytest.fixture
def cart():
    return Cart.objects.create(name="Cart 1", warehouse=a_warehouse(), totes=2)


def a_wave(**criteria) -> Wave:
    return fulfillment.plan_wave(by=None, warehouse=a_warehouse(), criteria=criteria)


def refused(verb, *args, **kwargs) -> str:
    before = (books(), list(Batch.objects.values()), list(Wave.objects.values()))
    with pytest.raises(DomainError) as refusal:
        verb(*args, **kwargs)
    assert (books(), list(Batch.objects.values()), list(Wave.objects.values())) == before
    return str(refusal.value)


def released(*placed) -> list[Shipment]:
    wave = fulfillment.release_wave(a_wave(), by=None)
    return [wave.shipments.get(order=order) for order in placed]


def test_a_wave_opens_a_shipment_for_every_complete_order(tea, cup):
    first, second = a_placed_order((tea, 2), (cup, 1)), a_placed_order((cup, 3), urgent=True)
    wave = fulfillment.release_wave(a_wave(), by=None)
    assert (wave.status, wave.released, wave.refusals) == ("released", 2, [])
    assert {s.order: [(x.order_line.sku, x.to_pick) for x in s.lines.all()] for s in wave.shipments.all()} == {
        first: [("TEA", 2), ("CUP", 1)],
        second: [("CUP", 3)],
    }
    assert [s.picker for s in wave.shipments.all()] == [None, None]
    assert [event.kind for event in timeline(wave.shipments.first())] == ["shipment.waved"]
    assert_books_balance()


def test_who_stays_behind_is_named_with_the_reason(tea):
    pot = a_product("POT", on_hand=1)
    ready, held = a_placed_order((tea, 1)), a_placed_order((tea, 1))
    orders.hold_order(held, by=None, note="call first")
    short = a_placed_order((pot, 2))
    orders.release_order(short, by=None)
    begun = a_placed_order((tea, 1))
    fulfillment.start_picking(begun, by=None)
    wave = fulfillment.release_wave(a_wave(), by=None)
    assert [s.order for s in wave.shipments.all()] == [ready]
    assert wave.refusals == [{"order": short.number, "code": "waiting"}, {"order": held.number, "code": "held"}]


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({"single_line": True}, {"one", "urgent", "far"}),
        ({"zone": "成都, 重庆"}, {"far"}),
        ({"ship_by": "2000-01-01"}, set()),
        ({"min_priority": 1000}, set()),
        ({"limit": 1}, {"urgent"}),
    ],
)
def test_criteria_choose_the_orders(tea, cup, criteria, found):
    placed = {
        "one": a_placed_order((tea, 1)),
        "two": a_placed_order((tea, 1), (cup, 1)),
        "urgent": a_placed_order((tea, 1), urgent=True),
        "far": a_placed_order((tea, 1)),
    }
    placed["far"].city = "成都"
    placed["far"].save()
    wave = a_wave(**criteria)
    if not found:
        assert refused(fulfillment.release_wave, wave, by=None) == "No order fits that could be picked now."
        return
    wave = fulfillment.release_wave(wave, by=None)
    assert {s.order for s in wave.shipments.all()} == {placed[name] for name in found}


def test_a_wave_is_released_once(tea):
    a_placed_order((tea, 1))
    wave = fulfillment.release_wave(a_wave(), by=None)
    assert refused(fulfillment.release_wave, wave, by=None) == f"{wave.number} is released already."


def test_a_wave_costs_the_same_for_any_number_of_orders(tea, cup):
    counted = []
    customer = a_customer()
    for size in (1, 9):
        for _n in range(size):
            a_placed_order((tea, 1), (cup, 1), customer=customer)
        wave = a_wave()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            fulfillment.release_wave(wave, by=None)
        counted.append(len(queries))
    assert counted == [14, 14]


def test_a_wave_is_done_when_its_last_shipment_is_picked_or_given_up(tea, picker):
    one, two = released(a_placed_order((tea, 1)), a_placed_order((tea, 1)))
    fulfillment.pick_all(one, by=picker)
    fulfillment.finish_picking(one, by=picker)
    assert Wave.objects.get().status == "released"
    fulfillment.cancel_shipment(two, by=picker, reason="x")
    assert Wave.objects.get().status == "done"


def test_jobs_near_the_most_important_one_come_along():
    jobs = [Job(1, 5, frozenset({"A-1"})), Job(2, 5, frozenset({"C-1"})), Job(3, 5, frozenset({"A-9"}))]
    assert choose(jobs, 2) == [1, 3]
    assert choose(jobs, 3) == [1, 3, 2]
    assert choose(jobs, 3, 10) == [1, 3]
    assert choose([Job(1, 50, frozenset()), Job(2, 5, frozenset())], 2, 10) == [2]
    assert choose([], 2) == []
    assert [aisle(bin) for bin in ("A-12", "A-3-2", "b7", "COLD", "")] == ["A", "A-3", "B", "COLD", ""]


def test_a_picker_gets_a_cart_full_of_the_most_important_orders(tea, picker, cart):
    low, high, middle = a_placed_order((tea, 1)), a_placed_order((tea, 1), urgent=True), a_placed_order((tea, 1))
    released(low, high, middle)
    batch = fulfillment.give_me_work(by=picker, cart=cart)
    assert [(s.tote, s.order, s.picker) for s in batch.shipments.order_by("tote")] == [
        (1, high, picker),
        (2, low, picker),
    ]
    assert fulfillment.give_me_work(by=picker, cart=cart) == batch
    other = a_person("fulfillment.pick")
    assert refused(fulfillment.give_me_work, by=other, cart=cart) == (
        f"Cart 1 is with Ana: batch {batch.number} is not finished."
    )
    second = Cart.objects.create(name="Cart 2", warehouse=a_warehouse(), totes=2)
    assert [s.order for s in fulfillment.give_me_work(by=other, cart=second).shipments.all()] == [middle]
    third = Cart.objects.create(name="Cart 3", warehouse=a_warehouse())
    assert refused(fulfillment.give_me_work, by=a_person(), cart=third) == (
        "Nothing waits in MAIN warehouse that fits on Cart 3. Release a wave first."
    )


def test_an_order_that_was_stopped_is_not_given_out(tea, picker, cart):
    order = a_placed_order((tea, 1))
    released(order)
    orders.hold_order(order, by=None, note="x")
    assert refused(fulfillment.give_me_work, by=picker, cart=cart).startswith("Nothing waits")


@pytest.fixture
def batch(tea, cup, picker, cart):
    for product, place in ((tea, "A-2"), (cup, "A-10")):
        inventory.set_place(product.stock.get(), by=None, bin=place, alert_line=0)
    released(a_placed_order((tea, 2), (cup, 1)), a_placed_order((tea, 3)))
    return fulfillment.give_me_work(by=picker, cart=cart)


def scan(batch, picker, code) -> Batch:
    return fulfillment.scan_batch(batch, by=picker, code=code)


def test_product_then_tote(batch, picker):
    assert scan(batch, picker, "690").in_hand == "TEA"
    assert scan(batch, picker, "T1").in_hand == "TEA"
    assert scan(batch, picker, "2").in_hand == ""
    assert refused(scan, batch, picker, "TEA") == "TEA: all 5 are picked already."
    assert refused(fulfillment.finish_batch, batch, by=picker) == "Not picked yet: CUP × 1 (T1)."
    scan(batch, picker, "cup")
    scan(batch, picker, "T1")
    assert fulfillment.finish_batch(batch, by=picker).status == "done"
    assert {s.status for s in batch.shipments.all()} == {"picked"}
    assert Wave.objects.get().status == "done"
    assert refused(scan, batch, picker, "TEA") == f"{batch.number} is finished."
    assert_books_balance()


def test_wrong_scans_in_a_batch_are_refused(batch, picker):
    a_product("POT", name="Pot")
    assert refused(scan, batch, picker, "POT") == f"Wrong item: POT Pot is not part of {batch.number}."
    assert refused(scan, batch, picker, "4711") == "Unknown code 4711: no product has it."
    assert refused(scan, batch, picker, " ") == "Scan or type a SKU or barcode."
    scan(batch, picker, "CUP")
    assert refused(scan, batch, picker, "T2") == "Wrong tote T2: CUP goes into tote 1 × 1."
    assert refused(scan, batch, picker, "TEA").startswith("Wrong tote TEA")
    assert fulfillment.put_aside(batch, by=picker).in_hand == ""


def test_an_order_on_hold_is_not_picked_in_a_batch(batch, picker):
    order = batch.shipments.get(tote=1).order
    orders.hold_order(order, by=None, note="x")
    scan(batch, picker, "TEA")
    assert refused(scan, batch, picker, "T1").startswith(f"{order.number} is On hold.")
    assert scan(batch, picker, "T2").in_hand == "TEA"
