from datetime import date
from decimal import Decimal

import pytest

from orders.models import Order
from reports import dashboard, sales
from reports.periods import Period
from reports.sales import Scope, Sums

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def total(rows):
    return sales.summed(rows)


def test_the_edges_of_the_period_count_and_cancelled_orders_do_not(month):
    buckets = sales.by_bucket(Scope(MARCH), "day")
    assert len(buckets) == 31
    assert [(day.day, sums) for day, sums in buckets if sums.orders] == [
        (1, Sums(2, 5, Decimal("133.37"), Decimal("17.34"))),
        (31, Sums(1, 7, Decimal("0.35"), Decimal("0.05"))),
    ]


def test_every_table_sums_to_the_orders_to_the_cent(month):
    expected = sum(order.total for order in month["orders"])
    scope = Scope(MARCH)
    for group in ("day", "week", "month"):
        assert total(sums for _day, sums in sales.by_bucket(scope, group)).total == expected
    for rows in (sales.by_product(scope), sales.by_customer(scope), sales.by_channel(scope)):
        assert total(row.sums for row in rows).total == expected
    assert expected == Decimal("151.11")


def test_products_customers_and_channels_are_ranked(month):
    scope = Scope(MARCH)
    assert [(row.name, row.sums.pieces, row.sums.net) for row in sales.by_product(scope)] == [
        ("宣纸落地灯", 4, Decimal("133.32")),
        ("青瓷茶杯", 8, Decimal("0.40")),
    ]
    assert [(row.name, row.sums.orders) for row in sales.by_customer(scope)] == [
        ("林美玲", 2),
        ("Anna Berg", 1),
    ]
    assert [(row.name, row.sums.orders) for row in sales.by_channel(scope)] == [("order desk", 2), ("API", 1)]


def test_the_dashboard_says_the_same_as_the_report(month):
    scope = Scope(MARCH)
    for group in ("day", "week", "month"):
        quick, exact = dashboard.by_bucket(MARCH, group), sales.by_bucket(scope, group)
        assert [(day, s.orders, s.total) for day, s in quick] == [(day, s.orders, s.total) for day, s in exact]
    for quick, exact in (
        (dashboard.best_products(MARCH), sales.by_product(scope)),
        (dashboard.best_customers(MARCH), sales.by_customer(scope)),
        (dashboard.channels(MARCH), sales.by_channel(scope)),
    ):
        assert [(row.name, row.sums.net) for row in quick] == [(row.name, row.sums.net) for row in exact]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("product", "133.32"), ("customer", "33.33"), ("category", "133.32")],
)
def test_a_scope_may_be_one_product_customer_or_category(month, chosen, expected):
    keys = {
        "product": month["lamp"].pk,
        "customer": month["anna"].pk,
        "category": month["lamp"].category_id,
    }
    scope = Scope(MARCH, **{chosen: keys[chosen]})
    assert total(sums for _day, sums in sales.by_bucket(scope, "month")).net == Decimal(expected)


def test_other_currencies_are_left_out_and_said_so(month):
    assert not sales.other_currencies(MARCH)
    Order.objects.filter(pk=month["orders"][0].pk).update(currency="GBP")
    assert sales.other_currencies(MARCH)
    assert total(sums for _day, sums in sales.by_bucket(Scope(MARCH), "month")).orders == 2
