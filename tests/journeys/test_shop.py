"""A stranger orders on a phone, and one without JavaScript when the last pieces go to somebody else."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from inventory.models import Category, Family, Stock
from oms.models import Company
from orders.models import Order
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_placed_order, a_product

PHONE = {"width": 390, "height": 844}
MEI = {"name": "Mei Lin", "email": "mei@example.com", "line1": "1266 Nanjing Road", "city": "Shanghai"}


@pytest.fixture
def goods(stack):
    Company.objects.create(pk=1, name="青禾")
    mugs = {"family": Family.objects.create(name="Mug"), "category": Category.objects.create(name="Mugs")}
    a_product("MUG-B", name="Mug", price="59", on_hand=3, attributes={"Colour": "blue"}, **mugs)
    a_product("MUG-G", name="Mug", price="59", on_hand=3, attributes={"Colour": "green"}, ask_for="Name", **mugs)
    a_product("POT", name="Teapot " + "with a very long name " * 6, price="268", on_hand=20)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def fill_in(page: Page) -> None:
    for name, value in MEI.items():
        page.fill(f"[name={name}]", value)


def test_a_stranger_orders_on_her_phone(stack, goods, open_page):
    page = open_page(**PHONE)
    page.goto(reverse("shop"))
    assert fits(page)
    page.get_by_role("link", name="Mugs").click()
    page.get_by_role("link", name="Mug", exact=True).click()
    expect(page.locator(".stock")).to_have_text("Only 3 left")
    page.get_by_role("link", name="green").click()
    assert fits(page)
    page.get_by_role("button", name="Put into the cart").click()
    expect(page.get_by_role("alert")).to_contain_text("Please state: Name.")
    page.get_by_label("Name").fill("Mei")
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Put into the cart").click()
    page.goto(reverse("shop"))
    page.get_by_label("Search the shop").fill("teapot")
    page.keyboard.press("Enter")
    page.locator(".good a").click()
    page.get_by_role("button", name="Put into the cart").click()
    page.reload()
    assert fits(page)
    expect(page.locator(".cart li")).to_have_count(2)
    page.get_by_role("button", name="Order", exact=True).click()
    fill_in(page)
    page.keyboard.press("Enter")  # looks at the sum again; only the button orders
    expect(page.locator("[name=name]")).to_have_value("Mei Lin")
    assert fits(page)
    assert not Order.objects.exists()
    page.get_by_role("button", name=re.compile("^Order for")).click()
    page.wait_for_url("**/track/**")
    order = Order.objects.get()
    expect(page.locator("#main")).to_contain_text(order.number)
    assert fits(page)
    assert [(line.sku, line.ordered, line.stated) for line in order.lines.all()] == [
        ("MUG-G", 2, {"Name": "Mei"}),
        ("POT", 1, {}),
    ]
    stack.settle()
    assert order.number in stack.mails("mei@example.com")[0]["Subject"]
    assert_books_balance()


def test_without_javascript_nothing_typed_is_lost_when_goods_go_to_somebody_else(stack, goods, open_page):
    page = open_page(java_script_enabled=False, **PHONE)
    page.goto(reverse("shop-product", args=[Stock.objects.get(product__sku="MUG-B").product_id]))
    page.get_by_label("Quantity").fill("3")
    page.get_by_role("button", name="Put into the cart").click()
    page.get_by_role("button", name="Order", exact=True).click()
    fill_in(page)
    page.fill("[name=note]", "ring twice")
    a_placed_order((Stock.objects.get(product__sku="MUG-B").product, 1), customer=a_customer(email="li@example.com"))
    page.get_by_role("button", name=re.compile("^Order for")).click()
    expect(page.get_by_role("alert")).to_contain_text("Only 2 of Mug are left.")
    expect(page.locator("[name=note]")).to_have_value("ring twice")
    expect(page.locator("[name=line1]")).to_have_value("1266 Nanjing Road")
    page.locator("[name=quantity_0]").fill("2")
    page.locator(".stack-buttons").get_by_role("button", name="Update").click()
    expect(page.locator("[name=note]")).to_have_value("ring twice")
    page.get_by_role("button", name=re.compile("^Order for")).click()
    page.wait_for_url("**/track/**")
    order = Order.objects.get(channel="shop")
    assert (order.note, order.lines.get().ordered, order.stage) == ("ring twice", 2, "to_pick")
    stack.settle()
    assert_books_balance()
