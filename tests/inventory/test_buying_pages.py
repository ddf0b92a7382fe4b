"""What the buyer looks at: suggestions grouped by supplier, idle stock, transfers, alerts that sleep."""

import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from inventory import queries, services, suggestions
from inventory.models import Demand, Product, PurchaseOrder, Stock, StockAlert, SupplierItem
from tests.inventory.test_purchasing import a_draft, a_sent, a_supplier, counters
from tests.stories import a_person, a_product, a_warehouse

pytestmark = pytest.mark.django_db
PERMISSIONS = "view_stock handle_alert adjust_stock add_purchaseorder view_purchaseorder view_supplier".split()


@pytest.fixture
def buyer():
    return a_person(*[f"inventory.{name}" for name in PERMISSIONS], first_name="Wen")


@pytest.fixture
def desk(client, buyer):
    client.force_login(buyer)
    return client


def words(page) -> str:
    return " ".join(page.content.decode().split())


def key() -> str:
    return str(uuid4())


def low(sku: str, *, on_hand: int = 3, line: int = 20, per_day: float = 0, **fields) -> Stock:
    """A stock row under its line."""
    stock = a_product(sku, on_hand=on_hand, cost=Decimal("4"), **fields).stock.get()
    stock = services.set_place(stock, by=None, bin="", alert_line=line)
    if per_day:
        demand(stock, per_day)
    return stock


def demand(stock: Stock, per_day: float, **fields) -> Demand:
    usual = {"deviation": 0, "smoothed": True, "lead_days": 7, "lead_deviation": 1, "safety": 0}
    return Demand.objects.create(stock=stock, per_day=per_day, computed_on=timezone.localdate(), **usual | fields)


def test_what_runs_low_is_suggested_on_the_terms_of_the_preferred_supplier():
    hill, sea = a_supplier(), a_supplier("Sea")
    row = low("TEA", per_day=2, supplier=hill)
    for supplier, price, preferred in ((hill, "3", False), (sea, "3.5", True)):
        SupplierItem.objects.create(
            supplier=supplier, product=row.product, price=price, minimum=50, pack_size=12, preferred=preferred
        )
    [found] = suggestions.to_order()
    # 20 + 28 - 3 = 45 pieces, not under 50, in packs of 12
    assert (found.supplier, found.quantity, found.cost, found.cover, found.total) == ("Sea", 60, Decimal("3.5"), 1, 210)


def test_without_terms_the_products_own_supplier_and_cost_count():
    row = low("TEA", supplier=a_supplier(order_cost=Decimal(50)), pack_size=6)
    demand(row, 10)
    [found] = suggestions.to_order()
    # √(2·3650·50/1) = 604 pieces cost least
    assert (found.supplier, found.quantity, found.cost) == ("茶山 Tea Hill", 624, 4)


def test_what_is_on_order_or_drafted_is_not_suggested_again():
    first, second, third = (low(sku, supplier=a_supplier(sku)) for sku in ("A", "B", "C"))
    a_sent((first.product, 18), supplier=first.product.supplier)
    a_draft((second.product, 18), supplier=second.product.supplier)
    a_sent((third.product, 17), supplier=third.product.supplier)
    assert [(s.sku, s.incoming, s.quantity) for s in suggestions.to_order()] == [("C", 17, 1)]


def test_products_that_nobody_buys_are_not_suggested():
    low("GONE", active=False)
    low("MADE")
    Product.objects.filter(sku="MADE").update(kind="made")
    low("PLENTY", on_hand=21)
    low("NOLINE", line=0, on_hand=1)
    assert suggestions.to_order() == []


def test_one_click_drafts_an_order_for_each_supplier_and_warehouse(desk):
    hill, sea = a_supplier(minimum_value=Decimal(100)), a_supplier("Sea")
    rows = [low("A", supplier=hill), low("B", supplier=hill), low("C", supplier=sea), low("D", supplier=sea)]
    page = words(desk.get(reverse("to-order")))
    assert page.index("Sea") < page.index("茶山") and "minimum reached" in page and "Pieces of A" in page
    sent = {"pick": [row.pk for row in rows[:3]], "submission": key()}
    sent |= {f"quantity_{row.pk}": str(20 + row.pk) for row in rows}
    answers = {desk.post(reverse("to-order"), sent).url for _click in range(3)}
    assert answers == {f"{reverse('purchase-orders')}?status=draft"}
    drafts = {p.supplier.name: counters(p) for p in PurchaseOrder.objects.select_related("supplier")}
    assert drafts == {
        hill.name: [("A", 20 + rows[0].pk, 0, 0), ("B", 20 + rows[1].pk, 0, 0)],
        "Sea": [("C", 20 + rows[2].pk, 0, 0)],
    }
    assert [s.sku for s in suggestions.to_order()] == ["D"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pick": []}, "Tick what is to be ordered."),
        ({"quantity": "1.5"}, "Enter a whole number of pieces for A."),
        ({"quantity": "0"}, "between 1 and 1,000,000"),
        ({"pick": ["999999", "x"]}, "Tick what is to be ordered."),
    ],
)
def test_odd_picks_are_refused(desk, changes, sentence):
    row = low("A", supplier=a_supplier())
    picked = changes.get("pick", [row.pk])
    sent = {"pick": picked, f"quantity_{row.pk}": changes.get("quantity", "5"), "submission": key()}
    answer = desk.post(reverse("to-order"), sent)
    assert (answer.status_code, sentence in words(answer), PurchaseOrder.objects.count()) == (409, True, 0)


