"""What carriers report: signed, kept whole, each event once, understood or waiting for a person."""

import json
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from fulfillment import services as fulfillment
from fulfillment.adapters import seen_from, sign, signed_by
from fulfillment.models import Carrier, DeliveryAttempt, RawTrackingEvent, Shipment, StatusMapping, TrackingEvent
from fulfillment.services.tracking import apply_waiting, ask_for_events, try_again
from fulfillment.testcarrier import TestCarrier
from oms.events import timeline
from orders.models import Order
from tests.fulfillment.test_walk import packed
from tests.ledger import assert_books_balance, books
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
SECRET = "a-long-shared-secret"
CALLBACK = "/carriers/swift/events/"


@pytest.fixture
def carrier():
    return Carrier.objects.create(
        name="Swift", code="swift", adapter="http", base_url="http://127.0.0.1:1", secret=SECRET
    )


@pytest.fixture
def shipment(carrier):
    parcel = packed(a_placed_order((a_product("TEA"), 2)), a_person())
    return fulfillment.ship(parcel, by=None, carrier=carrier, tracking_number="X1")


def hour(number: int) -> datetime:
    """An hour of yesterday."""
    midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=1) + timedelta(hours=number)


def told(status: str, at: int, number: str = "X1", **fields) -> dict:
    return {"number": number, "status": status, "time": hour(at).isoformat(), **fields}


def report(carrier, *events: dict) -> int:
    new = fulfillment.keep_events(carrier, [seen_from(event) for event in events], source="callback")
    apply_waiting()
    return new


def states() -> list[tuple[str, str]]:
    return list(RawTrackingEvent.objects.order_by("at", "pk").values_list("carrier_status", "state"))


def test_a_parcels_way_is_applied_in_the_order_in_which_it_happened(shipment, carrier):
    report(carrier, told("delivered", 15, note="Lin"), told("In Transit", 8, place="Hub"), told("out", 12))
    shipment.refresh_from_db()
    assert (shipment.status, shipment.delivered_at) == ("delivered", hour(15))
    assert Order.objects.get().stage == "delivered"
    assert [(e.step, e.place, e.at) for e in shipment.tracking.exclude(step="")] == [
        ("in_transit", "Hub", hour(8)),
        ("out", "", hour(12)),
        ("delivered", "", hour(15)),
    ]
    assert list(DeliveryAttempt.objects.values_list("outcome", "recipient")) == [("delivered", "Lin")]
    assert_books_balance()


def test_a_late_event_takes_its_place_and_changes_nothing_else(shipment, carrier):
    report(carrier, told("delivered", 15))
    before = Shipment.objects.values().get()
    report(carrier, told("out", 12), told("attempted", 10), told("at_depot", 9))
    assert Shipment.objects.values().get() == before
    assert [e.step for e in shipment.tracking.exclude(step="")] == ["at_depot", "attempted", "out", "delivered"]
    assert DeliveryAttempt.objects.count() == 1


def test_the_same_event_is_one_event_and_delivered_is_once(shipment, carrier):
    event = told("delivered", 15)
    assert [report(carrier, event, event), report(carrier, event)] == [1, 0]
    assert report(carrier, told("delivered", 16)) == 1
    assert states() == [("delivered", "applied")] * 2
    assert [e.kind for e in timeline(shipment)].count("shipment.delivered") == 1
    assert TrackingEvent.objects.filter(status="delivered").count() == 1
    assert_books_balance()


def test_a_driver_and_a_carrier_cannot_both_deliver(shipment, carrier):
    fulfillment.deliver(shipment, by=None, recipient="Lin", key=uuid4())
    before = books()
    report(carrier, told("delivered", 15))
    assert (books(), DeliveryAttempt.objects.count(), states()) == (before, 1, [("delivered", "applied")])


def test_a_failed_visit_and_then_success(shipment, carrier):
    report(carrier, told("attempted", 10, note="Nobody at home"), told("delivered", 15))
    assert list(DeliveryAttempt.objects.values_list("outcome", "note")) == [
        ("other", "Nobody at home"),
        ("delivered", ""),
    ]
    assert Shipment.objects.get().status == "delivered"


