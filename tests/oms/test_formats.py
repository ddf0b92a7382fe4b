from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from oms import formats


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "Sep 30, 2024"), ("zh-hans", "2024年9月30日"), ("zh-hant", "2024年9月30日")],
)
def test_a_day_in_each_language(language, shown):
    with translation.override(language):
        assert formats.day(date(2024, 9, 30)) == shown


def test_a_moment_is_shown_in_the_business_zone():
    with timezone.override("Asia/Shanghai"):
        assert formats.moment(datetime(2024, 9, 30, 18, 5, tzinfo=UTC)) == "Oct 1, 2024, 02:05"


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [(Decimal("1234.5"), "CNY", "1,234.50"), (Decimal("1234"), "JPY", "1,234"), (None, "CNY", "—")],
)
def test_an_amount_has_the_currencys_decimals(value, currency, shown):
    assert formats.amount(value, currency) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(Decimal("12.500"), "12.5"), (1200, "1,200"), (Decimal("0.000"), "0"), (None, "—")]
)
def test_a_quantity_has_no_needless_zeros(value, shown):
    assert formats.quantity(value) == shown
