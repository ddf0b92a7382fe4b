import datetime
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.periods import Period, bucket_of, preset

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@pytest.mark.django_db
def test_a_period_is_half_open_in_the_business_zone():
    period = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert period.start.isoformat() == "2026-03-01T00:00:00+08:00"
    assert period.end.isoformat() == "2026-04-01T00:00:00+08:00"
    assert period.days == 31
    assert period.query("placed") == "placed_from=2026-03-01&placed_to=2026-03-31"


def test_the_period_before_has_as_many_days_and_touches_it():
    assert Period(date(2026, 3, 1), date(2026, 3, 10)).previous() == Period(date(2026, 2, 19), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("day", [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2)]),
        ("week", [date(2026, 1, 26), date(2026, 2, 2)]),
        ("month", [date(2026, 1, 1), date(2026, 2, 1)]),
    ],
)
def test_buckets_cover_the_period(group, expected):
    assert Period(date(2026, 1, 30), date(2026, 2, 2)).buckets(group) == expected


@given(DAYS, st.integers(0, 500), st.sampled_from(["day", "week", "month"]))
def test_every_day_lies_in_one_bucket(first, length, group):
    period = Period(first, first + datetime.timedelta(days=length))
    days = [first + datetime.timedelta(days=n) for n in range(length + 1)]
    assert sorted({bucket_of(day, group) for day in days}) == period.buckets(group)


@pytest.mark.django_db
def test_ready_made_periods(monkeypatch):
    monkeypatch.setattr("reports.periods.today", lambda: date(2026, 3, 15))
    assert preset("7") == Period(date(2026, 3, 9), date(2026, 3, 15))
    assert preset("month") == Period(date(2026, 3, 1), date(2026, 3, 15))
    assert preset("last-month") == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert preset("'; DROP") == preset("30")
