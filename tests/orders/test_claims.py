"""Who holds stock, and giving pieces of one order to another."""

import datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from inventory import services as inventory
from oms.errors import DomainError
from oms.models import Event
from orders.models import OrderLine, Promise
from orders.services import move_claim, record_picked, release_order, reserve_missing
from tests.fulfillment.test_races import at_once
from tests.ledger import assert_books_balance, books
from tests.stories import a_customer, a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea():
    return a_product("TEA", on_hand=10)


@pytest.fixture
def rich(tea):
    """An order that holds eight."""
    return a_placed_order((tea, 8), customer=a_customer("Rich")).lines.get()


@pytest.fixture
def poor(tea, rich):
    """A later order that got two of five."""
    order = a_placed_order((tea, 5), customer=a_customer("Poor"))
    release_order(order, by=None)
    return order.lines.get()


def test_pieces_go_over_with_both_promises(rich, poor):
    before = rich.order.promised_date, poor.order.promised_date
    assert before[0] < before[1]
    move_claim(rich, poor, 3, by=None, reason="VIP")
    rich.refresh_from_db(), poor.refresh_from_db()
    assert (rich.reserved, poor.reserved) == (5, 5)
    rich.order.refresh_from_db(), poor.order.refresh_from_db()
    assert (rich.order.stage, poor.order.stage) == ("waiting_stock", "to_pick")
    assert (rich.order.promised_date, poor.order.promised_date) == before[::-1]
    told = [(p.order.number, p.reasons[0]["code"]) for p in Promise.objects.order_by("-id")[:2]]
    assert told == [(poor.order.number, "claim_got"), (rich.order.number, "claim_given")]
    moved = Event.objects.filter(kind="order.claim_moved").order_by("id").values_list("data__change", flat=True)
    assert list(moved) == [-3, 3]
    assert_books_balance()


@pytest.mark.parametrize(
    ("pieces", "reason", "words"),
    [
        (4, "VIP", "{poor} lacks only 3 pieces of TEA."),
        (9, "VIP", "8 pieces of TEA are reserved for {rich} and not picked yet."),
        (0, "VIP", "8 pieces of TEA are reserved for {rich} and not picked yet."),
        (1, " ", "Say why the pieces go to another order."),
    ],
)
def test_odd_moves_are_refused_and_change_nothing(rich, poor, pieces, reason, words):
    before = books()
    with pytest.raises(DomainError) as error:
        move_claim(rich, poor, pieces, by=None, reason=reason)
    assert str(error.value) == words.format(rich=rich.order.number, poor=poor.order.number)
    assert books() == before


def test_picked_pieces_stay_where_they_are(rich, poor):
    record_picked(rich.order, {rich.pk: 7}, by=None)
    with pytest.raises(DomainError, match="^1 pieces of TEA are reserved for .* and not picked yet.$"):
        move_claim(rich, poor, 2, by=None, reason="VIP")
    move_claim(rich, poor, 1, by=None, reason="VIP")
    assert OrderLine.objects.get(pk=poor.pk).reserved == 3


def test_goods_that_arrive_renew_the_promise(tea, rich, poor):
    late = poor.order.promised_date
    inventory.receive(tea, a_warehouse(), 3, by=None)
    reserve_missing(poor.order)
    poor.order.refresh_from_db()
    assert poor.order.promised_date < late
    assert poor.order.promises.last().reasons[0] == {"code": "goods_came"}
    assert_books_balance()


def test_the_product_page_names_who_holds_it(client, tea, rich, poor):
    client.force_login(a_person("orders.view_order", "orders.move_claim"))
    page = client.get(reverse("product-claims", args=[tea.pk])).content.decode()
    assert rich.order.number in page and poor.order.number in page
    assert reverse("claim-move", args=[rich.pk]) in page
    client.force_login(a_person("orders.view_order"))
    assert (
        reverse("claim-move", args=[rich.pk])
        not in client.get(reverse("product-claims", args=[tea.pk])).content.decode()
    )
    assert client.get(reverse("claim-move", args=[rich.pk])).status_code == 403


def test_a_manager_sees_both_promises_before_she_moves(client, rich, poor):
    client.force_login(a_person("orders.view_order", "orders.move_claim"))
    url = reverse("claim-move", args=[rich.pk])
    page = client.get(url).content.decode()
    assert f"{poor.order.number}, Poor: lacks 3, promised for" in page
    assert "without them it could be promised for" in page
    data = {"target": poor.pk, "pieces": 3, "reason": "VIP", "submission": str(uuid4())}
    for _twice in range(2):
        assert client.post(url, data).status_code == 302
    assert OrderLine.objects.get(pk=poor.pk).reserved == 5
    wrong = client.post(url, data | {"target": rich.pk, "submission": str(uuid4())})
    assert wrong.status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_managers_move_at_once_in_both_directions():
    tea = a_product("TEA", on_hand=6)
    a = a_placed_order((tea, 3), customer=a_customer("A"))
    b = a_placed_order((tea, 6), customer=a_customer("B"))
    release_order(b, by=None)
    first, second = a.lines.get(), b.lines.get()
    outcomes = at_once(*[lambda: move_claim(first, second, 3, by=None, reason="x")] * 2)
    assert outcomes.count("done") == 1
    assert sorted(OrderLine.objects.values_list("reserved", flat=True)) == [0, 6]
    assert datetime.date.today() <= b.promised_date
    assert_books_balance()
