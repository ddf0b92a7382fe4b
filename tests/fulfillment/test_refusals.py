"""What the warehouse may not do; after every refusal the books are as they were."""

from uuid import uuid4

import pytest

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, DeliveryAttempt, DeliveryException, Shipment
from fulfillment.reactions import stop_picking, stop_picking_here
from inventory import services as inventory
from oms.errors import DomainError
from oms.events import timeline
from oms.models import Event
from orders import services as orders
from tests.fulfillment.test_walk import packed
from tests.ledger import assert_books_balance, books
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def picker():
    return a_person("fulfillment.pick", first_name="Ana")


@pytest.fixture
def tea():
    return a_product("TEA", name="Green tea", on_hand=10)


@pytest.fixture
def order(tea):
    return a_placed_order((tea, 3))


@pytest.fixture
def shipment(order, picker):
    return fulfillment.start_picking(order, by=picker)


@pytest.fixture
def fleet():
    return Carrier.objects.create(name="Own fleet", own=True)


def refused(verb, obj, **arguments) -> str:
    """The sentence with which the verb refuses; nothing has changed."""
    before, events = books(), Event.objects.count()
    with pytest.raises(DomainError) as refusal:
        verb(obj, **arguments)
    assert (books(), Event.objects.count()) == (before, events)
    assert_books_balance()
    return str(refusal.value)


def test_an_order_on_hold_is_not_picked(order, picker):
    orders.hold_order(order, by=picker, note="call first")
    assert refused(fulfillment.start_picking, order, by=picker) == (
        f"{order.number} is On hold. Put its goods aside until the office has decided."
    )


def test_a_cancelled_order_is_not_picked(order, picker):
    orders.cancel_order(order, by=picker, reason="double")
    assert refused(fulfillment.start_picking, order, by=picker).startswith(f"{order.number} is Cancelled.")


def test_two_shipments_of_one_order_are_not_worked_on_at_once(order, shipment, picker):
    other = a_person("fulfillment.pick")
    assert refused(fulfillment.start_picking, order, by=other) == (
        f"Ana is already working on {order.number}: shipment {shipment.number} is picking."
    )


def test_nothing_reserved_is_nothing_to_pick(picker):
    order = a_placed_order((a_product("NONE", on_hand=0), 1))
    orders.release_order(order, by=picker)
    assert refused(fulfillment.start_picking, order, by=picker) == (
        f"{order.number} is Waiting for stock: nothing is reserved for it that could be picked."
    )


@pytest.mark.parametrize(
    ("code", "quantity", "sentence"),
    [
        ("TEA", 4, "TEA: only 3 more are wanted, not 4."),
        ("TEA", 0, "The quantity must be at least 1."),
        ("TEA", -1, "The quantity must be at least 1."),
        ("TEA", 10**9, "TEA: only 3 more are wanted, not 1000000000."),
        ("CUP", 1, "Wrong item: CUP Cup is not part of {number}."),
        ("4711", 1, "Unknown code 4711: no product has it."),
        (" ", 1, "Scan or type a SKU or barcode."),
    ],
)
def test_picking_refuses(shipment, picker, code, quantity, sentence):
    a_product("CUP", name="Cup")
    said = refused(fulfillment.pick, shipment, by=picker, code=code, quantity=quantity)
    assert said == sentence.format(number=shipment.number)


def test_a_full_line_takes_no_more(shipment, picker):
    fulfillment.pick_all(shipment, by=picker)
    assert refused(fulfillment.pick, shipment, by=picker, code="TEA") == "TEA: all 3 are picked already."


def test_what_was_not_picked_is_not_put_back(shipment, picker):
    fulfillment.pick(shipment, by=picker, code="TEA")
    assert refused(fulfillment.put_back, shipment, by=picker, code="TEA", quantity=2) == "TEA: only 1 are picked."


def test_picking_ends_with_something_and_a_reason(shipment, picker):
    assert refused(fulfillment.finish_picking, shipment, by=picker) == (
        f"Nothing is picked yet. If nothing can be found, cancel {shipment.number}."
    )
    fulfillment.pick(shipment, by=picker, code="TEA")
    assert refused(fulfillment.finish_picking, shipment, by=picker, reason=" ") == (
        "2 pieces are not picked (TEA). Say why."
    )


@pytest.mark.parametrize(
    ("code", "quantity", "sentence"),
    [
        ("TEA", 3, "Wrong quantity: 3 of TEA, but only 2 are still to be packed."),
        ("CUP", 1, "Wrong item: CUP Cup is not part of {number}."),
        ("TEA", 0, "The quantity must be at least 1."),
    ],
)
def test_packing_refuses(shipment, picker, code, quantity, sentence):
    a_product("CUP", name="Cup")
    fulfillment.pick_all(shipment, by=picker)
    fulfillment.finish_picking(shipment, by=picker)
    fulfillment.scan_pack(shipment, by=picker, code="TEA")
    said = refused(fulfillment.scan_pack, shipment, by=picker, code=code, quantity=quantity)
    assert said == sentence.format(number=shipment.number)


def test_one_piece_too_many_is_put_back(shipment, picker):
    fulfillment.pick_all(shipment, by=picker)
    fulfillment.finish_picking(shipment, by=picker)
    fulfillment.scan_pack(shipment, by=picker, code="TEA", quantity=3)
    assert refused(fulfillment.scan_pack, shipment, by=picker, code="TEA") == (
        "Too many: all 3 of TEA are packed. Put this one back."
    )


