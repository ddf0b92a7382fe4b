"""A guest orders and pays at the counter, the kitchen makes it, and the counter hands it over."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from fulfillment.models import Carrier, Station
from inventory.models import Component, Product
from orders.models import Order
from tests.ledger import assert_books_balance
from tests.stories import a_product

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [390, 1440])
def test_from_the_guest_to_the_kitchen_and_back(stack, log_in, width):
    Station.objects.create(name="Wok")
    Carrier.objects.create(name="Counter", code="own", own=True)
    dish = a_product("NOODLES", name="Noodles", kind=Product.Kind.MADE, on_hand=0)
    Component.objects.create(product=dish, part=a_product("FLOUR"), quantity=1)
    page = log_in("manager")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(reverse("counter"))
    page.get_by_role("link", name="With a wish").first.click()
    page.get_by_label("Wish, such as no onion").fill("no onion")
    page.get_by_role("button", name="Into the basket").click()
    expect(page.get_by_text("Ready in about 3 minutes.")).to_be_visible()
    page.get_by_label("at the table").check()
    page.get_by_label("Table", exact=True).fill("7")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Exact cash").click()
    expect(page.get_by_text("is paid")).to_be_visible()
    stack.settle()
    order = Order.objects.get()
    page.goto(reverse("kitchen"))
    card = page.locator(".ticket", has_text=order.number)
    expect(card).to_contain_text("Table 7")
    expect(card).to_contain_text("no onion")
    card.get_by_role("button", name="Ready").click()
    card.get_by_role("button", name="Hand over at the counter").click()
    expect(page.locator(".ticket")).to_have_count(0)
    order.refresh_from_db()
    assert (order.stage, order.balance) == ("delivered", 0)
    assert_books_balance()
