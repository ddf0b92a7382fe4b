"""The last pieces, wanted by many at once."""

import pytest

from inventory.models import Stock
from orders.models import Order
from tests.fulfillment.test_races import at_once
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_placed_order, a_product

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_piece_is_sold_once():
    tea, customer = a_product("TEA", on_hand=1), a_customer()
    outcomes = at_once(*[lambda: a_placed_order((tea, 1), customer=customer, allow_short=False)] * 6)
    assert sorted(outcomes) == ["Only 0 of Product TEA are left."] * 5 + ["done"]
    assert Stock.objects.values_list("on_hand", "reserved").get() == (1, 1)
    assert Order.objects.count() == 1
    assert_books_balance()


def test_baskets_in_opposite_order_do_not_deadlock():
    a, b, customer = a_product("A", on_hand=40), a_product("B", on_hand=40), a_customer()
    baskets = [((a, 2), (b, 3)), ((b, 3), (a, 2))] * 5
    outcomes = at_once(*[lambda lines=lines: a_placed_order(*lines, customer=customer) for lines in baskets])
    assert outcomes == ["done"] * 10
    assert sorted(Stock.objects.values_list("on_hand", "reserved")) == [(40, 20), (40, 30)]
    assert_books_balance()
