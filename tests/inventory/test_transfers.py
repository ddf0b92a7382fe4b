"""Transfers: written, sent, received in parts, closed with what is missing."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from inventory import queries, services
from inventory.models import Lot, Movement, Serial, Stock, Transfer, TransferLine
from oms.errors import DomainError
from oms.events import timeline
from reports import audit
from tests.inventory.test_places import lying
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return a_person("inventory.send_transfer")


@pytest.fixture
def draft(keeper):
    tea, cup = a_product("TEA", on_hand=10), a_product("CUP", on_hand=4)
    return services.create_transfer(
        by=keeper, source=a_warehouse(), target=a_warehouse("EAST"), lines={tea.pk: 6, cup.pk: 4}
    )


def at(code: str) -> dict[str, int]:
    """{SKU: on hand} in a warehouse."""
    return dict(Stock.objects.filter(warehouse__code=code).values_list("product__sku", "on_hand"))


def counters(transfer: Transfer) -> dict[str, tuple]:
    lines = transfer.lines.order_by("product__sku")
    return {line.product.sku: (line.asked, line.sent, line.received, line.missing) for line in lines}


def refused(verb, *args, **kwargs) -> str:
    """The sentence of a refusal that changed nothing."""

    def books():
        return [list(model.objects.order_by("pk").values()) for model in (Stock, Transfer, TransferLine, Serial)]

    before = books(), Movement.objects.count()
    with pytest.raises(DomainError) as error:
        verb(*args, **kwargs)
    assert before == (books(), Movement.objects.count())
    return str(error.value)


def test_a_transfer_leaves_arrives_in_parts_and_is_received(draft, keeper):
    tea, cup = (line.product_id for line in draft.lines.all())
    assert (draft.status, at("MAIN")) == ("draft", {"TEA": 10, "CUP": 4})
    services.send_transfer(draft, by=keeper)
    east = a_warehouse("EAST").pk
    assert (at("MAIN"), at("EAST")) == ({"TEA": 4, "CUP": 0}, {})
    assert queries.in_transit([tea, cup]) == {(tea, east): 6, (cup, east): 4}
    services.receive_transfer(draft, {tea: 5, cup: 4}, by=keeper, bin="B-7")
    draft.refresh_from_db()
    assert (draft.status, queries.in_transit([tea, cup])) == ("sent", {(tea, east): 1})
    services.receive_transfer(draft, {tea: 1}, by=keeper)
    draft.refresh_from_db()
    assert (draft.status, at("EAST"), queries.in_transit([tea, cup])) == ("received", {"TEA": 6, "CUP": 4}, {})
    assert counters(draft) == {"CUP": (4, 4, 4, 0), "TEA": (6, 6, 6, 0)}
    stock = Stock.objects.get(product=tea, warehouse=east)
    assert lying(stock) == {("B-7", None): (5, 0), ("", None): (1, 0)}
    assert_books_balance()


def test_what_is_missing_is_named_and_closes_the_transfer(draft, keeper):
    tea, cup = (line.product_id for line in draft.lines.all())
    services.send_transfer(draft, by=keeper)
    services.receive_transfer(draft, {tea: 4, cup: 4}, by=keeper)
    assert refused(services.close_transfer, draft, by=keeper, reason=" ") == "Say why the pieces are missing."
    services.close_transfer(draft, by=keeper, reason="the box was open")
    draft.refresh_from_db()
    assert (draft.status, draft.reason) == ("received", "the box was open")
    assert counters(draft) == {"CUP": (4, 4, 4, 0), "TEA": (6, 6, 4, 2)}
    assert timeline(draft).first().data["missing"] == [{"sku": "TEA", "quantity": 2}]
    assert queries.in_transit([tea]) == {}
    assert refused(services.receive_transfer, draft, {tea: 1}, by=keeper) == f"{draft} is received."
    assert_books_balance()


def test_promised_pieces_do_not_leave(draft, keeper):
    a_placed_order((draft.lines.first().product, 7))
    words = "TEA: 3 of 6 are available."
    assert refused(services.send_transfer, draft, by=keeper) == words
    assert draft.lines.first().sent == 0
    assert_books_balance()


def test_no_more_arrives_than_left(draft, keeper):
    tea = draft.lines.first().product_id
    assert refused(services.receive_transfer, draft, {tea: 1}, by=keeper) == f"{draft} is draft."
    services.send_transfer(draft, by=keeper)
    words = f"TEA: only 6 pieces of {draft} are still on the way."
    assert refused(services.receive_transfer, draft, {tea: 7}, by=keeper) == words
    pot = a_product("POT")
    assert refused(services.receive_transfer, draft, {pot.pk: 1}, by=keeper) == f"POT is not part of {draft}."
    assert refused(services.send_transfer, draft, by=keeper) == f"{draft} is on the way."


def test_only_a_draft_is_cancelled(draft, keeper):
    services.cancel_transfer(draft, by=keeper)
    draft.refresh_from_db()
    assert (draft.status, at("MAIN")) == ("cancelled", {"TEA": 10, "CUP": 4})
    assert refused(services.cancel_transfer, draft, by=keeper) == f"{draft} is cancelled."


def test_a_transfer_needs_two_warehouses_and_goods(keeper):
    here, there, kit = a_warehouse(), a_warehouse("EAST"), a_product("KIT", on_hand=0, kind="kit")
    make = services.create_transfer
    words = "A transfer goes from one warehouse to another one."
    assert refused(make, by=keeper, source=here, target=here, lines={kit.pk: 1}) == words
    words = "Say which products are to be moved."
    assert refused(make, by=keeper, source=here, target=there, lines={}) == words
    words = "KIT is not stocked and cannot be moved."
    assert refused(make, by=keeper, source=here, target=there, lines={kit.pk: 1}) == words


def test_lots_arrive_as_they_left(keeper):
    milk, here, there = a_product("MILK", on_hand=0, tracking="lot"), a_warehouse(), a_warehouse("EAST")
    for count, lot, month in [(4, "L1", 1), (8, "L2", 6)]:
        expires = datetime.date(2027, month, 1)
        services.receive(milk, here, count, by=None, lot=lot, expires=expires)
    transfer = services.create_transfer(by=keeper, source=here, target=there, lines={milk.pk: 7})
    services.send_transfer(transfer, by=keeper)
    services.receive_transfer(transfer, {milk.pk: 5}, by=keeper)
    services.receive_transfer(transfer, {milk.pk: 2}, by=keeper)
    assert lying(Stock.objects.get(warehouse=there)) == {("", "L1"): (4, 0), ("", "L2"): (3, 0)}
    assert Lot.objects.count() == 2
    assert_books_balance()


def test_numbered_pieces_leave_and_arrive_by_number(keeper):
    phone, here, there = a_product("PHONE", on_hand=0, tracking="serial"), a_warehouse(), a_warehouse("EAST")
    services.receive(phone, here, 3, by=None, serials=["S1", "S2", "S3"])
    transfer = services.create_transfer(by=keeper, source=here, target=there, lines={phone.pk: 2})
    words = "PHONE is tracked by serial number: name the 2 pieces that leave, not 1."
    assert refused(services.send_transfer, transfer, by=keeper, serials=["S1", "S9"]) == words
    services.send_transfer(transfer, by=keeper, serials=["S1", "S3"])
    services.receive_transfer(transfer, {phone.pk: 1}, by=keeper, serials=["S3"])
    found = Serial.objects.order_by("number").values_list("number", "stock__warehouse__code")
    assert list(found) == [("S1", None), ("S2", "MAIN"), ("S3", "EAST")]
    assert_books_balance()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inventory_transfer SET target_id = source_id",
        "UPDATE inventory_transferline SET sent = asked + 1",
        "UPDATE inventory_transferline SET received = sent + 1",
        "UPDATE inventory_transferline SET missing = 1",
        "UPDATE inventory_transfer SET status = 'sent'",
    ],
)
def test_the_database_itself_refuses_wrong_counters(draft, statement):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("UPDATE inventory_transferline SET received = 4 WHERE asked = 6", "received  {number} TEA: stored 4"),
        ("UPDATE inventory_transferline SET sent = 5 WHERE asked = 6", "sent  {number} TEA: stored 5, recomputed 6"),
    ],
)
def test_the_audit_sees_a_wrong_counter(draft, keeper, statement, difference):
    services.send_transfer(draft, by=keeper)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    [found] = map(str, audit.differences())
    assert found.startswith(f"transfer.{difference.format(number=draft.number)}")
