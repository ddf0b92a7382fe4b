"""Short picks: the stock that is not there leaves the books, and the order goes on as chosen."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, Shipment
from inventory.models import Movement, Stock
from oms.errors import DomainError
from oms.events import timeline
from orders import services as orders
from orders.models import Order
from tests.ledger import assert_books_balance, books
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea():
    return a_product("TEA", price="10", tax_rate="13", on_hand=5)


@pytest.fixture
def cup():
    return a_product("CUP", price="2", tax_rate="13", on_hand=5)


@pytest.fixture
def picker():
    return a_person("fulfillment.pick", first_name="Ana")


def refused(verb, *args, **kwargs) -> str:
    before = books()
    with pytest.raises(DomainError) as refusal:
        verb(*args, **kwargs)
    assert books() == before
    return str(refusal.value)


def begun(order: Order, picker) -> Shipment:
    return fulfillment.start_picking(order, by=picker)


def short(shipment, picker, **fields) -> Shipment:
    fields = {"sku": "TEA", "pieces": 2, "reason": "not_found", "choice": "split", **fields}
    return fulfillment.short_pick(shipment, by=picker, **fields)


def stage(order) -> str:
    return Order.objects.get(pk=order.pk).stage


def stock(sku: str) -> tuple[int, int, int]:
    return Stock.objects.values_list("on_hand", "reserved", "quarantined").get(product__sku=sku)


def test_what_is_not_found_leaves_the_stock_and_the_rest_goes_today(tea, cup, picker):
    order = a_placed_order((tea, 5), (cup, 1))
    shipment = begun(order, picker)
    fulfillment.pick(shipment, by=picker, code="TEA", quantity=3)
    short(shipment, picker)
    assert stock("TEA") == (3, 3, 0)
    assert Movement.objects.filter(kind="adjust").get().reason == f"{shipment.number}: not found"
    fulfillment.pick_all(shipment, by=picker)
    fulfillment.finish_picking(shipment, by=picker)
    assert stage(order) == "picking"
    fulfillment.scan_pack(shipment, by=picker, code="TEA", quantity=3)
    fulfillment.scan_pack(shipment, by=picker, code="CUP")
    fulfillment.finish_packing(shipment, by=picker)
    assert stage(order) == "to_ship"
    fulfillment.ship(shipment, by=picker, carrier=Carrier.objects.create(name="SF"))
    assert stage(order) == "partly_shipped"
    assert_books_balance()


@pytest.mark.parametrize("reason", ["damaged", "mismatch"])
def test_a_piece_that_cannot_be_sold_is_blocked(tea, picker, reason):
    shipment = begun(a_placed_order((tea, 5)), picker)
    short(shipment, picker, reason=reason)
    assert stock("TEA") == (3, 3, 2)
    assert_books_balance()


def test_waiting_puts_everything_back(tea, cup, picker):
    order = a_placed_order((tea, 5), (cup, 1))
    shipment = begun(order, picker)
    fulfillment.pick(shipment, by=picker, code="CUP")
    assert short(shipment, picker, choice="wait").status == "cancelled"
    assert stage(order) == "waiting_stock"
    assert [line.picked for line in order.lines.all()] == [0, 0]
    assert_books_balance()


def test_waiting_takes_other_pieces_where_there_are_some(cup, picker):
    order = a_placed_order((cup, 2))
    short(begun(order, picker), picker, sku="CUP", choice="wait")
    assert (stage(order), stock("CUP")) == ("to_pick", (3, 2, 0))
    assert_books_balance()


def test_cancelling_the_missing_pieces_counts_the_money_anew(tea, cup, picker):
    order = a_placed_order((tea, 5), (cup, 1))
    shipment = begun(order, picker)
    short(shipment, picker, choice="cancel")
    order.refresh_from_db()
    assert (order.net, order.tax, order.total) == (Decimal("32"), Decimal("4.16"), Decimal("36.16"))
    assert [(x.cancelled, x.reserved) for x in order.lines.all()] == [(2, 3), (0, 1)]
    assert timeline(order)[0].kind == "order.shortened"
    fulfillment.pick_all(shipment, by=picker)
    fulfillment.finish_picking(shipment, by=picker)
    assert_books_balance()


def test_when_nothing_is_left_the_order_and_its_shipment_are_cancelled(tea, picker, deliver):
    order = a_placed_order((tea, 2))
    shipment = short(begun(order, picker), picker, choice="cancel")
    assert (shipment.status, stage(order)) == ("cancelled", "cancelled")
    deliver()
    assert_books_balance()


def test_odd_reports_are_refused(tea, cup, picker):
    a_product("POT")
    shipment = begun(a_placed_order((tea, 5)), picker)
    fulfillment.pick(shipment, by=picker, code="TEA", quantity=4)
    assert refused(short, shipment, picker) == "TEA: 1 pieces are still to be picked, so 2 cannot be missing."
    assert refused(short, shipment, picker, pieces=0).startswith("TEA: 1 pieces")
    assert refused(short, shipment, picker, sku="POT").startswith("Wrong item: POT")
    assert refused(short, shipment, picker, pieces=1, reason="lazy").startswith("Choose why")
    assert refused(short, shipment, picker, pieces=1, choice="keep").startswith("Choose why")
    fulfillment.finish_picking(shipment, by=picker, reason="later")
    assert "picked" in refused(short, shipment, picker, pieces=1)


def test_only_what_is_not_picked_can_be_cancelled(tea, picker):
    order = a_placed_order((tea, 5))
    line = order.lines.get()
    fulfillment.pick(begun(order, picker), by=picker, code="TEA", quantity=4)
    say = refused(orders.cancel_pieces, order, {line.pk: 2}, by=picker, reason="x")
    assert say == "TEA: 2 pieces cannot be cancelled, 1 are not picked yet."
    assert (
        refused(orders.cancel_pieces, order, {line.pk: 1}, by=picker, reason=" ") == "Say why the pieces are cancelled."
    )
    say = refused(orders.release_pieces, order, {line.pk: 2}, by=picker, reason="x")
    assert say == "TEA: 2 pieces cannot be freed, only 1 are reserved and not picked."


def test_a_closed_order_keeps_its_lines(tea, picker):
    order = a_placed_order((tea, 5))
    orders.cancel_order(order, by=picker, reason="double")
    line = order.lines.get()
    say = refused(orders.cancel_pieces, order, {line.pk: 1}, by=picker, reason="x")
    assert say == f"{order.number} is Cancelled. Its lines can no longer be changed."


def test_a_waiting_piece_is_cancelled_before_a_reserved_one(tea, picker):
    order = a_placed_order((tea, 7))
    orders.cancel_pieces(order, {order.lines.get().pk: 3}, by=picker, reason="x")
    line = order.lines.get()
    assert (line.cancelled, line.reserved, stock("TEA")) == (3, 4, (5, 4, 0))
    assert_books_balance()


def test_the_page_asks_for_the_line_that_is_missing(client, tea):
    picker = a_person("fulfillment.pick")
    client.force_login(picker)
    shipment = begun(a_placed_order((tea, 5)), picker)
    url = reverse("shipment-action", args=[shipment.number, "short"])
    assert f"{url}?sku=TEA&amp;pieces=5" in client.get(reverse("pick", args=[shipment.number])).content.decode()
    assert 'value="TEA"' in client.get(f"{url}?sku=TEA&pieces=5").content.decode()
    fields = {"sku": "TEA", "pieces": 1, "reason": "damaged", "choice": "split", "submission": str(uuid4())}
    assert client.post(url, fields).url == reverse("pick", args=[shipment.number])
    assert stock("TEA") == (4, 4, 1)
    answer = client.post(url, fields | {"pieces": 9, "submission": str(uuid4())})
    assert (answer.status_code, stock("TEA")) == (409, (4, 4, 1))
