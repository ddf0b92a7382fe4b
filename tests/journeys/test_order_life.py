"""One order through the whole house in a real browser, in English and in Chinese; the books balance at the end."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from aftersales.models import Return
from customers.models import Customer
from fulfillment.models import Carrier, Shipment
from inventory.models import Stock, StockAlert
from oms.formats import day
from oms.models import Company, Job, Message, User
from orders.models import Order
from tests.ledger import assert_books_balance
from tests.stories import a_product

LANGUAGES = ["en", "zh-hans"]


def submit(page: Page) -> None:
    """The main button of the page's form."""
    page.locator("#main form .btn-primary").last.click()
    page.wait_for_load_state()


def act(page: Page, url_name: str, number: str, action: str, **fields: str) -> None:
    """Open an action's page, fill it in and do it."""
    page.goto(reverse(url_name, args=[number, action]))
    for name, value in fields.items():
        control = page.locator(f"#main [name={name}]").first
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    submit(page)


def new_customer(page: Page, language: str) -> Customer:
    page.goto(reverse("customer-new"))
    address = {"line1": "南京西路 1266 号", "city": "上海"}
    for name, value in {"name": "李娜", "email": "li.na@example.com", "phone": "138 0000 7788", **address}.items():
        page.fill(f"#main [name={name}]", value)
    page.select_option("#main [name=language]", language)
    submit(page)
    expect(page.locator("h1")).to_have_text("李娜")
    return Customer.objects.get(name="李娜")


def enter_order(page: Page, customer: Customer, lines: list[tuple[str, int]]) -> None:
    page.goto(f"{reverse('order-new')}?customer={customer.code}")
    for row, (sku, quantity) in enumerate(lines):
        page.locator("[name=sku]").nth(row).fill(sku)
        page.locator("[name=quantity]").nth(row).fill(str(quantity))


@pytest.fixture
def company(stack):
    return Company.objects.create(pk=1, name="青禾", buyer_email="buyer@example.com")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_from_the_desk_to_the_door_and_back(language, stack, company, log_in, open_page, staff):
    a_product("TEA", name="龙井绿茶", price="88", on_hand=20)
    Stock.objects.update(alert_line=17)
    a_product("CUP", name="Cup", price="12.50", on_hand=20)
    a_product("POT", name="茶壶", price="199", on_hand=5)
    order = step_1_the_clerk_enters_an_order(log_in("sales", language=language), language)
    step_2_the_customer_gets_her_mail(stack, order, language)
    step_3_the_warehouse_and_the_driver(log_in, staff, order, language)
    step_4_the_customer_looks(open_page, order, language)
    step_5_the_buyer_is_warned_once(stack, log_in, language)
    step_6_a_piece_comes_back(stack, log_in, open_page, order, language)
    step_7_the_manager_gets_her_report(stack, log_in, language)
    assert_books_balance()


def step_1_the_clerk_enters_an_order(page: Page, language: str) -> Order:
    customer = new_customer(page, language)
    enter_order(page, customer, [("TEA", 3), ("cup", 2), ("POT", 1)])
    summary = page.locator("#preview")
    expect(summary).to_contain_text("551.44")  # 3 × 88 + 2 × 12.50 + 199, and 13 % tax line by line
    submit(page)
    order = Order.objects.get()
    expect(page.locator("h1")).to_contain_text(order.number)
    assert (order.stage, str(order.total)) == ("to_pick", "551.44")
    with translation.override(language):
        expect(page.locator("#main")).to_contain_text(str(day(order.ship_by)))
    assert sorted(order.lines.values_list("sku", "reserved")) == [("CUP", 2), ("POT", 1), ("TEA", 3)]
    return order


def step_2_the_customer_gets_her_mail(stack, order: Order, language: str) -> None:
    stack.settle()
    (mail,) = stack.mails("li.na@example.com")
    text = mail.get_body(("plain",)).get_content()
    assert order.number in mail["Subject"]
    assert reverse("track_order", args=[order.public_key]) in text
    with translation.override(language):
        assert day(order.promised_date) in text
    assert ("已确认" in mail["Subject"]) == (language == "zh-hans")


