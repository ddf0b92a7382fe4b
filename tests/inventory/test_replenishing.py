"""Reorder points from the ledger, and the suggestions that follow from them."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory import services
from inventory.models import Demand, Movement, Product, Stock, SupplierItem
from inventory.tasks import compute_reorder_points
from oms.events import timeline
from tests.inventory.test_purchasing import a_sent, a_supplier
from tests.stories import a_person, a_product, a_warehouse

pytestmark = pytest.mark.django_db
OLD = timezone.now() - datetime.timedelta(days=400)


def a_row(sku: str = "TEA", *, on_hand: int = 1000, **fields) -> Stock:
    """A stock row of a product that is on file for long."""
    return a_product(sku, on_hand=on_hand, created_at=OLD, **fields).stock.get()


def sold(stock: Stock, pieces: int, *, days_ago: float, kind: str = "ship") -> None:
    """A line of the ledger in the past; the totals of the row are left to the test."""
    at = timezone.now() - datetime.timedelta(days=days_ago)
    Movement.objects.create(stock=stock, kind=kind, on_hand=-pieces, reserved=0, at=at)


def steady(stock: Stock, pieces: int) -> None:
    for day in range(1, 91):
        sold(stock, pieces, days_ago=day)


def lines(stock: Stock) -> tuple:
    stock.refresh_from_db()
    return stock.reorder_point, stock.alert_line, stock.alert_line_by_hand


def test_the_line_is_the_demand_of_the_lead_time_and_safety_stock():
    row = a_row(supplier=a_supplier(lead_time_days=10))
    steady(row, 4)
    compute_reorder_points()
    # 4 a day without spread, 10 ± 2 days, 95 %: 40 + 1.645·√(16·4)
    assert lines(row) == (54, 54, False)
    found = row.demand
    assert (round(found.per_day, 6), found.smoothed, found.lead_days, found.lead_deviation) == (4, True, 10, 2)
    assert (found.safety, found.last_sold) == (14, timezone.localdate() - datetime.timedelta(days=1))


def test_terms_come_before_the_suppliers_own_lead_time_and_deliveries_tell_its_spread():
    hill = a_supplier(lead_time_days=10)
    row = a_row(supplier=hill)
    steady(row, 4)
    SupplierItem.objects.create(supplier=hill, product=row.product, lead_time_days=5)
    for _delivery in range(5):
        purchase = a_sent((row.product, 1), supplier=hill)
        services.receive_purchase(purchase, {purchase.lines.get().pk: 1}, by=None)
    services.compute_reorder_points()
    assert (row.demand.lead_days, round(row.demand.lead_deviation, 2), lines(row)[0]) == (5, 0, 21)


def test_only_sales_of_whole_past_days_count():
    row = a_row()
    for kind in ("scrap", "adjust", "move"):
        sold(row, 50, days_ago=3, kind=kind)
    sold(row, 90, days_ago=120)
    sold(row, 70, days_ago=0)
    services.compute_reorder_points()
    assert (row.demand.per_day, lines(row)) == (0, (0, 0, False))
    assert row.demand.last_sold == timezone.localdate()


def test_a_line_set_by_hand_stays_and_shows_what_was_computed():
    row = a_row(supplier=a_supplier(lead_time_days=10))
    steady(row, 4)
    services.set_place(row, by=None, bin="A-1", alert_line=7)
    services.compute_reorder_points()
    assert lines(row) == (54, 7, True)
    wen = a_person()
    services.set_reorder(row, by=wen, alert_line_by_hand=False, service_level=Decimal("99"))
    assert lines(row) == (59, 59, False)
    assert timeline(row)[0].data == {"changed": {"by_hand": ["True", "False"], "service_level": ["None", "99"]}}
    services.set_place(row, by=wen, bin="A-2", alert_line=59)
    assert lines(row) == (59, 59, False)


def test_a_new_product_is_judged_by_the_days_it_has_been_on_file():
    row = a_row()
    Product.objects.update(created_at=timezone.now() - datetime.timedelta(days=20))
    for day in range(1, 21):
        sold(row, 2, days_ago=day)
    services.compute_reorder_points()
    assert round(row.demand.per_day, 6) == 2


def test_kits_and_products_out_of_the_range_get_no_line():
    gone, kit = a_row("GONE", active=False), a_row("KIT", kind="made")
    steady(gone, 1)
    steady(kit, 1)
    assert services.compute_reorder_points() == 0
    assert not Demand.objects.exists()


def test_a_night_costs_the_same_statements_for_any_number_of_rows():
    counts = []
    for wanted in (1, 8):
        while Stock.objects.count() < wanted:
            steady(a_row(f"P{Stock.objects.count()}"), 3)
        with CaptureQueriesContext(connection) as captured:
            services.compute_reorder_points()
        counts.append(len([q for q in captured if "SAVEPOINT" not in q["sql"]]))
    # the first night also reads the company and when each row was sold last
    assert counts == [6, 4]


def test_a_second_night_changes_nothing():
    row = a_row()
    steady(row, 3)
    assert services.compute_reorder_points() == 1
    assert services.compute_reorder_points() == 0
    assert a_warehouse().code == row.warehouse.code
