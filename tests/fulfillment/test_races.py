"""Two people at the same moment, with real threads on the real database."""

import threading
from uuid import uuid4

import pytest
from django.db import connection

from fulfillment import services as fulfillment
from fulfillment.models import Batch, Carrier, Cart, DeliveryAttempt, Parcel, Shipment
from oms.errors import DomainError
from orders.models import OrderLine
from tests.fulfillment.test_walk import packed
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works) -> list[str]:
    """Run the works at the same moment; "done", or the sentence that refused each."""
    start, outcomes = threading.Barrier(len(works)), [""] * len(works)

    def run(number, work):
        try:
            start.wait(10)
            work()
            outcomes[number] = "done"
        except DomainError as refusal:
            outcomes[number] = str(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=job) for job in enumerate(works)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    return outcomes


def test_of_two_pickers_one_wins_and_the_other_is_told_who():
    order = a_placed_order((a_product("TEA", on_hand=5), 2))
    pickers = [a_person("fulfillment.pick", first_name=name) for name in ("Ana", "Bo")]
    outcomes = at_once(*[lambda by=by: fulfillment.start_picking(order, by=by) for by in pickers])
    winner = Shipment.objects.get()
    assert sorted(outcomes) == sorted(
        ["done", f"{winner.picker} is already working on {order.number}: shipment {winner.number} is picking."]
    )


def test_the_last_piece_of_a_line_is_scanned_once():
    picker = a_person()
    shipment = fulfillment.start_picking(a_placed_order((a_product("TEA", on_hand=5), 3)), by=picker)
    outcomes = at_once(*[lambda: fulfillment.pick(shipment, by=picker, code="TEA")] * 6)
    assert sorted(outcomes) == ["TEA: all 3 are picked already."] * 3 + ["done"] * 3
    assert OrderLine.objects.get().picked == 3
    assert_books_balance()


def test_a_parcel_leaves_once():
    picker, fleet = a_person(), Carrier.objects.create(name="Own fleet", own=True)
    shipment = packed(a_placed_order((a_product("TEA", on_hand=5), 3)), picker)
    outcomes = at_once(*[lambda: fulfillment.ship(shipment, by=picker, carrier=fleet)] * 4)
    assert outcomes.count("done") == 1
    assert OrderLine.objects.get().shipped == 3
    assert_books_balance()


def released(*placed) -> list[Shipment]:
    wave = fulfillment.plan_wave(by=None, warehouse=a_warehouse(), criteria={})
    fulfillment.release_wave(wave, by=None)
    return [order.shipments.get() for order in placed]


def test_pickers_who_ask_at_once_never_get_the_same_order():
    tea = a_product("TEA", on_hand=20)
    released(*[a_placed_order((tea, 1)) for _n in range(6)])
    jobs = [
        (a_person("fulfillment.pick"), Cart.objects.create(name=f"C{n}", warehouse=a_warehouse(), totes=2))
        for n in range(4)
    ]
    outcomes = at_once(*[lambda by=by, cart=cart: fulfillment.give_me_work(by=by, cart=cart) for by, cart in jobs])
    assert outcomes.count("done") == Batch.objects.count() >= 3
    taken = Shipment.objects.exclude(batch=None)
    assert all(s.picker_id == s.batch.picker_id for s in taken.select_related("batch"))
    given = [(s.batch_id, s.tote) for s in taken]
    assert len(given) == len(set(given)) == 6


def test_one_picker_who_asks_twice_gets_one_batch():
    released(*[a_placed_order((a_product(), 1)) for _n in range(4)])
    picker = a_person("fulfillment.pick")
    carts = [Cart.objects.create(name=f"C{n}", warehouse=a_warehouse(), totes=2) for n in range(3)]
    outcomes = at_once(*[lambda cart=cart: fulfillment.give_me_work(by=picker, cart=cart) for cart in carts])
    assert (outcomes, Batch.objects.count()) == (["done"] * 3, 1)


def test_an_order_is_in_one_of_two_waves():
    tea = a_product("TEA", on_hand=40)
    placed = [a_placed_order((tea, 1)) for _n in range(8)]
    waves = [fulfillment.plan_wave(by=None, warehouse=a_warehouse(), criteria={}) for _n in range(3)]
    works = [lambda wave=wave: fulfillment.release_wave(wave, by=None) for wave in waves]
    outcomes = at_once(*works, *[lambda o=o: fulfillment.start_picking(o, by=None) for o in placed[:2]])
    assert "done" in outcomes
    assert [order.shipments.count() for order in placed] == [1] * 8


def test_a_parcel_is_closed_once():
    packer = a_person()
    shipment = fulfillment.start_picking(a_placed_order((a_product("TEA", on_hand=5), 3)), by=packer)
    fulfillment.pick_all(shipment, by=packer)
    fulfillment.finish_picking(shipment, by=packer)
    outcomes = at_once(*[lambda: fulfillment.scan_pack(shipment, by=packer, code="TEA")] * 5)
    assert outcomes.count("done") == 3
    assert Parcel.objects.get().lines.get().pieces == 3
    outcomes = at_once(*[lambda: fulfillment.finish_packing(shipment, by=packer)] * 3)
    assert outcomes.count("done") == 1
    assert_books_balance()


def test_a_repeated_delivery_is_one_attempt_even_at_once():
    driver, fleet = a_person("fulfillment.deliver_own"), Carrier.objects.create(name="Own fleet", own=True)
    shipment = packed(a_placed_order((a_product("TEA", on_hand=5), 3)), driver)
    fulfillment.ship(shipment, by=driver, carrier=fleet)
    fulfillment.send_out(shipment, by=driver, driver=driver)
    key = uuid4()
    outcomes = at_once(*[lambda: fulfillment.deliver(shipment, by=driver, recipient="Li", key=key)] * 4)
    assert outcomes == ["done"] * 4
    assert DeliveryAttempt.objects.count() == 1
    assert OrderLine.objects.get().delivered == 3
    assert_books_balance()


def test_shipping_baskets_in_opposite_order_does_not_deadlock():
    picker, fleet = a_person(), Carrier.objects.create(name="Own fleet", own=True)
    a, b = a_product("A", on_hand=50), a_product("B", on_hand=50)
    shipments = [packed(a_placed_order(*lines), picker) for lines in [((a, 2), (b, 2)), ((b, 2), (a, 2))] * 4]
    outcomes = at_once(*[lambda s=s: fulfillment.ship(s, by=picker, carrier=fleet) for s in shipments])
    assert outcomes == ["done"] * 8
    assert_books_balance()