def step_3_the_warehouse_and_the_driver(log_in, staff, order: Order, language: str) -> None:
    fleet = Carrier.objects.create(name="青禾车队", own=True)
    driver = staff("driver")
    page = log_in("warehouse", language=language)
    page.goto(reverse("picking"))
    expect(page.locator("#main")).to_contain_text(order.number)
    page.locator(f"form[action*='{order.number}'] button").first.click()
    page.wait_for_url("**/pick/")
    shipment = Shipment.objects.get()
    for code in ["TEA"] * 3 + ["CUP"] * 2 + ["POT"]:
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    expect(page.locator(".tally")).to_contain_text("6 / 6")
    page.locator("#work form .btn-primary").last.click()
    page.wait_for_url("**/pack/")
    for code, count, done in (("TEA", 3, "3 / 6"), ("CUP", 2, "5 / 6"), ("POT", 1, "")):
        page.fill("#scan-quantity", str(count))
        page.fill("#scan-code", code)
        page.keyboard.press("Enter")
        if done:
            expect(page.locator(".tally")).to_contain_text(done)
    # the last piece closes the parcel
    page.wait_for_url(f"**{reverse('shipment', args=[shipment.number])}")
    slip = page.request.get(reverse("packing-slip", args=[shipment.number]))
    assert slip.body().startswith(b"%PDF-")
    act(page, "shipment-action", shipment.number, "ship", carrier=str(fleet.pk))
    dispatcher = log_in("dispatcher", language=language)
    act(dispatcher, "shipment-action", shipment.number, "send-out", driver=str(driver.pk))
    phone = log_in("driver", language=language, width=390, height=844)
    phone.goto(reverse("my-deliveries"))
    expect(phone.locator("#main")).to_contain_text("李娜")
    act(phone, "delivery-action", shipment.number, "deliver", recipient="李娜")
    order.refresh_from_db()
    assert order.stage == "delivered"
    assert dict(Stock.objects.values_list("product__sku", "on_hand")) == {"TEA": 17, "CUP": 18, "POT": 4}


def step_4_the_customer_looks(open_page, order: Order, language: str) -> None:
    page = open_page(language=language, width=390, height=844)
    answers = []
    for number, contact in ((order.number, "0000"), ("SO999999", "7788")):
        page.goto(reverse("track"))
        page.fill("[name=number]", number)
        page.fill("[name=contact]", contact)
        submit(page)
        answers.append(page.locator(".error-summary").inner_text())
    assert answers[0] == answers[1]
    page.goto(reverse("track"))
    page.fill("[name=number]", order.number)
    page.fill("[name=contact]", "7788")
    submit(page)
    expect(page).to_have_url(re.compile(re.escape(reverse("track_order", args=[order.public_key]))))
    expect(page.locator("h1")).to_have_text("已送达" if language == "zh-hans" else "Delivered")
    expect(page.locator(".bought")).to_contain_text("龙井绿茶")


def step_5_the_buyer_is_warned_once(stack, log_in, language: str) -> None:
    for _beat in range(3):
        stack.run_task("inventory.tasks.check_alert_lines")
    (mail,) = stack.mails("buyer@example.com")
    assert "TEA" in mail["Subject"] + mail.get_body(("plain",)).get_content()
    alert = StockAlert.objects.get()
    page = log_in("warehouse", language=language)
    page.goto(reverse("home"))
    expect(page.locator("#main")).to_contain_text("TEA")
    page.goto(reverse("alert-action", args=[alert.pk, "handle"]))
    submit(page)
    page.goto(reverse("home"))
    expect(page.locator("#main")).not_to_contain_text("TEA")


def step_6_a_piece_comes_back(stack, log_in, open_page, order: Order, language: str) -> None:
    customer = open_page(language=language, width=390, height=844)
    customer.goto(reverse("public_return", args=[order.public_key]))
    line = order.lines.get(sku="CUP")
    customer.fill(f"[name=line_{line.pk}]", "1")
    customer.check("[name=reason][value=damaged]")
    submit(customer)
    rma = Return.objects.get()
    support, warehouse = log_in("support", language=language), log_in("warehouse", language=language)
    act(support, "return-action", rma.number, "approve", answer="请寄回")
    act(warehouse, "return-action", rma.number, "receive")
    act(warehouse, "return-action", rma.number, "inspect")
    manager = log_in("manager", language=language)
    act(manager, "order-action", order.number, "pay", amount=str(order.total))
    act(support, "return-action", rma.number, "refund")
    rma.refresh_from_db()
    order.refresh_from_db()
    assert (rma.status, str(rma.refunded), str(order.paid)) == ("closed", "14.13", "537.31")
    assert Stock.objects.get(product__sku="CUP").on_hand == 19
    stack.settle()
    assert Message.objects.filter(template="return_refunded", to="li.na@example.com", state="sent").count() == 1


