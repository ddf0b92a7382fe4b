"""What a customer, and what anybody else, can learn about an order."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders import services
from orders.models import Order, OrderPolicy, Promise
from tests.stories import a_customer, a_delivered_order, a_placed_order, a_product, shipped

pytestmark = pytest.mark.django_db
WORDS = {
    "on_hold": "We are checking your order",
    "to_pick": "Confirmed",
    "shipped": "On its way",
    "delivered": "Delivered",
    "cancelled": "Cancelled",
}


@pytest.fixture
def order() -> Order:
    customer = a_customer("Mei Lin", email="mei@example.com", phone="+86 138-0000-1234", language="en")
    return a_placed_order((a_product("TEA", name="Green tea"), 2), customer=customer)


def asked(client, number, contact, **headers):
    return client.post("/track/", {"number": number, "contact": contact}, headers=headers)


def told(response) -> str:
    """An answer without what differs between any two answers."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("contact", ["mei@example.com", " MEI@Example.com ", "1234", "00001234", "138-0000-1234"])
def test_number_and_mail_or_phone_tail_lead_to_the_order(client, order, contact):
    answer = asked(client, f" {order.number.lower()} ", contact)
    assert (answer.status_code, answer["location"]) == (302, order.public_path)


@pytest.mark.parametrize("contact", ["234", "9999", "li@example.com", "mei", "@", "x1234@example.com", "٤٣٢١"])
def test_a_wrong_pair_and_an_unknown_number_get_the_same_bytes(client, order, contact):
    wrong = asked(client, order.number, contact)
    unknown = asked(client, "SO999999", contact)
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert told(wrong).replace(order.number, "?") == told(unknown).replace("SO999999", "?")
    own = {"Content-Length": "", "Expires": ""}  # the second in which each was asked
    assert dict(wrong.headers) | own == dict(unknown.headers) | own


def test_both_cost_the_same_work(client, order):
    asked(client, "SO1", "1111")
    counts = []
    for number in (order.number, "SO999999"):
        with CaptureQueriesContext(connection) as queries:
            asked(client, number, "9999")
        counts.append([re.sub(r"'SO\d+'", "?", q["sql"]) for q in queries])
    assert counts[0] == counts[1]


def test_an_order_without_phone_is_not_found_by_an_empty_tail(client):
    bare = a_placed_order((a_product(), 1), customer=a_customer(email="", phone=""))
    for contact in ("", " ", "0000", "----"):
        assert asked(client, bare.number, contact).status_code == 422


def test_the_order_and_the_customer_may_be_known_by_different_mails(client):
    order = a_placed_order((a_product(), 1), email="office@example.com")
    assert asked(client, order.number, "office@example.com").status_code == 302
    assert asked(client, order.number, "mei@example.com").status_code == 302


