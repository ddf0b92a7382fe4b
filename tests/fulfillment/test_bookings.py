"""Bookings against a carrier's real web service on this machine: slow, broken, switched off in the middle."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from fulfillment import services as fulfillment
from fulfillment.adapters import CarrierProblem, HttpAdapter, Parcel, refuse_address
from fulfillment.adapters import http as http_module
from fulfillment.models import Booking, Carrier, RawTrackingEvent, Shipment
from fulfillment.services.booking import send_due
from fulfillment.testcarrier import TestCarrier
from oms.errors import DomainError
from oms.events import timeline
from tests.fulfillment.test_rates import a_service, every_day_works  # noqa: F401 - a fixture for every test here
from tests.fulfillment.test_walk import packed
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
SECRET = "a-long-shared-secret"


@pytest.fixture
def server():
    made = TestCarrier(SECRET).start()
    yield made
    made.stop()


@pytest.fixture
def carrier(server):
    service = a_service("Swift")
    Carrier.objects.update(code="swift", adapter="http", base_url=server.url, secret=SECRET)
    return Carrier.objects.get(pk=service.carrier_id)


@pytest.fixture
def service(carrier):
    return carrier.services.select_related("carrier").get()


@pytest.fixture
def parcel():
    return packed(a_placed_order((a_product("TEA", weight_g=300), 2)), a_person())


def send_again() -> int:
    """The waiting time is over."""
    Booking.objects.update(next_at=timezone.now())
    return send_due()


def test_a_booking_brings_number_and_label(parcel, service, server, client):
    fulfillment.book(parcel, by=None, service=service)
    assert (Booking.objects.get().state, parcel.tracking_number) == ("queued", "")
    assert send_due() == 1
    parcel.refresh_from_db()
    assert (parcel.tracking_number, parcel.carrier) == ("TC00000001", service.carrier)
    (booked,) = server.bookings.values()
    assert (booked["reference"], booked["service"], booked["weight_g"]) == (parcel.number, "standard", 600)
    assert booked["recipient"]["line1"] == "南京西路 1266 号"
    assert timeline(parcel)[0].kind == "shipment.booked"
    client.force_login(a_person("fulfillment.view_shipment", "fulfillment.ship"))
    label = client.get(reverse("carrier-label", args=[parcel.number]))
    assert b"".join(label).startswith(b"%PDF-1.4")
    fulfillment.ship(parcel, by=None)
    parcel.refresh_from_db()
    assert (parcel.service, parcel.cost, parcel.tracking_number) == (service, Decimal("8.00"), "TC00000001")


def test_asked_again_it_is_one_booking(parcel, service, server):
    for _time in range(2):
        fulfillment.book(parcel, by=None, service=service)
    send_due()
    fulfillment.book(parcel, by=None, service=service)
    assert send_due() == 0
    assert (Booking.objects.count(), len(server.bookings), server.calls) == (1, 1, [("POST", "/bookings")])


@pytest.mark.parametrize("fault", ["500", "503", "429", "cut", "nonsense"])
def test_a_fault_is_kept_and_the_next_try_gives_one_booking(parcel, service, server, fault):
    server.faults = [fault]
    fulfillment.book(parcel, by=None, service=service)
    send_due()
    booking = Booking.objects.get()
    assert (booking.state, booking.attempts, booking.tracking_number) == ("queued", 1, "")
    assert booking.error and booking.next_at > timezone.now()
    assert send_due() == 0
    assert send_again() == 1
    booking.refresh_from_db()
    assert (booking.state, booking.error, booking.tracking_number) == ("booked", "", "TC00000001")
    assert len(server.bookings) == 1


def test_a_slow_carrier_is_not_waited_for(parcel, service, server, monkeypatch):
    monkeypatch.setattr(http_module, "TIMEOUT_SECONDS", 0.2)
    server.faults, server.slow_seconds = ["slow"], 0.6
    fulfillment.book(parcel, by=None, service=service)
    send_due()
    assert "could not be reached" in Booking.objects.get().error
    monkeypatch.setattr(http_module, "TIMEOUT_SECONDS", 5)
    send_again()
    assert (Booking.objects.get().tracking_number, len(server.bookings)) == ("TC00000001", 1)


def test_a_carrier_that_is_switched_off_costs_a_try(parcel, service, carrier):
    gone = TestCarrier(SECRET)
    gone._server.server_close()
    Carrier.objects.update(base_url=gone.url)
    fulfillment.book(parcel, by=None, service=service)
    send_due()
    booking = Booking.objects.get()
    assert booking.state == "queued" and "could not be reached" in booking.error


def test_a_refusal_is_final_until_a_person_asks_again(parcel, service, server, client):
    server.faults = ["422"]
    fulfillment.book(parcel, by=None, service=service)
    send_due()
    booking = Booking.objects.get()
    assert (booking.state, booking.error) == ("failed", 'The carrier answered 422: {"error": "as asked"}')
    assert timeline(parcel)[0].kind == "shipment.not_booked"
    assert send_again() == 0
    client.force_login(a_person("fulfillment.view_shipment", "fulfillment.book_carrier", "fulfillment.view_booking"))
    assert "The carrier answered 422" in client.get(parcel.get_absolute_url()).content.decode()
    assert "The carrier answered 422" in client.get(reverse("bookings"), {"state": "failed"}).content.decode()
    address = reverse("shipment-action", args=[parcel.number, "book"])
    client.post(address, {"service": service.pk, "submission": str(uuid4())})
    send_due()
    assert Booking.objects.get().state == "booked"


def test_eight_tries_are_enough(parcel, service, server):
    server.faults = ["500"] * 9
    fulfillment.book(parcel, by=None, service=service)
    for _time in range(9):
        send_again()
    assert (Booking.objects.get().state, len(server.calls)) == ("failed", 8)


def test_a_booking_is_taken_back(parcel, service, server):
    fulfillment.book(parcel, by=None, service=service)
    send_due()
    fulfillment.cancel_booking(parcel, by=None)
    server.faults = ["500"]
    send_due()
    assert Booking.objects.get().state == "cancelling"
    send_again()
    parcel.refresh_from_db()
    assert (Booking.objects.get().state, server.cancelled, parcel.tracking_number) == ("cancelled", {"TC00000001"}, "")
    fulfillment.book(parcel, by=None, service=service)
    send_due()
    assert sorted(Booking.objects.values_list("state", "tracking_number")) == [
        ("booked", "TC00000002"),
        ("cancelled", "TC00000001"),
    ]


def test_a_booking_whose_answer_was_lost_is_taken_back_at_the_carrier_too(parcel, service, server):
    server.faults = ["cut"]
    fulfillment.book(parcel, by=None, service=service)
    send_due()
    fulfillment.cancel_booking(parcel, by=None)
    send_again()
    assert (Booking.objects.get().state, server.cancelled) == ("cancelled", {"TC00000001"})


def test_a_parcel_given_up_is_taken_back_by_itself(parcel, service, server, deliver):
    fulfillment.book(parcel, by=None, service=service)
    send_due()
    fulfillment.cancel_shipment(parcel, by=None, reason="Customer called")
    deliver()
    send_due()
    assert (Booking.objects.get().state, len(server.cancelled)) == ("cancelled", 1)


def test_a_parcel_that_left_unbooked_is_booked_by_itself(parcel, service, server, deliver):
    fulfillment.ship(parcel, by=None)
    deliver()
    assert send_due() == 1
    parcel.refresh_from_db()
    assert (parcel.status, parcel.tracking_number) == ("shipped", "TC00000001")


def test_it_ships_with_whom_it_is_booked(parcel, service):
    fulfillment.book(parcel, by=None, service=service)
    van = Carrier.objects.create(name="Van")
    with pytest.raises(DomainError, match=f"{parcel.number} is booked with Swift. Cancel that booking first."):
        fulfillment.ship(parcel, by=None, carrier=van)
    assert Shipment.objects.get().status == "packed"


def test_the_ship_form_knows_the_booking(parcel, service, client):
    a_service("Post", "Cheap", "1.00")
    fulfillment.book(parcel, by=None, service=service)
    send_due()
    client.force_login(a_person("fulfillment.view_shipment", "fulfillment.ship"))
    address = reverse("shipment-action", args=[parcel.number, "ship"])
    form = client.get(address).context["form"]
    assert [key for key, _label in form.fields["service"].choices] == [service.pk]
    assert form["tracking_number"].value() == "TC00000001"
    client.post(address, {"service": service.pk, "submission": str(uuid4())})
    parcel.refresh_from_db()
    assert (parcel.status, parcel.service, parcel.tracking_number) == ("shipped", service, "TC00000001")


def test_only_a_packed_parcel_of_a_connected_carrier_is_booked(service):
    shipment = fulfillment.start_picking(a_placed_order((a_product(), 1)), by=None)
    with pytest.raises(DomainError, match="is picking and cannot be booked"):
        fulfillment.book(shipment, by=None, service=service)
    with pytest.raises(DomainError, match="Choose a carrier"):
        fulfillment.book(shipment, by=None, service=a_service("Van"))
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "ftp://127.0.0.1/",
        "https://me:secret@example.com/",
        "https://example.com/?x=1",
        "file:///etc/passwd",
        "//example.com",
        "https://[",
        "",
    ],
)
def test_odd_addresses_are_refused(url):
    with pytest.raises(DomainError):
        refuse_address(url)


@pytest.mark.parametrize("private", ["10.0.0.7", "169.254.169.254", "192.168.1.1", "::ffff:10.0.0.1"])
def test_a_name_that_leads_into_a_private_network_is_not_called(private, monkeypatch):
    monkeypatch.setattr(http_module.socket, "getaddrinfo", lambda host, port: [(0, 0, 0, "", (private, 0))])
    with pytest.raises(CarrierProblem, match="leads into a private network"):
        HttpAdapter("https://carrier.example", "s").book(Parcel("k", "S1", "", {}, 1))


def test_redirects_are_not_followed(server):
    server.faults = ["302"]
    with pytest.raises(CarrierProblem, match="answered 302") as caught:
        HttpAdapter(server.url, SECRET).book(Parcel("k", "S1", "", {"line1": "x"}, 1))
    assert caught.value.lasting and len(server.calls) == 1


def test_the_secret_is_not_shown_and_the_address_is_checked(client, carrier, server):
    client.force_login(a_person("fulfillment.change_carrier", "fulfillment.view_carrier"))
    page = reverse("carrier-edit", args=[carrier.pk])
    assert SECRET not in client.get(page).content.decode()
    sent = {"name": "Swift", "code": "swift", "adapter": "http", "base_url": "http://example.com", "active": "on"}
    assert client.post(page, sent | {"submission": str(uuid4())}).status_code == 422
    client.post(page, sent | {"base_url": "https://api.example.com", "submission": str(uuid4())})
    carrier.refresh_from_db()
    assert (carrier.base_url, carrier.secret) == ("https://api.example.com", SECRET)


def test_the_command_needs_a_carrier_on_this_machine():
    for fields in ({}, {"code": "x", "adapter": "http", "base_url": "https://example.com"}):
        if fields:
            Carrier.objects.create(name="X", **fields)
        with pytest.raises(CommandError, match="There is no carrier with this code"):
            call_command("test_carrier", "x")


# by files


@pytest.fixture
def filed(parcel):
    service = a_service("Paper")
    Carrier.objects.filter(pk=service.carrier_id).update(adapter="file", code="paper")
    parcel.order.ship_name = "=cmd|'/c calc'!A1"
    parcel.order.save()
    fulfillment.ship(parcel, by=None)
    parcel.refresh_from_db()
    return parcel


def test_the_manifest_has_the_days_parcels_and_no_formula(filed, deliver, client):
    deliver()
    send_due()
    filed.refresh_from_db()
    assert filed.tracking_number == filed.number
    client.force_login(a_person("fulfillment.view_carrier"))
    today = timezone.localdate().isoformat()
    assert today in client.get(filed.carrier.get_absolute_url()).content.decode()
    address = reverse("carrier-manifest", args=[filed.carrier_id, today, "csv"])
    (row,) = csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig")))
    assert (row["tracking_number"], row["weight_g"], row["name"]) == (filed.number, "600", "'=cmd|'/c calc'!A1")
    told = client.get(reverse("carrier-manifest", args=[filed.carrier_id, today, "json"])).content
    assert json.loads(told)["parcels"][0]["service"] == "standard"
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert len(client.get(address.replace(today, yesterday)).content.decode().splitlines()) == 1
    assert client.get(address.replace(today, "yesterday")).status_code == 404


def test_a_file_of_events_is_read_and_bad_lines_are_named(filed, client):
    client.force_login(a_person("fulfillment.view_carrier", "fulfillment.upload_events"))
    address = reverse("carrier-events", args=[filed.carrier_id])
    text = "运单号,状态,时间,地点\r\nX1,collected,2026-03-02 10:00,上海\r\nX1,,2026-03-02 11:00,\r\nX2,out,soon,\r\n"

    def upload(content: bytes):
        file = io.BytesIO(content)
        file.name = "events.csv"
        return client.post(address, {"file": file, "submission": str(uuid4())}, follow=True)

    said = [str(m) for m in upload(text.encode("gb18030")).context["messages"]]
    assert said == [
        "1 new events of 1 are taken.",
        "Line 3: It has no tracking number or no status.",
        "Line 4: “soon” is not a time such as 2025-09-30 14:05.",
    ]
    upload(text.encode("utf-8-sig"))
    raw = RawTrackingEvent.objects.get()
    assert (raw.tracking_number, raw.place, raw.source) == ("X1", "上海", "file")
    assert upload(b"a,b\n1,2\n").status_code == 409
    assert RawTrackingEvent.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_bookings_cost_the_same_for_any_length(client, service, rows, django_assert_num_queries):
    for number in range(rows):
        shipment = packed(a_placed_order((a_product(f"P{number}"), 1)), a_person())
        fulfillment.book(shipment, by=None, service=service)
    client.force_login(a_person("fulfillment.view_booking"))
    client.get(reverse("bookings"))
    with django_assert_num_queries(7):
        page = client.get(reverse("bookings"))
    assert len(page.context["rows"]) == rows
