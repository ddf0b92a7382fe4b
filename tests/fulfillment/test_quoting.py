"""The choice of a service: edges of bands, zones and days, and the reasons that are kept."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fulfillment.quoting import Band, Offer, Parcel, Zone, band_for, hand_over, quote, zone_for

MONDAY = datetime.datetime(2026, 3, 2, 10, 0)
BANDS = (Band(1000, Decimal("8.00")), Band(5000, Decimal("12.00")))


def offer(key=1, name="A", price="8", days=2, cut_off=17, **fields) -> Offer:
    bands = (Band(5000, Decimal(price)),)
    zones = fields.pop("zones", (Zone("CN", ("",), bands),))
    return Offer(key, name, days, datetime.time(cut_off), zones)


def day(number: int) -> datetime.date:
    return datetime.date(2026, 3, number)


@pytest.mark.parametrize(
    ("grams", "price"), [(0, "8.00"), (999, "8.00"), (1000, "8.00"), (1001, "12.00"), (5000, "12.00"), (5001, None)]
)
def test_a_band_includes_its_own_weight(grams, price):
    found = band_for(BANDS, grams)
    assert (found and str(found.price)) == price


@given(st.lists(st.integers(1, 40), unique=True), st.integers(0, 45))
def test_the_lightest_band_that_carries_it_is_taken(limits, grams):
    found = band_for([Band(limit, Decimal(limit)) for limit in limits], grams)
    fits = [limit for limit in limits if limit >= grams]
    assert (found.up_to_g if found else None) == min(fits, default=None)


@pytest.mark.parametrize(
    ("country", "postcode", "name"),
    [
        ("CN", "200041", "shanghai"),
        ("cn", "20 1100", "shanghai"),
        ("CN", "310000", "rest"),
        ("CN", "", "rest"),
        ("GB", "ec1a 1bb", "london"),
        ("GB", "M1 1AE", None),
        ("HK", "", None),
    ],
)
def test_the_zone_with_the_longest_beginning_counts(country, postcode, name):
    zones = {
        "rest": Zone("CN", ("",), ()),
        "east": Zone("CN", ("2",), ()),
        "shanghai": Zone("CN", ("20", "21"), ()),
        "london": Zone("GB", ("EC", "WC"), ()),
    }
    found = zone_for(list(zones.values()), country, postcode)
    assert found is (zones[name] if name else None)


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        (datetime.datetime(2026, 3, 2, 16, 59), 2),
        (datetime.datetime(2026, 3, 2, 17, 0), 3),
        (datetime.datetime(2026, 3, 6, 18, 0), 9),  # Friday evening: Monday
        (datetime.datetime(2026, 3, 7, 9, 0), 9),
    ],
)
def test_the_cut_off_and_free_days_decide_when_it_is_handed_over(now, taken):
    assert hand_over(now, datetime.time(17), "12345") == day(taken)


def test_the_cheapest_that_is_in_time_wins_and_the_cheaper_late_one_is_named():
    slow, fast, dear = offer(1, "Slow", "5", 6), offer(2, "Fast", "9", 2), offer(3, "Dear", "20", 1)
    found = quote([dear, slow, fast], Parcel("CN", "200041", 300, day(4)), MONDAY)
    assert found.chosen.name == "Fast"
    assert [(o.name, str(o.price), o.arrives.day, o.in_time) for o in found.options] == [
        ("Fast", "9", 4, True),
        ("Dear", "20", 3, True),
        ("Slow", "5", 8, False),
    ]
    facts = {"promised": "2026-03-04"}
    assert found.reasons == [
        {"code": "cheapest_in_time", "count": 2, "service": "Fast", "price": "9", "arrives": "2026-03-04"} | facts,
        {"code": "cheaper_but_late", "service": "Slow", "price": "5", "arrives": "2026-03-08"} | facts,
    ]


def test_with_none_in_time_the_fastest_goes():
    found = quote([offer(1, "Slow", "5", 6), offer(2, "Fast", "9", 2)], Parcel("CN", "2", 1, day(2)), MONDAY)
    assert (found.chosen.name, [r["code"] for r in found.reasons]) == ("Fast", ["fastest_but_late"])
    assert found.options[0] == found.chosen


def test_without_a_promise_the_cheapest_goes_and_ties_go_to_the_faster():
    found = quote([offer(1, "B", "5", 3), offer(2, "A", "5", 2), offer(3, "C", "6", 1)], Parcel("CN", "2", 1), MONDAY)
    assert (found.chosen.name, found.reasons[0]["code"], found.reasons[0]["count"]) == ("A", "cheapest", 3)


def test_who_cannot_says_why():
    abroad = offer(1, "Abroad", zones=(Zone("HK", ("",), BANDS),))
    light = offer(2, "Light", zones=(Zone("CN", ("",), BANDS[:1]),))
    found = quote([light, abroad], Parcel("CN", "200041", 1001, day(9)), MONDAY)
    assert (found.chosen, found.reasons) == (None, [{"code": "nothing_possible"}])
    assert [(o.name, o.out) for o in found.options] == [
        ("Abroad", {"code": "no_zone", "place": "CN 200041"}),
        ("Light", {"code": "too_heavy", "grams": 1001, "limit": 1000}),
    ]


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 9)), min_size=1, max_size=6),
    st.integers(0, 12),
)
def test_no_other_option_would_have_been_better(services, promised):
    offers = [offer(n, f"S{n}", str(price), days) for n, (price, days) in enumerate(services)]
    found = quote(offers, Parcel("CN", "", 1, day(2) + datetime.timedelta(days=promised)), MONDAY)
    in_time = [o for o in found.options if o.in_time]
    if in_time:
        assert found.chosen.in_time and found.chosen.price == min(o.price for o in in_time)
    else:
        assert found.chosen.arrives == min(o.arrives for o in found.options)
