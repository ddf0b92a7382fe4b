"""Which warehouse serves an order; what is kept for key customers; what unpaid orders keep for a while."""

import datetime
from decimal import Decimal as D

import pytest
from django.utils import timezone

from customers.models import Tier
from inventory import services as inventory
from inventory.models import Stock
from orders.allocation import CHEAP_FIRST, NEAR_FIRST, WHOLE_FIRST, Candidate, choose, is_near
from orders.models import Order, OrderPolicy
from orders.services import free_unpaid, record_payment, reserve_missing
from tests.ledger import assert_books_balance, books
from tests.stories import a_customer, a_placed_order, a_product, a_warehouse

FAR = Candidate(1, "Far", full=2, articles=2, near=False, cost=D(5), rank=1)
NEAR = Candidate(2, "Near", full=1, articles=2, near=True, cost=D(9), rank=2)
CHEAP = Candidate(3, "Cheap", full=0, articles=2, near=False, cost=D(1), rank=3)


@pytest.mark.parametrize(
    ("rules", "best", "code"),
    [
        (WHOLE_FIRST, FAR, "whole_order"),
        (NEAR_FIRST, NEAR, "nearest_warehouse"),
        (CHEAP_FIRST, CHEAP, "cheapest_warehouse"),
    ],
)
def test_the_first_rule_that_tells_them_apart_decides(rules, best, code):
    chosen, reason = choose([CHEAP, NEAR, FAR], rules)
    assert (chosen, reason["code"], reason["full"], reason["lines"]) == (best, code, best.full, 2)
    assert {other["warehouse"] for other in reason["others"]} == {"Far", "Near", "Cheap"} - {best.name}


def test_no_warehouse_no_reason():
    assert choose([], WHOLE_FIRST) == (None, {})


@pytest.mark.parametrize(
    ("serves", "near"),
    [
        ("上海, 杭州", True),
        ("200", True),
        ("20005", False),
        ("Shanghai", False),
        ("", False),
        ("江苏", False),
        (",", False),
    ],
)
def test_a_warehouse_is_near_to_its_cities_and_postcodes(serves, near):
    assert is_near(serves, {"city": "上海", "region": "", "postcode": "200041"}) is near


@pytest.mark.django_db
def test_the_nearest_warehouse_serves_when_the_house_says_so():
    OrderPolicy.objects.create(pk=1, allocation=NEAR_FIRST)
    tea, here = a_product("TEA", on_hand=9), a_warehouse("HERE")
    here.serves, here.rank = "上海", 99
    here.save()
    inventory.receive(tea, here, 5, by=None)
    order = a_placed_order((tea, 2))
    assert (order.warehouse, order.warehouse_reason["code"]) == (here, "nearest_warehouse")
    assert_books_balance()


@pytest.fixture
def scarce(db):
    """Ten pieces, four of which are for key customers."""
    product = a_product("TEA", on_hand=10)
    inventory.set_place(product.stock.get(), by=None, bin="", alert_line=0, kept=4)
    return product


def test_what_is_kept_is_for_key_customers(scarce):
    gold = Tier.objects.create(name="Gold", importance=80)
    usual = a_placed_order((scarce, 8), customer=a_customer("Usual"))
    key = a_placed_order((scarce, 4), customer=a_customer("Key", tier=gold))
    assert [order.lines.get().reserved for order in (usual, key)] == [6, 4]
    assert_books_balance()


def test_goods_that_arrive_are_not_given_away_from_what_is_kept(scarce):
    order = a_placed_order((scarce, 12), customer=a_customer("Usual"))
    inventory.receive(scarce, a_warehouse(), 1, by=None)
    assert (reserve_missing(order), order.lines.get().reserved) == (1, 7)
    assert Stock.objects.get().available == 4


@pytest.fixture
def unpaid(db):
    OrderPolicy.objects.create(pk=1, unpaid_hours=24)
    order = a_placed_order((a_product("TEA", on_hand=9), 4), channel="shop")
    Order.objects.update(placed_at=timezone.now() - datetime.timedelta(hours=25))
    order.refresh_from_db()
    return order


def test_an_unpaid_order_frees_its_stock_once(unpaid):
    assert (free_unpaid(), free_unpaid()) == (1, 0)
    unpaid.refresh_from_db()
    assert (unpaid.stage, unpaid.open_holds().get().reasons) == (
        "on_hold",
        [{"code": "unpaid_too_long", "hours": 24}],
    )
    assert Stock.objects.get().reserved == 0
    assert_books_balance()


def test_a_payment_brings_the_order_back(unpaid):
    free_unpaid()
    record_payment(unpaid, by=None, method="card", amount=D("1.00"))
    unpaid.refresh_from_db()
    assert unpaid.stage == "on_hold"
    record_payment(unpaid, by=None, method="card", amount=unpaid.balance)
    unpaid.refresh_from_db()
    assert (unpaid.stage, unpaid.lines.get().reserved) == ("to_pick", 4)
    assert_books_balance()


@pytest.mark.parametrize("change", [{"channel": "desk"}, {"paid": D("45.20")}, {"placed_at": timezone.now()}])
def test_paid_and_young_and_other_orders_keep_theirs(unpaid, change):
    Order.objects.update(**change)
    before = books()
    assert free_unpaid() == 0
    assert books() == before
