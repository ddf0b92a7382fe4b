"""Several people at once, with real threads on real PostgreSQL."""

import random
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from fulfillment.services import pick_all, start_picking
from inventory.models import Movement, Stock
from oms.errors import DomainError
from oms.events import timeline
from orders.composing import Asked, Request
from orders.events import OrderEvent
from orders.models import Order, OrderLine
from orders.services import (
    cancel_order,
    confirm_order,
    hold_order,
    place_order,
    release_order,
)
from tests.stories import ADDRESS, a_customer, a_placed_order, a_product

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs) -> list:
    """Run the jobs in threads that start together; what each returned, or the exception that it raised."""
    results, gate = [None] * len(jobs), threading.Barrier(len(jobs))

    def run(number, job):
        gate.wait()
        try:
            results[number] = job()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    call_command("audit_books")
    return results


def test_the_last_pieces_are_sold_once():
    tea = a_product(on_hand=10)
    request = Request(customer=a_customer(), lines=[Asked(tea.pk, 1)], address=ADDRESS, allow_short=False)
    results = at_once(*[lambda: [_try(request) for _order in range(3)] for _clerk in range(8)])
    outcomes = [outcome for result in results for outcome in result]
    assert sorted(outcomes) == ["refused"] * 14 + ["sold"] * 10
    stock = Stock.objects.get()
    assert (stock.on_hand, stock.reserved) == (10, 10)
    assert Order.objects.count() == 10
    assert Movement.objects.filter(kind="reserve").count() == 10


def _try(request) -> str:
    try:
        place_order(request, by=None)
    except DomainError:
        return "refused"
    return "sold"


def test_baskets_over_shared_goods_in_any_order_never_deadlock():
    products = [a_product(on_hand=1000) for _each in range(6)]
    customer = a_customer()

    def shop(seed):
        shuffled = random.Random(seed)
        for _order in range(15):
            chosen = shuffled.sample(products, 4)
            place_order(Request(customer=customer, lines=[Asked(p.pk, 2) for p in chosen], address=ADDRESS), by=None)
        return "fine"

    assert at_once(*[lambda seed=seed: shop(seed) for seed in range(6)]) == ["fine"] * 6
    assert sum(Stock.objects.values_list("reserved", flat=True)) == 6 * 15 * 4 * 2


def test_short_stock_shared_by_many_is_reserved_exactly_once():
    tea = a_product(on_hand=25)
    request = Request(customer=a_customer(), lines=[Asked(tea.pk, 10)], address=ADDRESS)
    orders = at_once(*[lambda: place_order(request, by=None) for _clerk in range(6)])
    assert sorted(OrderLine.objects.values_list("reserved", flat=True)) == [0, 0, 0, 5, 10, 10]
    assert sorted(Order.objects.values_list("stage", flat=True)) == ["on_hold"] * 4 + ["to_pick"] * 2
    assert all(isinstance(order, Order) for order in orders)


def test_an_order_is_either_picked_or_cancelled():
    tea = a_product(on_hand=5)
    order = a_placed_order((tea, 5))
    line, shipment = order.lines.get(), start_picking(order, by=None)
    picked, cancelled = at_once(
        lambda: pick_all(shipment, by=None), lambda: cancel_order(order, by=None, reason="changed mind")
    )
    assert isinstance(picked, DomainError) != isinstance(cancelled, DomainError)
    line.refresh_from_db()
    assert (line.picked, line.cancelled) in [(5, 0), (0, 5)]


def test_two_clerks_confirm_an_order_once():
    order = a_placed_order((a_product(), 1))
    hold_order(order, by=None, note="a question")
    release_order(order, by=None)
    Order.objects.filter(pk=order.pk).update(status="placed", stage="to_review")
    results = at_once(lambda: confirm_order(order, by=None), lambda: confirm_order(order, by=None))
    assert sum(isinstance(result, DomainError) for result in results) == 1
    confirmed = timeline(order).filter(kind=OrderEvent.CONFIRMED)
    assert confirmed.filter(data={}).count() == 1


def test_the_same_reference_makes_one_order():
    tea = a_product()
    request = Request(
        customer=a_customer(), lines=[Asked(tea.pk, 1)], address=ADDRESS, channel="shop", reference="WEB-1"
    )
    results = at_once(*[lambda: place_order(request, by=None) for _click in range(4)])
    assert sum(isinstance(result, DomainError) for result in results) == 3
    assert Order.objects.get().reference == "WEB-1"
    assert Stock.objects.get().reserved == 1
