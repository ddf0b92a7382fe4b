"""Named tax rates: one change for all products of a class."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.urls import reverse

from inventory import services
from inventory.models import TaxClass
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


def test_the_rate_of_a_class_is_that_of_its_products():
    food = services.set_tax_class(by=None, name="Food", rate=D(9))
    tea, cup = a_product("TEA", tax_rate="13"), a_product("CUP", tax_rate="13")
    services.change_product(tea, by=None, tax_class=food)
    order = a_placed_order((tea, 1), (cup, 1))
    services.set_tax_class(food, by=None, name="Food", rate=D(6))
    tea.refresh_from_db(), cup.refresh_from_db()
    assert (tea.tax_rate, cup.tax_rate) == (D(6), D(13))
    assert list(order.lines.values_list("tax_rate", flat=True)) == [D(9), D(13)]
    assert_books_balance()


def test_classes_are_kept_by_who_may(client):
    client.force_login(a_person("inventory.view_product", "inventory.add_taxclass", "inventory.change_taxclass"))
    new = {"name": "Food", "rate": "9", "submission": str(uuid4())}
    assert client.post(reverse("tax-class-new"), new).status_code == 302
    food = TaxClass.objects.get()
    assert "Food" in client.get(reverse("tax-classes")).content.decode()
    page = reverse("tax-class", args=[food.pk])
    assert client.post(page, {"name": "Food", "rate": "100", "submission": str(uuid4())}).status_code == 422
    assert client.post(page, {"name": "Food", "rate": "6", "submission": str(uuid4())}).status_code == 302
    food.refresh_from_db()
    assert food.rate == D(6)
    client.force_login(a_person("inventory.view_product"))
    for url in (reverse("tax-class-new"), page):
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_length(client, rows, django_assert_num_queries):
    for n in range(rows):
        services.set_tax_class(by=None, name=f"C{n}", rate=D(n))
    client.force_login(a_person("inventory.view_product"))
    client.get(reverse("tax-classes"))
    with django_assert_num_queries(6):
        client.get(reverse("tax-classes"))
