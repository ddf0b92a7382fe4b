"""Something like it is sent instead of what is missing: what is offered, at which price, on the same round."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.urls import reverse

from fulfillment import services as fulfillment
from fulfillment.queries import substitutes_for
from inventory.models import Category, Family, Stock
from oms.events import timeline
from orders.models import OrderLine
from tests.fulfillment.test_shorts import refused
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    return Category.objects.create(name="Tea")


@pytest.fixture
def tea(shelf):
    return a_product("TEA", price="10", tax_rate="13", on_hand=5, category=shelf)


@pytest.fixture
def picker():
    return a_person("fulfillment.pick")


def short(shipment, picker, substitute, pieces=2):
    return fulfillment.short_pick(
        shipment, by=picker, sku="TEA", pieces=pieces, reason="not_found", choice="substitute", substitute=substitute
    )


def test_successor_then_family_then_category_the_nearest_price_first(tea, shelf):
    family = Family.objects.create(name="Teas")
    near, far = a_product("NEAR", price="11", category=shelf), a_product("FAR", price="30", category=shelf)
    sister, heir = (
        a_product("SISTER", price="99", family=family, attributes={"size": "S"}),
        a_product("HEIR", price="50"),
    )
    a_product("GONE", category=shelf, on_hand=0)
    a_product("OTHER")
    a_product("ASKS", category=shelf, ask_for="size")
    tea.family, tea.successor = family, heir
    tea.save()
    assert substitutes_for(tea, a_warehouse().pk) == [(heir, 100), (sister, 100), (near, 100), (far, 100)]


@pytest.mark.parametrize(
    ("price", "rate", "unit"), [("12", "13", "10.0000"), ("8", "13", "8.0000"), ("12", "26", "8.9682")]
)
def test_the_customer_never_pays_more(tea, shelf, picker, price, rate, unit):
    other = a_product("OTHER", price=price, tax_rate=rate, category=shelf)
    order = a_placed_order((tea, 3))
    before = order.total
    short(fulfillment.start_picking(order, by=picker), picker, other)
    order.refresh_from_db()
    lines = {line.sku: line for line in order.lines.all()}
    assert (lines["TEA"].left, lines["OTHER"].left, lines["OTHER"].unit_price) == (1, 2, D(unit))
    assert order.total <= before
    assert_books_balance()


def test_it_is_picked_on_the_same_round_and_told_on_the_timeline(tea, shelf, picker):
    other = a_product("OTHER", price="10", category=shelf)
    order = a_placed_order((tea, 3))
    shipment = short(fulfillment.start_picking(order, by=picker), picker, other)
    assert sorted((x.order_line.sku, x.to_pick) for x in shipment.lines.all()) == [("OTHER", 2), ("TEA", 1)]
    shipment = fulfillment.pick_all(shipment, by=picker)
    order.refresh_from_db()
    assert {line.sku: line.picked for line in order.lines.all()} == {"TEA": 1, "OTHER": 2}
    assert Stock.objects.get(product=tea).on_hand == 3
    told = [event for event in timeline(shipment) if event.kind == "shipment.substituted"]
    assert told[0].data["instead"] == "TEA → OTHER × 2"
    assert_books_balance()


def test_what_is_not_offered_or_not_there_is_refused_and_nothing_changes(tea, shelf, picker):
    few, strange = a_product("FEW", category=shelf, on_hand=1), a_product("STRANGE")
    shipment = fulfillment.start_picking(a_placed_order((tea, 3)), by=picker)
    assert refused(short, shipment, picker, None) == "Choose what is sent instead."
    assert refused(short, shipment, picker, strange) == "There are not 2 of STRANGE."
    assert refused(short, shipment, picker, few) == "There are not 2 of FEW."
    assert OrderLine.objects.count() == 1


def test_the_picker_chooses_on_her_phone(client, tea, shelf, picker):
    other = a_product("OTHER", name="Other tea", price="12", category=shelf)
    shipment = fulfillment.start_picking(a_placed_order((tea, 3)), by=picker)
    client.force_login(picker)
    address = reverse("shipment-action", args=[shipment.number, "short"])
    page = client.get(f"{address}?sku=TEA&pieces=2").content.decode()
    assert "Other tea (OTHER): 100 in stock, CN¥12.00 instead of CN¥10.00" in page
    sent = {"sku": "TEA", "pieces": 2, "reason": "not_found", "choice": "substitute", "submission": str(uuid4())}
    assert client.post(address, sent).status_code == 422
    client.post(address, sent | {"substitute": other.pk, "submission": str(uuid4())})
    assert OrderLine.objects.get(sku="OTHER").ordered == 2
