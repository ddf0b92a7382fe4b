"""What does not reach the customer: stock, counters and books after each remedy, exactly."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, ClaimAgainstCarrier, DeliveryException
from fulfillment.services import Back
from inventory import services as inventory
from inventory.models import Movement, Stock
from oms.errors import DomainError
from orders import services as orders
from orders.models import Order, OrderLine
from tests.fulfillment.road import on_the_road, shipped
from tests.fulfillment.test_walk import packed
from tests.ledger import assert_books_balance, books
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
COUNTERS = ("ordered", "cancelled", "reserved", "picked", "packed", "shipped", "delivered")


@pytest.fixture
def driver():
    return a_person("fulfillment.deliver_own")


@pytest.fixture
def post():
    return Carrier.objects.create(name="Post")


@pytest.fixture
def order():
    return a_placed_order((a_product("TEA", on_hand=10), 4))


def reported(order: Order, kind: str = "returned", carrier=None) -> DeliveryException:
    return fulfillment.report_exception(shipped(order, carrier), by=None, kind=kind)


def line_of(order: Order) -> OrderLine:
    return order.lines.get()


def counters(order: Order) -> tuple[int, ...]:
    assert_books_balance()
    return OrderLine.objects.values_list(*COUNTERS).get(order=order)


def stock() -> tuple[int, int, int]:
    return Stock.objects.values_list("on_hand", "reserved", "quarantined").get(product__sku="TEA")


def stage(order: Order) -> str:
    return Order.objects.get(pk=order.pk).stage


def counted(exception: DeliveryException, sound: int = 0, damaged: int = 0) -> DeliveryException:
    line = exception.lines.get()
    return fulfillment.count_back(exception, by=None, back={line.order_line_id: Back(sound, damaged)})


def test_a_report_stops_the_shipment_and_moves_nothing(order):
    exception = reported(order, "lost")
    assert (exception.number[0], exception.shipment.status) == ("X", "failed")
    assert counters(order) == (4, 0, 0, 4, 4, 4, 0)
    assert stock() == (6, 0, 0)
    before = books()
    with pytest.raises(DomainError, match="settle its delivery exception first"):
        fulfillment.send_out(exception.shipment, by=None, driver=a_person("fulfillment.deliver_own"))
    with pytest.raises(DomainError, match="has an open delivery exception"):
        fulfillment.report_exception(exception.shipment, by=None, kind="lost")
    assert books() == before


def test_what_was_found_again_goes_on(order, driver):
    exception = fulfillment.resume_delivery(reported(order, "address"), by=None, reason="Found the house")
    assert exception.status == "resumed"
    assert fulfillment.send_out(exception.shipment, by=None, driver=driver).status == "out"
    assert counters(order) == (4, 0, 0, 4, 4, 4, 0)


def test_a_lost_parcel_is_in_no_stock_and_wanted_again(order):
    exception = counted(reported(order, "lost"))
    assert exception.shipment.status == "lost"
    assert (counters(order), stock(), stage(order)) == ((4, 0, 0, 0, 0, 0, 0), (6, 0, 0), "waiting_stock")


def test_pieces_come_back_sound_damaged_or_not_at_all(order):
    exception = counted(reported(order), sound=2, damaged=1)
    assert exception.shipment.status == "returned"
    assert exception.lines.values_list("pieces", "sound", "damaged", "missing").get() == (4, 2, 1, 1)
    assert (counters(order), stock()) == ((4, 0, 0, 0, 0, 0, 0), (8, 0, 1))
    moved = Movement.objects.filter(cause=exception.number).values_list("kind", "on_hand", "quarantined", "reason")
    assert [*moved] == [("return", 2, 1, "returned to sender")]


def test_damaged_pieces_are_not_for_sale(order):
    counted(reported(order, "damaged"), damaged=4)
    assert stock() == (6, 0, 4)
    assert Stock.objects.get(product__sku="TEA").available == 6


def test_more_than_was_sent_cannot_come_back(order):
    exception, before = reported(order), books()
    for back in (Back(5, 0), Back(3, 2), Back(-1, 0), Back(0, -1)):
        with pytest.raises(DomainError, match="TEA: only 4 pieces were on the road"):
            fulfillment.count_back(exception, by=None, back={line_of(order).pk: back})
    assert books() == before


def test_it_is_sent_again_from_stock_and_delivered(order, driver):
    exception = fulfillment.reship(counted(reported(order, "refused"), sound=4), by=None)
    assert exception.remedy == "reship"
    assert (counters(order), stock(), stage(order)) == ((4, 0, 4, 0, 0, 0, 0), (10, 4, 0), "to_pick")
    again = on_the_road(driver, Order.objects.get(pk=order.pk))
    fulfillment.deliver(again, by=driver, recipient="Li", key="6f2f6c1e-2f7b-4b53-9a7f-0d6ae2a6d001")
    assert (counters(order), stock(), stage(order)) == ((4, 0, 0, 4, 4, 4, 4), (6, 0, 0), "delivered")


def test_sent_again_with_too_little_stock_it_waits(driver):
    order = a_placed_order((a_product("TEA", on_hand=4), 4))
    fulfillment.reship(counted(reported(order), sound=1, damaged=3), by=None)
    assert (counters(order), stock(), stage(order)) == ((4, 0, 1, 0, 0, 0, 0), (1, 1, 3), "waiting_stock")


def test_given_up_the_whole_order_is_cancelled(order):
    fulfillment.give_up_pieces(counted(reported(order), sound=4), by=None, reason="Refused at the door")
    assert (counters(order), stock(), stage(order)) == ((4, 4, 0, 0, 0, 0, 0), (10, 0, 0), "cancelled")


def test_given_up_in_part_the_rest_goes_on(driver):
    tea = a_product("TEA", on_hand=3)
    order = orders.release_order(a_placed_order((tea, 5)), by=None)
    first = on_the_road(driver, order)
    fulfillment.deliver(first, by=driver, recipient="Li", key="6f2f6c1e-2f7b-4b53-9a7f-0d6ae2a6d002")
    inventory.receive(tea, order.warehouse, 2, by=None)
    orders.reserve_missing(order)
    exception = counted(reported(Order.objects.get(pk=order.pk), "lost"))
    fulfillment.give_up_pieces(exception, by=None, reason="Gone")
    assert (counters(order), stock(), stage(order)) == ((5, 2, 0, 3, 3, 3, 3), (0, 0, 0), "delivered")


def test_given_up_after_goods_were_reserved_anew_frees_them(order):
    exception = counted(reported(order), sound=4)
    orders.reserve_missing(order)
    assert stock() == (10, 4, 0)
    fulfillment.give_up_pieces(exception, by=None, reason="No")
    assert (counters(order), stock(), stage(order)) == ((4, 4, 0, 0, 0, 0, 0), (10, 0, 0), "cancelled")


def test_one_remedy_and_only_after_counting(order):
    exception = reported(order)
    with pytest.raises(DomainError, match="is open"):
        fulfillment.reship(exception, by=None)
    exception = fulfillment.reship(counted(exception, sound=4), by=None)
    before = books()
    with pytest.raises(DomainError, match="is sent again"):
        fulfillment.give_up_pieces(exception, by=None, reason="No")
    with pytest.raises(DomainError, match="is pieces counted back"):
        counted(exception, sound=4)
    assert books() == before


def test_a_delivered_shipment_has_no_exception(order, driver):
    shipment = on_the_road(driver, order)
    fulfillment.deliver(shipment, by=driver, recipient="Li", key="6f2f6c1e-2f7b-4b53-9a7f-0d6ae2a6d003")
    with pytest.raises(DomainError, match="is delivered"):
        fulfillment.report_exception(shipment, by=None, kind="lost")
    assert DeliveryException.objects.count() == 0


def test_a_parcel_in_the_house_has_none_either(order):
    with pytest.raises(DomainError, match="is packed"):
        fulfillment.report_exception(packed(order, None), by=None, kind="lost")


def test_a_claim_is_paid_in_part(order, post):
    exception = reported(order, "lost", post)
    claim = fulfillment.claim_against_carrier(exception, by=None, amount=Decimal("45.20"))
    with pytest.raises(DomainError, match="open claim"):
        fulfillment.claim_against_carrier(exception, by=None, amount=Decimal(1))
    for wrong in ("45.21", "-1", "0.001"):
        with pytest.raises(DomainError, match="between nothing and what was claimed"):
            fulfillment.answer_claim(claim, by=None, paid=Decimal(wrong))
    fulfillment.answer_claim(claim, by=None, paid=Decimal(40), note="Less packaging")
    assert ClaimAgainstCarrier.objects.values_list("status", "paid", "currency").get() == ("paid", 40, "CNY")
    second = fulfillment.claim_against_carrier(exception, by=None, amount=Decimal("5.20"))
    assert fulfillment.answer_claim(second, by=None, paid=Decimal(0)).status == "refused"


@pytest.mark.parametrize("amount", ["0", "-1", "1.005"])
def test_an_odd_claim_is_refused(order, post, amount):
    with pytest.raises(DomainError, match="whole cents"):
        fulfillment.claim_against_carrier(reported(order, "lost", post), by=None, amount=Decimal(amount))
    assert ClaimAgainstCarrier.objects.count() == 0


def test_nobody_claims_from_our_own_fleet(order):
    with pytest.raises(DomainError, match="nobody to claim from"):
        fulfillment.claim_against_carrier(reported(order, "lost"), by=None, amount=Decimal(1))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.integers(1, 5),
    data=st.data(),
    remedy=st.sampled_from(["reship", "give_up", "none"]),
    extra=st.integers(0, 3),
)
def test_whatever_comes_back_the_books_balance(sent, data, remedy, extra):
    sku = f"H{OrderLine.objects.count()}-{sent}"
    order = a_placed_order((a_product(sku, on_hand=sent + extra), sent))
    sound = data.draw(st.integers(0, sent))
    damaged = data.draw(st.integers(0, sent - sound))
    exception = counted(reported(order), sound, damaged)
    if remedy == "reship":
        fulfillment.reship(exception, by=None)
    elif remedy == "give_up":
        fulfillment.give_up_pieces(exception, by=None, reason="x")
    line = counters(order)
    row = Stock.objects.get(product__sku=order.lines.get().sku)
    assert row.on_hand == extra + sound
    assert row.quarantined == damaged
    assert line[2] == (min(sent, extra + sound) if remedy == "reship" else 0)
