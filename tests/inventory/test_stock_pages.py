"""Bins, quarantine, lots, the past and the availability page, as people use them."""

import datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory import queries, services
from inventory.models import Component, Movement, Stock, Supplier
from oms import formats
from tests.inventory.test_places import lying
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db
ALL = ("inventory.view_stock", "inventory.view_product", "inventory.receive_stock", "inventory.adjust_stock")


@pytest.fixture
def desk(client):
    client.force_login(a_person(*ALL))
    return client


def act(desk, stock, action, **fields):
    url = reverse("stock-action", args=[stock.pk, action])
    return desk.post(url, fields | {"submission": str(uuid4())})


def test_pieces_are_moved_blocked_freed_and_scrapped(desk):
    stock = a_product("CUP", on_hand=9).stock.get()
    here = stock.holdings.get()
    assert act(desk, stock, "put-away", quantity=4, place=here.pk, target="C-2").status_code == 302
    there = stock.holdings.get(bin="C-2")
    assert act(desk, stock, "quarantine", quantity=3, place=there.pk, reason="wet").status_code == 302
    assert act(desk, stock, "unblock", quantity=1, reason="dry again").status_code == 302
    assert act(desk, stock, "scrap", quantity=2, reason="mouldy").status_code == 302
    assert lying(stock) == {("", None): (5, 0), ("C-2", None): (2, 0)}
    page = desk.get(stock.get_absolute_url()).content.decode()
    assert "Where the pieces lie" in page
    assert "C-2" in page
    assert_books_balance()


def test_too_many_pieces_are_refused_with_a_sentence(desk):
    cup = a_product("CUP", on_hand=9)
    a_placed_order((cup, 7))
    stock = cup.stock.get()
    answer = act(desk, stock, "quarantine", quantity=3, reason="wet")
    assert answer.status_code == 409
    assert "7 of 9 pieces of CUP are reserved for orders." in answer.content.decode()
    assert (Stock.objects.get().quarantined, Movement.objects.filter(kind="quarantine").count()) == (0, 0)


@pytest.mark.parametrize("action", ["put-away", "quarantine", "unblock", "scrap", "assemble", "adjust"])
def test_only_the_warehouse_may_touch_stock(client, action):
    stock = a_product("CUP", on_hand=9).stock.get()
    client.force_login(a_person("inventory.view_stock"))
    assert act(client, stock, action, quantity=1, reason="x").status_code == 403
    assert Movement.objects.count() == 1


def test_a_kit_is_assembled_where_it_lies(desk):
    gift = a_product("GIFT", on_hand=1)
    Component.objects.create(product=gift, part=a_product("BOX", on_hand=5), quantity=2)
    assert act(desk, gift.stock.get(), "assemble", quantity=2).status_code == 302
    assert dict(Stock.objects.values_list("product__sku", "on_hand")) == {"GIFT": 3, "BOX": 1}


def test_a_lot_is_received_with_bin_and_expiry(desk):
    milk = a_product("MILK", on_hand=0, tracking="lot")
    data = {
        "code": "MILK",
        "quantity": 6,
        "warehouse": a_warehouse().pk,
        "bin": "K-1",
        "lot": "L7",
        "expires": "2027-03-01",
    }
    assert desk.post(reverse("receive"), data | {"submission": str(uuid4())}).status_code == 302
    assert lying(milk.stock.get()) == {("K-1", "L7"): (6, 0)}
    answer = desk.post(reverse("receive"), data | {"lot": "", "submission": str(uuid4())})
    assert answer.status_code == 409
    assert "MILK is tracked by lot: say which one came." in answer.content.decode()
    assert milk.stock.get().on_hand == 6


def test_stock_as_it_was_at_a_past_moment(desk):
    cup = a_product("CUP", on_hand=9)
    before = timezone.now()
    a_placed_order((cup, 7))
    services.adjust(cup.stock.get(), -1, reason="broken", by=None)
    now, then = queries.stock_at(timezone.now()).get(), queries.stock_at(before).get()
    assert (now.on_hand_then, now.reserved_then, then.on_hand_then, then.reserved_then) == (8, 7, 9, 0)
    day = timezone.localdate() - datetime.timedelta(days=1)
    page = desk.get(reverse("stock-then"), {"day": day.isoformat()}).content.decode()
    assert '<td class="kind-number" data-label="On hand then">0</td>' in page.replace("\n", "")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "queries_"), [("availability", 11), ("stock-then", 8), ("families", 6)])
def test_lists_cost_the_same_for_any_length(desk, rows, page, queries_, django_assert_num_queries):
    for n in range(rows):
        product = a_product(f"P{n}", on_hand=2)
        services.receive(product, a_warehouse("EAST"), 3, by=None)
    desk.get(reverse(page))
    with django_assert_num_queries(queries_):
        assert desk.get(reverse(page)).status_code == 200


def test_availability_shows_every_place(desk):
    cup = a_product("CUP", on_hand=9, barcode="4006381333931")
    services.receive(cup, a_warehouse("EAST"), 3, by=None)
    a_placed_order((cup, 4))
    page = desk.get(reverse("availability"), {"q": "4006381333931"}).content.decode()
    assert [f"{code}</a> <b>{n}</b>" in page for code, n in (("MAIN", 5), ("EAST", 3))] == [True, True]


@pytest.mark.parametrize("page", ["availability", "stock-then", "families"])
def test_the_lists_are_for_those_who_may_see_stock(client, page):
    client.force_login(a_person("orders.view_order"))
    assert client.get(reverse(page)).status_code == 403


def test_availability_names_what_is_on_its_way(desk):
    tea, east = a_product("TEA", on_hand=9), a_warehouse("EAST")
    supplier = Supplier.objects.create(name="Plantation")
    day = timezone.localdate() + datetime.timedelta(days=3)
    purchase = services.create_purchase(
        by=None, supplier=supplier, warehouse=east, lines=[services.Wanted(tea, 40)], expected=day
    )
    services.send_purchase(purchase, by=None)
    transfer = services.create_transfer(by=None, source=a_warehouse(), target=east, lines={tea.pk: 4})
    services.send_transfer(transfer, by=None)
    page = desk.get(reverse("availability")).content.decode()
    assert f'<b>40</b> {formats.day(day)} <span class="muted">{purchase.number}</span>' in page
    assert f'<b>4</b> <span class="muted">{transfer.number}</span>' in page
    order = a_placed_order((tea, 30), warehouse=east)
    assert order.promises.get().reasons[0] == {"code": "waiting_for_stock", "sku": "TEA", "days": 3}
