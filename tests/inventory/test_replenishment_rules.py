"""When to order and how much: the rules by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory import replenishment as rules
from inventory.replenishment import Forecast, Lead, Shelf


def test_demand_of_regular_sales_is_smoothed_towards_the_latest():
    steady = rules.forecast(dict.fromkeys(range(1, 91), 4), 90)
    assert (round(steady.per_day, 9), round(steady.deviation, 6), steady.smoothed) == (4, 0, True)
    rising = rules.forecast(dict.fromkeys(range(1, 31), 9) | dict.fromkeys(range(31, 91), 3), 90)
    assert (round(rising.per_day, 2), round(rising.deviation, 2)) == (8.75, 2.84)


def test_demand_of_rare_sales_is_the_average():
    rare = rules.forecast({1: 30, 60: 15}, 90)
    assert (rare.per_day, round(rare.deviation, 3), rare.smoothed) == (0.5, 3.52, False)
    assert rules.forecast({}, 90) == Forecast(0, 0)


@pytest.mark.parametrize(("level", "z"), [(50, 0), (90, 1.282), (95, 1.645), (97.5, 1.96), (99, 2.326)])
def test_the_safety_factor_is_the_normal_quantile(level, z):
    assert round(rules.safety_factor(level), 3) == z


def test_the_reorder_point_by_hand():
    # d 10, σd 3, L 16, σL 2, 95 %: 1.645·√(16·9 + 100·4) = 38.36
    demand, lead = Forecast(10, 3), Lead(16, 2)
    assert rules.safety_stock(demand, lead, 95) == 39
    assert rules.reorder_point(demand, lead, 95) == 199
    assert rules.reorder_point(Forecast(0, 0), lead, 95) == 0
    assert rules.reorder_point(Forecast(0.1, 0), Lead(120, 0), 99) == 12


def test_the_economic_quantity_by_hand():
    # D 3650, K 50, h 0.25·8: √(2·3650·50/2) = 427.2
    assert rules.economic_quantity(10, order_cost=50, unit_cost=8) == 427
    assert rules.economic_quantity(10, order_cost=0, unit_cost=8) == 0


@pytest.mark.parametrize(
    ("pieces", "minimum", "pack", "ordered"),
    [(0, 10, 6, 0), (1, 10, 6, 12), (12, 10, 6, 12), (13, 10, 6, 18), (7, 1, 1, 7)],
)
def test_orders_come_in_packs_and_not_under_the_minimum(pieces, minimum, pack, ordered):
    assert rules.in_packs(pieces, minimum=minimum, pack_size=pack) == ordered


def test_a_suggestion_fills_up_to_the_line_and_the_coming_weeks():
    assert rules.suggested_quantity(21, 20, 2.0) == 0
    assert rules.suggested_quantity(20, 20, 2.0) == 28
    assert rules.suggested_quantity(5, 20, 2.0, minimum=50, pack_size=12) == 60
    assert rules.suggested_quantity(5, 20, 2.0, economic=100) == 115
    assert rules.suggested_quantity(3, 3, 0.0) == 1


def test_cover_is_counted_in_whole_days():
    assert [rules.days_of_cover(10, d) for d in (0, 3, 0.1)] == [None, 3, 100]


def test_a_surplus_goes_where_it_is_missing():
    shelves = [Shelf(1, 100, 0, 20, 1.0), Shelf(2, 4, 0, 20, 1.0), Shelf(3, 0, 0, 10, 0.0), Shelf(4, 30, 0, 10, 1.0)]
    assert [s.surplus for s in shelves] == [66, 0, 0, 6]
    assert [s.shortage for s in shelves] == [0, 30, 10, 0]
    assert rules.transfers(shelves) == [(1, 2, 30), (1, 3, 10)]


quantities = st.integers(0, 500)
shelf = st.builds(
    Shelf, warehouse_id=st.integers(), available=quantities, incoming=quantities, line=quantities, per_day=st.just(1.0)
)


@given(st.lists(shelf, max_size=6, unique_by=lambda s: s.warehouse_id))
def test_transfers_never_take_more_than_is_spare_or_bring_more_than_is_missing(shelves):
    by_key = {s.warehouse_id: s for s in shelves}
    moved = rules.transfers(shelves)
    for key, one in by_key.items():
        assert sum(n for source, _to, n in moved if source == key) <= one.surplus
        assert sum(n for _from, target, n in moved if target == key) <= one.shortage


@given(
    st.dictionaries(st.integers(1, 90), st.integers(1, 50)),
    st.floats(1, 60),
    st.floats(0, 10),
    st.sampled_from([80.0, 95.0, 99.0]),
)
def test_a_higher_service_level_never_lowers_the_reorder_point(sold, days, spread, level):
    demand, lead = rules.forecast(sold, 90), Lead(days, spread)
    assert rules.reorder_point(demand, lead, level) <= rules.reorder_point(demand, lead, 99.9)
    assert rules.reorder_point(demand, lead, level) >= demand.per_day * days - 1e-6
