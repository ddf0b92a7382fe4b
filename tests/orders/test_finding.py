"""Finding orders by what people have in hand: tag, e-mail, parcel, phone's last digits; and putting tags on them."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment.models import Shipment
from oms.errors import DomainError
from oms.events import timeline
from orders.models import Order
from orders.services import tag_order, untag_order
from orders.tags import read_tags
from tests.orders.test_desk import numbers
from tests.stories import a_customer, a_person, a_placed_order, a_product, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(a_person("orders.view_order", "orders.tag_order"))
    return client


@pytest.fixture
def two():
    tea = a_product("TEA")
    first = a_placed_order((tea, 1), customer=a_customer("Mei", phone="138 0000 7788"), email="gift@example.com")
    return first, a_placed_order((tea, 1), customer=a_customer("Lin", phone="139 1111 2222"))


def found(client, **query) -> list[str]:
    return numbers(client.get("/orders/", query))


def test_an_order_is_found_by_its_own_email_and_by_the_phones_tail(desk, two):
    for text in ("gift@example.com", "GIFT@Example.com", "7788"):
        assert found(desk, q=text) == [two[0].number]


def test_an_order_is_found_by_its_parcel(desk, two):
    shipment = shipped(two[1])
    Shipment.objects.update(tracking_number="SF1234567890")
    for text in ("SF1234567890", shipment.number):
        assert found(desk, q=text) == [two[1].number]


def test_orders_are_filtered_by_all_of_the_tags(desk, two):
    first, second = two
    tag_order(first, by=None, tags=["fair", "gift"])
    tag_order(second, by=None, tags=["fair"])
    assert found(desk, tag="fair") == [second.number, first.number]
    assert found(desk, tag="gift, fair") == [first.number]
    assert found(desk, tag="nothing") == []
    assert "fair, gift" in desk.get("/orders/", {"columns": "number,tags"}).content.decode()


def test_tags_are_put_on_and_taken_off_with_a_record(two):
    order = tag_order(two[0], by=None, tags=["fair", "gift"])
    tag_order(order, by=None, tags=["gift", "vip"])
    order = untag_order(order, by=None, tags=["fair"])
    assert order.tags == ["gift", "vip"]
    told = [(event.kind, event.data["tags"]) for event in timeline(order)[:3]]
    assert told == [("order.untagged", ["fair"]), ("order.tagged", ["vip"]), ("order.tagged", ["fair", "gift"])]


def test_a_refused_tag_changes_nothing(two):
    order = tag_order(two[0], by=None, tags=["gift"])
    with pytest.raises(DomainError, match="has these tags already"):
        tag_order(order, by=None, tags=["gift"])
    with pytest.raises(DomainError, match="20 tags at most"):
        tag_order(order, by=None, tags=[str(n) for n in range(20)])
    with pytest.raises(DomainError, match="none of these tags"):
        untag_order(order, by=None, tags=["fair"])
    assert Order.objects.get(pk=order.pk).tags == ["gift"]


@pytest.mark.parametrize(
    ("text", "tags"), [("a, b ,a,, ", ["a", "b"]), (" two  words ", ["two words"]), ("x" * 50, ["x" * 40])]
)
def test_tags_are_read_from_a_text(text, tags):
    assert read_tags(text) == tags


def test_many_orders_are_tagged_at_once_each_with_its_outcome(desk, two):
    tag_order(two[0], by=None, tags=["fair"])
    form = {"action": "tag", "selected": [order.pk for order in two], "submission": str(uuid.uuid4())}
    assert 'name="tags"' in desk.post("/orders/", form).content.decode()
    answer = desk.post("/orders/", form | {"confirmed": "1", "tags": "fair"}).content.decode()
    assert "has these tags already" in answer
    assert [order.tags for order in Order.objects.order_by("pk")] == [["fair"], ["fair"]]


def test_tagging_needs_its_permission(client, two):
    client.force_login(a_person("orders.view_order"))
    assert client.post(f"/orders/{two[0].number}/do/tag/", {"tags": "x"}).status_code == 403
    form = {"action": "tag", "selected": [two[0].pk], "confirmed": "1", "tags": "x"}
    assert client.post("/orders/", form).status_code == 403
    assert two[0].tags == []


def test_a_list_by_tag_costs_what_a_list_costs(desk, two):
    for order in two:
        tag_order(order, by=None, tags=["fair"])
    counts = []
    for tag in ("fair", ""):
        desk.get("/orders/", {"tag": tag})
        with CaptureQueriesContext(connection) as queries:
            desk.get("/orders/", {"tag": tag})
        counts.append(len(queries))
    assert counts[0] == counts[1]
