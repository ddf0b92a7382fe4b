from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.money import format_money, rounded, split

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
weights = st.lists(st.decimals(min_value=0, max_value=10**6, places=3), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [("0.005", "CNY", "0.01"), ("-0.005", "CNY", "-0.01"), ("2.675", "GBP", "2.68"), ("0.5", "JPY", "1")],
)
def test_rounding_is_half_up_to_the_currencys_smallest_unit(amount, currency, expected):
    assert rounded(Decimal(amount), currency) == Decimal(expected)


@given(total=amounts, weights=weights)
def test_the_parts_of_a_split_always_sum_to_the_total(total, weights):
    parts = split(total, weights, "CNY")
    assert sum(parts) == total
    assert len(parts) == len(weights)


def test_the_largest_remainder_gets_the_odd_cent():
    assert split(Decimal("1.00"), [Decimal(1), Decimal(1), Decimal(1)], "CNY") == [
        Decimal("0.34"),
        Decimal("0.33"),
        Decimal("0.33"),
    ]
    assert split(Decimal("0.05"), [Decimal(1), Decimal(3)], "CNY") == [Decimal("0.01"), Decimal("0.04")]


def test_a_split_without_weight_goes_to_the_first():
    assert split(Decimal("0.02"), [Decimal(0), Decimal(0)], "CNY") == [Decimal("0.02"), Decimal("0.00")]
    assert split(Decimal("0.02"), [], "CNY") == []


def test_money_is_written_as_the_language_does():
    assert format_money(Decimal("1234.5"), "CNY", "zh-hans") == "¥1,234.50"
    assert format_money(Decimal("1234.5"), "CNY", "en") == "CN¥1,234.50"
