"""The courier's day: booked at the desk, collected on the phone, scanned at the hub, handed over for cash."""

from decimal import Decimal

from django.urls import reverse
from playwright.sync_api import Page, expect

from fulfillment.models import Consignment, ConsignmentAttempt
from tests.journeys.test_scanning import fits, scan
from tests.stories import a_customer


def book(page: Page, customer: str) -> Consignment:
    page.goto(reverse("consignment-new"))
    for label, value in {
        "Customer": customer,
        "Sender": "茶庄",
        "Recipient": "林美玲",
        "Content": "Contracts",
        "Weight, g": "800",
    }.items():
        page.get_by_label(label, exact=True).fill(value)
    page.locator("[name=sender_line1]").fill("南京西路 1 号")
    page.locator("[name=sender_city]").fill("上海")
    page.locator("[name=recipient_line1]").fill("文三路 9 号")
    page.locator("[name=recipient_city]").fill("杭州")
    page.locator("[name=cash_due]").fill("99.50")
    page.locator("[name=price]").fill("15")
    page.get_by_role("button", name="Book").click()
    page.wait_for_url("**/consignments/W*/")
    return Consignment.objects.get()


def assign(page: Page, driver: str) -> None:
    page.get_by_role("link", name="Assign drivers").click()
    for field in ("Collects", "Delivers"):
        page.locator("#dialog").get_by_label(field).select_option(label=driver)
    page.locator("#dialog .btn-primary").click()
    expect(page.locator("#dialog[open]")).to_have_count(0)
    expect(page.locator(".timeline").first).to_contain_text("Drivers assigned")


def test_a_consignment_from_the_desk_to_the_door(log_in, staff, stack, open_page):
    staff("driver", first_name="Mei", last_name="Shi")
    desk = log_in("dispatcher")
    consignment = book(desk, a_customer("茶庄").code)
    assign(desk, "Mei Shi")

    phone = log_in("driver", width=390, height=844)
    phone.goto(reverse("my-consignments"))
    assert fits(phone)
    phone.get_by_role("link", name="茶庄").click()
    assert fits(phone)
    phone.get_by_role("button", name="Collected").click()
    phone.wait_for_url(f"**{reverse('my-consignments')}")

    hub = log_in("warehouse")
    hub.goto(reverse("hub"))
    scan(hub, "W1")
    expect(hub.get_by_role("alert")).to_have_text("No consignment has the number W1.")
    scan(hub, consignment.number)
    expect(hub.get_by_role("status").first).to_have_text(f"{consignment.number}: to 杭州, Mei Shi")
    hub.get_by_label("What to do").select_option("load")
    hub.locator("h1").click()
    scan(hub, consignment.number)
    expect(hub.get_by_role("status").first).to_have_text(f"{consignment.number} is on board of Mei Shi.")

    phone.reload()
    phone.get_by_role("button", name="Start the round with 1 consignment").click()
    phone.get_by_role("link", name="林美玲").click()
    phone.get_by_role("link", name="Delivered", exact=True).click()
    dialog = phone.locator("#dialog[open]")
    dialog.get_by_label("Cash taken").fill("90")
    dialog.locator(".btn-primary").click()
    expect(dialog).to_contain_text(f"Take exactly 99.50 CNY for {consignment.number}")
    dialog.get_by_label("Cash taken").fill("99.50")
    dialog.locator(".btn-primary").click()
    phone.wait_for_url(f"**{reverse('my-consignments')}")
    assert ConsignmentAttempt.objects.get().cash == Decimal("99.50")

    customer = open_page(width=390, height=844)
    customer.goto(consignment.public_path)
    expect(customer.get_by_role("heading", level=1)).to_have_text("Delivered")
    assert fits(customer)
