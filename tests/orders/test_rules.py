"""The pure rules: prices and totals, promised dates, priority, stages, checks."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import checks, pricing
from orders.checks import Checked, CheckedLine
from orders.priority import Ranked, Weights, priority
from orders.promise import Calendar, promise
from orders.stages import Units, stage_of

D = Decimal
prices = st.decimals(0, 100_000, places=4)
quantities = st.integers(1, 1_000_000)
rates = st.decimals(0, D("99.99"), places=2)
MONDAY = datetime.datetime(2025, 9, 1, 10, 0)
WEEK = Calendar(cut_off=datetime.time(15), handling_days=0, transit_days=2, working_days="12345")


# ---- prices


def test_a_line_rounds_net_and_tax_half_up():
    assert pricing.line_amounts(D("0.335"), 1, D("13"), "CNY") == pricing.Amounts(D("0.34"), D("0.04"))
    assert pricing.line_amounts(D("19.9"), 3, D("13"), "CNY") == pricing.Amounts(D("59.70"), D("7.76"))
    assert pricing.line_amounts(D("100.5"), 1, D("10"), "JPY") == pricing.Amounts(D("101"), D("10"))


@given(st.lists(st.tuples(prices, quantities, rates), max_size=20))
def test_the_order_is_exactly_the_sum_of_its_lines(lines):
    amounts = [pricing.line_amounts(price, quantity, rate, "CNY") for price, quantity, rate in lines]
    whole = pricing.order_amounts(amounts)
    assert whole.total == whole.net + whole.tax == sum((a.total for a in amounts), D(0))
    assert all(a.net == a.net.quantize(D("0.01")) and a.tax == a.tax.quantize(D("0.01")) for a in amounts)


@given(prices, st.decimals(0, D("99.99"), places=2))
def test_a_tier_never_raises_a_price_and_every_price_says_why(list_price, discount):
    price = pricing.unit_price(list_price, by_hand=None, tier="Gold", discount=discount)
    assert 0 <= price.unit <= list_price
    assert [r["code"] for r in price.reasons] == (["list_price", "tier_discount"] if discount else ["list_price"])


def test_a_price_by_hand_goes_before_the_tier():
    price = pricing.unit_price(D("10.0000"), by_hand=D("7"), tier="Gold", discount=D("5"))
    assert (price.unit, price.list_price) == (D("7"), D("10.0000"))
    assert [r["code"] for r in price.reasons] == ["price_by_hand"]


# ---- promised dates


@pytest.mark.parametrize(
    ("now", "calendar", "ship_by", "deliver_by", "codes"),
    [
        (MONDAY, WEEK, (9, 1), (9, 3), ["before_cut_off", "transit"]),
        (MONDAY.replace(hour=15), WEEK, (9, 2), (9, 4), ["after_cut_off", "transit"]),
        (datetime.datetime(2025, 9, 5, 16), WEEK, (9, 8), (9, 10), ["after_cut_off", "transit"]),
        (datetime.datetime(2025, 9, 6, 16), WEEK, (9, 8), (9, 10), ["before_cut_off", "transit"]),
        (
            datetime.datetime(2025, 9, 4, 9),
            Calendar(datetime.time(15), 2, 1, "12345"),
            (9, 8),
            (9, 9),
            ["before_cut_off", "handling", "transit"],
        ),
        (datetime.datetime(2025, 9, 7, 9), Calendar(datetime.time(15), 1, 0, "7"), (9, 14), (9, 14), None),
    ],
)
def test_dates_follow_cut_off_handling_working_days_and_transit(now, calendar, ship_by, deliver_by, codes):
    dates = promise(now, calendar, waiting=None, requested=None)
    assert (dates.ship_by, dates.deliver_by) == (datetime.date(2025, *ship_by), datetime.date(2025, *deliver_by))
    assert codes is None or [r["code"] for r in dates.reasons] == codes


def test_goods_that_are_still_to_come_decide_the_date():
    dates = promise(MONDAY, WEEK, waiting=("TEA-1", 12), requested=None)
    assert (dates.ship_by, dates.deliver_by) == (datetime.date(2025, 9, 15), datetime.date(2025, 9, 17))
    assert dates.reasons[0] == {"code": "waiting_for_stock", "sku": "TEA-1", "days": 12}


def test_a_wish_postpones_but_never_hastens():
    later, sooner = datetime.date(2025, 9, 20), datetime.date(2025, 9, 2)
    assert promise(MONDAY, WEEK, waiting=None, requested=later).deliver_by == later
    assert promise(MONDAY, WEEK, waiting=None, requested=sooner).deliver_by == datetime.date(2025, 9, 3)


@given(
    st.datetimes(datetime.datetime(2025, 1, 1), datetime.datetime(2026, 12, 31)), st.integers(0, 9), st.integers(0, 9)
)
def test_nothing_leaves_on_a_day_off_or_before_it_was_ordered(now, handling, transit):
    dates = promise(now, Calendar(datetime.time(15), handling, transit, "12345"), waiting=None, requested=None)
    assert dates.ship_by.isoweekday() <= 5
    assert now.date() <= dates.ship_by <= dates.deliver_by
    assert dates.deliver_by - dates.ship_by == datetime.timedelta(days=transit)


# ---- priority


@pytest.mark.parametrize(
    ("urgent", "importance", "in_days", "points"),
    [
        (False, 0, None, 10),
        (True, 0, None, 60),
        (False, 61, None, 40),
        (True, 100, 1, 130),
        (False, 0, 3, 10),
        (False, 0, 2, 30),
    ],
)
def test_points_are_the_sum_of_their_reasons(urgent, importance, in_days, points):
    today = datetime.date(2025, 9, 1)
    wanted = None if in_days is None else today + datetime.timedelta(days=in_days)
    given, reasons = priority(Ranked(urgent, "Gold", importance, wanted), Weights(), today)
    assert given == points == sum(r["points"] for r in reasons)


# ---- stages


def units(wanted=2, reserved=0, picked=0, packed=0, shipped=0, delivered=0, returned=0) -> Units:
    return Units(wanted, reserved, picked, packed, shipped, delivered, returned)


@pytest.mark.parametrize(
    ("status", "held", "counted", "stage"),
    [
        ("draft", False, units(), "draft"),
        ("placed", False, units(reserved=2), "to_review"),
        ("placed", True, units(reserved=2), "on_hold"),
        ("confirmed", True, units(reserved=2), "on_hold"),
        ("confirmed", False, units(reserved=2), "to_pick"),
        ("confirmed", False, units(reserved=1), "waiting_stock"),
        ("confirmed", False, units(reserved=2, picked=1), "picking"),
        ("confirmed", False, units(reserved=2, picked=2, packed=2), "to_ship"),
        ("confirmed", False, units(reserved=0, picked=1, packed=1, shipped=1), "partly_shipped"),
        ("confirmed", False, units(reserved=1, picked=1, packed=1, shipped=1), "to_pick"),
        ("confirmed", False, units(picked=2, packed=2, shipped=2), "shipped"),
        ("confirmed", True, units(picked=2, packed=2, shipped=2), "shipped"),
        ("confirmed", False, units(picked=2, packed=2, shipped=2, delivered=2), "delivered"),
        ("confirmed", False, units(picked=2, packed=2, shipped=2, delivered=2, returned=2), "returned"),
        ("closed", False, units(picked=2, packed=2, shipped=2, delivered=2), "closed"),
        ("cancelled", True, units(wanted=0), "cancelled"),
    ],
)
def test_the_stage_is_one_function_of_status_holds_and_counters(status, held, counted, stage):
    assert stage_of(status, held, counted) == stage


# ---- checks


def checked(short=0, unit_price="10", blocked=False, **address) -> Checked:
    place = {"ship_name": "Mei", "line1": "1 Road", "city": "Shanghai", **address}
    return Checked([CheckedLine("TEA", 5, short, D(unit_price), D("8"))], place, blocked, "Main")


def outcomes(order: Checked) -> dict[str, str]:
    return {finding.name: finding.outcome for finding in checks.run(order)}


def test_a_clean_order_passes_every_check():
    assert outcomes(checked()) == dict.fromkeys(("stock", "price", "address", "specification", "customer"), "pass")


@pytest.mark.parametrize(
    ("order", "name", "reason"),
    [
        (checked(short=2), "stock", {"code": "stock_short", "sku": "TEA", "short": 2, "ordered": 5}),
        (
            checked(unit_price="7.99"),
            "price",
            {"code": "price_below_floor", "sku": "TEA", "price": "7.99", "floor": "8"},
        ),
        (checked(line1="", city=""), "address", {"code": "address_missing", "fields": ["line1", "city"]}),
        (checked(blocked=True), "customer", {"code": "customer_blocked"}),
    ],
)
def test_each_problem_holds_and_says_why(order, name, reason):
    found = {finding.name: finding for finding in checks.run(order)}
    assert [n for n, finding in found.items() if finding.outcome == "hold"] == [name]
    assert found[name].reasons == [reason]


def test_a_price_at_its_floor_passes():
    assert outcomes(checked(unit_price="8"))["price"] == "pass"
