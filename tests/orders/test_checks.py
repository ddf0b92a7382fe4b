"""Checks that the house tunes: credit, duplicates, unusual and large orders; holds with a day that free their stock."""

import datetime
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.utils import timezone

from inventory.models import Stock
from oms.context import forget
from orders import checks
from orders.checks import Checked, CheckedLine, Habit
from orders.models import Order, OrderPolicy
from orders.services import (
    Change,
    change_order,
    change_policy,
    hold_order,
    record_payment,
    release_order,
    reserve_missing,
)
from tests.ledger import assert_books_balance
from tests.orders.test_changes import refused
from tests.stories import a_customer, a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
ALL_ON = dict.fromkeys(("credit", "duplicate", "unusual"), "hold")


@pytest.fixture(autouse=True)
def rules():
    change_policy(by=None, checks=ALL_ON)
    forget(OrderPolicy)
    yield
    forget(OrderPolicy)


@pytest.fixture
def tea():
    return a_product("TEA", price="100", tax_rate="0")


def holds(order: Order) -> dict[str, list[dict]]:
    return {hold.kind: hold.reasons for hold in order.open_holds()}


def an_order(total="100", **habit) -> Checked:
    lines = [CheckedLine("TEA", 1, 0, D("100"), D(0)), CheckedLine("TEA", 1, 0, D("100"), D(0))]
    address = {"ship_name": "Mei", "line1": "Nanjing Road", "city": "Shanghai"}
    return Checked(lines, address, False, "Main", D(total), habit=Habit(**habit))


def test_four_orders_are_no_habit_and_the_fifth_is():
    known = {"mean": D(100), "deviation": D(10)}
    assert checks.unusual(an_order("9999", orders=4, **known)).outcome == "pass"
    assert checks.unusual(an_order("175", orders=5, **known)).outcome == "pass"
    found = checks.unusual(an_order("175.01", orders=5, **known))
    assert (found.outcome, found.reasons) == (
        "hold",
        [{"code": "value_unusual", "amount": "175.01", "price": "100.00", "orders": 5}],
    )


def test_the_same_pieces_on_other_lines_are_a_duplicate_and_other_pieces_are_not():
    assert checks.duplicate(an_order(recent={"SO1": {"TEA": 2}})).reasons == [{"code": "duplicate_of", "order": "SO1"}]
    for other in ({"TEA": 1}, {"TEA": 2, "CUP": 1}):
        assert checks.duplicate(an_order(recent={"SO1": other})).outcome == "pass"


def test_a_check_can_warn_or_be_off():
    found = {f.name: f.outcome for f in checks.run(an_order(recent={"SO1": {"TEA": 2}}), {"duplicate": "warn"})}
    assert (found["duplicate"], "credit" in found) == ("warn", False)


def test_the_second_of_two_same_orders_is_held(tea):
    mei = a_customer()
    first, second = (a_placed_order((tea, 2), customer=mei) for _each in range(2))
    assert holds(first) == {}
    assert holds(second) == {"duplicate": [{"code": "duplicate_of", "order": first.number}]}
    assert holds(a_placed_order((tea, 2))) == {}
    later = timezone.now() - datetime.timedelta(hours=3)
    Order.objects.update(placed_at=later)
    assert holds(a_placed_order((tea, 2), customer=mei)) == {}


def test_two_same_orders_in_one_file_do_not_know_of_each_other_but_a_change_asks_again(tea):
    mei = a_customer()
    first, second = a_placed_order((tea, 2), customer=mei), a_placed_order((tea, 3), customer=mei)
    change_order(second, Change(quantities={second.lines.get().pk: 2}), by=None)
    assert list(holds(second)) == ["duplicate"]
    change_order(second, Change(quantities={second.lines.get().pk: 4}), by=None)
    assert holds(second) == {}
    assert holds(first) == {}


def test_credit_counts_what_is_unpaid_and_what_is_overdue(tea):
    change_policy(by=None, checks={"credit": "hold"})
    mei = a_customer(credit_limit=D(350), payment_days=7)
    first = a_placed_order((tea, 3), customer=mei)
    second = a_placed_order((tea, 1), customer=mei)
    assert holds(second) == {"credit": [{"code": "credit_exceeded", "amount": "400.00", "price": "350.00"}]}
    record_payment(first, by=None, method="transfer", amount=D(200))
    assert holds(a_placed_order((tea, 1), customer=mei)) == {}
    Order.objects.filter(pk=first.pk).update(placed_at=timezone.now() - datetime.timedelta(days=8))
    late = a_placed_order((tea, 1), customer=mei)
    assert holds(late)["credit"][0] == {"code": "credit_overdue", "amount": "100.00"}


def test_a_customer_without_a_limit_owes_as_much_as_she_likes(tea):
    mei = a_customer()
    assert [holds(a_placed_order((tea, n), customer=mei)) for n in (30, 20)] == [{}, {}]


def test_a_large_order_is_approved_by_who_may(tea):
    change_policy(by=None, approval_from=D(500))
    order = a_placed_order((tea, 5))
    assert holds(order) == {"value": [{"code": "value_large", "price": "500.00"}]}
    clerk, boss = a_person("orders.release_hold"), a_person("orders.approve_large_order")
    assert refused(release_order, order, by=clerk) == "Orders of this value are approved by somebody who may."
    assert list(holds(order)) == ["value"]
    release_order(order, by=boss)
    assert (holds(order), Order.objects.get(pk=order.pk).status) == ({}, "confirmed")


def test_a_hold_may_free_stock_until_it_is_released(tea, deliver):
    order = a_placed_order((tea, 60))
    hold_order(order, by=None, note="asks her bank", due_on=timezone.localdate(), frees_stock=True)
    assert Stock.objects.get().reserved == 0
    assert reserve_missing(order) == 0
    other = a_placed_order((tea, 70))
    assert holds(other) == {}
    release_order(order, by=None)
    deliver()
    order.refresh_from_db()
    assert (order.lines.get().reserved, order.stage) == (30, "waiting_stock")
    assert_books_balance()


def test_a_hold_keeps_its_stock_unless_told_otherwise(tea):
    order = a_placed_order((tea, 60))
    hold_order(order, by=None, note="wait")
    assert Stock.objects.get().reserved == 60


def test_the_checks_are_chosen_on_the_rules_page(client):
    client.force_login(a_person("orders.change_orderpolicy"))
    page = client.get("/orders/rules/").content.decode()
    assert "Check: Duplicate" in page
    sent = {
        "cut_off": "16:30",
        "handling_days": "1",
        "transit_days": "3",
        "working_days": ["1"],
        "return_days": "14",
        "allocation": "near whole lines cost rank",
        "key_importance": "60",
        "unpaid_hours": "24",
        "shipping_fee": "0",
        "shipping_tax_rate": "0",
        "duplicate_hours": "5",
        "approval_from": "1000",
        "submission": str(uuid4()),
        **{f"check_{check.__name__}": "warn" for check in checks.CHECKS},
    }
    client.post("/orders/rules/", sent | {"check_stock": "sometimes"})
    assert OrderPolicy.objects.get().checks == ALL_ON
    client.post("/orders/rules/", sent | {"submission": str(uuid4())})
    policy = OrderPolicy.objects.get()
    assert (policy.checks["stock"], policy.duplicate_hours, policy.approval_from) == ("warn", 5, D("1000.00"))
