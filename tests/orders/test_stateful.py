"""An order desk that does anything in any order: the audit is clean after every step, and no money is lost."""

from decimal import Decimal as D

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from inventory.models import Component, Product
from oms.errors import DomainError
from orders.composing import Asked
from orders.models import Order, OrderLine, Payment
from orders.services import (
    Change,
    cancel_order,
    change_order,
    close_order,
    confirm_order,
    hold_order,
    merge_orders,
    preview_change,
    record_payment,
    refund,
    release_order,
    reopen_order,
    reserve_missing,
    reship_order,
    split_order,
)
from tests.ledger import assert_books_balance, books
from tests.stories import a_customer, a_placed_order, a_product, shipped

pytestmark = pytest.mark.django_db
SKUS = ("TEA", "CUP", "SET", "SOUP")
COUNTS = st.integers(1, 9)
AMOUNTS = st.decimals("0.01", "80", places=2)


class Desk(RuleBasedStateMachine):
    """Two customers, a plain product, one with an odd price, a kit of both, and a dish."""

    done = 0  # verbs that were not refused, over all examples

    def __init__(self):
        super().__init__()
        self.work = transaction.atomic()
        self.work.__enter__()
        self.received = D(0)
        self.customers = [a_customer(f"C{n}") for n in range(2)]
        tea, cup = a_product("TEA", price="10", on_hand=40), a_product("CUP", price="3.335", on_hand=12)
        kit = a_product("SET", price="19.99", on_hand=0, kind="kit")
        a_product("SOUP", price="8", on_hand=0, kind="made")
        Component.objects.bulk_create(
            [Component(product=kit, part=part, quantity=n) for part, n in ((tea, 1), (cup, 3))]
        )

    def teardown(self):
        transaction.set_rollback(True)
        self.work.__exit__(None, None, None)

    def tried(self, verb, *args, **kwargs) -> bool:
        """Whether it was done; a refusal leaves the books as they were."""
        before = books()
        try:
            with transaction.atomic():
                verb(*args, **kwargs)
        except DomainError:
            assert books() == before
            return False
        Desk.done += 1
        return True

    def an_order(self, data) -> Order:
        return data.draw(st.sampled_from(list(Order.objects.order_by("pk"))))

    def pieces(self, data, order: Order) -> dict[int, int]:
        lines = list(order.lines.values_list("pk", flat=True))
        return {pk: data.draw(st.integers(0, 6)) for pk in lines}

    @rule(skus=st.lists(st.sampled_from(SKUS), min_size=1, max_size=3), count=COUNTS, who=st.integers(0, 1))
    def place(self, skus, count, who):
        lines = [(Product.objects.get(sku=sku), count) for sku in skus]
        assert self.tried(a_placed_order, *lines, customer=self.customers[who])

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data(), sku=st.sampled_from((*SKUS, None)), price=st.one_of(st.none(), AMOUNTS))
    def change(self, data, sku, price):
        order = self.an_order(data)
        quantities = self.pieces(data, order)
        prices = dict.fromkeys(quantities, price) if price else {}
        added = [Asked(Product.objects.get(sku=sku).pk, 2)] if sku else []
        change, before = Change(quantities, prices, added), books()
        try:
            effect = preview_change(order, change, by=None)
        except DomainError:
            effect = None
        assert books() == before
        assert self.tried(change_order, order, change, by=None) is (effect is not None)
        if effect:
            order.refresh_from_db()
            assert (order.total, order.stage, order.promised_date) == (
                effect.after.total,
                effect.after.stage,
                effect.after.promised_date,
            )

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data())
    def decide(self, data):
        order = self.an_order(data)
        verb, options = data.draw(
            st.sampled_from(
                [
                    (cancel_order, {"reason": "x"}),
                    (hold_order, {"note": "x"}),
                    (release_order, {}),
                    (confirm_order, {}),
                    (close_order, {}),
                    (reopen_order, {"reason": "x"}),
                    (reserve_missing, {}),
                ]
            )
        )
        self.tried(verb, order, by=None, **options)

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data())
    def split(self, data):
        order = self.an_order(data)
        total = order.total
        if self.tried(split_order, order, self.pieces(data, order), by=None, reason="x"):
            parts = Order.objects.order_by("-pk")[0], Order.objects.get(pk=order.pk)
            assert sum(part.total for part in parts) == total

    @precondition(lambda self: Order.objects.count() > 1)
    @rule(data=st.data())
    def merge(self, data):
        one, two = self.an_order(data), self.an_order(data)
        if self.tried(merge_orders, one, by=None, other=two):
            assert Order.objects.get(pk=one.pk).total == one.total + two.total

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data())
    def reship(self, data):
        order = self.an_order(data)
        self.tried(reship_order, order, by=None, pieces=self.pieces(data, order), reason="lost")

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data(), amount=AMOUNTS)
    def pay(self, data, amount):
        if self.tried(record_payment, self.an_order(data), by=None, method="card", amount=amount):
            self.received += amount

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data(), amount=AMOUNTS)
    def give_back(self, data, amount):
        if self.tried(refund, self.an_order(data), by=None, method="card", amount=amount):
            self.received -= amount

    @precondition(lambda self: Order.objects.filter(stage="to_pick").exists())
    @rule(data=st.data())
    def ship(self, data):
        assert self.tried(shipped, data.draw(st.sampled_from(list(Order.objects.filter(stage="to_pick")))))

    @invariant()
    def books_balance(self):
        assert_books_balance()
        assert (Payment.objects.aggregate(sum=Sum("amount"))["sum"] or D(0)) == self.received
        for line in OrderLine.objects.exclude(kit={}):
            assert line.net >= 0


def test_the_desk_keeps_its_books_whatever_happens():
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Desk.done > 20
