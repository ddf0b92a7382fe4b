"""Deliveries that several people receive at once."""

import pytest

from inventory import services
from inventory.models import Receipt, Stock
from inventory.services import Arrived
from tests.fulfillment.test_races import at_once
from tests.inventory.test_purchasing import a_sent, counters
from tests.ledger import assert_books_balance
from tests.stories import a_product, a_warehouse

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_delivery_is_received_once_however_many_try():
    purchase = a_sent((a_product("TEA", on_hand=0), 20))
    line = purchase.lines.get().pk
    outcomes = at_once(*[lambda: services.receive_purchase(purchase, {line: 20}, by=None)] * 4)
    assert sorted(outcomes) == [f"{purchase.number} is closed; this is not possible now."] * 3 + ["done"]
    assert (counters(purchase), Receipt.objects.count(), Stock.objects.get().on_hand) == ([("TEA", 20, 20, 0)], 1, 20)
    assert_books_balance()


def test_parts_of_a_delivery_add_up():
    purchase = a_sent((a_product("TEA", on_hand=0), 20))
    line = purchase.lines.get().pk
    outcomes = at_once(*[lambda: services.receive_purchase(purchase, {line: 8}, by=None)] * 3)
    assert sorted(outcomes)[1:] == ["done", "done"]
    assert "only 4 are awaited" in sorted(outcomes)[0]
    assert_books_balance()


def test_new_products_and_lots_in_opposite_order_do_not_deadlock():
    milk, tea = a_product("MILK", on_hand=0, tracking="lot"), a_product("TEA", on_hand=0, tracking="lot")
    place = a_warehouse()
    baskets = [[Arrived(p, 3, lot="L1") for p in order] for order in ((milk, tea), (tea, milk))] * 3
    outcomes = at_once(*[lambda b=basket: services.receive_blind(place, b, by=None) for basket in baskets])
    assert outcomes == ["done"] * 6
    assert set(Stock.objects.values_list("on_hand", flat=True)) == {18}
    assert_books_balance()
