"""Deciding about placed orders: each move works once, each refusal names its reason and changes nothing."""

from decimal import Decimal

import pytest

from inventory.models import Stock
from oms.errors import DomainError
from oms.events import timeline
from oms.models import Event
from orders import services
from orders.events import OrderEvent
from orders.models import Hold, OrderLine, OrderPolicy, Payment
from tests.ledger import assert_books_balance, books
from tests.stories import a_delivered_order, a_person, a_placed_order, a_product, shipped

pytestmark = pytest.mark.django_db
D = Decimal


def all_of_it() -> tuple:
    return books(), list(Hold.objects.values()), list(Payment.objects.values()), Event.objects.count()


def refused(verb, *args, **kwargs) -> str:
    before = all_of_it()
    with pytest.raises(DomainError) as error:
        verb(*args, **kwargs)
    assert all_of_it() == before
    return str(error.value)


@pytest.fixture
def reviewed(db):
    """Orders wait for review."""
    OrderPolicy.objects.create(pk=1, auto_confirm=False)


@pytest.fixture
def a_placed(monkeypatch):
    monkeypatch.setattr("tests.stories.ADDRESS", {"ship_name": "Mei"})


def test_a_reviewed_order_is_confirmed_once(reviewed):
    order, clerk = a_placed_order((a_product(), 1)), a_person()
    services.confirm_order(order, by=clerk)
    order.refresh_from_db()
    assert (order.status, order.stage, order.version) == ("confirmed", "to_pick", 2)
    event = timeline(order).first()
    assert (event.kind, event.by) == (OrderEvent.CONFIRMED, clerk)
    assert refused(services.confirm_order, order, by=clerk) == f"{order.number} is To pick; this is not possible now."


def test_the_last_hold_released_confirms_a_clean_order(a_placed):
    order = a_placed_order((a_product(on_hand=1), 2))
    first, second = order.holds.all()
    services.release_hold(first, by=None, note="comes tomorrow")
    order.refresh_from_db()
    assert order.stage == "on_hold"
    services.release_hold(second, by=None)
    order.refresh_from_db()
    assert (order.status, order.stage) == ("confirmed", "waiting_stock")
    assert [e.kind for e in timeline(order)][:3] == [OrderEvent.CONFIRMED, OrderEvent.RELEASED, OrderEvent.RELEASED]
    assert "already released by the system" in refused(services.release_hold, first, by=None)


def test_releasing_in_review_still_asks_for_confirmation(reviewed, a_placed):
    order = a_placed_order((a_product(), 1))
    services.release_order(order, by=None, note="known customer")
    order.refresh_from_db()
    assert (order.status, order.stage) == ("placed", "to_review")
    assert "is not on hold" in refused(services.release_order, order, by=None)


def test_a_held_order_is_not_confirmed(a_placed):
    order = a_placed_order((a_product(), 1))
    assert refused(services.confirm_order, order, by=None) == f"{order.number} is on hold. Release its holds first."


def test_a_hold_by_hand_stops_picking_and_keeps_the_stock():
    order = a_placed_order((a_product(), 3))
    services.hold_order(order, by=None, note="she calls back")
    order.refresh_from_db()
    assert (order.status, order.stage) == ("confirmed", "on_hold")
    assert Stock.objects.get().reserved == 3
    line = order.lines.get()
    assert "Put its goods aside" in refused(services.record_picked, order, {line.pk: 1}, by=None)
    assert "already on hold" in refused(services.hold_order, order, by=None, note="again")
    services.release_order(order, by=None)
    order.refresh_from_db()
    assert order.stage == "to_pick"


def test_cancelling_frees_stock_closes_holds_and_says_why(a_placed):
    order = a_placed_order((a_product(on_hand=1), 2))
    services.cancel_order(order, by=None, reason="changed mind")
    order.refresh_from_db()
    assert (order.status, order.stage, order.open_holds().count()) == ("cancelled", "cancelled", 0)
    line = OrderLine.objects.get()
    assert (line.cancelled, line.reserved, Stock.objects.get().reserved) == (2, 0, 0)
    assert timeline(order).first().data == {"reason": "changed mind"}
    assert "this is not possible now" in refused(services.cancel_order, order, by=None, reason="again")
    assert_books_balance()


def test_what_is_being_picked_cannot_be_cancelled():
    order = a_placed_order((a_product(), 2))
    services.record_picked(order, {order.lines.get().pk: 1}, by=None)
    assert "can no longer be cancelled" in refused(services.cancel_order, order, by=None, reason="late")


def test_only_a_delivered_order_is_closed():
    order = a_placed_order((a_product(), 1))
    assert refused(services.close_order, order, by=None) == f"{order.number} is not delivered yet."
    shipped(order)
    services.close_order(order, by=None)
    order.refresh_from_db()
    assert (order.status, order.stage) == ("closed", "closed")


# ---- money


def test_payments_and_refunds_add_up():
    order = a_placed_order((a_product(price="100"), 1))
    services.record_payment(order, by=None, method="card", amount=D("100.00"), reference="T-1")
    services.refund(order, by=None, method="transfer", amount=D("30.00"))
    order.refresh_from_db()
    assert (order.total, order.paid, order.balance) == (D("113.00"), D("70.00"), D("43.00"))
    assert list(order.payments.values_list("amount", "method")) == [(D("100.00"), "card"), (D("-30.00"), "transfer")]
    assert [(e.kind, e.data["amount"], e.data["currency"]) for e in timeline(order)[:2]] == [
        (OrderEvent.REFUNDED, "30.00", "CNY"),
        (OrderEvent.PAID, "100.00", "CNY"),
    ]


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_odd_amounts_are_refused(amount):
    order = a_placed_order((a_product(), 1))
    words = refused(services.record_payment, order, by=None, method="card", amount=D(amount))
    assert words == "The amount must be positive and in whole cents."


def test_no_more_is_refunded_than_was_paid():
    order = a_delivered_order((a_product(price="100"), 1))
    words = refused(services.refund, order, by=None, method="card", amount=D("113.01"))
    assert words == "Only CN¥113.00 was paid; CN¥113.01 cannot be refunded."


def test_a_cancelled_order_takes_no_payment():
    order = a_placed_order((a_product(), 1))
    services.cancel_order(order, by=None, reason="x")
    assert "takes no payment" in refused(services.record_payment, order, by=None, method="card", amount=D(1))


# ---- rules and notes


def test_new_rules_hold_for_the_next_order_at_once():
    a_placed_order((a_product(), 1))
    services.change_policy(by=None, auto_confirm=False, handling_days=0)
    assert OrderPolicy.objects.get().auto_confirm is False


def test_a_note_is_an_event_and_nothing_else():
    order, clerk = a_placed_order((a_product(), 1)), a_person()
    before = books()
    services.add_note(order, by=clerk, text="likes ribbons")
    assert books() == before
    assert (timeline(order).first().kind, timeline(order).first().data) == (OrderEvent.NOTED, {"text": "likes ribbons"})
