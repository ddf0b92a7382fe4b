"""At the door: attempts, proofs, mistakes taken back, and what customers wish for."""

import datetime
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone
from PIL import Image

from fulfillment import services as fulfillment
from fulfillment.models import DeliveryAttempt, DeliveryWish, Proof, Reopening, Shipment
from fulfillment.proofs import clean_signature
from fulfillment.services import NextAttempt
from fulfillment.slots import bounds
from oms.errors import DomainError
from orders.models import Order, OrderLine
from tests.fulfillment.road import on_the_road, shipped
from tests.fulfillment.test_walk import kinds
from tests.ledger import assert_books_balance, books
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (2400, 1200), **options) -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind, **options)
    return SimpleUploadedFile("door.jpg", made.getvalue())


def delivered(shipment: Shipment, by, **fields) -> Shipment:
    return fulfillment.deliver(shipment, by=by, recipient="Li", key=uuid4(), **fields)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def driver():
    return a_person("fulfillment.deliver_own")


@pytest.fixture
def desk():
    return a_person("fulfillment.deliver")


@pytest.fixture
def shipment(driver):
    return on_the_road(driver, a_placed_order((a_product("TEA", on_hand=9), 2)))


def test_arriving_is_told_once(shipment, driver):
    first = fulfillment.arrive(shipment, by=driver).arrived_at
    assert fulfillment.arrive(shipment, by=driver).arrived_at == first
    assert kinds(shipment).count("shipment.arrived") == 1
    assert Shipment.objects.get().status == "out"


def test_a_phone_without_network_tells_later_when_it_was(shipment, driver):
    then = timezone.now() - datetime.timedelta(hours=2)
    attempt = delivered(shipment, driver, at=then).attempts.get()
    assert (attempt.at, Shipment.objects.get().delivered_at) == (then, then)
    assert attempt.recorded_at > then


@pytest.mark.parametrize("hours", [-1, 49])
def test_a_clock_that_is_wrong_is_not_believed(shipment, driver, hours):
    wrong = timezone.now() - datetime.timedelta(hours=hours)
    at = delivered(shipment, driver, at=wrong).attempts.get().at
    assert abs(timezone.now() - at) < datetime.timedelta(minutes=1)


def test_attempts_cannot_be_edited(shipment, driver):
    delivered(shipment, driver)
    for change in (lambda: DeliveryAttempt.objects.update(note="x"), DeliveryAttempt.objects.all().delete):
        with pytest.raises((InternalError, IntegrityError), match="append-only"), transaction.atomic():
            change()


def test_a_photo_is_made_anew_without_its_place(shipment, driver):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Phone", 6
    exif.get_ifd(0x8825)[1] = "N"
    delivered(shipment, driver, photo=a_picture(exif=exif), signature="M10 10L20.5 30")
    proof = Proof.objects.get()
    picture = Image.open(proof.photo.open())
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (800, 1600), {})
    assert proof.photo.name.startswith("proofs/")
    assert proof.signature == "M10 10L20.5 30"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures_become_jpeg(shipment, driver, kind):
    delivered(shipment, driver, photo=a_picture(kind, (30, 20)))
    assert Image.open(Proof.objects.get().photo.open()).format == "JPEG"


@pytest.mark.parametrize("content", [b"", b"<svg onload='alert(1)'/>", b"\xff\xd8\xff\xe0broken", b"GIF89a"])
def test_what_is_no_picture_is_refused(shipment, driver, content):
    before = books()
    with pytest.raises(DomainError, match="not a picture"):
        delivered(shipment, driver, photo=io.BytesIO(content))
    assert (books(), DeliveryAttempt.objects.count(), Proof.objects.count()) == (before, 0, 0)


def test_a_picture_of_too_many_pixels_is_refused(shipment, driver):
    with pytest.raises(DomainError, match="too many pixels"):
        delivered(shipment, driver, photo=a_picture("PNG", (10_000, 5_001)))


@pytest.mark.parametrize("strokes", ['M0 0"/><script>', "M0 0L", "L1 1", "M-1 2", "M0 0" * 5001, "M1000 1"])
def test_a_signature_is_nothing_but_strokes(strokes):
    with pytest.raises(DomainError, match="sign again"):
        clean_signature(strokes)


def test_a_failed_attempt_names_the_next_one(shipment, driver):
    start, end = bounds(timezone.localdate() + datetime.timedelta(days=1), "evening")
    again = NextAttempt(start, end)
    fulfillment.fail_delivery(
        shipment, by=driver, outcome="absent", key=uuid4(), note="Dog", customer_note="We rang twice.", again=again
    )
    attempt, shipment = DeliveryAttempt.objects.get(), Shipment.objects.get()
    assert (attempt.next_from, attempt.next_to, attempt.customer_note) == (start, end, "We rang twice.")
    assert (shipment.window_start, shipment.window_end, shipment.status) == (start, end, "failed")