def test_guessing_is_stopped_by_caller(client, order):
    answers = [asked(client, f"SO{n}", "1234").status_code for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert asked(client, order.number, "mei@example.com").status_code == 429


def test_guessing_one_number_from_many_places_is_stopped_too(order):
    answers = [asked(Client(REMOTE_ADDR=f"10.0.0.{n}"), order.number, f"{n:04}").status_code for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert asked(Client(REMOTE_ADDR="10.0.1.1"), "SO999", "1234").status_code == 422


def test_looking_at_links_is_limited(client, order, monkeypatch):
    monkeypatch.setattr("orders.views.track.LOOKS", 2)
    assert [client.get(order.public_path).status_code for _look in range(3)] == [200, 200, 429]


def test_without_the_counter_nothing_is_told(client, order, monkeypatch):
    monkeypatch.setattr("orders.views.track.allow", lambda *args: False)
    assert asked(client, order.number, "1234").status_code == 429


@pytest.mark.parametrize(
    "change", [lambda k: k[:-1], lambda k: "SO1" + k[8:], lambda k: k.split(":")[0], lambda k: "x"]
)
def test_a_link_that_we_did_not_sign_gets_a_calm_page(client, order, change):
    answer = client.get(f"/track/{change(order.public_key)}/")
    assert answer.status_code == 404
    assert "This link leads to no order" in text(answer)
    assert order.number not in text(answer)
    assert answer["Referrer-Policy"] == "no-referrer"


def test_a_signed_link_shows_status_contents_and_history(client, order):
    answer = client.get(order.public_path)
    shown = text(answer)
    assert answer.status_code == 200
    assert "Confirmed" in shown
    assert f"Order {order.number}" in shown
    assert "Green tea" in shown
    assert "CN¥22.60" in shown
    assert "We received your order" in shown
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"


def test_nothing_internal_is_told(client):
    order = a_placed_order((a_product("TEA", on_hand=1), 2), note="difficult customer")
    services.add_note(order, by=None, text="pays late")
    services.hold_order(order, by=None, note="looks like fraud")
    services.release_order(order, by=None, note="boss says yes")
    services.hold_order(order, by=None, note="fraud after all")
    page = client.get(order.public_path).content.decode()
    assert WORDS["on_hold"] in page
    shown = re.sub(r"<(link|script)[^>]*>", "", page).lower()
    secrets = ("difficult", "pays late", "fraud", "boss", "hold", "stock", "priority", "mei@example.com", "warehouse")
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("stage", WORDS)
def test_each_stage_has_the_customers_words(client, order, stage):
    if stage == "on_hold":
        services.hold_order(order, by=None, note="x")
    elif stage == "cancelled":
        services.cancel_order(order, by=None, reason="x")
    elif stage != "to_pick":
        shipped(order, delivered=stage == "delivered")
    page = client.get(order.public_path).content.decode()
    assert f"<h1>{WORDS[stage]}</h1>" in page


def test_only_parcels_that_left_are_shown(client, order):
    shipment = shipped(order)
    shipment.status = "picking"
    shipment.save()
    assert shipment.number not in text(client.get(order.public_path))
    shipment.status = "out"
    shipment.save()
    assert f"Parcel {shipment.number} Out for delivery" in text(client.get(order.public_path))


def test_a_moved_promise_is_told_and_so_is_a_late_one(client, order):
    first = order.promised_date
    day = datetime.date(2030, 1, 2)
    Promise.objects.create(order=order, ship_by=day, deliver_by=day)
    Order.objects.update(promised_date=day)
    shown = text(client.get(order.public_path))
    assert "Promised for Jan 2, 2030" in shown
    assert f"before: {first:%b} {first.day}, {first.year}" in shown
    assert "We are late" not in shown
    Order.objects.update(promised_date=datetime.date(2024, 1, 2))
    assert "We are late" in text(client.get(order.public_path))


def test_before_it_is_confirmed_a_date_is_a_plan(client):
    OrderPolicy.objects.create(pk=1, auto_confirm=False)
    order = a_placed_order((a_product(), 1))
    assert "as soon as we have confirmed it" in text(client.get(order.public_path))


def test_a_delivered_order_may_be_sent_back_and_rated(client):
    order = a_delivered_order((a_product(), 1))
    page = client.get(order.public_path).content.decode()
    assert f'href="/track/{order.public_key}/return/"' in page
    assert f'href="/track/{order.public_key}/rate/"' in page


def test_an_order_on_its_way_cannot_be_sent_back_yet(client, order):
    assert "/return/" not in client.get(order.public_path).content.decode()


@pytest.mark.parametrize(("language", "word"), [("en", "Delivered"), ("zh-hans", "已送达"), ("zh-hant", "已送達")])
def test_the_page_speaks_the_visitors_language(client, language, word):
    order = a_delivered_order((a_product(), 1))
    answer = client.get(order.public_path, headers={"accept-language": language})
    assert f"<h1>{word}</h1>" in answer.content.decode()
    assert answer["Content-Language"] == language


def test_the_page_costs_the_same_for_one_line_and_for_three(client):
    small = a_placed_order((a_product(), 1))
    large = a_placed_order(*[(a_product(), 1) for _line in range(3)])
    client.get(small.public_path)
    for order in (small, large):
        with CaptureQueriesContext(connection) as queries:
            client.get(order.public_path)
        assert len(queries) == 6


@pytest.mark.parametrize("number", ["\0", "x" * 21, "", "' or 1=1 --"])
def test_odd_numbers_are_a_wrong_field_or_a_wrong_pair(client, number):
    assert asked(client, number, "1234").status_code == 422
