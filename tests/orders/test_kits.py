"""Kits that are sold as one and stocked as parts; goods made to order; goods that need a specification."""

from decimal import Decimal as D

import pytest

from inventory import services as inventory
from inventory.models import Component, Product, Stock
from oms.errors import DomainError
from orders.composing import Asked, Request
from orders.services import cancel_order, place_order, reserve_missing
from tests.ledger import assert_books_balance
from tests.stories import ADDRESS, a_customer, a_placed_order, a_product, a_warehouse, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea_set() -> Product:
    """A pot at 30 and three cups at 10 for 50 together."""
    pot, cup = a_product("POT", price="30", on_hand=5), a_product("CUP", price="10", on_hand=8, tax_rate="0")
    kit = a_product("SET", price="50", on_hand=0, kind="kit")
    Component.objects.create(product=kit, part=pot, quantity=1)
    Component.objects.create(product=kit, part=cup, quantity=3)
    return kit


def reserved() -> dict[str, int]:
    return dict(Stock.objects.values_list("product__sku", "reserved"))


def test_a_kit_is_sold_as_one_and_reserved_as_parts(tea_set):
    order = a_placed_order((tea_set, 2))
    lines = list(order.lines.values_list("position", "sku", "ordered", "reserved", "net", "tax", "unit_price"))
    assert lines == [
        (1, "POT", 2, 2, D("50.00"), D("6.50"), D("25.0000")),
        (2, "CUP", 6, 6, D("50.00"), D("0.00"), D("8.3333")),
    ]
    assert (order.net, order.tax, order.total) == (D("100.00"), D("6.50"), D("106.50"))
    assert [line.kit["sku"] for line in order.lines.all()] == ["SET", "SET"]
    assert (reserved(), order.stage) == ({"POT": 2, "CUP": 6}, "to_pick")
    shipped(order)
    assert_books_balance()


def test_a_kit_is_short_when_one_part_is(tea_set):
    order = a_placed_order((tea_set, 3))
    assert [(h.kind, h.reasons) for h in order.holds.all()] == [
        ("stock", [{"code": "stock_short", "sku": "CUP", "short": 1, "ordered": 9}])
    ]
    inventory.receive(Product.objects.get(sku="CUP"), a_warehouse(), 1, by=None)
    reserve_missing(order)
    order.refresh_from_db()
    assert (order.stage, reserved()) == ("to_pick", {"POT": 3, "CUP": 9})
    assert_books_balance()


def test_a_kit_and_its_part_share_the_shelf(tea_set):
    order = a_placed_order((tea_set, 2), (Product.objects.get(sku="CUP"), 3))
    assert list(order.lines.values_list("sku", "reserved")) == [("POT", 2), ("CUP", 6), ("CUP", 2)]
    cancel_order(order, by=None, reason="test")
    assert reserved() == {"POT": 0, "CUP": 0}
    assert_books_balance()


@pytest.fixture
def soup() -> Product:
    dish = a_product("SOUP", price="18", on_hand=0, kind="made")
    Component.objects.create(product=dish, part=a_product("NOODLE", on_hand=10), quantity=2)
    return dish


def test_what_is_made_to_order_is_not_short(soup):
    order = a_placed_order((soup, 2))
    line = order.lines.get()
    assert (line.reserved, line.to_make, order.stage, order.status) == (0, 2, "to_make", "confirmed")
    assert not order.holds.exists()
    assert_books_balance()


def test_a_dish_that_left_the_kitchen_is_there_for_its_order(soup):
    order = a_placed_order((soup, 2))
    inventory.assemble(soup, a_warehouse(), 2, by=None, cause=order.number)
    reserve_missing(order)
    order.refresh_from_db()
    assert (order.lines.get().reserved, order.stage) == (2, "to_pick")
    assert dict(Stock.objects.values_list("product__sku", "on_hand")) == {"NOODLE": 6, "SOUP": 2}
    shipped(order)
    assert_books_balance()


def test_an_order_waits_for_what_it_must_state():
    ring = a_product("RING", ask_for="size, engraving")
    request = Request(a_customer(), [Asked(ring.pk, 1, stated={"size": "52"})], address=ADDRESS)
    order = place_order(request, by=None)
    assert [(h.kind, h.reasons) for h in order.holds.all()] == [
        ("specification", [{"code": "spec_missing", "sku": "RING", "what": "engraving"}])
    ]
    full = Request(a_customer("Bo"), [Asked(ring.pk, 1, stated={"size": "52", "engraving": "M & L"})], address=ADDRESS)
    order = place_order(full, by=None)
    assert (order.stage, order.lines.get().stated) == ("to_pick", {"size": "52", "engraving": "M & L"})


def test_a_kit_without_parts_cannot_be_kept():
    fields = {"sku": "SET", "name": "Set", "price": D(5), "kind": "kit"}
    with pytest.raises(DomainError, match="^A kit needs at least one part.$"):
        inventory.create_product(by=None, **fields)
    assert not Product.objects.exists()
    cup = a_product("CUP")
    kit = inventory.create_product(by=None, parts={cup.pk: 6}, barcodes={"4711": 12}, **fields)
    assert [str(c) for c in kit.components.all()] == ["6 × CUP"]
    with pytest.raises(DomainError, match="^SET is not stocked and cannot be a part.$"):
        inventory.create_product(by=None, sku="BIG", name="Big", price=D(9), kind="kit", parts={kit.pk: 2})
    with pytest.raises(DomainError, match="^The barcode 4711 already belongs to SET Set.$"):
        inventory.change_product(cup, by=None, barcodes={"4711": 1})
    assert not cup.barcodes.exists()
