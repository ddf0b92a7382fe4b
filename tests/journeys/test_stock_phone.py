"""Counting and receiving on a phone, with the keyboard of a scanner alone."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from inventory import services
from inventory.models import Count, Stock
from tests.inventory.test_counts import a_count
from tests.journeys.test_scanning import fits, scan
from tests.ledger import assert_books_balance
from tests.stories import a_product, a_warehouse


@pytest.fixture
def count(stack) -> Count:
    tea = a_product("TEA", name="龙井绿茶", barcode="6901234567892", on_hand=10)
    cup, pot = a_product("CUP", name="Cup", on_hand=40), a_product("POT", name="Pot", on_hand=6)
    for product, bin in [(tea, "A-01"), (cup, "B-02"), (pot, "B-02")]:
        services.set_place(product.stock.get(), by=None, bin=bin, alert_line=0)
    return a_count(tea, cup, pot, threshold=5)


def found(page: Page, code: str, pieces: str) -> None:
    """Scan a product, type the number, Enter: the cursor goes from field to field by itself."""
    scan(page, code)
    expect(page.get_by_label("Pieces")).to_be_focused()
    page.keyboard.type(pieces)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Scan a product or a bin")).to_be_focused()


def test_counting_with_the_keyboard_alone(log_in, staff, count):
    page = log_in("warehouse", width=390, height=844)
    page.goto(reverse("count-work", args=[count.number]))
    assert fits(page)
    expect(page.get_by_text("expected")).to_have_count(0)
    found(page, "6901234567892", "10")
    expect(page.locator(".said")).to_have_text(re.compile("10 counted"))
    scan(page, "B-02")
    expect(page.locator(".said")).to_have_text("Bin B-02")
    expect(page.get_by_label("Scan a product or a bin")).to_be_focused()
    expect(page.locator(".bins-count").first.locator("li")).to_have_count(2)
    scan(page, "NONSENSE")
    expect(page.get_by_role("alert")).to_have_text("No product of this count and no bin has the code NONSENSE.")
    expect(page.get_by_label("Scan a product or a bin")).to_be_focused()
    found(page, "CUP", "30")
    expect(page.locator(".said")).to_have_text("CUP Cup: please count once more.")
    found(page, "CUP", "39")
    expect(page.locator(".said")).to_have_text("CUP Cup: 39 counted.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Every scan is one piece")).to_be_focused()
    page.keyboard.press("Space")
    for _piece in range(6):
        scan(page, "POT")
    expect(page.locator(".tally")).to_contain_text("3 / 3")
    expect(page.locator(".said")).to_have_text("POT Pot: 6 counted.")
    page.get_by_role("link", name="Finish counting").focus()
    page.keyboard.press("Enter")
    page.locator("#dialog[open] .btn-primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{count.get_absolute_url()}")
    manager = staff("manager")
    count.refresh_from_db()
    assert count.status == "counted"
    services.approve_count(count, by=manager)
    assert sorted(Stock.objects.values_list("product__sku", "on_hand")) == [("CUP", 39), ("POT", 6), ("TEA", 10)]
    assert_books_balance()


def test_a_second_person_sees_what_is_counted(log_in, staff, count):
    tea, ana = count.lines.get(stock__product__sku="TEA").stock.product, staff("manager", first_name="Ana")
    for _turn in range(2):
        services.count_line(count, tea, 9, by=ana)
    page = log_in("warehouse", width=390, height=844)
    page.goto(reverse("count-work", args=[count.number]))
    expect(page.locator(".bin-row.is-done")).to_contain_text("龙井绿茶")
    expect(page.locator(".bin-row.is-done .count")).to_contain_text("9")
    scan(page, "TEA")
    expect(page.locator(".said")).to_have_text("TEA 龙井绿茶: Ana found 9. How many are there?")


def test_a_transfer_arrives_by_scan(log_in, stack):
    tea = a_product("TEA", name="龙井绿茶", barcode="6901234567892", on_hand=10)
    lines = {tea.pk: 3, a_product("CUP", name="Cup", on_hand=5).pk: 2}
    transfer = services.create_transfer(by=None, source=a_warehouse(), target=a_warehouse("EAST"), lines=lines)
    services.send_transfer(transfer, by=None)
    page = log_in("warehouse", width=390, height=844)
    page.goto(reverse("transfer-receive", args=[transfer.number]))
    assert fits(page)
    for code in ("6901234567892", "TEA", "CUP", "tea"):
        scan(page, code)
    expect(page.locator(".tally")).to_contain_text("4 / 5")
    scan(page, "TEA")
    expect(page.get_by_role("alert")).to_contain_text("only 0 pieces")
    scan(page, "CUP")
    page.wait_for_url(f"**{transfer.get_absolute_url()}")
    found = Stock.objects.filter(warehouse__code="EAST").values_list("product__sku", "on_hand")
    assert sorted(found) == [("CUP", 2), ("TEA", 3)]
    assert_books_balance()
