"""Stored reasons as sentences: every code has words, every fact is formatted, in three languages."""

import pytest
from django.utils import translation

from oms.models import Event
from oms.timeline import details
from orders.reasons import SENTENCES, hold_label, sentence

pytestmark = pytest.mark.django_db
FACTS = {
    "list": "Spring",
    "promotion": "Tea week",
    "better": "Half price",
    "given": "HELLO",
    "amount": "5.00",
    "missing": "7.50",
    "minimum": 10,
    "orders": 6,
    "order": "SO100001",
    "hours": 24,
    "what": "size, engraving",
    "kit": "Tea set",
    "rule": "Large orders",
    "sku": "TEA",
    "short": 1200,
    "ordered": 5000,
    "price": "5.0000",
    "floor": "10",
    "fields": ["ship_name", "city"],
    "tier": "Gold",
    "percent": "7.5",
    "points": 20,
    "days": 2,
    "warehouse": "Main",
    "full": 1,
    "lines": 2,
    "time": "15:00",
    "date": "2025-09-30",
}
STOCK_SHORT = {"code": "stock_short", "sku": "TEA", "short": 1200, "ordered": 5000}


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_is_a_whole_sentence_in_every_language(code, language):
    with translation.override(language):
        words = sentence({"code": code, **FACTS})
    assert words
    assert "%(" not in words
    assert words != code


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            {"code": "stock_short", "sku": "TEA", "short": 1200, "ordered": 5000},
            "TEA: 1,200 of 5,000 are not in stock.",
        ),
        (
            {"code": "price_below_floor", **FACTS},
            "TEA: CN¥5.00 is below the floor of CN¥10.00.",
        ),
        ({"code": "spec_missing", "sku": "RING", "what": "size, engraving"}, "RING: not stated: size, engraving."),
        ({"code": "in_kit", "kit": "Tea set", "price": "40"}, "Part of the kit Tea set."),
        ({"code": "address_missing", "fields": ["line1", "city"]}, "The address is incomplete: address and city."),
        ({"code": "tier_discount", "tier": "Gold", "percent": "7.5"}, "Gold: 7.5 % off."),
        ({"code": "as_requested", "date": "2025-09-30"}, "Delivery was asked for on Sep 30, 2025."),
        ({"code": "of_a_later_version"}, "of_a_later_version"),
    ],
)
def test_facts_read_as_people_write_them(reason, words):
    assert sentence(reason) == words


def test_the_timeline_speaks_in_sentences_too():
    event = Event(
        kind="order.held",
        data={"hold": "stock", "reasons": [{"code": "stock_short", **FACTS}, {"code": "held_by_hand"}]},
    )
    assert [(d.label, d.value) for d in details(event)] == [
        ("Hold", "Stock"),
        ("Why", "TEA: 1,200 of 5,000 are not in stock. Put on hold by hand."),
    ]


def test_an_unknown_hold_is_shown_as_it_is():
    assert hold_label("weather") == "weather"
