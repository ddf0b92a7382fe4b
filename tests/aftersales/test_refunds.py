from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from aftersales.refunds import worth


def test_the_pieces_of_a_line_share_its_total_and_the_last_gets_the_remainder():
    parts = [worth(Decimal("10.00"), 3, before=n, count=1, currency="CNY") for n in range(3)]
    assert parts == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]


@given(st.decimals("0", "99999", places=2), st.lists(st.integers(1, 40), min_size=1, max_size=9))
def test_portions_sum_to_the_total_in_whatever_sizes_they_come_back(total, portions):
    before, parts = 0, []
    for portion in portions:
        parts.append(worth(total, sum(portions), before=before, count=portion, currency="CNY"))
        before += portion
    assert sum(parts) == total
    assert min(parts) >= 0