def test_suggestions_can_be_narrowed_to_a_warehouse(desk):
    low("A", supplier=a_supplier())
    other = a_warehouse("EAST")
    cup = a_product("B", on_hand=0, supplier=a_supplier("Sea"))
    services.set_place(services.stock_at(cup, other), by=None, bin="", alert_line=5)
    page = words(desk.get(reverse("to-order"), {"warehouse": other.pk}))
    assert ("Pieces of B" in page, "Pieces of A" in page) == (True, False)
    assert "No supplier on file" not in page
    Product.objects.update(supplier=None)
    assert "No supplier on file" in words(desk.get(reverse("to-order"), {"warehouse": ["x", ""]}))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "cost"), [("to-order", 6), ("idle-stock", 10), ("transfers-suggested", 5)])
def test_pages_cost_the_same_for_any_number_of_rows(desk, rows, page, cost, django_assert_num_queries):
    for n in range(rows):
        row = low(f"P{n}", supplier=a_supplier(f"S{n}"))
        services.receive(row.product, a_warehouse("EAST"), 50, by=None)
    Product.objects.update(created_at=timezone.now() - datetime.timedelta(days=100))
    desk.get(reverse(page))
    with django_assert_num_queries(cost):
        shown = desk.get(reverse(page)).content.decode()
    assert (
        shown.count("<tr>") == {"to-order": 2 * rows, "idle-stock": 2 * rows + 1, "transfers-suggested": rows + 1}[page]
    )


def test_idle_stock_says_since_when_and_what_it_ties_up(desk):
    today = timezone.localdate()
    old, fresh, never = low("OLD", on_hand=30), low("FRESH", on_hand=10), low("NEVER", on_hand=5)
    demand(old, 0, last_sold=today - datetime.timedelta(days=200))
    demand(fresh, 1, last_sold=today - datetime.timedelta(days=3))
    Product.objects.filter(pk=never.product_id).update(created_at=timezone.now() - datetime.timedelta(days=100))
    page = words(desk.get(reverse("idle-stock"), {"idle": "90"}))
    assert ("Product OLD" in page, "Product NEVER" in page, "Product FRESH" in page) == (True, True, False)
    assert "ties up CN¥140.00 at cost" in page and ">200<" in page
    page = words(desk.get(reverse("idle-stock"), {"idle": "180"}))
    assert ("Product OLD" in page, "Product NEVER" in page) == (True, False)
    exported = b"".join(desk.get(reverse("idle-stock"), {"export": "csv", "idle": "180"}).streaming_content)
    assert b"OLD" in exported and b"FRESH" not in exported


def test_surplus_of_one_warehouse_is_suggested_for_another(desk):
    row = low("TEA", on_hand=3, line=20, per_day=1)
    services.receive(row.product, a_warehouse("EAST"), 50, by=None)
    [found] = suggestions.suggested_transfers()
    assert (found.source, found.target, found.pieces, found.source_left, found.target_has) == (
        "EAST warehouse",
        "MAIN warehouse",
        31,
        19,
        3,
    )
    assert "Product TEA" in words(desk.get(reverse("transfers-suggested")))


def test_a_stock_page_explains_the_reorder_point_and_changes_how_it_is_set(desk):
    stock = low("TEA", line=9)
    demand(stock, 4.0, lead_days=10, safety=14)
    Stock.objects.update(reorder_point=54)
    page = words(desk.get(stock.get_absolute_url()))
    assert "Why the reorder point is 54" in page and "sold in 10 days of lead time, 4 a day" in page
    assert "</b> safety stock for 95 % of the deliveries<" in page
    assert "+ 14" in page and "The alert line of 9 was set by hand and stays." in page
    url = reverse("stock-action", args=[stock.pk, "reorder"])
    for level in ("100", "49.9"):
        assert desk.post(url, {"service_level": level, "submission": key()}).status_code == 422
    assert desk.post(url, {"service_level": "99", "submission": key()}).status_code == 302
    stock.refresh_from_db()
    assert (stock.alert_line_by_hand, stock.service_level, stock.reorder_point) == (False, 99, 0)


def test_the_database_refuses_service_levels_that_nobody_reaches():
    stock = low("TEA")
    for level in ("49.99", "40"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stock.objects.filter(pk=stock.pk).update(service_level=level)


def test_an_alert_sleeps_until_its_day(desk, buyer):
    stock = low("TEA", on_hand=2)
    services.check_alert_lines()
    alert = StockAlert.objects.get()
    url = reverse("alert-action", args=[alert.pk, "snooze"])
    today = timezone.localdate()
    assert desk.post(url, {"until": str(today), "submission": key()}).status_code == 422
    sent = {"until": str(today + datetime.timedelta(days=3)), "take_over": "on", "submission": key()}
    assert desk.post(url, sent).url == reverse("alerts")
    alert.refresh_from_db()
    assert (alert.state, alert.owner, list(queries.open_alerts())) == ("asleep", buyer, [])
    assert "Product TEA" in words(desk.get(reverse("alerts"), {"mine": "yes"}))
    assert "Product TEA" not in words(desk.get(reverse("alerts"), {"open": "yes"}))
    StockAlert.objects.update(snoozed_until=today)
    assert list(queries.open_alerts()) == [alert]
    services.adjust(stock, 50, reason="Found", by=buyer)
    services.check_alert_lines()
    alert.refresh_from_db()
    assert alert.state == "over"
    assert desk.post(url, sent | {"submission": key()}).status_code == 409


@pytest.mark.parametrize("page", ["to-order", "idle-stock", "transfers-suggested"])
def test_strangers_and_others_stay_out(client, page):
    assert client.get(reverse(page)).status_code == 302
    client.force_login(a_person("inventory.view_product"))
    assert client.get(reverse(page)).status_code == 403
