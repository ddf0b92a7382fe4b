"""Pieces in bins, lots, quarantine: moved, blocked, scrapped, made of parts."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from inventory import services
from inventory.models import Component, Holding, Lot, Movement, Serial, Stock
from oms.errors import DomainError
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product, a_warehouse, shipped

pytestmark = pytest.mark.django_db
SOON, LATER = datetime.date(2027, 1, 31), datetime.date(2027, 6, 30)


@pytest.fixture
def keeper():
    return a_person("inventory.adjust_stock")


def lying(stock) -> dict:
    """(bin, lot) → (pieces, quarantined), empty places left out."""
    rows = Holding.objects.filter(stock=stock).exclude(pieces=0, quarantined=0)
    return {(h.bin, h.lot and h.lot.code): (h.pieces, h.quarantined) for h in rows}


def refused(verb, *args, **kwargs) -> str:
    """The sentence of a refusal that changed nothing."""
    before = list(Stock.objects.values_list()), list(Holding.objects.values_list()), Movement.objects.count()
    with pytest.raises(DomainError) as error:
        verb(*args, **kwargs)
    assert before == (list(Stock.objects.values_list()), list(Holding.objects.values_list()), Movement.objects.count())
    return str(error.value)


@pytest.fixture
def milk():
    """Ten of a lot that expires later and six of one that expires soon, in two bins."""
    product = a_product("MILK", on_hand=0, tracking="lot")
    for count, bin, lot, expires in [(10, "A-1", "L2", LATER), (6, "B-1", "L1", SOON)]:
        services.receive(product, a_warehouse(), count, by=None, bin=bin, lot=lot, expires=expires)
    return product.stock.get()


def test_goods_lie_in_the_bin_and_lot_they_came_in(milk):
    assert (milk.on_hand, lying(milk)) == (16, {("A-1", "L2"): (10, 0), ("B-1", "L1"): (6, 0)})
    assert_books_balance()


def test_what_expires_first_goes_first(milk):
    shipped(a_placed_order((milk.product, 8)))
    assert lying(milk) == {("A-1", "L2"): (8, 0)}
    gone = Movement.objects.filter(kind="ship").values_list("bin", "lot__code", "on_hand", "reserved")
    assert sorted(gone) == [("A-1", "L2", -2, -2), ("B-1", "L1", -6, -6)]
    assert_books_balance()


def test_a_lot_is_needed_and_keeps_its_expiry(milk, keeper):
    receive = services.receive
    assert refused(receive, milk.product, a_warehouse(), 1, by=keeper) == "MILK is tracked by lot: say which one came."
    words = "Lot L1 of MILK is on file with another expiry date: 2027-01-31."
    assert refused(receive, milk.product, a_warehouse(), 1, by=keeper, lot="L1", expires=LATER) == words
    assert Lot.objects.count() == 2


def test_putting_away_moves_pieces_between_bins(keeper):
    stock = a_product("CUP", on_hand=9).stock.get()
    services.put_away(stock, 4, by=keeper, source="", target="C-2")
    assert lying(stock) == {("", None): (5, 0), ("C-2", None): (4, 0)}
    stock.refresh_from_db()
    assert (stock.on_hand, stock.reserved) == (9, 0)
    assert refused(services.put_away, stock, 5, by=keeper, source="C-2", target="D") == (
        "Only 4 pieces of CUP are there."
    )
    assert_books_balance()


def test_the_own_bin_takes_its_pieces_along(milk, keeper):
    services.set_place(milk, by=keeper, bin="A-1", alert_line=0)
    services.quarantine(milk, 2, reason="dented", by=keeper, bin="A-1")
    services.set_place(milk, by=keeper, bin="Z-9", alert_line=0)
    assert lying(milk) == {("Z-9", "L2"): (8, 2), ("B-1", "L1"): (6, 0)}
    assert_books_balance()


def test_blocked_pieces_cannot_be_sold_and_come_back_or_go(keeper):
    cup = a_product("CUP", on_hand=9)
    stock = cup.stock.get()
    services.quarantine(stock, 4, reason="cracked", by=keeper)
    stock.refresh_from_db()
    assert (stock.on_hand, stock.available, stock.quarantined) == (5, 5, 4)
    services.unblock(stock, 1, reason="only dusty", by=keeper)
    services.scrap(stock, 2, reason="broken", by=keeper)
    stock.refresh_from_db()
    assert (stock.on_hand, stock.quarantined, lying(stock)) == (6, 1, {("", None): (6, 1)})
    kinds = Movement.objects.order_by("id").values_list("kind", "on_hand", "quarantined")
    assert list(kinds)[1:] == [("quarantine", -4, 4), ("unblock", 1, -1), ("scrap", 0, -2)]
    assert_books_balance()


def test_promised_pieces_cannot_be_blocked(keeper):
    cup = a_product("CUP", on_hand=9)
    a_placed_order((cup, 7))
    stock = cup.stock.get()
    words = "7 of 9 pieces of CUP are reserved for orders."
    assert refused(services.quarantine, stock, 3, reason="cracked", by=keeper) == words
    assert refused(services.quarantine, stock, 1, reason=" ", by=keeper) == "Say why the stock is corrected."
    assert refused(services.scrap, stock, 1, reason="cracked", by=keeper) == "Only 0 pieces of CUP are there."


def test_a_kit_is_made_of_its_parts(keeper):
    box, bow, gift = a_product("BOX", on_hand=9), a_product("BOW", on_hand=7), a_product("GIFT", on_hand=0)
    Component.objects.create(product=gift, part=box, quantity=1)
    Component.objects.create(product=gift, part=bow, quantity=2)
    words = "Not enough parts: BOW."
    assert refused(services.assemble, gift, a_warehouse(), 4, by=keeper) == words
    services.assemble(gift, a_warehouse(), 3, by=keeper)
    totals = Stock.objects.order_by("product__sku").values_list("product__sku", "on_hand")
    assert list(totals) == [("BOW", 1), ("BOX", 6), ("GIFT", 3)]
    assert refused(services.assemble, box, a_warehouse(), 1, by=keeper) == "BOX has no parts to be made of."
    assert_books_balance()


def test_numbered_pieces_are_in_the_house_once(keeper):
    phone = a_product("PHONE", on_hand=0, tracking="serial")
    receive = services.receive
    services.receive(phone, a_warehouse(), 2, by=keeper, serials=["S1", "S2"], cause="GR1")
    assert refused(receive, phone, a_warehouse(), 1, by=keeper, serials=["S2"]) == "In the house already: S2."
    words = "PHONE is tracked by serial number: 2 different numbers are needed, not 1."
    assert refused(receive, phone, a_warehouse(), 2, by=keeper, serials=["S3", "S3"]) == words
    services.send_serial(phone, "s1", cause="SO1")
    assert refused(services.send_serial, phone, "S1", cause="SO2") == (
        "No piece of PHONE with the serial number S1 is in the house."
    )
    assert list(Serial.objects.values_list("number", "stock__warehouse__code", "cause")) == [
        ("S1", None, "SO1"),
        ("S2", "MAIN", "GR1"),
    ]
    services.receive(phone, a_warehouse(), 1, by=keeper, serials=["S1"], cause="RM1")
    assert Serial.objects.filter(stock=None).count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inventory_stock SET reserved = on_hand + 1",
        "UPDATE inventory_stock SET on_hand = -1",
        "UPDATE inventory_stock SET quarantined = -1",
        "UPDATE inventory_holding SET pieces = -1",
        "UPDATE inventory_movement SET on_hand = 0",
        "DELETE FROM inventory_movement",
        "INSERT INTO inventory_holding (stock_id, bin, pieces, quarantined) "
        "SELECT stock_id, bin, 1, 0 FROM inventory_holding",
    ],
)
def test_the_database_itself_refuses_wrong_books(statement):
    a_product("CUP", on_hand=3)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert_books_balance()


def test_what_expired_is_blocked_except_what_is_promised(milk):
    a_placed_order((milk.product, 13))
    Lot.objects.filter(code="L1").update(expires=datetime.date(2020, 1, 1))
    assert (services.quarantine_expired(), services.quarantine_expired()) == (3, 0)
    assert lying(milk) == {("A-1", "L2"): (10, 0), ("B-1", "L1"): (3, 3)}
    assert_books_balance()
