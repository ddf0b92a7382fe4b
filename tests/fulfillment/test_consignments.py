"""The courier: collected here, sorted, loaded, brought there; cash, attempts, the label and the public page."""

import subprocess
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from fulfillment.models import Carrier, Consignment, ConsignmentAttempt
from fulfillment.services import consigning
from fulfillment.waybills import waybill_pdf
from oms.errors import DomainError
from oms.events import timeline
from tests.fulfillment.test_rates import a_service, every_day_works  # noqa: F401 - a fixture for every test here
from tests.stories import a_customer, a_person

pytestmark = pytest.mark.django_db

WAY = {
    "sender_name": "茶庄",
    "sender_line1": "南京西路 1 号",
    "sender_city": "上海",
    "recipient_name": "林美玲",
    "recipient_phone": "138 0000 0000",
    "recipient_line1": "文三路 9 号",
    "recipient_city": "杭州",
    "content": "Documents",
    "weight_g": 800,
}


def a_consignment(**fields) -> Consignment:
    known = {"customer": fields.pop("customer", None) or a_customer(), "price": Decimal(15)} | WAY
    return consigning.book_consignment(by=None, **known | fields)


@pytest.fixture
def driver():
    return a_person("fulfillment.deliver_own", first_name="Ana")


@pytest.fixture
def other():
    return a_person("fulfillment.deliver_own", first_name="Bo")


@pytest.fixture
def desk(client):
    codes = ("view_consignment", "add_consignment", "dispatch", "deliver", "sort_consignment")
    client.force_login(a_person(*[f"fulfillment.{code}" for code in codes]))
    return client


def on_the_road(driver, **fields) -> Consignment:
    consignment = a_consignment(**fields)
    consigning.assign(consignment, by=None, collector=driver, driver=driver)
    for verb in (consigning.collect, consigning.sort, consigning.load, consigning.send_consignment_out):
        consignment = verb(consignment, by=driver)
    return consignment


def kinds(consignment) -> list[str]:
    return [event.kind.removeprefix("consignment.") for event in timeline(consignment)][::-1]


def test_a_consignment_walks_from_sender_to_recipient(driver):
    consignment = on_the_road(driver, cash_due=Decimal("99.50"))
    key = uuid4()
    for _sent in range(2):
        consigning.hand_over(consignment, by=driver, recipient="Neighbour", cash=Decimal("99.50"), key=key)
    consignment.refresh_from_db()
    assert (consignment.status, consignment.driver) == ("delivered", driver)
    assert None not in (consignment.collected_at, consignment.delivered_at)
    assert list(ConsignmentAttempt.objects.values_list("number", "outcome", "recipient", "cash")) == [
        (1, "delivered", "Neighbour", Decimal("99.50"))
    ]
    assert kinds(consignment) == ["booked", "assigned", "collected", "sorted", "loaded", "out", "delivered"]


def test_a_failed_visit_comes_back_to_the_hub_and_goes_out_again_or_back(driver):
    consignment = on_the_road(driver)
    consigning.fail_hand_over(consignment, by=driver, outcome="absent", note="Rang twice", key=uuid4())
    consigning.sort(consignment, by=None)
    consigning.load(consignment, by=None)
    consigning.send_consignment_out(consignment, by=None)
    consigning.fail_hand_over(consignment, by=driver, outcome="refused", key=uuid4())
    consigning.give_back(consignment, by=None, reason="Not wanted")
    assert list(ConsignmentAttempt.objects.values_list("number", "outcome", "note")) == [
        (1, "absent", "Rang twice"),
        (2, "refused", ""),
    ]
    assert Consignment.objects.get().status == "returned"


@pytest.mark.parametrize(("due", "cash"), [(None, "5"), ("10", None), ("10", "9.99"), ("10", "10.01")])
def test_the_cash_must_be_right(driver, due, cash):
    consignment = on_the_road(driver, cash_due=due and Decimal(due))
    with pytest.raises(DomainError):
        consigning.hand_over(consignment, by=driver, recipient="Lin", cash=cash and Decimal(cash), key=uuid4())
    assert (Consignment.objects.get().status, ConsignmentAttempt.objects.count()) == ("out", 0)


VERBS = {
    "collect": lambda c: consigning.collect(c, by=None),
    "sort": lambda c: consigning.sort(c, by=None),
    "load": lambda c: consigning.load(c, by=None),
    "send_out": lambda c: consigning.send_consignment_out(c, by=None),
    "deliver": lambda c: consigning.hand_over(c, by=None, recipient="x", key=uuid4()),
    "fail": lambda c: consigning.fail_hand_over(c, by=None, outcome="absent", key=uuid4()),
    "give_back": lambda c: consigning.give_back(c, by=None, reason="x"),
    "cancel": lambda c: consigning.cancel_consignment(c, by=None, reason="x"),
}


