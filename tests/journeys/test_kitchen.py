"""An order comes into the kitchen by itself, is started, recalled, finished, and handed over at the counter."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from fulfillment.models import Carrier, Station
from inventory.models import Component, Product
from tests.ledger import assert_books_balance
from tests.stories import a_placed_order, a_product

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [390, 1440])
def test_from_the_order_to_the_counter(stack, log_in, width):
    Station.objects.create(name="Wok")
    Carrier.objects.create(name="Counter", code="own", own=True)
    dish = a_product("NOODLES", name="Noodles", kind=Product.Kind.MADE, on_hand=0)
    Component.objects.create(product=dish, part=a_product("FLOUR"), quantity=1)
    page = log_in("warehouse")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(reverse("kitchen"))
    expect(page.get_by_text("Nothing to make")).to_be_visible()

    order = a_placed_order((dish, 2))
    stack.settle()
    card = page.locator(".ticket", has_text=order.number)
    expect(card).to_be_visible(timeout=10_000)  # without anybody loading the page again
    expect(page.locator(".kitchen-counts")).to_contain_text("2 × Noodles")
    card.get_by_role("button", name="Start").click()
    expect(card).to_contain_text("being made")
    card.get_by_role("button", name="Ready").click()
    card.get_by_role("button", name="Recall").click()
    card.get_by_role("button", name="Ready").click()
    card.get_by_role("button", name="Hand over at the counter").click()
    expect(page.locator(".ticket")).to_have_count(0)
    order.refresh_from_db()
    assert order.stage == "delivered"
    assert_books_balance()
