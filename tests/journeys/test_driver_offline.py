"""A driver whose network comes and goes: nothing she taps is lost, and nothing is counted twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from fulfillment.models import DeliveryAttempt, Shipment
from tests.fulfillment.road import on_the_road
from tests.ledger import assert_books_balance


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def sign(page: Page) -> None:
    page.locator("[data-sign] canvas").scroll_into_view_if_needed()
    frame = page.locator("[data-sign] canvas").bounding_box()
    page.mouse.move(frame["x"] + 20, frame["y"] + 20)
    page.mouse.down()
    page.mouse.move(frame["x"] + 120, frame["y"] + 60, steps=4)
    page.mouse.up()


def hand_over(page: Page, number: str) -> None:
    page.goto(f"/drive/{number}/")
    sign(page)
    page.locator(".tell[open] .btn-primary").click()
    page.wait_for_url("**/drive/")


@pytest.fixture
def board(staff, stack):
    driver = staff("driver")
    return [on_the_road(driver) for _n in range(3)]


def test_two_stops_without_a_network_are_recorded_once_each(log_in, board):
    page = log_in("driver", width=390, height=844)
    page.goto("/drive/")
    expect(page.locator("#drive[data-kept]")).to_be_attached(timeout=20_000)
    assert fits(page)

    page.context.set_offline(True)
    for shipment in board[:2]:
        hand_over(page, shipment.number)
    expect(page.locator("#drive-waiting")).to_have_text("2 are waiting to be sent")
    expect(page.locator(".is-told .stop-told")).to_have_count(2)
    page.reload()
    expect(page.locator("#drive-waiting")).to_have_text("2 are waiting to be sent")
    expect(page.locator(".stop")).to_have_count(3)
    assert DeliveryAttempt.objects.count() == 0
    assert fits(page)

    page.context.set_offline(False)
    expect(page.locator(".stop")).to_have_count(1, timeout=15_000)
    expect(page.locator("#drive-waiting")).to_have_count(0)
    attempts = DeliveryAttempt.objects.order_by("recorded_at")
    assert [(a.shipment, a.number, a.outcome) for a in attempts] == [(s, 1, "delivered") for s in board[:2]]
    assert all(a.proof.signature.startswith("M") for a in attempts)
    assert_books_balance()


def test_leaving_waits_for_what_is_not_sent_and_takes_the_pages_along(log_in, board):
    page = log_in("driver", width=390, height=844)
    page.goto("/drive/")
    expect(page.locator("#drive[data-kept]")).to_be_attached(timeout=20_000)
    page.route("**/do/deliver/", lambda route: route.abort())
    hand_over(page, board[0].number)
    expect(page.locator("#drive-waiting")).to_have_text("1 is waiting to be sent")
    page.evaluate("document.querySelector('form[action=\"/logout/\"]').requestSubmit()")
    expect(page).to_have_url(re.compile("/drive/$"))
    page.unroute("**/do/deliver/")
    page.reload()
    expect(page.locator(".stop")).to_have_count(2, timeout=15_000)
    assert Shipment.objects.filter(status="delivered").count() == 1
    assert "drive-pages" in page.evaluate("caches.keys()")
    page.evaluate("document.querySelector('form[action=\"/logout/\"]').requestSubmit()")
    page.wait_for_url("**/login/")
    assert "drive-pages" not in page.evaluate("caches.keys()")
