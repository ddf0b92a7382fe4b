"""Changing orders and giving promotion codes through the API."""

from decimal import Decimal

import pytest

from orders.models import Order
from orders.services import record_picked, save_promotion
from tests.ledger import assert_books_balance
from tests.orders.test_api import Caller, an_order
from tests.stories import a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    return Caller()


@pytest.fixture
def placed(caller):
    a_product("TEA", price="10", tax_rate="0")
    a_product("CUP", price="5", tax_rate="0")
    return caller.post("orders", an_order(("TEA", 3)), "k1").json()


def test_a_code_is_answered_with_what_came_of_it(caller):
    a_product("TEA", price="10", tax_rate="0")
    save_promotion(by=None, name="Spring", code="SPRING", kind="percent", value=Decimal(10))
    body = caller.post("orders", an_order(("TEA", 3), promotion_code="spring"), "k1").json()
    assert body["promotions"] == [
        {"name": "Spring", "code": "SPRING", "applied": True, "amount": "3.00", "reason": "Spring: −CN¥3.00."}
    ]
    assert (body["lines"][0]["discount"], body["totals"]["total"]) == ("3.00", "27.00")
    other = an_order(("TEA", 3), promotion_code="AUTUMN", reference="WEB-2")
    refused = caller.post("orders", other, "k2").json()
    assert refused["promotions"][0]["reason"] == "There is no promotion with the code AUTUMN."
    assert refused["totals"]["total"] == "30.00"


def test_an_order_is_changed_as_a_whole(caller, placed):
    change = {
        "version": placed["version"],
        "lines": [{"sku": "TEA", "quantity": 1}, {"sku": "CUP", "quantity": 2}],
        "ship_to": {"name": "王芳", "line1": "2 Beijing Road", "city": "广州"},
        "note": "ring twice",
        "requested_date": None,
    }
    answer = caller.patch(f"orders/{placed['number']}", change)
    assert answer.status_code == 200
    body, order = answer.json(), Order.objects.get()
    assert [(x["sku"], x["quantity"] - x["cancelled"]) for x in body["lines"]] == [("TEA", 1), ("CUP", 2)]
    assert body["totals"]["total"] == "20.00"
    assert (order.ship_name, order.city, order.note, order.country) == ("王芳", "广州", "ring twice", "")
    assert body["version"] > placed["version"]
    assert_books_balance()


def test_who_read_an_older_version_is_refused(caller, placed):
    change = {"version": placed["version"], "note": "one"}
    assert caller.patch(f"orders/{placed['number']}", change).status_code == 200
    answer = caller.patch(f"orders/{placed['number']}", change | {"note": "two"})
    assert (answer.status_code, answer["content-type"]) == (409, "application/problem+json")
    assert Order.objects.get().note == "one"


def test_a_wrong_line_is_named_and_nothing_is_changed(caller, placed):
    path, version = f"orders/{placed['number']}", placed["version"]
    for lines, field in (
        ([{"sku": "NONE", "quantity": 1}], "lines.0.sku"),
        ([{"sku": "TEA", "quantity": 1}, {"sku": "TEA", "quantity": 2}], "lines.1.sku"),
        ([{"sku": "TEA", "quantity": -1}], "lines.0.quantity"),
    ):
        answer = caller.patch(path, {"version": version, "lines": lines})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    order = Order.objects.get()
    record_picked(order, {order.lines.get().pk: 3}, by=None)
    order.refresh_from_db()
    answer = caller.patch(path, {"version": order.version, "lines": [{"sku": "TEA", "quantity": 2}]})
    assert answer.status_code == 409
    assert "are picked or shipped already" in answer.json()["detail"]
    assert order.lines.get().ordered == 3


def test_only_its_own_channel_and_only_with_the_scope(caller, placed):
    change = {"version": placed["version"], "note": "x"}
    assert Caller("other").patch(f"orders/{placed['number']}", change).status_code == 404
    assert Caller("webshop", ["orders:read"]).patch(f"orders/{placed['number']}", change).status_code == 403
