"""People with scanners and phones: nothing scanned is lost or counted twice, and what is wrong is loud."""

from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, DeliveryAttempt
from orders.models import OrderLine
from tests.fulfillment.test_walk import packed
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product


def scan(page: Page, code: str) -> None:
    """What a scanner does: a burst of keys that ends with Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def shipment(stack):
    tea, cup = a_product("TEA", name="龙井绿茶", barcode="6901234567892"), a_product("CUP", name="Cup")
    a_product("POT", name="Pot")
    return fulfillment.start_picking(a_placed_order((tea, 5), (cup, 2)), by=None)


def test_a_fast_scanner_loses_nothing(log_in, shipment):
    page = log_in("warehouse", width=390, height=844)
    page.goto(reverse("pick", args=[shipment.number]))
    assert fits(page)
    for _scan in range(4):
        scan(page, "6901234567892")
    expect(page.locator(".tally")).to_contain_text("4 / 7")
    page.locator("h1").click()  # the focus is nowhere now
    scan(page, "TEA")
    expect(page.locator(".tally")).to_contain_text("5 / 7")
    scan(page, "TEA")
    expect(page.get_by_role("alert")).to_have_text("TEA: all 5 are picked already.")
    more = page.get_by_role("button", name="Pick one CUP")
    more.click()
    expect(page.locator(".tally")).to_contain_text("6 / 7")
    more.click()
    page.get_by_role("button", name="Finish picking").click()
    page.wait_for_url(f"**{reverse('pack', args=[shipment.number])}")
    assert sorted(OrderLine.objects.values_list("sku", "picked")) == [("CUP", 2), ("TEA", 5)]
    assert_books_balance()


def test_picking_starts_on_the_orders_own_page(log_in, stack):
    order = a_placed_order((a_product("TEA"), 1))
    page = log_in("warehouse")
    page.goto(order.get_absolute_url())
    page.get_by_role("button", name="Pick").click()
    expect(page.locator(".tally")).to_contain_text("0 / 1")
    page.goto(order.get_absolute_url())
    page.get_by_role("link", name=order.shipments.get().number).click()
    page.wait_for_url(f"**{order.shipments.get().get_absolute_url()}")


def test_a_wrong_item_is_loud_and_not_packed(log_in, shipment):
    fulfillment.pick_all(shipment, by=None)
    fulfillment.finish_picking(shipment, by=None)
    page = log_in("warehouse")
    page.goto(reverse("pack", args=[shipment.number]))
    scan(page, "POT")
    expect(page.get_by_role("alert")).to_have_text(f"Wrong item: POT Pot is not part of {shipment.number}.")
    expect(page.locator(".scan-head.is-bad")).to_be_visible()
    expect(page.get_by_role("button", name="Close the parcel")).to_be_disabled()
    page.get_by_label("Quantity").fill("5")
    page.get_by_label("Scan a SKU or barcode").fill("tea")
    page.keyboard.press("Enter")
    scan(page, "CUP")
    scan(page, "CUP")  # the last scan closes the parcel
    page.wait_for_url(f"**{reverse('shipment', args=[shipment.number])}")
    assert sorted(OrderLine.objects.values_list("sku", "packed")) == [("CUP", 2), ("TEA", 5)]


def test_a_scan_without_network_says_so(log_in, shipment):
    page = log_in("warehouse")
    page.goto(reverse("pick", args=[shipment.number]))
    page.context.set_offline(True)
    scan(page, "TEA")
    expect(page.get_by_role("alert")).to_have_text("Not saved: the server cannot be reached. Scan it again.")
    page.context.set_offline(False)
    scan(page, "TEA")
    expect(page.locator(".tally")).to_contain_text("1 / 7")


def test_a_driver_delivers_on_her_phone(log_in, staff, stack):
    driver, other = staff("driver"), a_person("fulfillment.deliver_own")
    fleet = Carrier.objects.create(name="Own fleet", own=True)
    mine, theirs = [
        fulfillment.send_out(
            fulfillment.ship(packed(a_placed_order((a_product(), 1)), None), by=None, carrier=fleet),
            by=None,
            driver=person,
        )
        for person in (driver, other)
    ]
    page = log_in("driver", language="zh-hans", width=390, height=844)
    page.goto("/drive/")
    assert fits(page)
    assert page.locator(".stop").count() == 1
    page.locator(".stop").click()
    assert fits(page)
    expect(page.locator(".door-name")).to_have_text("林美玲")
    page.locator(".tell[open] .btn-primary").click()
    page.wait_for_url("**/drive/")
    expect(page.locator(".stop")).to_have_count(0)
    assert DeliveryAttempt.objects.get().shipment == mine
    assert page.goto(f"/drive/{theirs.number}/").status == 404
    fulfillment.fail_delivery(theirs, by=other, outcome="absent", key=uuid4())
    assert_books_balance()
