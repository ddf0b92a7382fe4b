"""The driver's phone page: what it shows, what its queue may send, and what it costs."""

import datetime
import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from fulfillment import services as fulfillment
from fulfillment.models import DeliveryAttempt, Proof, Shipment
from tests.fulfillment.road import on_the_road
from tests.fulfillment.test_doors import a_picture
from tests.ledger import assert_books_balance, books
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def driver():
    return a_person("fulfillment.deliver_own", first_name="Mei")


@pytest.fixture
def phone(client, driver):
    client.force_login(driver)
    return client


@pytest.fixture
def shipment(driver):
    return on_the_road(driver, a_placed_order((a_product("TEA", on_hand=9), 2), phone="+86 138 0000 1234"))


def told(client, shipment: Shipment, action: str, **data):
    data = {"submission": str(uuid4()), **data}
    address = reverse("delivery-action", args=[shipment.number, action])
    return client.post(address, data, headers={"Accept": "application/json"})


def test_the_stops_are_in_the_order_of_the_round(phone, driver):
    first, second, unplaced = [on_the_road(driver) for _n in range(3)]
    Shipment.objects.filter(pk=first.pk).update(stop_order=2)
    Shipment.objects.filter(pk=second.pk).update(stop_order=1)
    page = phone.get(reverse("my-deliveries")).content.decode()
    assert re.findall(r'<li class="card" data-stop="(\w+)"', page) == [second.number, first.number, unplaced.number]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_stops_cost_the_same_for_any_number(phone, driver, rows, django_assert_num_queries):
    for _n in range(rows):
        on_the_road(driver)
    phone.get(reverse("my-deliveries"))
    with django_assert_num_queries(6):
        page = phone.get(reverse("my-deliveries")).content.decode()
    assert page.count("data-stop=") == rows


def test_a_stop_is_called_and_found(phone, shipment):
    page = phone.get(reverse("my-delivery", args=[shipment.number])).content.decode()
    assert 'href="tel:+86 138 0000 1234"' in page
    assert 'href="geo:0,0?q=%E5%8D%97' in page
    assert "I have arrived" in page


def test_the_queue_is_answered_in_json_and_counts_once(phone, shipment):
    sent = {"recipient": "Li", "submission": str(uuid4()), "signature": "M1.0 1.0L2.0 2.0"}
    answers = [told(phone, shipment, "deliver", **sent, photo=a_picture(size=(20, 20))) for _sent in range(3)]
    assert [a.json() for a in answers] == [{"next": "/drive/"}] * 3
    assert (DeliveryAttempt.objects.count(), Proof.objects.count()) == (1, 1)
    assert_books_balance()


def test_the_queue_reads_what_was_refused(phone, shipment):
    first = told(phone, shipment, "fail", outcome="absent")
    assert first.status_code == 200
    late = told(phone, shipment, "deliver", recipient="Li")
    assert (late.status_code, "is delivery failed" in late.json()["error"]) == (409, True)
    odd = told(phone, shipment, "deliver", recipient="")
    assert (odd.status_code, odd.json()["error"]) == (422, "This field is required.")
    assert DeliveryAttempt.objects.count() == 1


def test_what_was_told_late_has_its_own_time(phone, shipment):
    then = timezone.now() - datetime.timedelta(hours=3)
    told(phone, shipment, "arrive", at=(then - datetime.timedelta(minutes=5)).isoformat())
    told(phone, shipment, "deliver", recipient="Li", at=then.isoformat().replace("+00:00", "Z"))
    assert DeliveryAttempt.objects.get().at == then
    assert Shipment.objects.get().arrived_at == then - datetime.timedelta(minutes=5)


def test_the_next_attempt_is_in_the_customers_window(phone, shipment):
    day = timezone.localdate() + datetime.timedelta(days=1)
    assert told(phone, shipment, "fail", outcome="absent", slot="evening").status_code == 422
    past = timezone.localdate() - datetime.timedelta(days=1)
    assert told(phone, shipment, "fail", outcome="absent", day=past.isoformat()).status_code == 422
    assert DeliveryAttempt.objects.count() == 0
    told(phone, shipment, "fail", outcome="absent", day=day.isoformat(), slot="evening", customer_note="Back tomorrow")
    attempt = DeliveryAttempt.objects.get()
    local = [timezone.localtime(x) for x in (attempt.next_from, attempt.next_to)]
    assert [(x.date(), x.hour) for x in local] == [(day, 17), (day, 21)]


@pytest.mark.parametrize(
    ("photo", "status"), [(b"\xff\xd8\xff" + b"0" * 10 * 1024 * 1024, 422), (b"GIF89a" + b"0" * 100, 409)]
)
def test_a_photo_is_bounded_in_size_and_kind(phone, shipment, photo, status):
    before = books()
    picture = a_picture(size=(1, 1))
    picture.seek(0)
    picture.truncate()
    picture.write(photo)
    picture.size = len(photo)
    picture.seek(0)
    assert told(phone, shipment, "deliver", recipient="Li", photo=picture).status_code == status
    assert (books(), DeliveryAttempt.objects.count()) == (before, 0)


def test_a_photo_is_for_staff_and_its_driver_alone(client, driver, shipment):
    fulfillment.deliver(shipment, by=driver, recipient="Li", key=uuid4(), photo=a_picture(size=(9, 9)))
    attempt = DeliveryAttempt.objects.get()
    address = reverse("delivery-photo", args=[attempt.pk])
    seen = {}
    people = {
        "driver": driver,
        "staff": a_person("fulfillment.view_shipment"),
        "other driver": a_person("fulfillment.deliver_own"),
        "other": a_person("orders.view_order"),
    }
    for name, person in people.items():
        client.force_login(person)
        seen[name] = client.get(address).status_code
    client.logout()
    seen["stranger"] = client.get(address).status_code
    assert seen == {"driver": 200, "staff": 200, "other driver": 404, "other": 404, "stranger": 302}
    assert client.get(f"/media/{attempt.proof.photo.name}").status_code == 404


def test_a_stranger_has_no_stop_no_tap_and_no_hello(client, shipment):
    client.force_login(a_person("fulfillment.deliver_own"))
    before = books()
    for action in ("arrive", "deliver", "fail", "reopen"):
        assert told(client, shipment, action, recipient="x", outcome="absent", reason="x").status_code == 404
    assert client.get(reverse("my-delivery", args=[shipment.number])).status_code == 404
    assert books() == before
    client.force_login(a_person())
    assert client.get(reverse("drive-hello")).status_code == 403


def test_a_mistake_is_taken_back_on_the_phone(phone, driver, shipment):
    told(phone, shipment, "deliver", recipient="Li")
    page = phone.get(reverse("my-delivery", args=[shipment.number])).content.decode()
    assert "That was a mistake" in page
    address = reverse("delivery-action", args=[shipment.number, "reopen"])
    assert phone.post(address, {"submission": str(uuid4())}).status_code == 422
    phone.post(address, {"reason": "Wrong door", "submission": str(uuid4())})
    assert Shipment.objects.get().status == "out"
    assert_books_balance()


def test_the_worker_says_nothing_and_stays_in_its_scope(client):
    answer = client.get(reverse("drive-worker"))
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "text/javascript", "no-cache")
    assert reverse("drive-worker").startswith(reverse("my-deliveries"))
    assert "driver" not in answer.content.decode().replace("driver's", "")


def test_hello_gives_a_fresh_token(phone, driver):
    answer = phone.get(reverse("drive-hello")).json()
    assert (answer["driver"], len(answer["token"])) == (driver.pk, 64)
