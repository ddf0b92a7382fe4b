"""A delivery counted with a scanner on a phone, and an order typed with the keyboard alone."""

from django.urls import reverse
from playwright.sync_api import expect

from inventory.models import Barcode, PurchaseOrder, Receipt
from tests.inventory.test_purchasing import a_sent, a_supplier, counters
from tests.journeys.test_scanning import fits, scan
from tests.ledger import assert_books_balance
from tests.stories import a_product, a_warehouse


def test_a_delivery_is_counted_and_received_by_scanner(log_in, stack):
    tea, cup = a_product("TEA", name="龙井绿茶", barcode="6901234567892", on_hand=0), a_product("CUP", on_hand=0)
    Barcode.objects.create(product=tea, code="CARTON-12", pieces=12)
    purchase = a_sent((tea, 14), (cup, 3))
    page = log_in("warehouse", width=390, height=844)
    page.goto(purchase.get_absolute_url())
    page.get_by_role("link", name="Receive").click()
    expect(page.get_by_role("button", name="All as ordered")).to_be_visible()
    assert fits(page)
    for code in ("carton-12", "6901234567892", "tea", "NONE"):
        scan(page, code)
    expect(page.locator("#said")).to_have_text("This code is not awaited on this purchase order: NONE")
    expect(page.locator("li.is-done")).to_contain_text("龙井绿茶")
    page.locator("h1").click()  # the focus is nowhere now
    scan(page, "CUP")
    expect(page.get_by_label("Pieces of CUP")).to_have_value("1")
    page.get_by_label("Pieces of CUP").fill("2")
    page.keyboard.press("Enter")
    page.keyboard.type("LS 77")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inventory/receipts/GR*/")
    assert counters(purchase) == [("TEA", 14, 14, 0), ("CUP", 3, 2, 0)]
    assert Receipt.objects.get().paper == "LS 77"
    assert_books_balance()


def test_an_order_is_typed_cell_by_cell(log_in, stack):
    hill = a_supplier()
    a_warehouse()
    for n in range(7):
        a_product(f"P{n}", on_hand=0)
    page = log_in("manager")
    page.goto(f"{reverse('purchase-order-new')}?supplier={hill.pk}")
    page.locator("[name=sku]").first.focus()
    for n in range(7):
        for text in (f"P{n}", "5", "2.50"):
            page.keyboard.type(text)
            page.keyboard.press("Enter")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/inventory/purchases/PO*/")
    assert counters(PurchaseOrder.objects.get()) == [(f"P{n}", 5, 0, 0) for n in range(7)]


def test_a_scanner_fills_the_order_and_what_is_typed_is_kept(log_in, stack):
    for sku, code in (("TEA", "4006381333931"), ("POT", "4012345678901")):
        a_product(sku, barcode=code)
    page = log_in("sales")
    page.goto("/orders/new/")
    page.locator("[name=sku]").first.focus()
    for code in ("4006381333931", "4012345678901", "4006381333931"):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    cells = [[box.input_value() for box in page.locator(f"[name={name}]").all()[:3]] for name in ("sku", "quantity")]
    assert cells == [["4006381333931", "4012345678901", ""], ["2", "1", "1"]]
    expect(page.locator("#preview")).to_contain_text("Total")
    page.locator("#draft a").click()
    page.locator("tbody a").first.click()
    expect(page.locator("[name=sku]").nth(1)).to_have_value("4012345678901")