@pytest.mark.parametrize("status", Consignment.Status.values)
def test_each_verb_works_from_its_own_states_alone(driver, status):
    consignment = a_consignment()
    consigning.assign(consignment, by=None, driver=driver)
    Consignment.objects.update(status=status)
    events = timeline(consignment).count()
    for verb, act in VERBS.items():
        if status in consigning.CONSIGNMENT_MOVES[verb].sources:
            continue
        with pytest.raises(DomainError, match=f"{consignment.number} is {Consignment.Status(status).label}"):
            act(consignment)
    assert (Consignment.objects.get().status, timeline(consignment).count()) == (status, events)


def test_a_wrong_driver_is_named(driver, other):
    consignment = a_consignment()
    consigning.assign(consignment, by=None, driver=driver)
    consigning.collect(consignment, by=None)
    with pytest.raises(DomainError, match=f"Wrong driver: {consignment.number} goes with Ana, not with Bo."):
        consigning.load(consignment, by=None, driver=other)
    assert Consignment.objects.get().status == "collected"
    with pytest.raises(DomainError, match="may not deliver"):
        consigning.assign(consignment, by=None, driver=a_person())
    with pytest.raises(DomainError, match="Choose who collects"):
        consigning.assign(consignment, by=None)


def test_nobody_is_on_board_without_a_driver():
    consignment = a_consignment()
    consigning.collect(consignment, by=None)
    with pytest.raises(DomainError, match=f"Choose the driver of {consignment.number}."):
        consigning.load(consignment, by=None)


def test_the_price_comes_from_our_own_services():
    foreign, ours = a_service("SF", price="1.00"), a_service("Fleet", price="9.00")
    Carrier.objects.filter(pk=ours.carrier_id).update(own=True)
    consignment = a_consignment(price=None, window_end=timezone.now() + timedelta(days=3))
    assert (consignment.service, consignment.price, consignment.currency) == (ours, Decimal("9.00"), "CNY")
    assert consignment.price_reasons[0]["code"] == "only_in_time"
    typed = a_consignment(price=Decimal("7.005"), customer=consignment.customer)
    assert (typed.service, typed.price, typed.price_reasons) == (
        ours,
        Decimal("7.01"),
        [{"code": "price_by_hand", "price": "7.01"}],
    )
    with pytest.raises(DomainError, match="No service of ours has a price"):
        a_consignment(price=None, weight_g=5001, customer=consignment.customer)
    assert Consignment.objects.count() == 2 and foreign.pk


def test_a_blocked_customer_books_nothing():
    customer = a_customer()
    customer.blocked = True
    with pytest.raises(DomainError, match="is blocked"):
        a_consignment(customer=customer)


def test_attempts_are_never_changed(driver):
    consignment = on_the_road(driver)
    consigning.fail_hand_over(consignment, by=driver, outcome="absent", key=uuid4())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ConsignmentAttempt.objects.update(note="x")


# pages


def typed(**fields) -> dict:
    return WAY | {"pieces": 2, "sender_country": "CN", "recipient_country": "CN"} | fields


def test_one_is_booked_at_the_desk(desk):
    customer = a_customer("茶庄")
    customer.addresses.create(name="茶庄", line1="福州路 2 号", city="上海", country="CN", is_default=True)
    page = desk.get(reverse("consignment-new"), {"customer": customer.code})
    assert "福州路 2 号" in page.content.decode()
    sent = typed(customer=customer.code, price="12", submission=str(uuid4()))
    answers = [desk.post(reverse("consignment-new"), sent) for _click in range(2)]
    consignment = Consignment.objects.get()
    assert [answer.url for answer in answers] == [consignment.get_absolute_url()] * 2
    assert (consignment.customer, consignment.pieces, consignment.price) == (customer, 2, Decimal("12.00"))
    wrong = {
        "customer": "nobody",
        "weight_g": "0",
        "cash_due": "-1",
    }
    for name, value in wrong.items():
        answer = desk.post(reverse("consignment-new"), sent | {name: value, "submission": str(uuid4())})
        assert answer.status_code == 422, name
        assert name in answer.context["form"].errors
    ends_first = {"window_start": "2026-03-02T10:00", "window_end": "2026-03-02T09:00", "submission": str(uuid4())}
    assert desk.post(reverse("consignment-new"), sent | ends_first).status_code == 422
    assert Consignment.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_length(desk, driver, rows, django_assert_num_queries):
    customer = a_customer()
    for _row in range(rows):
        on_the_road(driver, customer=customer)
    desk.get(reverse("consignments"))
    with django_assert_num_queries(8):
        page = desk.get(reverse("consignments"))
    assert len(page.context["rows"]) == rows


def scan(client, code: str, **fields):
    data = {"code": code, "op": "sort", "submission": str(uuid4())} | fields
    return client.post(reverse("hub"), data, headers={"HX-Request": "true", "HX-Target": "work"})


