"""Transfers and counts among everything else that may happen to stock: books and our own count stay the same."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from inventory import queries, services
from inventory.models import Count, Stock, Transfer
from tests.inventory.test_stateful import COUNTS, SKUS, Stockroom
from tests.ledger import assert_books_balance
from tests.stories import a_warehouse

pytestmark = pytest.mark.django_db
OPEN = (Count.Status.OPEN, Count.Status.COUNTED)


class Warehouses(Stockroom):
    """The stockroom with a second one, and counts while work goes on."""

    def __init__(self):
        super().__init__()
        self.east, self.way = Counter(), Counter()
        self.found: dict[str, tuple[int, int]] = {}  # {SKU: (found, on hand at that moment)}

    @property
    def count(self) -> Count | None:
        return Count.objects.filter(status__in=OPEN).first()

    @rule(sku=st.sampled_from(SKUS), count=COUNTS)
    def send(self, sku, count):
        lines = {self.product(sku).pk: count}
        transfer = services.create_transfer(by=None, source=a_warehouse(), target=a_warehouse("EAST"), lines=lines)
        if self.tried(services.send_transfer, transfer, by=None):
            self.on_hand[sku] -= count
            self.way[sku] += count

    @precondition(lambda self: Transfer.objects.filter(status="sent").exists())
    @rule(data=st.data(), count=COUNTS)
    def arrive(self, data, count):
        transfer = data.draw(st.sampled_from(list(Transfer.objects.filter(status="sent"))))
        product = transfer.lines.get().product
        if self.tried(services.receive_transfer, transfer, {product.pk: count}, by=None):
            self.way[product.sku] -= count
            self.east[product.sku] += count

    @precondition(lambda self: Transfer.objects.filter(status="sent").exists())
    @rule(data=st.data())
    def lose(self, data):
        transfer = data.draw(st.sampled_from(list(Transfer.objects.filter(status="sent"))))
        line = transfer.lines.select_related("product").get()
        assert self.tried(services.close_transfer, transfer, by=None, reason="test")
        self.way[line.product.sku] -= line.on_the_way

    @precondition(lambda self: self.count is None)
    @rule(skus=st.sets(st.sampled_from(SKUS), min_size=1))
    def open(self, skus):
        rows = [self.stock(sku).pk for sku in skus]
        terms = {"kind": "cycle", "mode": "moving", "threshold": Decimal(100)}
        services.open_count(by=None, warehouse=a_warehouse(), stock=rows, **terms)
        self.found = {}

    @precondition(lambda self: self.count is not None)
    @rule(sku=st.sampled_from(SKUS), found=st.integers(0, 12))
    def find(self, sku, found):
        if self.tried(services.count_line, self.count, self.product(sku), found, by=None):
            self.found[sku] = found, self.on_hand[sku]

    @precondition(lambda self: self.count is not None)
    @rule(approve=st.booleans())
    def close(self, approve):
        count = self.count
        skus = set(count.lines.values_list("stock__product__sku", flat=True))
        if self.tried(services.finish_count, count, by=None, rest_is_zero=True):
            self.found = {sku: (0, self.on_hand[sku]) for sku in skus} | self.found
        if not approve:
            assert self.tried(services.cancel_count, count, by=None, reason="test")
        elif self.tried(services.approve_count, count, by=None):
            self.on_hand.update({sku: found - then for sku, (found, then) in self.found.items()})

    @invariant()
    def books_balance(self):
        assert_books_balance()
        totals = {"MAIN": self.on_hand, "EAST": self.east}
        for stock in Stock.objects.select_related("product", "warehouse"):
            assert stock.on_hand == totals[stock.warehouse.code][stock.product.sku]
        on_the_way = Counter()
        skus = {self.product(sku).pk: sku for sku in SKUS}
        for (product, _target), pieces in queries.in_transit(skus).items():
            on_the_way[skus[product]] += pieces
        assert on_the_way == +self.way


def test_stock_is_right_whatever_is_moved_and_counted():
    before = Stockroom.done
    run_state_machine_as_test(
        Warehouses,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Stockroom.done - before > 20
