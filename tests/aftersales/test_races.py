"""Two people at one return, with real threads on real PostgreSQL."""

from decimal import Decimal

import pytest

from aftersales import services as aftersales
from aftersales.models import Feedback, Return
from inventory.models import Stock
from oms.errors import DomainError
from tests.orders.test_races import at_once
from tests.stories import a_delivered_order, a_product

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order():
    return a_delivered_order((a_product(price="10", tax_rate="0", on_hand=5), 3))


def ask(order, count):
    return aftersales.request_return(order, pieces={order.lines.get().pk: count}, reason="other")


def refusals(results):
    return [isinstance(result, DomainError) for result in results].count(True)


def test_the_last_pieces_of_an_order_are_asked_for_once(order):
    results = at_once(*[lambda: ask(order, 2) for _customer in range(4)])
    assert refusals(results) == 3
    assert Return.objects.get().lines.get().quantity == 2


def test_goods_are_received_inspected_and_refunded_once(order):
    rma, line = ask(order, 2), order.lines.get().pk
    aftersales.approve_return(rma, by=None)
    steps = [
        lambda: aftersales.receive_return(rma, by=None, pieces={line: 2}),
        lambda: aftersales.inspect_return(rma, by=None, sound={line: 2}, scrapped={}),
        lambda: aftersales.refund_return(rma, by=None, amount=Decimal("20.00")),
    ]
    assert [refusals(at_once(step, step, step)) for step in steps] == [2, 2, 2]
    order.refresh_from_db()
    rma.refresh_from_db()
    assert (rma.status, rma.refunded, order.paid) == ("closed", Decimal("20.00"), Decimal("10.00"))
    assert (Stock.objects.get().on_hand, order.lines.get().returned) == (4, 2)


def test_an_order_is_rated_once(order):
    assert refusals(at_once(*[lambda: aftersales.rate(order, rating=5) for _tap in range(3)])) == 2
    assert Feedback.objects.count() == 1
