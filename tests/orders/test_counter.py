"""The counter: a guest's order, her cash, and what is refused."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from inventory.models import Category, Product
from orders.models import Order, Payment
from orders.services.counter import Sale, sell
from orders.shelf import Asked
from orders.till import next_notes
from tests.ledger import assert_books_balance
from tests.orders.test_changes import refused
from tests.stories import a_person, a_product

pytestmark = pytest.mark.django_db
URL = "counter"


@pytest.fixture
def tea():
    return a_product("TEA", name="Tea", price="10", tax_rate="0")


@pytest.fixture
def clerk(client):
    client.force_login(a_person("orders.place_order", "orders.record_payment"))
    return client


def send(clerk, do: str, **typed):
    return clerk.post(reverse(URL), {"do": do, "submission": str(uuid4()), **typed})


def test_the_next_notes_are_above_the_total():
    assert next_notes(Decimal("13.50")) == [15, 20, 50, 100]
    assert next_notes(Decimal(100)) == []


def test_who_eats_in_needs_no_address_and_pays_no_shipping(tea):
    order, change = sell(Sale([Asked(tea.pk, 2)], "table", table="7", cash=Decimal(50)), by=None)
    order = Order.objects.get(pk=order.pk)
    assert (order.status, order.channel, order.handover, order.ship_name) == (
        "confirmed",
        "counter",
        "table",
        "Table 7",
    )
    assert (order.total, order.paid, change, order.shipping) == (20, 20, 30, 0)
    assert_books_balance()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"handover": "table"}, "Say which table."),
        ({"handover": "drone"}, "Say how the guest gets it."),
        ({"handover": "delivery"}, "A delivery needs a name, a street and a city."),
        ({"cash": Decimal(5)}, "is less than the total"),
    ],
)
def test_a_refused_sale_leaves_nothing(tea, fields, said):
    assert said in refused(sell, Sale([Asked(tea.pk, 1)], **fields), by=None)
    assert (Order.objects.count(), Payment.objects.count()) == (0, 0)


def test_the_buttons_fill_the_basket_and_sell_it_once(clerk, tea):
    ring = a_product("SOUP", name="Soup", price="5", tax_rate="0", ask_for="Size", kind=Product.Kind.MADE, on_hand=0)
    send(clerk, f"add:{tea.pk}")
    send(clerk, "more:0")
    send(clerk, f"add:{ring.pk}", stated_0="large", stated_wish="no onion")
    page = clerk.get(reverse(URL)).content.decode()
    assert ("2 × Tea" in page, "Size: large" in page, "Wish: no onion" in page) == (True, True, True)
    assert send(clerk, "cash:1", handover="pickup").status_code == 409
    sent = {"do": "cash:50", "submission": str(uuid4()), "handover": "pickup"}
    clerk.post(reverse(URL), sent)
    page = clerk.post(reverse(URL), sent, follow=True).content.decode()
    order = Order.objects.get()
    assert (order.total, order.paid, "Change due" in page) == (25, 25, True)
    assert order.lines.get(sku="SOUP").stated == {"Size": "large", "Wish": "no onion"}


def test_less_and_clear_and_what_is_no_longer_sold(clerk, tea):
    send(clerk, f"add:{tea.pk}")
    send(clerk, "less:0")
    assert "Nothing yet." in clerk.get(reverse(URL)).content.decode()
    send(clerk, f"add:{tea.pk}")
    Product.objects.update(active=False)
    assert "Nothing yet." in clerk.get(reverse(URL)).content.decode()
    send(clerk, "add:x")
    send(clerk, "clear")
    assert send(clerk, "cash:abc", handover="pickup").status_code == 409


def test_cash_needs_its_permission_and_the_page_its_own(client, tea):
    client.force_login(a_person("orders.place_order"))
    send(client, f"add:{tea.pk}")
    assert "Exact cash" not in client.get(reverse(URL)).content.decode()
    assert send(client, "cash:50", handover="pickup").status_code == 409
    assert send(client, "later", handover="pickup").status_code == 302
    assert Order.objects.get().paid == 0
    client.force_login(a_person("orders.view_order"))
    assert client.get(reverse(URL)).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_basket(clerk, rows, django_assert_num_queries):
    shelf = Category.objects.create(name="Food")
    for number in range(rows):
        send(clerk, f"add:{a_product(f'P{number}', category=shelf).pk}")
    clerk.get(reverse(URL))
    with django_assert_num_queries(9):
        clerk.get(reverse(URL))
