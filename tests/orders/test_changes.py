"""Orders that are changed, split, merged, sent again and opened again: books, money, promises."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.urls import reverse

from fulfillment import services as fulfillment
from inventory import services as inventory
from inventory.models import Stock
from oms.errors import DomainError
from oms.models import Message
from orders.composing import Asked
from orders.models import Order, OrderLine, OrderPolicy
from orders.services import (
    Change,
    cancel_order,
    change_order,
    close_order,
    hold_order,
    merge_orders,
    preview_change,
    record_payment,
    reopen_order,
    reship_order,
    split_order,
    why_not_merge,
)
from tests.fulfillment.test_races import at_once
from tests.ledger import assert_books_balance, books
from tests.stories import (
    a_customer,
    a_delivered_order,
    a_person,
    a_placed_order,
    a_product,
    a_warehouse,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea():
    return a_product("TEA", price="10", on_hand=20)


@pytest.fixture
def cup():
    return a_product("CUP", price="3.33", on_hand=20)


@pytest.fixture
def order(tea, cup):
    return a_placed_order((tea, 5), (cup, 3))


def line(order: Order, sku: str) -> OrderLine:
    return order.lines.get(sku=sku)


def reserved() -> dict[str, int]:
    return dict(Stock.objects.values_list("product__sku", "reserved"))


def refused(verb, *args, **kwargs) -> str:
    """The sentence of a refusal that left the books as they were."""
    before = books()
    with pytest.raises(DomainError) as error:
        verb(*args, **kwargs)
    assert books() == before
    return str(error.value)


# ---- change


def test_fewer_more_and_new_lines_in_one_go(order, tea, cup):
    pot = a_product("POT", price="50")
    change = Change({line(order, "TEA").pk: 2, line(order, "CUP").pk: 4}, {}, [Asked(pot.pk, 1)], {"city": "杭州"})
    changed = change_order(order, change, by=None)
    rows = list(changed.lines.values_list("sku", "ordered", "cancelled", "reserved", "net"))
    assert rows == [("TEA", 5, 3, 2, D("20.00")), ("CUP", 4, 0, 4, D("13.32")), ("POT", 1, 0, 1, D("50.00"))]
    assert (changed.net, changed.total, changed.city) == (D("83.32"), D("94.15"), "杭州")
    assert reserved() == {"TEA": 2, "CUP": 4, "POT": 1}
    assert (changed.stage, changed.version > order.version) == ("to_pick", True)
    assert_books_balance()


def test_a_preview_shows_everything_and_keeps_nothing(order):
    before = books()
    effect = preview_change(order, Change({line(order, "TEA").pk: 200}), by=None)
    assert (effect.before.total, effect.after.total) == (D("67.79"), D("2271.29"))
    assert (effect.after.stage, effect.holds) == ("on_hold", ["stock"])
    assert effect.after.promised_date > effect.before.promised_date
    assert books() == before


def test_a_change_is_checked_again(order):
    changed = change_order(order, Change({line(order, "TEA").pk: 30}), by=None)
    assert [hold.reasons for hold in changed.open_holds()] == [
        [{"code": "stock_short", "sku": "TEA", "short": 10, "ordered": 30}]
    ]
    changed = change_order(changed, Change({line(order, "TEA").pk: 20}), by=None)
    assert (changed.open_holds().count(), changed.stage) == (0, "to_pick")
    assert changed.promises.last().reasons[0] == {"code": "order_changed"}
    assert_books_balance()


def test_where_people_confirm_a_changed_order_is_confirmed_again(tea):
    OrderPolicy.objects.create(pk=1, auto_confirm=False)
    order = a_placed_order((tea, 1))
    Order.objects.update(status="confirmed", stage="to_pick")
    changed = change_order(order, Change({order.lines.get().pk: 2}), by=None)
    assert (changed.status, changed.stage, changed.confirmed_at) == ("placed", "to_review", None)


def test_what_is_picked_stays(order):
    fulfillment.pick(fulfillment.start_picking(order, by=None), by=None, code="TEA", quantity=4)
    words = "TEA: 4 pieces are picked or shipped already and cannot be taken off."
    assert refused(change_order, order, Change({line(order, "TEA").pk: 3}), by=None) == words
    change_order(order, Change({line(order, "TEA").pk: 4}), by=None)
    assert_books_balance()


@pytest.mark.parametrize(
    ("quantity", "words"),
    [(-1, "TEA: the quantity must be between 0 and 1,000,000."), (5, "Nothing was changed.")],
)
def test_odd_changes_are_refused(order, quantity, words):
    assert refused(change_order, order, Change({line(order, "TEA").pk: quantity}), by=None) == words


def test_nothing_left_is_a_cancellation(order):
    words = f"Nothing would be left of {order.number}: cancel it instead."
    assert refused(change_order, order, Change({x.pk: 0 for x in order.lines.all()}), by=None) == words


def test_the_second_clerk_is_told(order):
    version = order.version
    change_order(order, Change(head={"note": "ring"}), by=None, version=version)
    words = refused(change_order, order, Change(head={"note": "knock"}), by=None, version=version)
    assert words.startswith(f"{order.number} was changed by somebody else")


def test_the_page_previews_changes_and_keeps_what_the_second_clerk_typed(client, order, deliver):
    client.force_login(a_person("orders.place_order", "orders.view_order", "orders.change_price"))
    url = reverse("order-change", args=[order.number])
    tea = line(order, "TEA")
    assert client.get(url).status_code == 200
    typed = {
        "version": Order.objects.get().version,
        "ship_name": "林美玲",
        "line1": "1 Road",
        "city": "上海",
        "country": "CN",
        "email": "mei@example.com",
        f"quantity_{tea.pk}": "7",
        f"price_{tea.pk}": "9.5",
        "sku": ["CUP", ""],
        "quantity": ["2", "1"],
        "price": ["", ""],
        "submission": str(uuid4()),
    }
    before = books()
    page = client.post(url, typed | {"check": "1"}).content.decode()
    assert "93.97" in page
    assert books() == before
    assert client.post(url, typed).status_code == 302
    order.refresh_from_db()
    assert (order.net, order.line1) == (D("83.15"), "1 Road")
    late = client.post(url, typed | {"submission": str(uuid4()), "note": "my typing"})
    assert late.status_code == 409
    assert "my typing" in late.content.decode()
    deliver()
    assert Message.objects.filter(template="order_changed", to="mei@example.com").count() == 1
    assert_books_balance()


# ---- split, merge


def test_a_split_adds_up_and_takes_the_money_along(order, cup):
    record_payment(order, by=None, method="card", amount=D("67.79"))
    new = split_order(order, {line(order, "TEA").pk: 2, line(order, "CUP").pk: 3}, by=None, reason="two gifts")
    order.refresh_from_db(), new.refresh_from_db()
    assert (order.total + new.total, order.paid + new.paid) == (D("67.79"), D("67.79"))
    assert (order.total, order.paid, new.paid) == (D("33.90"), D("33.90"), D("33.89"))
    assert list(order.lines.values_list("sku", "ordered", "reserved")) == [("TEA", 3, 3)]
    assert list(new.lines.values_list("sku", "ordered", "reserved")) == [("TEA", 2, 2), ("CUP", 3, 3)]
    assert (new.origin, new.origin_kind, new.stage, new.customer) == (order, "split", "to_pick", order.customer)
    assert_books_balance()


def test_a_part_may_come_from_another_warehouse(order, tea):
    east = a_warehouse("EAST")
    inventory.receive(tea, east, 1, by=None)
    new = split_order(order, {line(order, "TEA").pk: 2}, by=None, reason="near", warehouse=east)
    assert (new.warehouse, new.lines.get().reserved, new.stage) == (east, 1, "waiting_stock")
    assert line(order, "TEA").reserved == 3
    assert_books_balance()


@pytest.mark.parametrize(
    ("tea_count", "cup_count", "words"),
    [
        (6, 0, "TEA: 5 pieces can go to another order."),
        (0, 0, "Say which pieces go to the new order."),
        (5, 3, "At least one piece must stay in {number}."),
    ],
)
def test_odd_splits_are_refused(order, tea_count, cup_count, words):
    pieces = {line(order, "TEA").pk: tea_count, line(order, "CUP").pk: cup_count}
    assert refused(split_order, order, pieces, by=None, reason="x") == words.format(number=order.number)


def test_two_orders_become_one(tea, cup):
    customer = a_customer()
    one, two = a_placed_order((tea, 1), customer=customer), a_placed_order((cup, 2), (tea, 1), customer=customer)
    record_payment(two, by=None, method="card", amount=D("5.00"))
    merged = merge_orders(one, by=None, other=two)
    two.refresh_from_db(), merged.refresh_from_db()
    assert list(merged.lines.values_list("position", "sku", "reserved")) == [
        (1, "TEA", 1),
        (2, "CUP", 2),
        (3, "TEA", 1),
    ]
    assert (merged.total, merged.paid) == (D("30.13"), D("5.00"))
    assert (two.stage, two.total, two.paid, two.origin) == ("cancelled", D(0), D(0), merged)
    assert refused(reopen_order, two, by=None, reason="x") == f"{two.number} was merged into another order."
    assert_books_balance()


def test_why_orders_cannot_be_merged(tea):
    customer = a_customer()
    one, two = a_placed_order((tea, 1), customer=customer), a_placed_order((tea, 1), customer=customer)
    other = a_placed_order((tea, 1), customer=a_customer("Bo"))
    assert why_not_merge(one, two) == ""
    assert why_not_merge(one, one) == "An order cannot be merged with itself."
    assert why_not_merge(one, other) == "They differ in customer."
    hold_order(two, by=None, note="x")
    two.refresh_from_db()
    assert refused(merge_orders, one, by=None, other=two) == f"{two.number} is On hold."


@pytest.mark.django_db(transaction=True)
def test_an_order_is_merged_or_cancelled_or_changed_but_never_half():
    tea, customer = a_product("TEA", on_hand=9), a_customer()
    one, two = a_placed_order((tea, 1), customer=customer), a_placed_order((tea, 2), customer=customer)
    outcomes = at_once(
        lambda: merge_orders(one, by=None, other=two),
        lambda: merge_orders(two, by=None, other=one),
        lambda: cancel_order(two, by=None, reason="x"),
        lambda: change_order(one, Change({one.lines.get().pk: 3}), by=None),
    )
    assert outcomes.count("done") >= 1
    assert_books_balance()


# ---- again


def test_what_was_lost_is_sent_again_without_a_charge(tea):
    order = a_delivered_order((tea, 3))
    new = reship_order(order, by=None, pieces={order.lines.get().pk: 2}, reason="lost")
    assert (new.total, new.origin, new.origin_kind, new.stage) == (D(0), order, "reship", "to_pick")
    assert new.lines.get().price_reasons[0]["code"] == "free_reship"
    words = "TEA: only 3 pieces were shipped."
    assert refused(reship_order, order, by=None, pieces={order.lines.get().pk: 4}, reason="x") == words
    assert_books_balance()


def test_closed_and_cancelled_orders_are_opened_again(order, tea):
    cancel_order(order, by=None, reason="mistake")
    assert reserved() == {"TEA": 0, "CUP": 0}
    again = reopen_order(order, by=None, reason="she wants it")
    assert (again.status, again.stage, reserved()) == ("placed", "to_review", {"TEA": 5, "CUP": 3})
    done = a_delivered_order((tea, 1))
    close_order(done, by=None)
    assert reopen_order(done, by=None, reason="x").stage == "delivered"
    assert refused(reopen_order, done, by=None, reason="x").startswith(f"{done.number} is")
    assert_books_balance()


def test_the_actions_are_offered_and_done_in_the_browser(client, order):
    client.force_login(a_person("orders.view_order", "orders.split_order", "orders.place_order"))
    page = client.get(order.get_absolute_url()).content.decode()
    split = reverse("order-action", args=[order.number, "split"])
    assert split in page
    data = {f"line_{line(order, 'TEA').pk}": 1, "reason": "x", "submission": str(uuid4())}
    for _twice in range(2):
        answer = client.post(split, data)
        assert answer.status_code == 302
    assert Order.objects.count() == 2
    client.force_login(a_person("orders.view_order"))
    for action in ("split", "merge", "reship", "reopen"):
        assert client.post(reverse("order-action", args=[order.number, action]), data).status_code == 403
    assert client.get(reverse("order-change", args=[order.number])).status_code == 403


def test_an_order_is_ordered_once_more(client, order):
    client.force_login(a_person("orders.place_order"))
    page = client.get(f"{reverse('order-new')}?copy={order.number}").content.decode()
    assert [f'name="sku" value="{sku}"' in page for sku in ("TEA", "CUP")] == [True, True]
    assert order.customer.code in page
