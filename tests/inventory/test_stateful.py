"""Anything that may happen to stock, in any order: the books balance after every step, and so does our own count."""

import datetime
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from inventory import services
from inventory.models import Component, Product, Stock
from oms.errors import DomainError
from orders.models import Order, OrderLine
from orders.services import cancel_order, move_claim, release_order, reserve_missing
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_placed_order, a_product, a_warehouse, shipped

pytestmark = pytest.mark.django_db
SKUS = ("TEA", "MILK", "BOX", "GIFT")
COUNTS = st.integers(1, 12)
BINS = st.sampled_from(["", "A-1", "B-2"])
LOTS = st.sampled_from([("L1", datetime.date(2020, 1, 1)), ("L2", datetime.date(2031, 1, 1))])


class Stockroom(RuleBasedStateMachine):
    """Four products: plain, by lot, a part, and what is made of the part; orders that come and go."""

    done = 0  # verbs that were not refused, over all examples

    def __init__(self):
        super().__init__()
        self.work = transaction.atomic()
        self.work.__enter__()
        self.on_hand, self.blocked = Counter(), Counter()
        self.customers = [a_customer(f"C{n}") for n in range(2)]
        for sku in SKUS:
            a_product(sku, on_hand=0, tracking="lot" if sku == "MILK" else "none")
        Component.objects.create(product=self.product("GIFT"), part=self.product("BOX"), quantity=2)

    def teardown(self):
        transaction.set_rollback(True)
        self.work.__exit__(None, None, None)

    def product(self, sku: str) -> Product:
        return Product.objects.get(sku=sku)

    def stock(self, sku: str) -> Stock:
        return services.stock_at(self.product(sku), a_warehouse())

    def tried(self, verb, *args, **kwargs) -> bool:
        """Whether it was done; a refusal leaves everything as it was."""
        before = list(Stock.objects.order_by("pk").values_list())
        try:
            with transaction.atomic():
                verb(*args, **kwargs)
        except DomainError:
            assert list(Stock.objects.order_by("pk").values_list()) == before
            return False
        Stockroom.done += 1
        return True

    @rule(sku=st.sampled_from(SKUS), count=COUNTS, bin=BINS, lot=LOTS)
    def receive(self, sku, count, bin, lot):
        lots = {"lot": lot[0], "expires": lot[1]} if sku == "MILK" else {}
        assert self.tried(services.receive, self.product(sku), a_warehouse(), count, by=None, bin=bin, **lots)
        self.on_hand[sku] += count

    @rule(sku=st.sampled_from(SKUS), change=st.integers(-6, 6))
    def adjust(self, sku, change):
        if sku == "MILK" and change > 0:
            return  # found pieces of a lot are received, so that the lot is known
        if self.tried(services.adjust, self.stock(sku), change, reason="test", by=None):
            self.on_hand[sku] += change

    @rule(sku=st.sampled_from(SKUS), count=COUNTS, bin=st.one_of(st.none(), BINS))
    def quarantine(self, sku, count, bin):
        if self.tried(services.quarantine, self.stock(sku), count, reason="test", by=None, bin=bin):
            self.on_hand[sku] -= count
            self.blocked[sku] += count

    @rule(sku=st.sampled_from(SKUS), count=COUNTS)
    def unblock(self, sku, count):
        if self.tried(services.unblock, self.stock(sku), count, reason="test", by=None):
            self.on_hand[sku] += count
            self.blocked[sku] -= count

    @rule(sku=st.sampled_from(SKUS), count=COUNTS)
    def scrap(self, sku, count):
        if self.tried(services.scrap, self.stock(sku), count, reason="test", by=None):
            self.blocked[sku] -= count

    @rule(sku=st.sampled_from(SKUS), count=COUNTS, here=BINS, there=BINS)
    def put_away(self, sku, count, here, there):
        self.tried(services.put_away, self.stock(sku), count, by=None, source=here, target=there)

    @rule(sku=st.sampled_from(SKUS), bin=BINS)
    def new_home(self, sku, bin):
        assert self.tried(services.set_place, self.stock(sku), by=None, bin=bin, alert_line=2)

    @rule()
    def expire(self):
        count = services.quarantine_expired()
        self.on_hand["MILK"] -= count
        self.blocked["MILK"] += count

    @rule(count=st.integers(1, 4))
    def assemble(self, count):
        if self.tried(services.assemble, self.product("GIFT"), a_warehouse(), count, by=None):
            self.on_hand["GIFT"] += count
            self.on_hand["BOX"] -= 2 * count

    @rule(skus=st.lists(st.sampled_from(SKUS), min_size=1, max_size=3), count=COUNTS, who=st.integers(0, 1))
    def order(self, skus, count, who):
        lines = [(self.product(sku), count) for sku in skus]
        assert self.tried(a_placed_order, *lines, customer=self.customers[who])

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data())
    def go_on(self, data):
        """Something happens to one of the orders."""
        order = data.draw(st.sampled_from(list(Order.objects.order_by("pk"))))
        step = data.draw(st.sampled_from(["cancel", "release", "reserve", "ship"]))
        if step == "cancel":
            self.tried(cancel_order, order, by=None, reason="test")
        elif step == "release":
            self.tried(release_order, order, by=None)
        elif step == "reserve":
            self.tried(reserve_missing, order)
        elif order.stage == "to_pick":
            leaving = Counter()
            for sku, reserved in order.lines.values_list("sku", "reserved"):
                leaving[sku] += reserved
            assert self.tried(shipped, order)
            self.on_hand.subtract(leaving)

    @precondition(lambda self: OrderLine.objects.filter(reserved__gt=0).exists())
    @rule(data=st.data(), count=COUNTS)
    def give(self, data, count):
        lines = list(OrderLine.objects.order_by("pk"))
        source, target = data.draw(st.sampled_from(lines)), data.draw(st.sampled_from(lines))
        self.tried(move_claim, source, target, count, by=None, reason="test")

    @invariant()
    def books_balance(self):
        assert_books_balance()
        for stock in Stock.objects.select_related("product"):
            sku = stock.product.sku
            assert (stock.on_hand, stock.quarantined) == (self.on_hand[sku], self.blocked[sku])


def test_stock_is_right_whatever_happens():
    run_state_machine_as_test(
        Stockroom,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Stockroom.done > 20
