"""The kitchen: tickets follow orders, dishes become stock that the order holds, the counter hands over."""

import datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from fulfillment.kitchen import minutes_until_ready
from fulfillment.models import Carrier, KitchenTicket, Station
from fulfillment.services import finish_ticket, follow_order, hand_over, recall_ticket, start_ticket
from inventory.models import Category, Component, Product, Stock
from orders.services import Change, cancel_order, change_order, hold_order
from tests.fulfillment.test_races import at_once
from tests.ledger import assert_books_balance
from tests.orders.test_changes import refused
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def noodles():
    flour = a_product("FLOUR", on_hand=20)
    dish = a_product("NOODLES", kind=Product.Kind.MADE, on_hand=0)
    Component.objects.create(product=dish, part=flour, quantity=2)
    return dish


@pytest.fixture
def station():
    return Station.objects.create(name="Wok", minutes=4, amber=5, red=10)


@pytest.fixture
def order(noodles, station, deliver):
    placed = a_placed_order((noodles, 3))
    deliver()
    return placed


def pieces_of(sku: str) -> tuple[int, int]:
    stock = Stock.objects.get(product__sku=sku)
    return stock.on_hand, stock.reserved


def test_the_slowest_station_decides():
    assert minutes_until_ready({1: 2, 2: 1}, {1: 1}, {1: 3, 2: 5}) == 9
    assert minutes_until_ready({}, {1: 9}, {1: 3}) == 0


def test_a_confirmed_order_has_one_ticket_however_often_it_is_told(order, station):
    follow_order(order)
    ticket = KitchenTicket.objects.get()
    assert (ticket.station, ticket.pieces, ticket.state) == (station, 3, "waiting")


def test_a_product_goes_before_its_category_and_both_before_the_first_station(noodles, station, deliver):
    food = Category.objects.create(name="Food")
    noodles.category = Category.objects.create(name="Pasta", parent=food)
    noodles.save()
    pasta, other = Station.objects.create(name="Pasta", rank=20), Station.objects.create(name="Special", rank=30)
    pasta.categories.add(food)
    a_placed_order((noodles, 1))
    deliver()
    assert KitchenTicket.objects.get().station == pasta
    other.products.add(noodles)
    a_placed_order((noodles, 1))
    deliver()
    assert KitchenTicket.objects.latest("id").station == other


def test_what_is_ready_is_stock_that_the_order_holds(order):
    ticket = start_ticket(KitchenTicket.objects.get(), by=None)
    finish_ticket(ticket, by=None)
    order.refresh_from_db()
    assert (order.stage, pieces_of("FLOUR"), pieces_of("NOODLES")) == ("to_pick", (14, 0), (3, 3))
    assert "is ready already" in refused(finish_ticket, ticket, by=None)
    assert_books_balance()


def test_without_its_parts_nothing_is_made(order):
    change_order(order, Change(quantities={order.lines.get().pk: 11}), by=None)
    follow_order(order)
    assert KitchenTicket.objects.get().pieces == 11
    assert refused(finish_ticket, KitchenTicket.objects.get(), by=None) == "Not enough parts: FLOUR."
    assert (KitchenTicket.objects.get().state, pieces_of("FLOUR")) == ("waiting", (20, 0))


def test_a_recalled_dish_is_being_made_again_and_its_parts_are_back(order):
    ticket = finish_ticket(KitchenTicket.objects.get(), by=None)
    recall_ticket(ticket, by=None)
    order.refresh_from_db()
    assert (order.stage, pieces_of("FLOUR"), pieces_of("NOODLES")) == ("to_make", (20, 0), (0, 0))
    finish_ticket(KitchenTicket.objects.get(), by=None)
    KitchenTicket.objects.update(ready_at=timezone.now() - datetime.timedelta(hours=1))
    assert refused(recall_ticket, KitchenTicket.objects.get(), by=None) == "It is ready for more than 15 minutes."
    assert_books_balance()


def test_a_cancelled_order_takes_its_ticket_away_and_a_held_one_waits(order, deliver):
    hold_order(order, by=None, note="wait")
    assert "is On hold" in refused(start_ticket, KitchenTicket.objects.get(), by=None)
    cancel_order(order, by=None, reason="gone")
    deliver()
    assert KitchenTicket.objects.get().state == "cancelled"


def test_a_ready_order_is_handed_over_once(order, deliver):
    Carrier.objects.create(name="Counter", code="own", own=True)
    assert refused(hand_over, order, by=None, key=uuid4()) == f"Not everything of {order.number} is ready yet."
    finish_ticket(KitchenTicket.objects.get(), by=None)
    order = hand_over(order, by=None, key=uuid4())
    deliver()
    assert (order.stage, pieces_of("NOODLES"), KitchenTicket.objects.get().state) == ("delivered", (0, 0), "handed")
    assert_books_balance()