@pytest.mark.parametrize("step", ["returned", "lost", "damaged", "exception"])
def test_what_needs_a_person_stands_on_the_timeline(shipment, carrier, step):
    report(carrier, told(step, 10, place="Hub"))
    assert timeline(shipment)[0].kind == "shipment.reported"
    assert timeline(shipment)[0].data == {"carrier": "Swift", "step": step, "place": "Hub", "note": ""}
    assert Shipment.objects.get().status == "shipped"


def test_an_unknown_word_waits_for_a_person_and_is_then_applied(shipment, carrier, client):
    report(carrier, told("POD", 15), told("pod", 16, number="X2"), told("LINEHAUL", 9))
    assert states() == [("LINEHAUL", "unmapped"), ("POD", "unmapped"), ("pod", "unmapped")]
    assert Shipment.objects.get().status == "shipped"
    client.force_login(a_person("fulfillment.view_rawtrackingevent", "fulfillment.add_statusmapping"))
    raw = RawTrackingEvent.objects.get(carrier_status="POD")
    address = reverse("raw-event-action", args=[raw.pk, "map"])
    assert address in client.get(reverse("tracking-events"), {"state": "unmapped"}).content.decode()
    assert client.post(address, {"step": "nonsense", "submission": str(uuid4())}).status_code == 422
    client.post(address, {"step": "delivered", "submission": str(uuid4())})
    apply_waiting()
    assert states() == [("LINEHAUL", "unmapped"), ("POD", "applied"), ("pod", "no_shipment")]
    assert Shipment.objects.get().status == "delivered"
    assert list(StatusMapping.objects.values_list("carrier_status", "step")) == [("POD", "delivered")]
    assert raw.payload == {"number": "X1", "status": "POD", "time": hour(15).isoformat()}


def test_the_table_counts_before_our_own_words(shipment, carrier):
    StatusMapping.objects.create(carrier=carrier, carrier_status="Delivered", step="at_depot")
    report(carrier, told("DELIVERED", 15))
    assert Shipment.objects.get().status == "shipped"
    assert TrackingEvent.objects.exclude(step="").get().step == "at_depot"


def test_a_number_that_nobody_knows_is_kept_until_it_is_known(carrier, deliver):
    report(carrier, told("in_transit", 8))
    assert states() == [("in_transit", "no_shipment")]
    parcel = packed(a_placed_order((a_product("TEA"), 2)), a_person())
    fulfillment.ship(parcel, by=None, carrier=carrier, tracking_number="X1")
    deliver()
    apply_waiting()
    assert states() == [("in_transit", "applied")]
    assert parcel.tracking.filter(step="in_transit").count() == 1


def test_another_carriers_number_is_not_ours(shipment):
    other = Carrier.objects.create(name="Post", code="post")
    report(other, told("delivered", 15))
    assert (states(), Shipment.objects.get().status) == ([("delivered", "no_shipment")], "shipped")


def test_what_cannot_be_applied_says_why_and_can_be_tried_again(carrier):
    parcel = packed(a_placed_order((a_product("TEA"), 2)), a_person())
    Shipment.objects.update(tracking_number="X1", carrier=carrier)
    report(carrier, told("booked", 7), told("collected", 8))
    assert states() == [("booked", "applied"), ("collected", "refused")]
    raw = RawTrackingEvent.objects.get(carrier_status="collected")
    assert raw.error == f"{parcel.number} is packed and has not left."
    fulfillment.ship(parcel, by=None, carrier=carrier, tracking_number="X1")
    try_again(raw, by=None)
    apply_waiting()
    assert states() == [("booked", "applied"), ("collected", "applied")]


# callbacks


def call(client, events, *, secret=SECRET, at=None, path=CALLBACK, body=None):
    content = body or json.dumps({"events": events}).encode()
    headers = {"X-Signature": sign(content, secret, at=at)}
    return client.post(path, content, content_type="application/json", headers=headers)


