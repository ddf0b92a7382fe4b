"""How well deliveries go: the counts, exactly, by driver, carrier and day."""

import datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from fulfillment import performance
from fulfillment import services as fulfillment
from orders.models import Order
from tests.fulfillment.road import on_the_road
from tests.stories import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def driver():
    return a_person("fulfillment.deliver_own", first_name="Mei")


def today(group: str) -> list[performance.Row]:
    return performance.rows(group, timezone.localdate(), timezone.localdate())


def delivered(driver, *, late: bool = False) -> None:
    shipment = on_the_road(driver)
    if late:
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        Order.objects.filter(pk=shipment.order_id).update(promised_date=yesterday)
    fulfillment.deliver(shipment, by=driver, recipient="Li", key=uuid4())


def test_first_attempts_and_promises_are_counted(driver):
    delivered(driver)
    delivered(driver, late=True)
    again = on_the_road(driver)
    fulfillment.fail_delivery(again, by=driver, outcome="absent", key=uuid4())
    again = fulfillment.send_out(again, by=None, driver=driver)
    fulfillment.deliver(again, by=driver, recipient="Li", key=uuid4())
    (row,) = today("driver")
    assert row == performance.Row("Mei", 1, 4, 3, 3, 2, 3, 2)
    assert (row.per_day, row.first_success, row.on_time_rate) == (3.0, 66.7, 66.7)
    assert [(r.name, r.attempts) for r in today("carrier")] == [("Own fleet", 4)]
    assert [r.attempts for r in today("day")] == [4]


def test_a_reopened_attempt_never_happened(driver):
    shipment = on_the_road(driver)
    fulfillment.fail_delivery(shipment, by=driver, outcome="absent", key=uuid4())
    shipment = fulfillment.reopen_attempt(shipment, by=driver, reason="x")
    fulfillment.deliver(shipment, by=driver, recipient="Li", key=uuid4())
    assert today("driver") == [performance.Row("Mei", 1, 1, 1, 1, 1, 1, 1)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_drivers(client, rows, django_assert_num_queries):
    for _n in range(rows):
        delivered(a_person("fulfillment.deliver_own"))
    client.force_login(a_person("fulfillment.view_performance"))
    client.get(reverse("delivery-performance"))
    with django_assert_num_queries(6):
        page = client.get(reverse("delivery-performance")).content.decode()
    assert page.count('data-label="Driver"') == rows


def test_it_is_exported_as_shown(client, driver):
    delivered(driver)
    client.force_login(a_person("fulfillment.view_performance"))
    answer = client.get(reverse("delivery-performance"), {"export": "csv", "by": "carrier", "first": "nonsense"})
    assert b"Mei" in b"".join(answer.streaming_content)
    answer = client.get(reverse("delivery-performance"), {"export": "csv", "by": "carrier"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1] == "Own fleet,1,1,1,1.0,100.0,100.0"
    assert client.get(reverse("delivery-performance"), {"export": "xlsx"}).status_code == 200
