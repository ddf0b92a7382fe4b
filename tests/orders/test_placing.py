"""Placing: exact money, stock reserved, holds with reasons; a refusal leaves no trace."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Tier
from inventory import services as inventory
from inventory.models import Movement, Product, Stock
from oms.errors import DomainError
from oms.events import timeline
from oms.models import Delivery, Event
from orders.composing import Asked, Request
from orders.events import OrderEvent
from orders.models import Check, Hold, Order, OrderLine, OrderPolicy, Promise
from orders.services import cancel_order, place_order, place_orders, reserve_missing
from tests.ledger import assert_books_balance
from tests.stories import ADDRESS, a_customer, a_person, a_product, a_warehouse

pytestmark = pytest.mark.django_db
D = Decimal


def asking(*lines, **fields) -> Request:
    asked = [Asked(line[0].pk, *line[1:]) for line in lines]
    return Request(
        **{"customer": fields.pop("customer", None) or a_customer(), "lines": asked, "address": ADDRESS} | fields
    )


def everything() -> tuple:
    """What a refused order must not have touched."""
    counted = (Order, OrderLine, Check, Hold, Promise, Movement, Event, Delivery)
    return tuple(m.objects.count() for m in counted), list(
        Stock.objects.order_by("pk").values_list("on_hand", "reserved")
    )


def test_an_order_is_written_whole_in_one_go():
    tea, pot, clerk = a_product("TEA", price="19.9"), a_product("POT", price="0.335"), a_person()
    order = place_order(asking((tea, 3), (pot, 1), note="ring twice", urgent=True), by=clerk)
    order.refresh_from_db()
    assert (order.net, order.tax, order.total, order.paid) == (D("60.04"), D("7.80"), D("67.84"), D("0.00"))
    assert (order.status, order.stage, order.priority) == ("confirmed", "to_pick", 60)
    assert (order.by, order.language, order.email, order.note) == (clerk, "zh-hans", "mei@example.com", "ring twice")
    assert order.address_lines == ["林美玲", "南京西路 1266 号", "上海", "CN"]
    lines = [(x.sku, x.ordered, x.reserved, x.unit_price, x.net, x.tax) for x in order.lines.all()]
    assert lines == [
        ("TEA", 3, 3, D("19.9000"), D("59.70"), D("7.76")),
        ("POT", 1, 1, D("0.3350"), D("0.34"), D("0.04")),
    ]
    assert list(Stock.objects.order_by("pk").values_list("on_hand", "reserved")) == [(100, 3), (100, 1)]
    assert list(order.checks.values_list("name", "outcome")) == [
        ("stock", "pass"),
        ("price", "pass"),
        ("address", "pass"),
        ("specification", "pass"),
        ("customer", "pass"),
    ]
    assert [e.kind for e in timeline(order)] == [OrderEvent.CONFIRMED, OrderEvent.PLACED]
    assert order.promises.get().deliver_by == order.promised_date
    assert_books_balance()


def test_placing_costs_the_same_statements_for_one_line_and_for_ten():
    products, customer = [a_product() for _each in range(10)], a_customer()
    place_order(asking((products[0], 1), customer=customer), by=None)
    for count in (1, 10):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            place_order(asking(*[(p, 1) for p in products[:count]], customer=customer), by=None)
        written = [q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(written) == 4


def test_a_tier_lowers_the_price_and_the_reason_is_kept():
    gold = Tier.objects.create(name="Gold", importance=60, discount=D("7.5"))
    order = place_order(asking((a_product(price="10"), 2), customer=a_customer(tier=gold)), by=None)
    line = order.lines.get()
    assert (line.list_price, line.unit_price, line.net) == (D("10.0000"), D("9.2500"), D("18.50"))
    assert line.price_reasons[1] == {"code": "tier_discount", "tier": "Gold", "percent": "7.5"}
    assert (order.priority, order.priority_reasons[1]["points"]) == (40, 30)


def test_without_automatic_confirmation_a_clean_order_waits_for_review():
    OrderPolicy.objects.create(pk=1, auto_confirm=False)
    order = place_order(asking((a_product(), 1)), by=None)
    assert (order.status, order.stage, order.confirmed_at) == ("placed", "to_review", None)
    assert [e.kind for e in timeline(order)] == [OrderEvent.PLACED]


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        ({"quantity": 101}, "stock", "stock_short"),
        ({"unit_price": D("1.99")}, "price", "price_below_floor"),
        ({"address": {"ship_name": "Mei"}}, "address", "address_missing"),
        ({"blocked": True}, "customer", "customer_blocked"),
    ],
)
def test_each_problem_holds_the_order_and_keeps_its_stock(change, kind, code):
    tea = a_product("TEA", floor_price=D(2))
    quantity = change.get("quantity", 1)
    order = place_order(
        asking(
            (tea, quantity, change.get("unit_price")),
            customer=a_customer(blocked=change.get("blocked", False)),
            address=change.get("address", ADDRESS),
        ),
        by=None,
    )
    hold = order.holds.get()
    assert (order.status, order.stage, hold.kind, hold.reasons[0]["code"]) == ("placed", "on_hold", kind, code)
    assert Stock.objects.get().reserved == min(quantity, 100)
    assert [e.kind for e in timeline(order)] == [OrderEvent.HELD, OrderEvent.PLACED]
    assert_books_balance()


def test_an_order_with_three_problems_has_three_holds():
    tea = a_product("TEA", floor_price=D(2), on_hand=1)
    order = place_order(asking((tea, 5, D(1)), address={}), by=None)
    assert list(order.holds.values_list("kind", flat=True)) == ["stock", "price", "address"]


def test_two_lines_of_one_product_share_its_stock():
    tea = a_product(on_hand=5)
    order = place_order(asking((tea, 3), (tea, 4)), by=None)
    assert [(line.reserved, line.short) for line in order.lines.all()] == [(3, 0), (2, 2)]
    assert Stock.objects.get().reserved == 5
    assert order.stage == "on_hold"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "needs at least one line"),
        ([("TEA", 0)], "Line 1: the quantity must be between 1 and 1,000,000."),
        ([("TEA", 1), ("TEA", -1)], "Line 2: the quantity must be between 1 and 1,000,000."),
        ([("TEA", 10**9)], "Line 1: the quantity must be between 1 and 1,000,000."),
        ([("OLD", 1)], "Line 1: this product is not for sale."),
        ([("TEA", 1, D(-1))], "Line 1: the price is out of range."),
        ([("TEA", 1, D(10) ** 9)], "Line 1: the price is out of range."),
        ([("TEA", 1)] * 501, "500 lines at most"),
    ],
)
def test_an_impossible_order_is_refused_and_leaves_no_trace(lines, words):
    products = {"TEA": a_product("TEA"), "OLD": a_product("OLD", active=False)}
    request, before = asking(*[(products[sku], *rest) for sku, *rest in lines]), everything()
    with pytest.raises(DomainError, match=words):
        place_order(request, by=None)
    assert everything() == before


def test_a_shop_that_may_not_fall_short_is_refused_with_what_is_left():
    tea = a_product("TEA", name="Green tea", on_hand=4)
    request, before = asking((tea, 5), allow_short=False), everything()
    with pytest.raises(DomainError, match="Only 4 of Green tea are left."):
        place_order(request, by=None)
    assert everything() == before


def test_a_reference_is_taken_once_in_a_channel():
    tea, customer = a_product(), a_customer()
    place_order(asking((tea, 1), customer=customer, reference="PO-7"), by=None)
    before = everything()
    with pytest.raises(DomainError, match="already an order with this reference"):
        place_order(asking((tea, 1), customer=customer, reference="PO-7"), by=None)
    assert everything() == before
    assert place_order(asking((tea, 1), customer=customer, reference="PO-7", channel="shop"), by=None).pk


def test_of_many_orders_all_are_placed_or_none():
    tea, customer = a_product(on_hand=10), a_customer()
    placed = place_orders([asking((tea, 2), customer=customer) for _order in range(3)], by=None)
    assert [order.number for order in placed] == sorted(order.number for order in placed)
    before = everything()
    with pytest.raises(DomainError):
        place_orders([asking((tea, 1), customer=customer), asking((tea, 0), customer=customer)], by=None)
    assert everything() == before
    assert_books_balance()


def test_the_warehouse_with_the_whole_order_serves_it_and_says_so():
    tea, pot, second = a_product("TEA", on_hand=1), a_product("POT", on_hand=9), a_warehouse("SECOND")
    for product in (tea, pot):
        inventory.receive(product, second, 5, by=None)
    order = place_order(asking((tea, 2), (pot, 2)), by=None)
    assert order.warehouse == second
    assert order.warehouse_reason["code"] == "whole_order"
    chosen = place_order(asking((pot, 1), warehouse=a_warehouse()), by=None)
    assert chosen.warehouse == a_warehouse()


def test_a_snapshot_does_not_follow_the_catalogue():
    tea = a_product("TEA", price="10", name="Green tea")
    order = place_order(asking((tea, 1)), by=None)
    Product.objects.update(price=99, name="Black tea", tax_rate=0)
    line = order.lines.get()
    assert (line.name, line.unit_price, line.tax_rate, order.total) == ("Green tea", D(10), D(13), D("11.30"))


def test_a_wish_for_a_late_date_is_what_is_promised():
    day = datetime.date.today() + datetime.timedelta(days=40)
    order = place_order(asking((a_product(), 1), requested_date=day), by=None)
    assert order.promised_date == day
    assert order.promises.get().reasons[-1] == {"code": "as_requested", "date": day.isoformat()}


def test_goods_that_arrive_release_the_hold_and_confirm_the_order():
    tea = a_product("TEA", on_hand=2)
    order = place_order(asking((tea, 5)), by=None)
    inventory.receive(tea, a_warehouse(), 3, by=None)
    assert reserve_missing(order) == 3
    order.refresh_from_db()
    assert (order.stage, order.lines.get().reserved, order.open_holds().count()) == ("to_pick", 5, 0)
    assert_books_balance()


def test_a_cancelled_order_frees_its_stock():
    order = place_order(asking((a_product(), 7)), by=None)
    cancel_order(order, by=None, reason="changed mind")
    assert Stock.objects.get().reserved == 0
    assert list(Movement.objects.values_list("kind", "reserved"))[:2] == [("release", -7), ("reserve", 7)]
    assert_books_balance()
