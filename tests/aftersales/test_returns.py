from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from aftersales import queries
from aftersales import services as aftersales
from aftersales.events import ReturnEvent
from aftersales.models import Return
from fulfillment.models import Shipment
from inventory.models import Movement, Stock
from oms import outbox
from oms.errors import DomainError
from oms.events import timeline
from orders import services as orders
from orders.events import OrderEvent
from reports import audit
from tests.stories import (
    a_delivered_order,
    a_person,
    a_placed_order,
    a_product,
    shipped,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return a_delivered_order((a_product("LAMP", price="33.33", on_hand=10), 3))


def ask(order, count=2, **fields):
    line = order.lines.get()
    return aftersales.request_return(order, pieces={line.pk: count}, reason="defect", **fields)


def received(order, count=2):
    rma = ask(order, count)
    aftersales.approve_return(rma, by=None)
    return aftersales.receive_return(rma, by=None, pieces={order.lines.get().pk: count})


def kinds(record):
    return [event.kind for event in timeline(record)]


def test_a_customer_asks_for_two_pieces_back(order):
    rma = ask(order, note="不亮")
    assert rma.number.startswith("R")
    assert [(line.order_line.sku, line.quantity) for line in rma.lines.all()] == [("LAMP", 2)]
    assert kinds(rma) == [ReturnEvent.REQUESTED]
    assert timeline(order).first().kind == OrderEvent.RETURN_REQUESTED
    assert timeline(order).first().data == {"number": rma.number, "pieces": 2}


@pytest.mark.parametrize("count", [0, -1, 4, 10**9])
def test_more_than_went_out_or_nothing_is_refused(order, count):
    with pytest.raises(DomainError):
        ask(order, count)
    assert not Return.objects.exists()


def test_pieces_of_another_order_are_refused(order):
    other = a_delivered_order((a_product(), 1))
    with pytest.raises(DomainError):
        aftersales.request_return(order, pieces={other.lines.get().pk: 1}, reason="other")
    assert not Return.objects.exists()


def test_pieces_already_asked_for_are_refused_until_their_return_is_rejected(order):
    rma = ask(order, 2)
    with pytest.raises(DomainError, match="1 pieces of .* can come back, not 2"):
        ask(order, 2)
    aftersales.reject_return(rma, by=None, answer="Used")
    assert ask(order, 3).lines.get().quantity == 3


def test_pieces_that_never_came_may_be_asked_for_again_once_the_return_is_closed(order):
    rma = ask(order, 3)
    aftersales.approve_return(rma, by=None)
    aftersales.close_return(rma, by=None, note="Customer keeps it")
    assert [one.left for one in queries.returnable(order)] == [3]


def test_an_order_in_the_house_has_nothing_to_return():
    order = a_placed_order((a_product(), 2))
    with pytest.raises(DomainError):
        ask(order, 1)


def test_an_order_on_its_way_has_no_deadline_yet():
    order = a_placed_order((a_product(), 2))
    shipped(order, delivered=False)
    assert queries.return_deadline(order) is None
    assert ask(order, 1).status == "requested"


def test_the_last_day_counts_and_the_day_after_does_not(order):
    Shipment.objects.update(delivered_at=timezone.now() - timedelta(days=30))
    assert queries.return_deadline(order) == timezone.localdate()
    ask(order, 1)
    Shipment.objects.update(delivered_at=timezone.now() - timedelta(days=31))
    with pytest.raises(DomainError, match="were possible until"):
        ask(order, 1)
    assert Return.objects.count() == 1


def test_a_rejection_needs_words(order):
    rma = ask(order)
    with pytest.raises(DomainError):
        aftersales.reject_return(rma, by=None, answer="  ")
    rma.refresh_from_db()
    assert (rma.status, rma.answer) == ("requested", "")


def test_a_return_must_be_approved_before_goods_are_received(order):
    rma = ask(order)
    with pytest.raises(DomainError, match="is requested"):
        aftersales.receive_return(rma, by=None, pieces={order.lines.get().pk: 1})
    assert order.lines.get().returned == 0


def test_receiving_counts_on_the_order_but_leaves_stock_alone(order):
    rma = received(order, 2)
    assert (rma.status, order.lines.get().returned) == ("received", 2)
    assert Stock.objects.get().on_hand == 7


def test_goods_may_arrive_in_two_parcels(order):
    line = order.lines.get()
    rma = ask(order, 3)
    aftersales.approve_return(rma, by=None)
    aftersales.receive_return(rma, by=None, pieces={line.pk: 1})
    aftersales.receive_return(rma, by=None, pieces={line.pk: 2})
    with pytest.raises(DomainError):
        aftersales.receive_return(rma, by=None, pieces={line.pk: 1})
    order.refresh_from_db()
    assert (order.lines.get().returned, order.stage) == (3, "returned")


def test_sound_pieces_go_back_to_stock_and_scrapped_ones_do_not(order):
    line, who = order.lines.get(), a_person()
    rma = received(order, 2)
    aftersales.inspect_return(rma, by=who, sound={line.pk: 1}, scrapped={line.pk: 1})
    assert Stock.objects.get().on_hand == 8
    moved = Movement.objects.get(kind=Movement.Kind.RETURN)
    assert (moved.on_hand, moved.cause, moved.by) == (1, rma.number, who)
    assert [line.uninspected for line in rma.lines.all()] == [0]


@pytest.mark.parametrize(("sound", "scrapped"), [(3, 0), (1, 2), (-1, 2), (3, -1), (0, 0)])
def test_odd_judgements_are_refused(order, sound, scrapped):
    line = order.lines.get()
    rma = received(order, 2)
    with pytest.raises(DomainError):
        aftersales.inspect_return(rma, by=None, sound={line.pk: sound}, scrapped={line.pk: scrapped})
    assert Stock.objects.get().on_hand == 7
    assert rma.lines.get().uninspected == 2


def test_sound_pieces_serve_an_order_that_waits_for_them(order):
    line = order.lines.get()
    waiting = a_placed_order((line.product, 8))
    assert waiting.lines.get().short == 1
    aftersales.inspect_return(received(order, 2), by=None, sound={line.pk: 2}, scrapped={})
    outbox.deliver_pending()
    assert waiting.lines.get().short == 0


def test_goods_are_inspected_before_they_are_refunded(order):
    rma = received(order, 2)
    with pytest.raises(DomainError, match="Inspect"):
        aftersales.refund_return(rma, by=None, amount=Decimal(10))
    with pytest.raises(DomainError, match="Inspect"):
        aftersales.close_return(rma, by=None)
    order.refresh_from_db()
    assert order.paid == order.total


def inspected(order, count):
    rma = received(order, count)
    return aftersales.inspect_return(rma, by=None, sound={order.lines.get().pk: count}, scrapped={})


def test_the_refund_is_proposed_from_the_lines_tax_included_and_closes_the_return(order):
    assert order.total == Decimal("112.99")  # 99.99 + 13.00
    rma = inspected(order, 2)
    assert queries.proposed_refund(rma) == Decimal("75.33")
    rma = aftersales.refund_return(rma, by=None, amount=Decimal("75.33"), method="card")
    assert (rma.status, rma.refunded) == ("closed", Decimal("75.33"))
    payment = order.payments.last()
    assert (payment.amount, payment.reference, payment.method) == (Decimal("-75.33"), rma.number, "card")
    last = inspected(order, 1)
    assert queries.proposed_refund(last) == Decimal("37.66")
    aftersales.refund_return(last, by=None, amount=Decimal("37.66"))
    order.refresh_from_db()
    assert (order.paid, order.stage) == (0, "returned")


def test_a_refund_is_never_more_than_was_paid(order):
    orders.refund(order, by=None, method="cash", amount=Decimal("62.99"))
    rma = inspected(order, 2)
    assert queries.proposed_refund(rma) == Decimal("50.00")
    with pytest.raises(DomainError, match="Only"):
        aftersales.refund_return(rma, by=None, amount=Decimal("50.01"))
    rma.refresh_from_db()
    assert (rma.refunded, rma.status) == (0, "received")


def test_an_unpaid_order_proposes_no_refund():
    order = a_delivered_order((a_product(), 2), paid=False)
    assert queries.proposed_refund(inspected(order, 2)) == 0


def test_the_books_balance_after_a_whole_return(order):
    aftersales.refund_return(inspected(order, 2), by=None, amount=Decimal("75.33"))
    assert list(audit.differences()) == []
