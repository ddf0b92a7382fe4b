"""A warehouse morning on a phone, with the keyboard alone: wave, cart, totes, parcels; what is wrong is loud."""

from django.db.models import F
from django.urls import reverse
from playwright.sync_api import Page, expect

from fulfillment import services as fulfillment
from fulfillment.models import Batch, Cart, Parcel, Shipment, Wave
from inventory import services as inventory
from orders.models import Order
from tests.journeys.test_scanning import fits, scan
from tests.ledger import assert_books_balance
from tests.stories import a_placed_order, a_product, a_warehouse


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button or link with this text has the focus."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText.trim()") == name:
            return
    raise AssertionError(f"{name} cannot be reached with the keyboard")


def test_a_wave_is_picked_and_packed_with_the_keyboard_alone(log_in, stack):
    tea = a_product("TEA", name="龙井绿茶", barcode="6901234567892", weight_g=200)
    cup = a_product("CUP", name="Cup", weight_g=300)
    for product, place in ((tea, "A-2"), (cup, "A-10")):
        inventory.set_place(product.stock.get(), by=None, bin=place, alert_line=0)
    placed = [a_placed_order((tea, 2), (cup, 1)), a_placed_order((tea, 3))]
    Cart.objects.create(name="Cart 1", warehouse=a_warehouse())

    page = log_in("warehouse", width=390, height=844)
    page.goto(reverse("wave-new"))
    tab_to(page, "Plan")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 orders would be released now.")).to_be_visible()
    tab_to(page, "Release")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(Wave.objects.get().number)
    expect(page.get_by_text(placed[0].number)).to_be_visible()

    page.goto(reverse("batch-new"))
    assert fits(page)
    tab_to(page, "Give me work")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pick/")
    assert fits(page)
    expect(page.locator(".now")).to_contain_text("Take 5 of TEA")
    scan(page, "4711")
    expect(page.get_by_role("alert")).to_have_text("Unknown code 4711: no product has it.")
    scan(page, "6901234567892")
    expect(page.locator(".now")).to_contain_text("Now scan the tote.")
    scan(page, "T9")
    expect(page.get_by_role("alert")).to_contain_text("Wrong tote T9: TEA goes into tote 1 × 2, tote 2 × 3.")
    for code in ("T1", "T2", "CUP", "T1"):
        scan(page, code)
    expect(page.locator(".tally")).to_contain_text("6 / 6")
    tab_to(page, "Finish the batch")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{Batch.objects.get().get_absolute_url()}")

    shipment = Shipment.objects.get(tote=1)
    page.goto(reverse("packing"))
    stale = str(fulfillment.print_paper(shipment))
    Order.objects.filter(pk=shipment.order_id).update(note="Leave at the door", version=F("version") + 1)
    scan(page, stale)
    expect(page.get_by_role("alert")).to_contain_text("the note is now “Leave at the door”")
    page.goto(reverse("packing"))
    scan(page, str(fulfillment.print_paper(Shipment.objects.get(pk=shipment.pk))))
    page.wait_for_url(f"**{reverse('pack', args=[shipment.number])}")
    assert fits(page)
    for code in ("TEA", "TEA", "TEA"):
        scan(page, code)
    expect(page.get_by_role("alert")).to_have_text("Too many: all 2 of TEA are packed. Put this one back.")
    scan(page, "CUP")
    expect(page.get_by_label("Weight, g")).to_be_focused()
    page.keyboard.type("500")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("weighs 500 g but should weigh 700 g")
    page.get_by_label("Weight, g").press("Control+a")
    page.keyboard.type("710")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{shipment.get_absolute_url()}")
    expect(page.get_by_text(Parcel.objects.get().code).first).to_be_visible()
    assert fits(page)
    assert_books_balance()