def test_a_mistake_is_taken_back_and_done_again(shipment, driver):
    delivered(shipment, driver)
    fulfillment.reopen_attempt(shipment, by=driver, reason="Wrong parcel")
    assert (Shipment.objects.get().status, Shipment.objects.get().delivered_at) == ("out", None)
    assert (OrderLine.objects.get().delivered, Order.objects.get().stage) == (0, "shipped")
    assert_books_balance()
    delivered(shipment, driver)
    assert list(DeliveryAttempt.objects.values_list("number", "outcome")) == [(1, "delivered"), (2, "delivered")]
    assert list(Reopening.objects.values_list("attempt__number", "reason")) == [(1, "Wrong parcel")]
    assert kinds(shipment)[-3:] == ["shipment.delivered", "shipment.reopened", "shipment.delivered"]
    assert_books_balance()


def test_a_failed_attempt_is_taken_back_too(shipment, driver):
    fulfillment.fail_delivery(shipment, by=driver, outcome="absent", key=uuid4())
    assert fulfillment.reopen_attempt(shipment, by=driver, reason="She came").status == "out"
    assert OrderLine.objects.get().delivered == 0


def test_a_carriers_parcel_goes_back_to_shipped(desk):
    shipment = shipped(a_placed_order((a_product(), 1)))
    delivered(shipment, desk)
    assert fulfillment.reopen_attempt(shipment, by=desk, reason="Wrong one").status == "shipped"


@pytest.mark.parametrize(("minutes", "possible"), [(14, True), (16, False)])
def test_the_driver_has_minutes_and_the_desk_has_time(shipment, driver, desk, minutes, possible, monkeypatch):
    delivered(shipment, driver)
    shipment.refresh_from_db()
    later = timezone.now() + datetime.timedelta(minutes=minutes)
    monkeypatch.setattr("fulfillment.services.reopening.timezone.now", lambda: later)
    assert fulfillment.may_reopen(shipment, driver) is possible
    assert fulfillment.may_reopen(shipment, desk) is True
    if not possible:
        before = books()
        with pytest.raises(DomainError, match="The 15 minutes for reopening are over"):
            fulfillment.reopen_attempt(shipment, by=driver, reason="x")
        assert books() == before
    assert fulfillment.reopen_attempt(shipment, by=desk, reason="x").status == "out"


def test_another_driver_cannot_reopen(shipment, driver):
    delivered(shipment, driver)
    with pytest.raises(DomainError):
        fulfillment.reopen_attempt(shipment, by=a_person("fulfillment.deliver_own"), reason="x")


def test_nothing_is_reopened_twice(shipment, driver):
    delivered(shipment, driver)
    fulfillment.reopen_attempt(shipment, by=driver, reason="x")
    with pytest.raises(DomainError, match="is out for delivery"):
        fulfillment.reopen_attempt(shipment, by=driver, reason="x")
    assert Reopening.objects.count() == 1


def tomorrow(slot: str = "evening"):
    return dict(zip(("start", "end"), bounds(timezone.localdate() + datetime.timedelta(days=1), slot), strict=True))


def test_an_accepted_wish_is_the_shipments_window(desk):
    shipment = shipped(a_placed_order((a_product(), 1)))
    wish = fulfillment.make_wish(shipment, kind="slot", **tomorrow())
    fulfillment.accept_wish(wish, by=desk)
    shipment.refresh_from_db()
    assert {"start": shipment.window_start, "end": shipment.window_end} == tomorrow()
    assert kinds(shipment)[-2:] == ["shipment.wished", "shipment.wish_accepted"]


def test_a_newer_wish_replaces_an_open_one(desk):
    shipment = shipped(a_placed_order((a_product(), 1)))
    first = fulfillment.make_wish(shipment, kind="slot", **tomorrow())
    fulfillment.make_wish(shipment, kind="neighbour", note="Wang, 2nd floor")
    assert list(DeliveryWish.objects.order_by("pk").values_list("kind", "state")) == [
        ("slot", "declined"),
        ("neighbour", "open"),
    ]
    with pytest.raises(DomainError, match="answered already"):
        fulfillment.accept_wish(first, by=desk)


def test_on_the_road_the_time_cannot_be_changed_but_the_neighbour_can(shipment):
    assert fulfillment.possible_wishes(shipment) == ["neighbour"]
    with pytest.raises(DomainError, match="can no longer be changed"):
        fulfillment.make_wish(shipment, kind="slot", **tomorrow())
    with pytest.raises(DomainError, match="Say which neighbour"):
        fulfillment.make_wish(shipment, kind="neighbour", note=" ")
    assert DeliveryWish.objects.count() == 0


def test_a_wish_that_came_too_late_cannot_be_accepted(shipment, driver, desk):
    wish = fulfillment.make_wish(shipment, kind="neighbour", note="Wang")
    delivered(shipment, driver)
    with pytest.raises(DomainError, match="can no longer be met"):
        fulfillment.accept_wish(wish, by=desk)
    assert fulfillment.decline_wish(wish, by=desk, answer="It is with you already.").state == "declined"


def test_a_wish_for_the_past_is_refused():
    shipment = shipped(a_placed_order((a_product(), 1)))
    start, end = bounds(timezone.localdate() - datetime.timedelta(days=1), "morning")
    with pytest.raises(DomainError, match="still to come"):
        fulfillment.make_wish(shipment, kind="slot", start=start, end=end)


def test_windows_are_in_order_in_the_database(shipment):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Shipment.objects.update(window_start=now, window_end=now)
    assert connection.needs_rollback is False
