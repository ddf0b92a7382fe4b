"""A clerk repairs a bad file in the browser, with the keyboard."""

import pytest
from playwright.sync_api import expect

from orders.models import ImportRow, Order
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_product

HEAD = "Order no,Customer no,Recipient,Address,City,SKU,Qty\n"


@pytest.fixture
def bad_file(stack, tmp_path, settings):
    a_product("TEA-100", name="Green tea", on_hand=50)
    a_customer(name="李娜", code="K100", email="li@example.com")
    rows = ["A-1,K100,李娜,1 Road,上海,TEA-100,2", "A-2,K100,李娜,1 Road,上海,TEA-100,two"]
    rows += ["A-3,K100,李娜,1 Road,上海,TEA-10,1", "A-4,K100,李娜,1 Road,上海,TEA-10,x"]
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_bad_file_is_repaired_with_the_keyboard_until_all_is_in(log_in, stack, bad_file):
    page = log_in("sales")
    page.goto("/orders/imports/new/")
    page.set_input_files("input[type=file]", bad_file)
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Import now: 1 new, 0 changed, 3 rows to repair").click()
    page.get_by_role("link", name="Repair the refused rows").click()
    expect(page.get_by_role("status").first).to_contain_text("3 rows to repair")
    page.get_by_label("Quantity, row 3").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Customer number, row 3")).to_be_focused()
    page.get_by_label("Quantity, row 5").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("1 of them corrected")
    page.get_by_role("link", name="Replace in all rows").first.click()
    dialog = page.locator("#dialog[open]")
    expect(dialog).to_contain_text("is wrong in the column SKU of 2 rows")
    expect(dialog.get_by_label("New value")).to_have_value("TEA-100")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("3 of them corrected")
    page.get_by_role("button", name="Save and try all again").click()
    page.wait_for_url("**/jobs/*/")
    page.get_by_role("link", name="To the import").click()
    expect(page.get_by_role("heading", name="What came of it")).to_be_visible()
    assert sorted(Order.objects.values_list("reference", flat=True)) == ["A-1", "A-2", "A-3", "A-4"]
    assert set(ImportRow.objects.values_list("state", flat=True)) == {"retried"}
    assert_books_balance()