def test_a_dish_of_a_cancelled_order_leaves_the_board_and_another_order_is_not_handed_over(order, deliver):
    finish_ticket(KitchenTicket.objects.get(), by=None)
    cancel_order(order, by=None, reason="gone")
    deliver()
    assert KitchenTicket.objects.get().state == "cancelled"
    other = a_placed_order((a_product("CUP"), 1))
    assert refused(hand_over, other, by=None, key=uuid4()) == f"Not everything of {other.number} is ready yet."


@pytest.mark.django_db(transaction=True)
def test_two_cooks_finish_a_dish_once(noodles, station):
    follow_order(a_placed_order((noodles, 3)))
    ticket = KitchenTicket.objects.get()
    outcomes = at_once(*[lambda: finish_ticket(ticket, by=None) for _cook in range(3)])
    assert outcomes.count("done") == 1
    assert pieces_of("NOODLES") == (3, 3)
    assert_books_balance()


# the screen


@pytest.fixture
def cook(client):
    client.force_login(a_person("fulfillment.cook"))
    return client


def send(cook, verb, key, **headers):
    return cook.post(reverse("kitchen"), {"verb": verb, "ticket": key, "submission": str(uuid4())}, **headers)


def test_the_screen_shows_counts_and_its_buttons_work(cook, order, station):
    page = cook.get(reverse("kitchen")).content.decode()
    assert "<b>3</b> ×" in page
    assert "ready in about 12 min" in page
    ticket = KitchenTicket.objects.get()
    send(cook, "start", ticket.pk)
    send(cook, "ready", ticket.pk)
    assert "Hand over at the counter" in cook.get(reverse("kitchen")).content.decode()
    send(cook, "recall", ticket.pk)
    ticket.refresh_from_db()
    assert ticket.state == "started"
    answer = send(cook, "start", ticket.pk, headers={"HX-Request": "true"})
    assert (answer.status_code, "is being made already" in answer.content.decode()) == (409, True)
    assert send(cook, "eat", ticket.pk).status_code == 302
    assert send(cook, "start", "x").status_code == 404


@pytest.mark.parametrize(("minutes", "tone"), [(4, ""), (5, " is-amber"), (10, " is-red")])
def test_a_card_turns_amber_and_red(cook, order, minutes, tone):
    order.confirmed_at = timezone.now() - datetime.timedelta(minutes=minutes)
    order.save()
    assert f'<li class="ticket{tone}">' in cook.get(reverse("kitchen")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_screen_costs_the_same_for_any_length(cook, noodles, station, rows, django_assert_num_queries):
    for _row in range(rows):
        follow_order(a_placed_order((noodles, 1)))
    cook.get(reverse("kitchen"))
    with django_assert_num_queries(6):
        cook.get(reverse("kitchen"))


def test_others_may_not_cook(client, order):
    client.force_login(a_person("fulfillment.pick"))
    assert client.get(reverse("kitchen")).status_code == 403
    assert client.post(reverse("kitchen"), {"verb": "start", "ticket": "1"}).status_code == 403
    assert client.get(reverse("stations")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_stations_are_listed_and_kept_sane(client, rows, django_assert_num_queries):
    client.force_login(a_person("fulfillment.view_station", "fulfillment.add_station", "fulfillment.change_station"))
    for row in range(rows):
        Station.objects.create(name=f"Station {row}")
    client.get(reverse("stations"))
    with django_assert_num_queries(6):
        client.get(reverse("stations"))
    wrong = {"name": "Wok", "rank": 1, "minutes": 2, "amber": 9, "red": 3, "recall": 5, "submission": str(uuid4())}
    assert client.post(reverse("station-new"), wrong).status_code == 422
    client.post(reverse("station-new"), wrong | {"red": 12, "submission": str(uuid4())})
    assert Station.objects.filter(name="Wok", red=12).exists()


def test_the_counter_is_told_how_long_the_kitchen_needs(client, noodles, order):
    client.force_login(a_person("orders.place_order"))
    answer = client.get(reverse("kitchen-quote"), {"line": [f"{noodles.pk}:2", "x:1", "9"]})
    assert answer.content.decode() == "Ready in about 20 minutes."
    assert client.get(reverse("kitchen-quote"), {"line": "0:1"}).content == b""
    client.force_login(a_person("fulfillment.pick"))
    assert client.get(reverse("kitchen-quote")).status_code == 403
