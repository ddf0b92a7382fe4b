"""The keyboard palette: only what a person may open, in a constant number of statements."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.stories import a_customer, a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
EVERYTHING = "orders.view_order customers.view_customer inventory.view_product orders.place_order".split()


def links(response) -> list[str]:
    return re.findall(r'role="option"[^>]*href="([^"]+)"', response.content.decode())


def test_pages_orders_customers_and_products_are_found(client):
    client.force_login(a_person(*EVERYTHING))
    customer = a_customer("Jasmine Lin")
    order = a_placed_order((a_product("JAS-1", name="Jasmine tea"), 1), customer=customer)
    assert links(client.get("/palette/", {"q": "new ord"})) == ["/orders/new/", "/search/?q=new%20ord"]
    tea = order.lines.get().product
    found = links(client.get("/palette/", {"q": "jasmine"}))
    assert found == [customer.get_absolute_url(), tea.get_absolute_url(), "/search/?q=jasmine"]
    answer = client.get("/palette/", {"q": order.number})
    assert re.search(rf'href="/orders/{order.number}/" data-exact', answer.content.decode())


def test_nobody_finds_what_she_may_not_see(client):
    order = a_placed_order((a_product("JAS-1"), 1), customer=a_customer("Jasmine Lin"))
    client.force_login(a_person("inventory.view_product"))
    for text in ("jasmine", order.number, "orders", "customers"):
        assert [x for x in links(client.get("/palette/", {"q": text})) if x.startswith(("/orders", "/customers"))] == []
    client.logout()
    assert client.get("/palette/").status_code == 302


def test_without_a_text_each_section_is_offered(client):
    client.force_login(a_person(*EVERYTHING))
    assert links(client.get("/palette/"))[:3] == ["/", "/orders/", "/customers/"]


@pytest.mark.parametrize("text", ["\0", "%", "'", "<b>", "x" * 3000, "new\torder"])
def test_odd_texts_break_nothing(client, text):
    client.force_login(a_person(*EVERYTHING))
    answer = client.get("/palette/", {"q": text})
    assert (answer.status_code, "<b>" in answer.content.decode()) == (200, False)


def test_it_costs_the_same_for_one_hit_and_for_three(client):
    client.force_login(a_person(*EVERYTHING))
    for more in (1, 2):
        for _each in range(more):
            a_placed_order((a_product(name="Jasmine tea"), 1), customer=a_customer("Jasmine Lin"))
        client.get("/palette/", {"q": "jasmine"})
        with CaptureQueriesContext(connection) as queries:
            client.get("/palette/", {"q": "jasmine"})
        assert len(queries) == 7