def step_7_the_manager_gets_her_report(stack, log_in, language: str) -> None:
    page = log_in("manager", language=language)
    page.goto(reverse("dashboard"))
    expect(page.locator("#main svg").first).to_be_visible()
    page.goto(reverse("report-sales"))
    today = timezone.localdate()
    page.fill("[name=first]", (today - timedelta(days=30)).isoformat())
    page.fill("[name=last]", today.isoformat())
    page.locator("[name=group]").first.check()
    submit(page)
    stack.settle(60)
    job = Job.objects.get()
    assert (job.state, job.error) == ("done", "")
    page.goto(job.get_absolute_url())
    contents = {}
    for link in page.locator("a[href*='/jobs/'][href*='/files/']").all():
        answer = page.request.get(link.get_attribute("href"))
        contents[answer.headers["content-disposition"].rpartition(".")[2].strip('"')] = answer.body()
    assert contents["pdf"].startswith(b"%PDF-")
    assert "551.44" in str(_cells(contents["xlsx"])) or 551.44 in _cells(contents["xlsx"])


def _cells(workbook: bytes) -> list:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_with_a_problem_is_held_with_its_reason(language, stack, company, log_in):
    a_product("POT", price="199", on_hand=2)
    page = log_in("sales", language=language)
    enter_order(page, new_customer(page, language), [("POT", 5)])
    submit(page)
    order = Order.objects.get()
    assert (order.stage, order.lines.get().reserved) == ("on_hold", 2)
    expect(page.locator(".hold")).to_contain_text("POT")
    expect(page.locator(".hold")).to_contain_text("3")
    stack.settle()
    assert stack.mails("li.na@example.com") == []
    page.goto(reverse("review"))
    expect(page.locator("#main")).to_contain_text(order.number)
    act(page, "order-action", order.number, "release", note="ok")
    order.refresh_from_db()
    assert (order.status, order.stage) == ("confirmed", "waiting_stock")
    stack.settle()
    assert len(stack.mails("li.na@example.com")) == 1
    assert_books_balance()


@pytest.mark.parametrize("language", LANGUAGES)
def test_orders_come_in_by_file(language, stack, company, log_in, tmp_path):
    a_product("TEA", price="88", on_hand=20)
    file = tmp_path / "orders.csv"
    file.write_text(
        "Order no,Customer,E-mail,Address,City,SKU,Qty,Price\n"
        "A-1,陈伟,chen@example.com,1 Road,上海,TEA,2,80\n"
        "A-1,陈伟,chen@example.com,1 Road,上海,NEW,1,10\n"
        "A-2,王芳,wang@example.com,2 Road,北京,TEA,-1,80\n",
        encoding="utf-8",
    )
    page = log_in("sales", language=language)
    page.goto(reverse("order-import-new"))
    page.set_input_files("[name=file]", file)
    submit(page)
    assert page.locator("[name=sku]").input_value() == "SKU"
    page.select_option("[name=create_missing]", "1")
    page.fill("[name=save_as]", "shop")
    submit(page)
    stack.settle()
    page.reload()
    expect(page.locator("#main")).to_contain_text("-1")
    assert Order.objects.count() == 0
    page.locator("form[action*='begin'] button").click()
    page.wait_for_load_state()
    stack.settle()
    order = Order.objects.get()
    assert (order.reference, order.channel, str(order.net)) == ("A-1", "import", "170.00")
    page.reload()
    refused = page.request.get(page.locator("a[href*='/jobs/'][href*='/files/']").first.get_attribute("href")).text()
    assert refused.splitlines()[1].startswith("A-2,王芳,wang@example.com,2 Road,北京,TEA,-1,80,")
    assert User.objects.get(username="sales").pk == order.by_id
    assert_books_balance()
