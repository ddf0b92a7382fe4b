"""Counting while the shop sells: many at once, with real threads on the real database."""

import pytest

from inventory import services
from inventory.models import Count, CountLine, Movement, Stock
from tests.fulfillment.test_races import at_once
from tests.inventory.test_counts import a_count
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_placed_order, a_product, a_warehouse, shipped

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("mode", ["moving", "freeze"])
def test_count_against_sale(mode):
    goods = [a_product(sku, on_hand=50) for sku in "ABC"]
    customer = a_customer()
    ready = [a_placed_order(*[(product, 2) for product in goods], customer=customer) for _order in range(3)]
    count = a_count(*goods, mode=mode)
    for product in goods:
        services.count_line(count, product, 48, by=None)
    services.finish_count(count, by=None)
    sales = [lambda: a_placed_order((goods[2], 3), (goods[0], 3), customer=customer)] * 4
    parcels = [lambda order=order: shipped(order) for order in ready]
    outcomes = at_once(lambda: services.approve_count(count, by=None), *sales, *parcels)
    assert outcomes[:5] == ["done"] * 5
    gone = outcomes[5:].count("done")
    assert gone == 3 or mode == "freeze"
    frozen = {word for word in outcomes[5:] if word != "done"}
    assert all(word.endswith(f"must stand still until count {count} is closed.") for word in frozen)
    rows = Stock.objects.order_by("product__sku").values_list("on_hand", "reserved", "frozen")
    waiting = 6 - 2 * gone
    left = 48 - 2 * gone
    assert list(rows) == [(left, 12 + waiting, False), (left, waiting, False), (left, 12 + waiting, False)]
    assert_books_balance()


def test_a_count_is_approved_once():
    tea = a_product("TEA", on_hand=10)
    count = a_count(tea)
    services.count_line(count, tea, 8, by=None)
    services.finish_count(count, by=None)
    outcomes = at_once(*[lambda: services.approve_count(count, by=None)] * 4)
    assert sorted(outcomes) == sorted(["done"] + [f"{count} is approved."] * 3)
    assert (Stock.objects.get().on_hand, Movement.objects.filter(kind="count").count()) == (8, 1)
    assert_books_balance()


def test_two_people_count_the_same_shelf():
    tea = a_product("TEA", on_hand=10)
    count = a_count(tea)
    outcomes = at_once(*[lambda: services.count_line(count, tea, 1, by=None, add=True)] * 8)
    assert (outcomes, CountLine.objects.get().counted) == (["done"] * 8, 8)


def test_goods_are_opened_in_one_count_only():
    tea, cup = a_product("TEA", on_hand=10), a_product("CUP", on_hand=10)
    outcomes = at_once(*[lambda: a_count(tea, cup, mode="freeze")] * 3)
    count = Count.objects.get()
    assert sorted(outcomes) == sorted(["done"] + [f"TEA is already being counted in {count}."] * 2)
    assert_books_balance()


def test_a_transfer_leaves_once():
    tea, there = a_product("TEA", on_hand=10), a_warehouse("EAST")
    drafts = [
        services.create_transfer(by=None, source=a_warehouse(), target=there, lines={tea.pk: 6}) for _draft in range(2)
    ]
    outcomes = at_once(*[lambda draft=draft: services.send_transfer(draft, by=None) for draft in drafts * 2])
    assert outcomes.count("done") == 1
    assert Stock.objects.get(warehouse__code="MAIN").on_hand == 4
    assert_books_balance()
