"""The queue: weights of the house, waiting that counts, a preview that changes nothing."""

import datetime
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Tier
from oms.context import forget
from orders.models import Order, OrderPolicy
from orders.priority import MOST_FOR_WAITING, Ranked, Weights, priority
from orders.services import rank_open_orders, set_weights
from tests.stories import a_customer, a_person, a_placed_order, a_product

TODAY = datetime.date(2025, 9, 1)
weights = st.builds(Weights, *[st.integers(0, 100) for _weight in range(6)])


@pytest.fixture(autouse=True)
def fresh_rules():
    yield
    forget(OrderPolicy)


@given(weights, st.integers(0, 100), st.integers(0, 400), st.integers(0, 10**7), st.booleans())
def test_points_are_the_sum_of_their_reasons_and_waiting_never_lowers_them(given_weights, tier, waited, total, urgent):
    order = Ranked(urgent, "Gold", tier, TODAY, D(total), waited)
    points, reasons = priority(order, given_weights, TODAY)
    assert points == sum(reason["points"] for reason in reasons)
    later = Ranked(urgent, "Gold", tier, TODAY, D(total), waited + 1)
    assert 0 <= priority(later, given_weights, TODAY)[0] - points <= MOST_FOR_WAITING


@pytest.mark.django_db
def test_an_order_that_waits_passes_those_that_came_later():
    tea = a_product()
    gold = a_customer(tier=Tier.objects.create(name="Gold", importance=40))
    old, new = a_placed_order((tea, 1)), a_placed_order((tea, 1), customer=gold)
    assert (old.priority, new.priority) == (10, 30)
    Order.objects.filter(pk=old.pk).update(placed_at=timezone.now() - datetime.timedelta(days=11))
    version = Order.objects.get(pk=old.pk).version
    assert (rank_open_orders(), rank_open_orders()) == (1, 0)
    old.refresh_from_db()
    assert (old.priority, old.priority_reasons[-1]) == (32, {"code": "waited", "days": 11, "points": 22})
    assert old.version == version


@pytest.mark.django_db
def test_points_of_rules_stay_and_finished_orders_are_left_alone():
    tea = a_product()
    ruled, done = a_placed_order((tea, 1)), a_placed_order((tea, 1))
    by_rule = {"code": "rule_points", "rule_id": 1, "rule": "Key", "points": 30}
    Order.objects.filter(pk=ruled.pk).update(priority=40, priority_reasons=[*ruled.priority_reasons, by_rule])
    Order.objects.update(placed_at=timezone.now() - datetime.timedelta(days=1))
    Order.objects.filter(pk=done.pk).update(stage="delivered")
    assert rank_open_orders() == 1
    assert dict(Order.objects.values_list("number", "priority")) == {ruled.number: 42, done.number: 10}


@pytest.mark.django_db
def test_a_large_order_counts_from_the_moment_it_is_placed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        set_weights(Weights(value=5), by=None)
    assert a_placed_order((a_product(price="3000", tax_rate="0"), 1)).priority == 25


@pytest.mark.django_db
def test_weights_are_tried_and_then_saved(client, django_capture_on_commit_callbacks):
    tea = a_product()
    first = a_placed_order((tea, 1), urgent=True)
    second = a_placed_order((tea, 1), customer=a_customer(tier=Tier.objects.create(name="Gold", importance=100)))
    client.force_login(a_person("orders.change_orderpolicy"))
    address = "/orders/rules/priority/"
    page = client.get(address).content.decode()
    assert page.index(first.number) < page.index(second.number)
    typed = {"urgent": 0, "tier": 100, "soon": 0, "soon_days": 2, "value": 0, "waiting": 0}
    for headers in ({}, {"HX-Request": "true"}):
        page = client.post(address, typed | {"preview": "1"}, headers=headers).content.decode()
        assert page.index(second.number) < page.index(first.number)
        assert "up 1" in page and "down from 1" in page
    assert not OrderPolicy.objects.exists()
    assert client.post(address, typed | {"tier": -1, "submission": uuid4()}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, typed | {"submission": uuid4()})
    assert dict(Order.objects.values_list("number", "priority")) == {first.number: 10, second.number: 110}
    client.force_login(a_person())
    assert client.get(address).status_code == 403
