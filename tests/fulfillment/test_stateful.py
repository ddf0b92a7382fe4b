"""Anything that may happen between the order and the door, in any order: the wrong thing never leaves the house."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fulfillment import services as fulfillment
from fulfillment.models import Batch, Carrier, Cart, Shipment
from inventory import services as inventory
from inventory.models import Stock
from oms.errors import DomainError
from orders import services as orders
from orders.models import Order, OrderLine
from tests.ledger import assert_books_balance, books
from tests.stories import a_customer, a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db
SKUS = ("TEA", "CUP", "POT")
COUNTS = st.integers(1, 4)
HOLDING = ("hold", "release", "cancel", "shorten")


class House(RuleBasedStateMachine):
    """Three products, two pickers with a cart each, and whoever works on any order in any state."""

    done = 0  # verbs that were not refused, over all examples

    def __init__(self):
        super().__init__()
        self.work = transaction.atomic()
        self.work.__enter__()
        self.shipped = Counter()
        self.pickers = [a_person(), a_person()]
        self.carts = [Cart.objects.create(name=f"C{n}", warehouse=a_warehouse(), totes=2) for n in range(2)]
        self.carrier = Carrier.objects.create(name="SF")
        for n, sku in enumerate(SKUS):
            a_product(sku, on_hand=6, weight_g=100 * n)

    def teardown(self):
        transaction.set_rollback(True)
        self.work.__exit__(None, None, None)

    def tried(self, verb, *args, **kwargs) -> bool:
        """Whether it was done; a refusal leaves everything as it was."""
        before = books()
        try:
            with transaction.atomic():
                verb(*args, **kwargs)
        except DomainError:
            assert books() == before
            return False
        House.done += 1
        return True

    def one(self, data, rows):
        rows = list(rows.order_by("pk"))
        return data.draw(st.sampled_from(rows)) if rows else None

    def shipment(self, data, status: str):
        """Mostly one in the state in which the verb is possible, sometimes any."""
        fitting = Shipment.objects.filter(status=status)
        anything = data.draw(st.integers(0, 4)) == 0
        return self.one(data, Shipment.objects if anything or not fitting.exists() else fitting)

    @rule(skus=st.lists(st.sampled_from(SKUS), min_size=1, max_size=2), count=COUNTS)
    def order(self, skus, count):
        lines = [(Stock.objects.get(product__sku=sku).product, count) for sku in skus]
        number = Order.objects.count()  # somebody new each time, or the orders would be held as doubles
        buyer = a_customer(f"C{number}", email=f"c{number}@example.com")
        assert self.tried(a_placed_order, *lines, customer=buyer)

    @rule(sku=st.sampled_from(SKUS), count=COUNTS)
    def receive(self, sku, count):
        inventory.receive(Stock.objects.get(product__sku=sku).product, a_warehouse(), count, by=None)

    @rule(data=st.data(), verb=st.sampled_from(HOLDING), count=COUNTS)
    def office(self, data, verb, count):
        order = self.one(data, Order.objects)
        if order is None:
            return
        if verb == "hold":
            self.tried(orders.hold_order, order, by=None, note="x")
        elif verb == "release":
            self.tried(orders.release_order, order, by=None)
        elif verb == "cancel":
            self.tried(orders.cancel_order, order, by=None, reason="x")
        else:
            self.tried(orders.cancel_pieces, order, {order.lines.first().pk: count}, by=None, reason="x")

    @rule(who=st.integers(0, 1))
    def wave(self, who):
        wave = fulfillment.plan_wave(by=None, warehouse=a_warehouse(), criteria={})
        if self.tried(fulfillment.release_wave, wave, by=None):
            self.tried(fulfillment.give_me_work, by=self.pickers[who], cart=self.carts[who])

    @rule(data=st.data(), sku=st.sampled_from(SKUS), tote=st.integers(1, 3))
    def batch(self, data, sku, tote):
        batch = self.one(data, Batch.objects)
        if batch:
            for code in (sku, f"T{tote}"):
                self.tried(fulfillment.scan_batch, batch, by=None, code=code)
            self.tried(fulfillment.finish_batch, batch, by=None)

    @rule(data=st.data(), steps=st.integers(1, 9))
    def hurry(self, data, steps):
        self.go_far(data, steps)

    def go_far(self, data, steps):
        """One order goes some steps of the usual way, mostly all."""
        ready = Order.objects.filter(stage="to_pick")
        order = self.one(data, ready if ready.exists() else Order.objects)
        if order is None:
            return
        self.tried(fulfillment.start_picking, order, by=None)
        shipment = order.shipments.filter(status__in=Shipment.IN_HOUSE).first()
        if shipment is None:
            return
        way = [
            lambda: self.tried(fulfillment.pick_all, shipment, by=None),
            lambda: self.tried(fulfillment.finish_picking, shipment, by=None),
            lambda: self.put_in(shipment),
            lambda: self.tried(fulfillment.finish_packing, shipment, by=None),
        ]
        for step in way[: steps - 1]:
            step()

    def put_in(self, shipment):
        for line in list(shipment.lines.select_related("order_line")):
            if line.unpacked:
                sku, count = line.order_line.sku, line.unpacked
                self.tried(fulfillment.scan_pack, shipment, by=None, code=sku, quantity=count)

    @rule(data=st.data(), sku=st.sampled_from(SKUS), count=COUNTS, whole=st.booleans())
    def pick(self, data, sku, count, whole):
        shipment = self.shipment(data, "picking")
        if shipment is None:
            return
        if whole:
            self.tried(fulfillment.pick_all, shipment, by=None)
        else:
            self.tried(fulfillment.pick, shipment, by=None, code=sku, quantity=count)
        self.tried(fulfillment.finish_picking, shipment, by=None, reason="later" if not whole and count > 3 else "")

    @rule(
        data=st.data(),
        sku=st.sampled_from(SKUS),
        count=COUNTS,
        reason=st.sampled_from(fulfillment.Reason.values),
        choice=st.sampled_from(fulfillment.Choice.values),
    )
    def short(self, data, sku, count, reason, choice):
        shipment = self.shipment(data, "picking")
        if shipment:
            self.tried(fulfillment.short_pick, shipment, by=None, sku=sku, pieces=count, reason=reason, choice=choice)

    @rule(data=st.data(), sku=st.sampled_from(SKUS), count=COUNTS, whole=st.booleans(), close=st.booleans())
    def pack(self, data, sku, count, whole, close):
        shipment = self.shipment(data, "picked")
        if shipment is None:
            return
        wanted = (
            [(x.order_line.sku, x.unpacked) for x in shipment.lines.all() if x.unpacked] if whole else [(sku, count)]
        )
        for code, pieces in wanted:
            self.tried(fulfillment.scan_pack, shipment, by=None, code=code, quantity=pieces)
        if close:
            self.tried(fulfillment.close_parcel, shipment, by=None)
        self.tried(fulfillment.finish_packing, shipment, by=None)

    @rule(data=st.data(), steps=st.integers(1, 9))
    def ship(self, data, steps):
        if not Shipment.objects.filter(status="packed").exists():
            self.go_far(data, steps)
        shipment = self.shipment(data, "packed")
        if shipment is None:
            return
        order = shipment.order
        stopped = order.status != "confirmed" or order.open_holds().exists()
        lines = {line.order_line_id: line.packed for line in shipment.lines.all()}
        if self.tried(fulfillment.ship, shipment, by=None, carrier=self.carrier):
            assert shipment.status == "packed" and not stopped
            self.shipped.update(lines)

    @rule(data=st.data())
    def give_up(self, data):
        shipment = self.shipment(data, "picking")
        if shipment:
            self.tried(fulfillment.cancel_shipment, shipment, by=None, reason="x")

    @invariant()
    def nothing_wrong_left_the_house(self):
        assert_books_balance()
        for line in OrderLine.objects.all():
            assert line.shipped == self.shipped[line.pk] <= line.ordered - line.cancelled


def test_nothing_wrong_is_shipped_whatever_happens():
    run_state_machine_as_test(
        House,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert House.done > 20
