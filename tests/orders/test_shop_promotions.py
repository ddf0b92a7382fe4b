"""Promotion codes and shipping on the public order page: what is saved, and why a code saves nothing."""

import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order, OrderPolicy, Promotion
from tests.orders.test_shop import MEI, order, put, shown_total, text
from tests.stories import a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea():
    OrderPolicy.objects.create(pk=1, uses_promotions=True)
    return a_product("TEA", name="Tea", price="100", tax_rate="0")


def a_promotion(**fields) -> Promotion:
    return Promotion.objects.create(**{"name": "Autumn", "code": "AUTUMN", "value": Decimal(10)} | fields)


def checked(client, code: str, **typed):
    sent = {"check": "1", "promotion_code": code, "submission": str(uuid4()), **MEI, **typed}
    return client.post(reverse("shop-checkout"), sent)


def test_a_code_saves_what_it_says_before_and_after_the_order_is_placed(client, tea):
    a_promotion()
    put(client, tea, 2)
    assert shown_total(client) == "200.00"
    page = checked(client, " autumn ")
    assert "Autumn: −" in text(page) and 'name="total" value="180.00"' in page.content.decode()
    assert 'value="Mei Lin"' in page.content.decode() and 'value=" autumn "' in page.content.decode()
    assert order(client, "180.00", promotion_code="autumn").status_code == 302
    placed = Order.objects.get()
    assert placed.total == Decimal("180.00")
    assert list(placed.promotions.values_list("code", "applied")) == [("AUTUMN", True)]


@pytest.mark.parametrize(
    ("fields", "code", "sentence"),
    [
        ({}, "WINTER", "There is no promotion with the code WINTER."),
        ({"minimum": 500}, "AUTUMN", "Autumn needs goods worth"),
        ({"active": False}, "AUTUMN", "There is no promotion with the code AUTUMN."),
        ({"ends_at": timezone.now() - datetime.timedelta(days=2)}, "AUTUMN", "Autumn ended on"),
        ({"starts_at": timezone.now() + datetime.timedelta(days=2)}, "AUTUMN", "Autumn begins on"),
        ({"max_uses": 0}, "AUTUMN", "Autumn is used up."),
    ],
)
def test_a_refused_code_says_truly_why_before_the_order_is_placed(client, tea, fields, code, sentence):
    a_promotion(**fields)
    put(client, tea)
    page = checked(client, code)
    assert page.status_code == 200
    assert sentence in text(page) and 'name="total" value="100.00"' in page.content.decode()
    assert not Order.objects.exists()


def test_a_code_typed_at_the_last_moment_is_shown_before_it_counts(client, tea):
    a_promotion()
    put(client, tea)
    answer = order(client, "100.00", promotion_code="AUTUMN")
    assert answer.status_code == 409
    assert "Please look at it once more." in text(answer) and "Autumn: −" in text(answer)
    assert 'name="total" value="90.00"' in answer.content.decode()
    assert order(client, "90.00", promotion_code="AUTUMN").status_code == 302


def test_a_code_for_one_order_of_each_customer_is_refused_the_second_time_with_its_reason(client, tea):
    a_promotion(max_uses_each=1)
    put(client, tea)
    assert order(client, "90.00", promotion_code="AUTUMN").status_code == 302
    put(client, tea)
    answer = order(client, "90.00", promotion_code="AUTUMN")
    assert answer.status_code == 409
    assert "Autumn was used by this customer before." in text(answer)
    assert 'name="total" value="100.00"' in answer.content.decode()
    assert order(client, "100.00", promotion_code="AUTUMN").status_code == 302
    assert list(Order.objects.order_by("pk").values_list("total", flat=True)) == [Decimal("90.00"), Decimal("100.00")]


def test_shipping_is_shown_and_charged_as_shown(client, tea):
    OrderPolicy.objects.update(shipping_fee=Decimal("12.50"))
    put(client, tea)
    page = client.get(reverse("shop-checkout"))
    assert "Shipping CN¥12.50" in text(page)
    assert order(client, "112.50").status_code == 302
    placed = Order.objects.get()
    assert (placed.shipping, placed.total) == (Decimal("12.50"), Decimal("112.50"))


def test_prices_that_include_tax_are_shown_as_they_are(client):
    OrderPolicy.objects.create(pk=1, prices_include_tax=True)
    cup = a_product("CUP", price="113", tax_rate="13")
    page = text(client.get(reverse("shop-product", args=[cup.pk])))
    assert "CN¥113.00 with tax, CN¥100.00 without" in page
    put(client, cup)
    assert order(client, "113.00").status_code == 302
