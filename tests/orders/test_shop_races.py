"""Strangers who order at the same moment, with real threads on real PostgreSQL."""

from uuid import uuid4

import pytest
from django.test import Client

from customers.models import Customer
from inventory.models import Stock
from orders.models import Order
from tests.orders.test_races import at_once
from tests.orders.test_shop import order, put, shown_total
from tests.stories import a_product

pytestmark = pytest.mark.django_db(transaction=True)


def with_cart(product) -> tuple[Client, str]:
    client = Client()
    put(client, product, 1)
    return client, shown_total(client)


def test_the_last_pieces_go_to_as_many_strangers_as_there_are_pieces():
    tea = a_product(on_hand=3)
    strangers = [with_cart(tea) for _stranger in range(8)]
    answers = at_once(
        *[
            lambda client=client, total=total, n=n: order(client, total, email=f"s{n}@example.com").status_code
            for n, (client, total) in enumerate(strangers)
        ]
    )
    assert sorted(answers) == [302] * 3 + [409] * 5
    assert (Order.objects.count(), Customer.objects.count()) == (3, 3)
    assert list(Stock.objects.values_list("on_hand", "reserved")) == [(3, 3)]


def test_a_double_click_in_the_same_moment_is_one_order():
    client, total = with_cart(a_product(on_hand=3))
    cookies, key = client.cookies, str(uuid4())

    def click() -> str:
        again = Client()
        again.cookies = cookies
        return order(again, total, submission=key).url

    answers = at_once(click, click)
    assert answers == [Order.objects.get().public_path] * 2


def test_two_first_orders_of_one_stranger_make_one_customer():
    tea = a_product(on_hand=9)
    strangers = [with_cart(tea) for _window in range(3)]
    answers = at_once(
        *[lambda client=client, total=total: order(client, total).status_code for client, total in strangers]
    )
    assert answers == [302] * 3
    assert (Order.objects.count(), Customer.objects.count()) == (3, 1)
