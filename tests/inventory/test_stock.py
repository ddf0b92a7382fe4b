"""The stock ledger: one writer, totals that the database guards, movements that stay."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from inventory import queries, services
from inventory.models import Movement, Product, Stock
from inventory.services import Entry, OutOfStock
from oms.errors import DomainError
from oms.events import timeline
from tests.ledger import assert_books_balance, books
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return a_person("inventory.receive_stock", "inventory.adjust_stock")


@pytest.fixture
def stock():
    return a_product("TEA", on_hand=10).stock.get()


def totals() -> tuple[int, int]:
    return Stock.objects.values_list("on_hand", "reserved").get()


@pytest.mark.parametrize(
    "change", ["reserved = on_hand + 1", "on_hand = -1, reserved = 0", "reserved = -1", "on_hand = reserved - 1"]
)
def test_the_database_refuses_impossible_totals(stock, change):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE inventory_stock SET {change}")
    assert totals() == (10, 0)


@pytest.mark.parametrize("statement", ["UPDATE inventory_movement SET on_hand = 99", "DELETE FROM inventory_movement"])
def test_the_database_refuses_to_change_a_movement(stock, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Movement.objects.get().on_hand == 10


def test_every_verb_moves_totals_and_ledger_together(stock, keeper):
    services.receive(stock.product, stock.warehouse, 5, by=keeper, reason="LS-77")
    services.reserve([("SO1", {stock.pk: 6})], by=keeper)
    services.release({stock.pk: 1}, cause="SO1", by=keeper)
    services.ship({stock.pk: 5}, cause="SO1", by=keeper)
    services.restock({stock.pk: 2}, cause="R1", by=keeper)
    services.adjust(stock, -3, reason="Broken", by=keeper)
    assert totals() == (9, 0)
    assert list(Movement.objects.order_by("id").values_list("kind", "on_hand", "reserved", "cause", "reason")) == [
        ("receive", 10, 0, "", ""),
        ("receive", 5, 0, "", "LS-77"),
        ("reserve", 0, 6, "SO1", ""),
        ("release", 0, -1, "SO1", ""),
        ("ship", -5, -5, "SO1", ""),
        ("return", 2, 0, "R1", ""),
        ("adjust", -3, 0, "", "Broken"),
    ]
    assert queries.sources(Stock.objects.get()) == [
        ("received", 15),
        ("adjusted", -3),
        ("shipped", -5),
        ("returned", 2),
    ]


def test_a_statement_runs_back_from_today(stock, keeper):
    services.reserve([("SO1", {stock.pk: 4})], by=keeper)
    services.ship({stock.pk: 4}, cause="SO1", by=keeper)
    services.adjust(stock, 1, reason="Found one", by=keeper)
    stock.refresh_from_db()
    first = queries.statement(stock, size=2)
    assert [(e.movement.kind, e.on_hand, e.reserved, e.available) for e in first.entries] == [
        ("adjust", 7, 0, 7),
        ("ship", 6, 0, 6),
    ]
    older = queries.statement(stock, before=first.older, size=2)
    assert [(e.movement.kind, e.on_hand, e.reserved, e.available) for e in older.entries] == [
        ("reserve", 10, 4, 6),
        ("receive", 10, 0, 10),
    ]
    assert older.older is None


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001, 10**9])
def test_odd_quantities_are_not_received(stock, keeper, quantity):
    before = books()
    with pytest.raises(DomainError, match="must be between 1 and 1,000,000"):
        services.receive(stock.product, stock.warehouse, quantity, by=keeper)
    assert books() == before


def test_reserved_pieces_cannot_be_adjusted_away(keeper):
    tea = a_product("TEA", on_hand=10)
    a_placed_order((tea, 6))
    before = books()
    with pytest.raises(DomainError) as refusal:
        services.adjust(tea.stock.get(), -5, reason="Lost", by=keeper)
    assert str(refusal.value) == "6 pieces of TEA are reserved for orders; on hand cannot fall to 5."
    assert books() == before
    services.adjust(tea.stock.get(), -4, reason="Lost", by=keeper)
    assert totals() == (6, 6)
    assert_books_balance()


@pytest.mark.parametrize(("change", "reason"), [(0, "Count"), (3, " "), (10**9, "Typing")])
def test_a_correction_is_a_number_with_a_reason(stock, keeper, change, reason):
    with pytest.raises(DomainError):
        services.adjust(stock, change, reason=reason, by=keeper)
    assert totals() == (10, 0)
    assert Movement.objects.count() == 1


def test_more_than_there_is_cannot_be_posted(stock):
    with pytest.raises(OutOfStock), transaction.atomic():
        services.post([Entry(stock.pk, reserved=11, cause="SO1")], kind=Movement.Kind.RESERVE)
    assert totals() == (10, 0)
    assert Movement.objects.count() == 1


def test_a_place_keeps_its_history(stock, keeper):
    services.set_place(stock, by=keeper, bin="A-10", alert_line=4)
    services.set_place(stock, by=keeper, bin="A-10", alert_line=4)
    assert [event.data for event in timeline(stock).filter(kind="stock.changed")] == [
        {"changed": {"bin": ["", "A-10"], "alert_line": [0, 4]}}
    ]


FIELDS = {"sku": "CUP", "name": "Cup", "price": 10, "floor_price": 8}


def test_a_product_keeps_old_and_new_values(keeper):
    product = services.create_product(by=keeper, **FIELDS)
    services.change_product(product, by=keeper, name="Big cup", price=12, floor_price=8)
    assert timeline(product)[0].data == {"changed": {"name": ["Cup", "Big cup"], "price": ["10", "12"]}}
    services.change_product(product, by=keeper, name="Big cup")
    assert timeline(product).count() == 2


def test_impossible_products_are_refused(keeper):
    product = services.create_product(by=keeper, **FIELDS)
    with pytest.raises(DomainError, match="already a product with the SKU CUP"):
        services.create_product(by=keeper, **FIELDS)
    with pytest.raises(DomainError, match="The price floor is above the price"):
        services.create_product(by=keeper, **(FIELDS | {"sku": "B", "floor_price": 11}))
    with pytest.raises(DomainError, match="The price floor is above the price"):
        services.change_product(product, by=keeper, price=7)
    assert Product.objects.values_list("sku", "price").get() == ("CUP", 10)


def test_a_scanned_code_is_a_sku_or_a_barcode():
    tea = a_product("Tea-1", barcode="690123", on_hand=0)
    assert [queries.product_by_code(code) for code in ("tea-1", " 690123 ", "69", "")] == [tea, tea, None, None]


def test_a_warehouse_row_is_made_when_goods_arrive(keeper):
    tea = a_product("TEA", on_hand=0)
    services.receive(tea, a_warehouse("EAST"), 3, by=keeper)
    assert [(s.warehouse.code, s.on_hand) for s in tea.stock.all()] == [("EAST", 3)]
