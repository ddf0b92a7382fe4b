"""The customer's live page: what it says, when it is silent, what it lets her ask for, and nothing about others."""

import datetime
import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, DeliveryWish, Shipment
from fulfillment.slots import bounds
from fulfillment.tracking import stamp_of
from orders.models import Order, Promise
from tests.fulfillment.road import on_the_road, shipped
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def driver():
    return a_person("fulfillment.deliver_own")


@pytest.fixture
def order():
    return a_placed_order((a_product("TEA", name="Green tea", on_hand=9), 2))


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def live(client, order: Order, stamp: str = "", **headers):
    headers = {"If-None-Match": f'"{stamp}"', **headers} if stamp else headers
    return client.get(reverse("track-live", args=[order.public_key]), headers=headers)


def test_she_reads_how_many_stops_come_before_hers(client, driver, order):
    others = [on_the_road(driver) for _n in range(3)]
    mine = on_the_road(driver, order)
    elsewhere = on_the_road(a_person("fulfillment.deliver_own"))
    for n, shipment in enumerate([*others, mine], start=1):
        Shipment.objects.filter(pk=shipment.pk).update(stop_order=n)
    Shipment.objects.filter(pk=elsewhere.pk).update(stop_order=1)
    page = text(client.get(order.public_path))
    assert "3 stops before you" in page
    assert [s.number for s in [*others, elsewhere] if s.number in page or s.order.number in page] == []
    for shipment in others[:2]:
        fulfillment.deliver(shipment, by=driver, recipient="x", key=uuid4())
    assert "1 stop before you" in text(client.get(order.public_path))
    fulfillment.fail_delivery(others[2], by=driver, outcome="absent", key=uuid4())
    assert "You are next." in text(client.get(order.public_path))
    fulfillment.arrive(mine, by=driver)
    assert "The driver is at your door." in text(client.get(order.public_path))


def test_a_failed_attempt_is_told_in_the_customers_words(client, driver, order):
    shipment = on_the_road(driver, order)
    start, end = bounds(timezone.localdate() + datetime.timedelta(days=1), "evening")
    again = fulfillment.NextAttempt(start, end)
    fulfillment.fail_delivery(
        shipment, by=driver, outcome="absent", key=uuid4(), note="Angry dog", customer_note="We rang.", again=again
    )
    page = text(client.get(order.public_path))
    assert "We rang." in page and "between 17:00 and 21:00" in page
    assert "Green tea" in page
    assert "Angry dog" not in page


def test_a_reopened_attempt_is_not_told(client, driver, order):
    shipment = on_the_road(driver, order)
    fulfillment.fail_delivery(shipment, by=driver, outcome="absent", key=uuid4(), customer_note="We rang.")
    fulfillment.reopen_attempt(shipment, by=driver, reason="She came")
    assert "We rang." not in text(client.get(order.public_path))


def test_a_changed_promise_is_admitted_without_naming_other_orders(client, order):
    day = datetime.date(2030, 1, 2)
    reasons = [{"code": "claim_given", "sku": "TEA", "order": "SO999"}]
    Promise.objects.create(order=order, ship_by=day, deliver_by=day, reasons=reasons)
    Order.objects.update(promised_date=day)
    page = text(client.get(order.public_path))
    assert "Changes of our promise" in page
    assert "→ Jan 2, 2030" in page
    assert "needed for an older promise" in page
    assert "SO999" not in page


def test_nothing_new_costs_304_and_two_statements(client, order, django_assert_num_queries):
    shipped(order)
    first = live(client, order)
    stamp = first["ETag"].strip('"')
    assert (first.status_code, "<html" in first.content.decode()) == (200, False)
    with django_assert_num_queries(2):
        again = live(client, order, stamp)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert f'data-stamp="{stamp}"' in client.get(order.public_path).content.decode()


