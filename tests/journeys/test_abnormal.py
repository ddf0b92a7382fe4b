"""Orders that do not go straight, each handled in the browser; the books balance after each."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from inventory import services as inventory
from orders.models import Order
from tests.journeys.test_order_life import act, submit
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_placed_order, a_product, a_warehouse, shipped


@pytest.fixture
def tea(stack):
    return a_product("TEA", price="10", on_hand=10)


@pytest.fixture
def page(log_in) -> Page:
    return log_in("sales")


@pytest.fixture(autouse=True)
def _books(stack):
    yield
    assert_books_balance()


def order_page(page: Page, order: Order) -> None:
    page.goto(order.get_absolute_url())


def counters(order: Order) -> list[tuple]:
    return list(order.lines.order_by("sku").values_list("sku", "ordered", "cancelled", "reserved"))


def test_an_order_is_held_and_released(page, tea):
    order = a_placed_order((tea, 2))
    order_page(page, order)
    act(page, "order-action", order.number, "hold", note="the customer rings back")
    expect(page.locator(".hold")).to_contain_text("the customer rings back")
    page.locator(".hold a").click()
    page.fill("#dialog [name=note]", "she rang")
    page.locator("#dialog .btn-primary").click()
    expect(page.locator(".hold")).to_have_count(0)
    assert Order.objects.get().stage == "to_pick"


def test_an_order_is_changed_and_a_part_of_it_cancelled(page, tea):
    order = a_placed_order((tea, 3), (a_product("POT"), 1))
    line, pot = order.lines.all()
    page.goto(reverse("order-change", args=[order.number]))
    page.fill(f"[name=quantity_{line.pk}]", "2")
    page.fill(f"[name=quantity_{pot.pk}]", "0")
    page.fill("[name=city]", "苏州")
    page.locator("[name=check]").click()
    expect(page.locator(".entry-side")).to_contain_text("22.60")
    submit(page)
    page.wait_for_url(f"**{order.get_absolute_url()}")
    assert counters(order) == [("POT", 1, 1, 0), ("TEA", 3, 1, 2)]
    assert Order.objects.get().city == "苏州"


def test_an_order_is_split_and_merged_again(page, tea):
    order = a_placed_order((tea, 3))
    act(page, "order-action", order.number, "split", **{f"line_{order.lines.get().pk}": "1", "reason": "two days"})
    part = Order.objects.exclude(pk=order.pk).get()
    expect(page.locator("h1")).to_contain_text(part.number)
    assert (counters(order), counters(part)) == ([("TEA", 2, 0, 2)], [("TEA", 1, 0, 1)])
    page.goto(reverse("order-action", args=[order.number, "merge"]))
    page.check(f"[name=other][value='{part.pk}']")
    submit(page)
    part.refresh_from_db()
    assert (part.status, sum(order.lines.values_list("reserved", flat=True))) == ("cancelled", 3)


def test_goods_are_sent_again(page, tea):
    order = a_placed_order((tea, 2))
    shipped(order)
    line = order.lines.get()
    act(page, "order-action", order.number, "reship", **{f"line_{line.pk}": "1", "reason": "broken"})
    again = Order.objects.get(origin=order)
    expect(page.locator("#main")).to_contain_text(order.number)
    assert (again.total, counters(again)) == (0, [("TEA", 1, 0, 1)])


def test_a_cancelled_order_is_opened_again(page, tea):
    order = a_placed_order((tea, 2))
    page.goto(reverse("order-action", args=[order.number, "cancel"]))
    page.fill("#main [name=reason]", "by mistake")
    page.locator("#main form .btn-danger").click()
    page.wait_for_url(f"**{order.get_absolute_url()}")
    assert counters(order) == [("TEA", 2, 2, 0)]
    act(page, "order-action", order.number, "reopen", reason="she wants it after all")
    order.refresh_from_db()
    assert (order.status in ("placed", "confirmed"), counters(order)) == (True, [("TEA", 2, 0, 2)])


def test_a_backorder_gets_its_goods_when_they_arrive(page, stack):
    pot = a_product("POT", on_hand=1)
    order = a_placed_order((pot, 2))
    act(page, "order-action", order.number, "release", note="she waits")
    expect(page.locator("h1")).to_contain_text("Waiting for stock")
    inventory.receive(pot, a_warehouse(), 5, by=None)
    stack.settle()
    page.reload()
    expect(page.locator("h1")).to_contain_text("To pick")
    assert counters(order) == [("POT", 2, 0, 2)]


def test_two_clerks_change_one_order(page, log_in, tea, staff):
    order = a_placed_order((tea, 3), customer=a_customer("Mei Lin"))
    line, url = order.lines.get(), reverse("order-change", args=[order.number])
    other = log_in("manager")
    page.goto(url)
    other.goto(url)
    page.fill("[name=note]", "knock")
    other.fill(f"[name=quantity_{line.pk}]", "5")
    for clerk in (other, page):
        clerk.get_by_role("button", name="Change the order").click()
    expect(page.locator(".clashes tbody tr")).to_have_text(["Quantity of TEA35–"])
    expect(page.locator("[name=note]")).to_have_value("knock")
    expect(page.locator(f"[name=quantity_{line.pk}]")).to_have_value("5")
    page.get_by_role("button", name="Change the order").click()
    page.wait_for_url(f"**{order.get_absolute_url()}")
    order.refresh_from_db()
    assert (order.note, counters(order)) == ("knock", [("TEA", 5, 0, 5)])