def test_a_signed_callback_is_kept_and_the_same_again_is_harmless(client, shipment):
    answers = [call(client, [told("delivered", 15), {"number": ""}]) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == {
        "received": 1,
        "new": 1,
        "problems": ["Event 2: It has no tracking number or no status."],
    }
    assert answers[1].json()["new"] == 0
    apply_waiting()
    assert Shipment.objects.get().status == "delivered"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"secret": "another"}, 401),
        ({"path": "/carriers/nobody/events/"}, 401),
        ({"at": 301}, 401),
        ({"at": -330}, 401),
        ({"body": b"nonsense"}, 400),
        ({"body": b"[]"}, 400),
        ({"body": b'{"events": {}}'}, 400),
    ],
)
def test_other_callbacks_are_refused(client, carrier, wrong, status):
    if "at" in wrong:
        wrong = {"at": int(time.time()) - wrong["at"]}
    assert call(client, [told("delivered", 15)], **wrong).status_code == status
    assert not RawTrackingEvent.objects.exists()


def test_a_callback_needs_a_signature_and_a_post(client, carrier):
    assert client.post(CALLBACK, b"{}", content_type="application/json").status_code == 401
    assert client.get(CALLBACK).status_code == 405
    Carrier.objects.update(secret="")
    assert call(client, [told("out", 1)], secret="").status_code == 401


def test_a_body_that_was_changed_is_not_signed():
    header = sign(b"one", SECRET)
    assert signed_by(b"one", header, SECRET)
    wrong = [
        (b"two", header),
        (b"one", header[:-1]),
        (b"one", header.replace("t=", "t=1")),
        (b"one", ""),
        (b"one", "v1"),
    ]
    assert [signed_by(body, sent, SECRET) for body, sent in wrong] == [False] * 5


def test_events_are_fetched_in_case_a_callback_was_lost(shipment, carrier):
    server = TestCarrier(SECRET, events=[told("out", 12, id="e1"), {"number": "X1"}]).start()
    try:
        Carrier.objects.update(base_url=server.url)
        carrier.refresh_from_db()
        assert [ask_for_events(carrier), ask_for_events(carrier)] == [1, 0]
    finally:
        server.stop()
    apply_waiting()
    assert Shipment.objects.get().status == "out"


@pytest.mark.django_db(transaction=True)
def test_the_test_carrier_calls_back(live_server, shipment):
    server = TestCarrier(SECRET)
    address = live_server.url + CALLBACK
    assert server.push(address, told("delivered", 15)) == 200
    assert server.push(address, told("delivered", 15), at=int(time.time()) - 4000) == 401
    apply_waiting()
    assert Shipment.objects.get().status == "delivered"
    server._server.server_close()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_length(client, shipment, carrier, rows, django_assert_num_queries):
    report(carrier, *[told("POD", number) for number in range(rows)])
    client.force_login(a_person("fulfillment.view_rawtrackingevent", "fulfillment.view_statusmapping"))
    for page in ("tracking-events", "status-mappings"):
        client.get(reverse(page))
    with django_assert_num_queries(7):
        page = client.get(reverse("tracking-events"))
    assert len(page.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_mappings_cost_the_same_for_any_length(client, carrier, rows, django_assert_num_queries):
    for number in range(rows):
        StatusMapping.objects.create(carrier=carrier, carrier_status=f"S{number}", step="lost")
    client.force_login(a_person("fulfillment.view_statusmapping"))
    client.get(reverse("status-mappings"))
    with django_assert_num_queries(7):
        page = client.get(reverse("status-mappings"))
    assert len(page.context["rows"]) == rows


def test_a_mapping_is_kept_once_whatever_its_letters(client, carrier):
    client.force_login(a_person("fulfillment.add_statusmapping", "fulfillment.view_statusmapping"))
    sent = {"carrier": carrier.pk, "carrier_status": "POD", "step": "delivered"}
    answers = [
        client.post(reverse("status-mapping-new"), sent | {"carrier_status": word, "submission": str(uuid4())})
        for word in ("POD", "pod")
    ]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert StatusMapping.objects.count() == 1