def test_scans_at_the_hub_sort_and_load(desk, driver, other):
    consignment = a_consignment()
    consigning.assign(consignment, by=None, driver=driver)
    early = scan(desk, consignment.number)
    assert (early.status_code, f"{consignment.number} is booked" in early.content.decode()) == (409, True)
    consigning.collect(consignment, by=None)
    said = scan(desk, consignment.number.lower()).content.decode()
    assert f"{consignment.number}: to 杭州, Ana" in said and "<html" not in said
    wrong = scan(desk, consignment.number, op="load", driver=other.pk)
    assert (wrong.status_code, Consignment.objects.get().status) == (409, "sorted")
    assert f"Wrong driver: {consignment.number} goes with Ana, not with Bo." in wrong.content.decode()
    scan(desk, consignment.number, op="load", driver=driver.pk)
    assert Consignment.objects.get().status == "loaded"
    unknown = scan(desk, "4711")
    assert (unknown.status_code, "No consignment has the number 4711." in unknown.content.decode()) == (409, True)
    plain = desk.post(reverse("hub"), {"code": "x", "op": "sort"})
    assert plain.status_code == 409 and "<html" in plain.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_hub_costs_the_same_for_any_length(desk, driver, rows, django_assert_num_queries):
    customer = a_customer()
    for _row in range(rows):
        consigning.collect(a_consignment(customer=customer), by=None)
    desk.get(reverse("hub"))
    with django_assert_num_queries(7):
        page = desk.get(reverse("hub")).content.decode()
    assert page.count("bin-row") == rows


def test_a_driver_sees_and_does_her_own_alone(client, driver, other):
    mine, theirs = on_the_road(driver), on_the_road(other, customer=a_customer())
    to_fetch = a_consignment(customer=mine.customer)
    consigning.assign(to_fetch, by=None, collector=driver, driver=other)
    client.force_login(driver)
    page = client.get(reverse("my-consignments")).content.decode()
    assert mine.number in page and to_fetch.number in page and theirs.number not in page
    refused = [
        client.get(reverse("my-consignment", args=[theirs.number])),
        client.post(reverse("my-consignment-action", args=[theirs.number, "deliver"]), {"recipient": "x"}),
    ]
    assert [answer.status_code for answer in refused] == [404, 404]
    client.post(reverse("my-consignment-action", args=[to_fetch.number, "collect"]), {"submission": str(uuid4())})
    to_fetch.refresh_from_db()
    assert to_fetch.status == "collected"
    assert client.get(reverse("my-consignment-action", args=[to_fetch.number, "deliver"])).status_code == 404
    sent = {"recipient": "林美玲", "submission": str(uuid4())}
    address = reverse("my-consignment-action", args=[mine.number, "deliver"])
    assert [client.post(address, sent).url for _tap in range(3)] == [reverse("my-consignments")] * 3
    assert ConsignmentAttempt.objects.count() == 1


def test_the_round_starts_with_everything_on_board(client, driver, other):
    for person in (driver, driver, other):
        consignment = a_consignment(customer=a_customer())
        consigning.collect(consignment, by=None)
        consigning.load(consignment, by=None, driver=person)
    client.force_login(driver)
    client.post(reverse("my-consignments"), {"submission": str(uuid4())})
    assert sorted(Consignment.objects.values_list("driver", "status")) == sorted(
        [(driver.pk, "out"), (driver.pk, "out"), (other.pk, "loaded")]
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_label_has_a_page_for_each_piece(language):
    consignment = a_consignment(pieces=3, cash_due=Decimal("99.50"))
    pdf = waybill_pdf(consignment, language)
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    pages = [page for page in text.split("\f") if page.strip()]
    assert len(pages) == 3
    for page in pages:
        assert consignment.number in page and "文三路 9 号" in page and "99.50" in page
    info = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert "288 x 432 pts" in info


def test_the_public_page_needs_its_own_link_and_tells_no_more(client, driver):
    consignment = on_the_road(driver, cash_due=Decimal(5))
    stranger = a_consignment(customer=a_customer(), recipient_name="Somebody else")
    page = client.get(consignment.public_path)
    text = page.content.decode()
    assert page.status_code == 200 and "Out for delivery" in text and "Documents" in text
    assert [word for word in ("138 0000 0000", "文三路", "Ana", stranger.number, "15.00") if word in text] == []
    assert client.get(f"/follow/{consignment.number}/").status_code == 404
    assert client.get(f"/follow/{consignment.number}:nonsense/").status_code == 404
    order_like = stranger.public_path.replace(stranger.number, consignment.number)
    assert client.get(order_like).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_drivers_list_costs_the_same_for_any_length(client, driver, rows, django_assert_num_queries):
    customer = a_customer()
    for _row in range(rows):
        on_the_road(driver, customer=customer)
    client.force_login(driver)
    client.get(reverse("my-consignments"))
    with django_assert_num_queries(6):
        page = client.get(reverse("my-consignments")).content.decode()
    assert page.count('class="stop"') == rows
