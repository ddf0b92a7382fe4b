from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from inventory.models import Stock
from oms.apikeys import create_key
from oms.models import ApiKey
from orders.models import Order
from orders.services import record_picked
from tests.stories import a_product

pytestmark = pytest.mark.django_db


class Caller:
    """Another system with a key."""

    def __init__(self, channel="webshop", scopes=("orders:read", "orders:write", "stock:read", "products:read")):
        self.key = create_key(channel, list(scopes))
        self.client = Client(headers={"host": "localhost"})

    def get(self, path):
        return self.client.get(f"/api/v1/{path}", headers={"authorization": f"Bearer {self.key}"})

    def patch(self, path, body):
        headers = {"authorization": f"Bearer {self.key}"}
        return self.client.patch(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    def post(self, path, body, idempotency_key=None):
        headers = {"authorization": f"Bearer {self.key}"}
        if idempotency_key:
            headers["idempotency-key"] = idempotency_key
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def an_order(*lines, **fields):
    return {
        "reference": "WEB-1",
        "customer": {"name": "李娜", "email": "li@example.com", "phone": "138 0000 0000", "language": "zh-hans"},
        "ship_to": {"name": "李娜", "line1": "1 Nanjing Road", "city": "上海", "country": "CN"},
        "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines],
        **fields,
    }


@pytest.fixture
def caller():
    return Caller()


def test_an_order_is_placed_and_answered_with_everything_about_it(caller):
    a_product("TEA", price="10", tax_rate="13")
    answer = caller.post("orders", an_order(("TEA", 3)), "k1")
    assert answer.status_code == 201
    body, order = answer.json(), Order.objects.get()
    assert body["number"] == order.number
    assert (body["stage"], body["status"], body["holds"]) == ("to_pick", "confirmed", [])
    assert body["totals"] == {
        "currency": "CNY",
        "shipping": "0.00",
        "net": "30.00",
        "tax": "3.90",
        "total": "33.90",
        "paid": "0.00",
    }
    assert body["promised_date"] == order.promised_date.isoformat()
    assert body["public_url"] == order.public_url
    assert (order.channel, order.reference, order.language) == ("webshop", "WEB-1", "zh-hans")
    assert Stock.objects.get().reserved == 3


def test_the_same_key_and_body_is_one_order_and_one_answer(caller):
    a_product("TEA")
    first = caller.post("orders", an_order(("TEA", 1)), "k1")
    second = caller.post("orders", an_order(("TEA", 1)), "k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(caller):
    a_product("TEA")
    caller.post("orders", an_order(("TEA", 1)), "k1")
    answer = caller.post("orders", an_order(("TEA", 2)), "k1")
    assert answer.status_code == 409
    assert answer["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert Order.objects.count() == 1


def test_the_same_reference_under_another_key_is_refused(caller):
    a_product("TEA")
    caller.post("orders", an_order(("TEA", 1)), "k1")
    answer = caller.post("orders", an_order(("TEA", 1)), "k2")
    assert (answer.status_code, answer.json()["detail"]) == (409, "There is already an order with this reference.")
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": [{"sku": "NONE", "quantity": 1}]}, "lines.0.sku"),
        ({"lines": [{"sku": "TEA", "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "TEA", "quantity": 10**9}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "TEA", "quantity": 1}, {"sku": "TEA", "quantity": -1}]}, "lines.1.quantity"),
        ({"lines": [{"sku": "TEA", "quantity": 1, "unit_price": "-1"}]}, "lines.0.unit_price"),
        ({"lines": []}, "lines"),
        ({"customer": {"name": "A", "email": "nonsense"}}, "customer.email"),
        ({"customer": {"name": "A\x00"}}, "customer.name"),
        ({"requested_date": "tomorrow"}, "requested_date"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written(caller, change, field):
    a_product("TEA")
    answer = caller.post("orders", an_order(("TEA", 1)) | change, "k1")
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [field]
    assert (Order.objects.count(), Customer.objects.count(), Stock.objects.get().reserved) == (0, 0, 0)
    assert caller.post("orders", an_order(("TEA", 1)), "k1").status_code == 201


def test_an_idempotency_key_is_required(caller):
    answer = caller.post("orders", an_order(("TEA", 1)))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_short_order_comes_back_held_with_its_reasons(caller):
    a_product("TEA", on_hand=2)
    body = caller.post("orders", an_order(("TEA", 5)), "k1").json()
    assert body["stage"] == "on_hold"
    assert body["holds"] == [{"kind": "stock", "reasons": ["TEA: 3 of 5 are not in stock."]}]


def test_a_known_customer_is_found_again(caller):
    a_product("TEA")
    caller.post("orders", an_order(("TEA", 1)), "k1")
    caller.post("orders", an_order(("TEA", 1), reference="WEB-2"), "k2")
    assert Customer.objects.count() == 1


def test_an_order_is_read_and_cancelled_once(caller):
    a_product("TEA")
    number = caller.post("orders", an_order(("TEA", 2)), "k1").json()["number"]
    assert caller.get(f"orders/{number}").json()["lines"][0]["quantity"] == 2
    for _twice in range(2):
        answer = caller.post(f"orders/{number}/cancel", {"reason": "changed mind"})
        assert (answer.status_code, answer.json()["stage"]) == (200, "cancelled")
    assert Stock.objects.get().reserved == 0


def test_an_order_being_picked_is_not_cancelled(caller):
    a_product("TEA")
    number = caller.post("orders", an_order(("TEA", 2)), "k1").json()["number"]
    order = Order.objects.get()
    record_picked(order, {order.lines.get().pk: 2}, by=None)
    answer = caller.post(f"orders/{number}/cancel", {"reason": "changed mind"})
    assert answer.status_code == 409
    assert "can no longer be cancelled" in answer.json()["detail"]


def test_pages_follow_the_cursor_and_the_time_of_change(caller):
    a_product("TEA")
    for n in range(5):
        caller.post("orders", an_order(("TEA", 1), reference=f"WEB-{n}"), f"k{n}")
    first = caller.get("orders?limit=3").json()
    second = caller.get(f"orders?limit=3&cursor={first['next']}").json()
    assert [o["reference"] for o in first["orders"] + second["orders"]] == [f"WEB-{n}" for n in range(5)]
    assert second["next"] is None
    later = (timezone.now() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert caller.get(f"orders?updated_since={later}").json()["orders"] == []


def test_a_page_of_orders_costs_the_same_statements_for_one_and_for_three(caller, django_assert_num_queries):
    a_product("TEA")
    for n in range(3):
        caller.post("orders", an_order(("TEA", 1), reference=f"WEB-{n}"), f"k{n}")
        if n in (0, 2):
            with django_assert_num_queries(5):
                caller.get("orders")


def test_a_channel_sees_its_own_orders_only(caller):
    a_product("TEA")
    number = caller.post("orders", an_order(("TEA", 1)), "k1").json()["number"]
    other = Caller("marketplace")
    assert other.get(f"orders/{number}").status_code == 404
    assert other.get("orders").json()["orders"] == []
    assert other.post(f"orders/{number}/cancel", {"reason": "x"}).status_code == 404


def test_stock_and_products_are_read(caller):
    a_product("TEA", price="10.5", on_hand=7)
    assert caller.get("stock?sku=TEA").json() == [
        {"sku": "TEA", "warehouse": "MAIN", "on_hand": 7, "reserved": 0, "available": 7}
    ]
    assert Decimal(caller.get("products").json()[0]["price"]) == Decimal("10.5")


@pytest.mark.parametrize("path", ["orders", "orders/SO1", "stock?sku=A", "products"])
def test_a_stranger_and_a_revoked_key_are_refused(caller, path):
    assert Client(headers={"host": "localhost"}).get(f"/api/v1/{path}").status_code == 401
    ApiKey.objects.update(revoked_at=timezone.now())
    answer = caller.get(path)
    assert (answer.status_code, answer["content-type"]) == (401, "application/problem+json")


def test_a_key_does_only_what_its_scopes_allow():
    reader = Caller(scopes=["stock:read"])
    assert reader.get("orders").status_code == 403
    assert reader.post("orders", an_order(("TEA", 1)), "k1").status_code == 403
    assert reader.get("stock?sku=TEA").status_code == 200


def test_calls_are_counted(caller, monkeypatch):
    monkeypatch.setattr("orders.api.access.CALLS_PER_MINUTE", 2)
    assert [caller.get("products").status_code for _call in range(3)] == [200, 200, 429]


def test_the_document_and_its_page_are_served():
    client = Client(headers={"host": "localhost"})
    document = client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/orders", "/api/v1/orders/{number}", "/api/v1/orders/{number}/cancel", "/api/v1/stock"} <= set(
        document["paths"]
    )
    assert client.get("/api/v1/docs").status_code == 200


def test_the_command_prints_a_key_once_and_stores_only_its_hash(capsys):
    call_command("create_api_key", "webshop", "--scopes", "orders:write,stock:read")
    key = capsys.readouterr().out.strip()
    stored = ApiKey.objects.get()
    assert stored.scopes == ["orders:write", "stock:read"]
    assert key not in str(stored.__dict__)
    with pytest.raises(CommandError, match="no scope orders:eat"):
        call_command("create_api_key", "webshop", "--scopes", "orders:eat")
    assert ApiKey.objects.count() == 1
