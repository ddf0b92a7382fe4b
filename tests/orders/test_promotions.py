"""Promotions: which apply, what they take off, why the others do not; totals that add up for any input."""

import datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.promotions import Article, Offer, evaluate

NOW = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)
TEA = Article(1, frozenset({10, 1}), 4, D("40.00"))
CUP = Article(2, frozenset({20}), 1, D("15.00"))


def decide(offers, articles=(TEA, CUP), **facts):
    return evaluate(list(articles), offers, **{"now": NOW, "currency": "CNY"} | facts)


def told(outcomes):
    return [(x.offer.name if x.offer else x.code, x.applied, x.reason["code"], x.amount) for x in outcomes]


def test_percent_is_shared_out_over_the_lines():
    (found,) = decide([Offer(1, "Ten", "percent", D(10))])
    assert found.shares == {0: D("4.00"), 1: D("1.50")}
    assert found.reason == {"code": "promotion_applied", "promotion": "Ten", "amount": "5.50"}


def test_an_amount_never_takes_off_more_than_the_goods_cost():
    assert told(decide([Offer(1, "Gift", "amount", D(100))])) == [("Gift", True, "promotion_applied", D("55.00"))]


def test_every_third_piece_is_free():
    (found,) = decide([Offer(1, "2+1", "goods", buy=2, free=1)])
    assert found.shares == {0: D("10.00")}


def test_only_the_goods_meant_are_counted():
    (by_category,) = decide([Offer(1, "Teas", "percent", D(50), categories=frozenset({1}))])
    (by_product,) = decide([Offer(1, "Cups", "percent", D(50), products=frozenset({2}))])
    (none,) = decide([Offer(1, "Pots", "percent", D(50), products=frozenset({3}))])
    assert (by_category.shares, by_product.shares) == ({0: D("20.00")}, {1: D("7.50")})
    assert (none.applied, none.reason["code"]) == (False, "promotion_no_goods")


def test_a_code_counts_only_when_it_is_given_in_any_case():
    spring = Offer(1, "Spring", "percent", D(10), code="SPRING")
    assert decide([spring]) == []
    assert told(decide([spring], code=" spring ")) == [("Spring", True, "promotion_applied", D("5.50"))]
    assert told(decide([spring], code="SUMMER")) == [("SUMMER", False, "promotion_unknown", D(0))]


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"starts": NOW + datetime.timedelta(days=1)}, "promotion_not_begun"),
        ({"ends": NOW}, "promotion_over"),
        ({"tiers": frozenset({7})}, "promotion_other_tier"),
        ({"left": 0}, "promotion_used_up"),
        ({"left_for_customer": 0}, "promotion_used_by_customer"),
        ({"minimum": D("55.01")}, "promotion_minimum"),
        ({"active": False}, "promotion_off"),
    ],
)
def test_why_not(limits, why):
    (found,) = decide([Offer(1, "Ten", "percent", D(10), **limits)], tier=3)
    assert (found.applied, found.reason["code"], found.amount) == (False, why, D(0))


def test_offers_combine_each_on_what_the_earlier_left():
    found = decide([Offer(1, "Half", "percent", D(50)), Offer(2, "Ten off", "amount", D(10))])
    assert told(found) == [
        ("Half", True, "promotion_applied", D("27.50")),
        ("Ten off", True, "promotion_applied", D("10.00")),
    ]


def test_one_that_stands_alone_wins_only_when_it_saves_more():
    small = [Offer(1, "Ten", "percent", D(10)), Offer(2, "Alone", "amount", D(5), alone=True)]
    large = [Offer(1, "Ten", "percent", D(10)), Offer(2, "Alone", "amount", D(6), alone=True)]
    assert told(decide(small)) == [
        ("Ten", True, "promotion_applied", D("5.50")),
        ("Alone", False, "promotion_not_combined", D(0)),
    ]
    assert [(x.offer.name, x.applied) for x in decide(large)] == [("Alone", True), ("Ten", False)]


def test_the_fee_for_shipping_is_taken_off_once():
    offers = [Offer(1, "Free", "shipping"), Offer(2, "Free too", "shipping")]
    found = decide(offers, shipping=D(8))
    assert [(x.applied, x.reason["code"]) for x in found] == [
        (True, "promotion_free_shipping"),
        (False, "promotion_no_fee"),
    ]


def test_a_price_by_hand_takes_no_part():
    fixed = Article(1, frozenset(), 4, D("40.00"), fixed=True)
    (found,) = decide([Offer(1, "Ten", "percent", D(10))], articles=[fixed, CUP])
    assert found.shares == {1: D("1.50")}


money = st.integers(0, 10**7).map(lambda cents: D(cents) / 100)
articles = st.lists(
    st.builds(
        Article, st.integers(1, 4), st.frozensets(st.integers(1, 3)), st.integers(1, 500), money, fixed=st.booleans()
    ),
    min_size=1,
    max_size=6,
)
offers = st.lists(
    st.one_of(
        st.builds(Offer, st.integers(1, 99), st.just("p"), st.just("percent"), st.integers(1, 100).map(D)),
        st.builds(Offer, st.integers(1, 99), st.just("a"), st.just("amount"), money.filter(bool), alone=st.booleans()),
        st.builds(
            Offer, st.integers(1, 99), st.just("g"), st.just("goods"), buy=st.integers(1, 3), free=st.integers(1, 3)
        ),
        st.builds(Offer, st.integers(1, 99), st.just("s"), st.just("shipping")),
    ),
    max_size=6,
)


@given(articles, offers, st.sampled_from(["CNY", "JPY"]))
def test_no_line_ever_costs_less_than_nothing_and_every_share_is_whole(articles, offers, currency):
    unit = D("0.01") if currency == "CNY" else D(1)
    articles = [Article(a.product, a.categories, a.quantity, a.amount // 1, a.fixed) for a in articles]
    found = evaluate(articles, offers, now=NOW, currency=currency, shipping=D(5))
    assert len(found) == len(offers)
    for index, article in enumerate(articles):
        off = sum((x.shares.get(index, D(0)) for x in found), D(0))
        assert 0 <= off <= (0 if article.fixed else article.amount)
        assert off % unit == 0