def test_a_parcel_is_closed_when_all_is_in_it(shipment, picker):
    fulfillment.pick_all(shipment, by=picker)
    fulfillment.finish_picking(shipment, by=picker)
    fulfillment.scan_pack(shipment, by=picker, code="TEA")
    assert refused(fulfillment.finish_packing, shipment, by=picker) == "Not packed yet: TEA × 2."


def test_a_hold_stops_every_further_piece(order, shipment, picker, fleet):
    fulfillment.pick(shipment, by=picker, code="TEA")
    hold = orders.hold_order(order, by=picker, note="fraud?").open_holds().get()
    stopped = f"{order.number} is On hold. Put its goods aside until the office has decided."
    assert refused(fulfillment.pick, shipment, by=picker, code="TEA") == stopped
    assert refused(fulfillment.pick_all, shipment, by=picker) == stopped
    orders.release_hold(hold, by=picker)
    fulfillment.pick_all(shipment, by=picker)


def test_a_packed_parcel_on_hold_does_not_leave(order, picker, fleet):
    shipment = packed(order, picker)
    orders.hold_order(order, by=picker, note="fraud?")
    said = refused(fulfillment.ship, shipment, by=picker, carrier=fleet)
    assert said == f"{order.number} is On hold. Put its goods aside until the office has decided."


def test_an_order_that_is_being_picked_is_not_cancelled(order, shipment, picker):
    fulfillment.pick(shipment, by=picker, code="TEA")
    assert refused(orders.cancel_order, order, by=picker, reason="x").startswith(f"{order.number} is being picked")


def test_cancelling_an_order_calls_its_picker_back(order, shipment, picker):
    orders.cancel_order(order, by=picker, reason="double")
    for _delivered_twice in range(2):
        stop_picking(timeline(order).get(kind="order.cancelled"))
    assert Shipment.objects.get().status == "cancelled"
    assert timeline(shipment).filter(kind="shipment.cancelled").count() == 1
    assert_books_balance()


def test_moving_an_order_to_another_warehouse_calls_its_picker_back(order, shipment, picker, tea):
    south = a_warehouse("SOUTH")
    inventory.receive(tea, south, 5, by=None)
    orders.serve_from(order, south, by=picker, reason={})
    for _delivered_twice in range(2):
        stop_picking_here(timeline(order).get(kind="order.relocated"))
    assert Shipment.objects.get().status == "cancelled"
    again = fulfillment.start_picking(order, by=picker)
    assert again.warehouse == south
    assert_books_balance()


STEPS = {
    "pick": lambda s, by, fleet: fulfillment.pick(s, by=by, code="TEA"),
    "finish_picking": lambda s, by, fleet: fulfillment.finish_picking(s, by=by),
    "pack": lambda s, by, fleet: fulfillment.scan_pack(s, by=by, code="TEA"),
    "finish_packing": lambda s, by, fleet: fulfillment.finish_packing(s, by=by),
    "ship": lambda s, by, fleet: fulfillment.ship(s, by=by, carrier=fleet),
    "send_out": lambda s, by, fleet: fulfillment.send_out(s, by=by, driver=by),
    "deliver": lambda s, by, fleet: fulfillment.deliver(s, by=by, recipient="Li", key=uuid4()),
    "fail": lambda s, by, fleet: fulfillment.fail_delivery(s, by=by, outcome="absent", key=uuid4()),
    "cancel": lambda s, by, fleet: fulfillment.cancel_shipment(s, by=by, reason="x"),
}


@pytest.mark.parametrize("status", Shipment.Status.values)
@pytest.mark.parametrize("verb", STEPS)
def test_the_state_table_is_kept(shipment, fleet, verb, status):
    if status in fulfillment.MOVES[verb].sources:
        return
    Shipment.objects.update(status=status)
    if status in ("returned", "lost"):
        DeliveryException.objects.create(number="X1", shipment=shipment, kind="lost", status="settled")
    said = refused(lambda s, by: STEPS[verb](s, by, fleet), shipment, by=None)
    word = str(Shipment.Status(status).label)
    assert said == f"{shipment.number} is {word}; this is not possible now."


def test_drivers_are_people_who_may_deliver(order, picker, fleet):
    shipment = packed(order, picker)
    fulfillment.ship(shipment, by=picker, carrier=fleet)
    assert refused(fulfillment.send_out, shipment, by=picker, driver=picker) == "Ana may not deliver."
    assert refused(fulfillment.send_out, shipment, by=picker) == f"Choose the driver of {shipment.number}."


def test_a_failure_has_a_reason_and_a_key_belongs_to_one_delivery(tea, picker, fleet):
    driver = a_person("fulfillment.deliver_own")
    shipments = [packed(a_placed_order((tea, 1)), picker) for _n in range(2)]
    for shipment in shipments:
        fulfillment.ship(shipment, by=picker, carrier=fleet)
        fulfillment.send_out(shipment, by=picker, driver=driver)
    for outcome in ("delivered", "nonsense"):
        said = refused(fulfillment.fail_delivery, shipments[0], by=driver, outcome=outcome, key=uuid4())
        assert said == "Choose why it could not be delivered."
    key = uuid4()
    fulfillment.deliver(shipments[0], by=driver, recipient="Li", key=key)
    assert refused(fulfillment.deliver, shipments[1], by=driver, recipient="Li", key=key) == (
        f"This form belongs to another delivery. Open {shipments[1].number} again."
    )
    assert DeliveryAttempt.objects.count() == 1


def test_cancelling_needs_a_reason(shipment, picker):
    assert refused(fulfillment.cancel_shipment, shipment, by=picker, reason=" ") == "Say why the shipment is cancelled."
