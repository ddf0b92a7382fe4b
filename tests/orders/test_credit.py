"""What a customer owes: her limit, what is open, what is past its due day."""

import datetime
from decimal import Decimal as D

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from oms.context import current
from orders.habits import habits_of
from orders.models import Order, OrderPolicy
from orders.queries import Credit, credit_of
from orders.services import cancel_order, record_payment
from tests.stories import a_customer, a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea():
    return a_product("TEA", price="100", tax_rate="0")


def placed_days_ago(order: Order, days: int) -> Order:
    Order.objects.filter(pk=order.pk).update(placed_at=timezone.now() - datetime.timedelta(days=days))
    order.refresh_from_db()
    return order


def test_who_never_ordered_owes_nothing():
    credit = credit_of(a_customer())
    assert credit == Credit(None, D(0), D(0))
    assert credit.left is None


def test_open_is_what_is_unpaid_and_cancelled_and_other_customers_orders_are_left_out(tea):
    mei = a_customer(credit_limit=D("500"), payment_days=30)
    part, gone = (a_placed_order((tea, 3), customer=mei) for _each in range(2))
    record_payment(part, by=None, method="cash", amount=D("120"))
    cancel_order(gone, by=None, reason="x")
    a_placed_order((tea, 1))
    credit = credit_of(mei)
    assert credit == Credit(D("500.00"), D("180.00"), D(0))
    assert credit.left == D("320.00")


def test_overpaid_orders_do_not_lessen_what_others_owe(tea):
    mei = a_customer(payment_days=30)
    over, _open = (a_placed_order((tea, 1), customer=mei) for _each in range(2))
    record_payment(over, by=None, method="cash", amount=D("150"))
    assert credit_of(mei) == Credit(None, D("100.00"), D(0))


@pytest.mark.parametrize(
    ("terms", "age", "overdue"),
    [("", 13, "0"), ("", 15, "100.00"), ("net_30", 15, "0"), ("net_7", 13, "100.00"), ("on_delivery", 15, "100.00")],
)
def test_the_orders_own_terms_go_before_the_customers_days(tea, terms, age, overdue):
    mei = a_customer(credit_limit=D("500"), payment_days=14)
    order = a_placed_order((tea, 1), customer=mei)
    Order.objects.filter(pk=order.pk).update(payment_terms=terms)
    order = placed_days_ago(order, age)
    credit = credit_of(mei)
    assert credit == Credit(D("500.00"), D("100.00"), D(overdue))
    assert (order.due_at < timezone.now()) == (credit.overdue > 0)
    habit = habits_of([mei.pk], current(OrderPolicy))[mei.pk]
    assert (habit.limit, habit.open, habit.overdue) == (credit.limit, credit.open, credit.overdue)


@pytest.mark.parametrize("orders", [1, 3])
def test_it_is_one_statement(tea, orders, django_assert_num_queries):
    mei = a_customer()
    for _each in range(orders):
        a_placed_order((tea, 1), customer=mei)
    with django_assert_num_queries(1):
        assert credit_of(mei).open == 100 * orders


def test_the_index_serves_it():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT sum(o.total - o.paid) FROM orders_order o WHERE o.customer_id = 1 "
            "AND o.status IN ('placed', 'confirmed', 'closed') AND NOT o.history AND o.paid < o.total"
        )
        assert "order_owed" in str(cursor.fetchall())


def test_the_pages_tell_what_is_overdue_and_until_when_it_is_to_be_paid(client, tea):
    mei = a_customer(credit_limit=D("500"), payment_days=14)
    order = placed_days_ago(a_placed_order((tea, 1), customer=mei), 15)
    client.force_login(a_person("orders.view_order"))
    figures = reverse("customer-figures", args=[mei.code])
    assert [word in client.get(figures).content.decode() for word in ("Overdue", "Credit left")] == [True, True]
    assert "To be paid by" in client.get(order.get_absolute_url()).content.decode()
    record_payment(order, by=None, method="cash", amount=D("100"))
    assert [word in client.get(figures).content.decode() for word in ("Overdue", "Credit left")] == [False, True]
    assert "To be paid by" not in client.get(order.get_absolute_url()).content.decode()
    client.force_login(a_person())
    assert client.get(figures).status_code == 403
