"""The keyboard palette on a desk and on a phone: pages, records and the actions of the open order."""

import re

from playwright.sync_api import expect

from tests.stories import a_customer, a_placed_order, a_product


def test_the_palette_opens_an_order_and_holds_it_with_the_keyboard(log_in, stack):
    order = a_placed_order((a_product("TEA"), 1), customer=a_customer("Mei Lin"))
    page = log_in("sales")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-text")).to_be_focused()
    page.keyboard.type(order.number)
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text(order.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{order.number}/")
    page.keyboard.press("/")
    page.keyboard.type("hold")
    expect(page.locator("#palette [aria-selected=true]")).to_have_text("Hold")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_contain_text("Why")


def test_the_palette_fits_a_phone_and_keeps_the_focus(log_in, stack):
    page = log_in("sales", width=390, height=844)
    page.locator("#search").click()
    text = page.locator("#palette-text")
    text.fill("cust")
    expect(page.locator("#palette [role=option]").first).to_contain_text("Customers")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for _tab in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#palette')")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.locator("#search").click()
    page.keyboard.type("customers")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Customers")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/customers/$"))