def test_everything_shown_changes_the_stamp(driver, order):
    shipment, other = on_the_road(driver, order), on_the_road(driver)
    stamps = [stamp_of(order)]

    def differs():
        stamps.append(stamp_of(order))
        assert len(set(stamps)) == len(stamps)

    Shipment.objects.filter(pk=shipment.pk).update(stop_order=2)
    differs()
    Shipment.objects.filter(pk=other.pk).update(stop_order=1)
    differs()
    Shipment.objects.filter(pk=shipment.pk).update(eta=timezone.now())
    differs()
    wish = fulfillment.make_wish(shipment, kind="neighbour", note="Wang")
    differs()
    fulfillment.accept_wish(wish, by=a_person())
    differs()
    fulfillment.arrive(shipment, by=driver)
    differs()
    fulfillment.deliver(shipment, by=driver, recipient="x", key=uuid4())
    differs()
    assert stamp_of(order) == stamps[-1]


def test_a_foreign_link_is_not_there(client, order):
    assert client.get("/track/SO1:x/live/").status_code == 404
    shipment, other = shipped(order), a_placed_order((a_product(), 1))
    address = reverse("delivery-wish-new", args=[other.public_key, shipment.number])
    assert client.get(address).status_code == 404
    assert client.post(address, {"kind": "neighbour", "note": "me"}).status_code == 404
    assert DeliveryWish.objects.count() == 0


def wish(client, order: Order, **data):
    address = reverse("delivery-wish-new", args=[order.public_key, order.shipments.get().number])
    return client.post(address, {"submission": str(uuid4()), **data})


def test_she_asks_for_another_time_and_reads_the_answer(client, order):
    shipped(order)
    day = timezone.localdate() + datetime.timedelta(days=2)
    key = str(uuid4())
    answers = [wish(client, order, kind="slot", day=day, slot="morning", submission=key) for _sent in range(2)]
    assert [a.url for a in answers] == [order.public_path] * 2
    asked = DeliveryWish.objects.get()
    assert (asked.wanted_from, asked.wanted_to) == bounds(day, "morning")
    assert "We will answer soon." in text(client.get(order.public_path))
    client.force_login(a_person("fulfillment.dispatch", "fulfillment.view_deliverywish"))
    assert order.ship_name in client.get(reverse("delivery-wishes")).content.decode()
    action = reverse("delivery-wish-action", args=[asked.pk, "accept"])
    client.post(action, {"answer": "See you then.", "submission": str(uuid4())})
    client.logout()
    page = text(client.get(order.public_path))
    assert "We will do so. See you then." in page and "between 09:00 and 13:00" in page


@pytest.mark.parametrize(
    "data", [{}, {"day": "2020-01-01", "slot": "morning"}, {"day": "2999-01-01", "slot": "morning"}, {"slot": "noon"}]
)
def test_an_odd_time_is_refused(client, order, data):
    shipped(order)
    assert wish(client, order, kind="slot", **data).status_code == 422
    assert DeliveryWish.objects.count() == 0


def test_a_foreign_carriers_parcel_cannot_be_changed(client, order):
    shipped(order, Carrier.objects.create(name="Post"))
    assert "Change the delivery" not in text(client.get(order.public_path))
    assert wish(client, order, kind="neighbour", note="Wang").status_code == 422


def test_wishes_and_looks_are_limited(client, order, monkeypatch):
    shipped(order)
    monkeypatch.setattr("fulfillment.views.live.POSTS", 1)
    assert [wish(client, order, kind="neighbour", note="Wang").status_code for _n in range(2)] == [302, 429]
    monkeypatch.setattr("fulfillment.views.live.LOOKS", 3)
    assert [live(client, order).status_code for _n in range(3)][-1] == 429


@pytest.mark.parametrize("rows", [1, 3])
def test_the_live_part_costs_the_same_for_any_number_of_lines(client, rows, django_assert_num_queries):
    order = a_placed_order(*[(a_product(), 1) for _n in range(rows)])
    shipped(order)
    live(client, order)
    with django_assert_num_queries(10):
        live(client, order)
