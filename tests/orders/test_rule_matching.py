"""Rules as they are judged, without a database: operators, any and every line, refusals, points."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.errors import DomainError
from orders.rules import (
    FIELDS,
    MAX_ACTIONS,
    MAX_CONDITIONS,
    OPERATORS,
    OPERATORS_OF,
    clean,
    clean_action,
    clean_condition,
    judge,
    kept_points,
    matches,
    subjects,
    with_points,
)

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12).filter(str.strip)
NUMBERS = st.decimals(-1000000, 1000000, places=2)


def facts(**given) -> dict:
    """An order in which nothing is stated but what is given (`order_total=` is order.total)."""
    empty = {"text": "", "choice": "", "number": None, "yes": False, "words": []}
    found = {name: [] if field.of_lines else empty[field.kind] for name, field in FIELDS.items()}
    return found | {name.replace("_", ".", 1): value for name, value in given.items()}


def holds(subject: str, operator: str, *values, **given) -> bool:
    return judge(clean_condition(subject, operator, values), facts(**given))["holds"]


# ---- operators


@given(NUMBERS, NUMBERS)
def test_a_number_is_more_less_or_the_same(value, limit):
    outcomes = [holds("order.total", name, limit, order_total=value) for name in ("more", "less", "is")]
    assert outcomes == [value > limit, value < limit, value == limit]
    assert sum(outcomes) == 1


@given(NUMBERS, NUMBERS, NUMBERS)
def test_between_includes_both_ends_and_does_not_care_which_comes_first(value, one, other):
    expected = min(one, other) <= value <= max(one, other)
    assert holds("order.total", "between", one, other, order_total=value) is expected
    assert holds("order.total", "between", other, one, order_total=value) is expected


@given(st.one_of(st.just(""), TEXTS), st.lists(TEXTS, min_size=1, max_size=4))
def test_what_is_not_is_the_opposite_of_what_is(value, wanted):
    for operator, opposite, words in (("is", "is_not", wanted[:1]), ("one_of", "none_of", wanted)):
        assert holds("order.city", operator, *words, order_city=value) is not holds(
            "order.city", opposite, *words, order_city=value
        )


@given(st.lists(TEXTS, max_size=4), st.lists(TEXTS, min_size=1, max_size=4))
def test_tags_include_or_lack(tags, wanted):
    included = holds("order.tags", "includes", *wanted, order_tags=tags)
    assert included is not holds("order.tags", "lacks", *wanted, order_tags=tags)
    if tags:
        assert holds("order.tags", "includes", tags[0], order_tags=tags)


@given(TEXTS, TEXTS)
def test_a_text_starts_with_and_contains_its_beginning(start, end):
    whole = start + end
    assert holds("order.city", "starts_with", start, order_city=" ".join(whole.split()))
    assert holds("order.city", "contains", start, order_city=" ".join(whole.split()))


@given(TEXTS)
def test_letters_of_both_sizes_and_blanks_are_the_same(text):
    if text.upper().casefold() == text.casefold():
        assert holds("order.city", "is", f"  {text.upper()} ", order_city=text)


def test_a_number_that_is_not_stated_is_neither_more_nor_less_but_is_not_anything():
    answers = {
        name: holds("order.requested_days", name, *values)
        for name, values in {
            "more": ["-5"],
            "less": ["5"],
            "between": ["-5", "5"],
            "is": ["0"],
            "is_not": ["0"],
            "filled": [],
            "empty": [],
        }.items()
    }
    assert answers == {
        "more": False,
        "less": False,
        "between": False,
        "is": False,
        "is_not": True,
        "filled": False,
        "empty": True,
    }


@pytest.mark.parametrize(
    ("subject", "quantities", "expected"),
    [
        ("line.quantity", [1, 20], True),
        ("every_line.quantity", [1, 20], False),
        ("every_line.quantity", [11, 20], True),
        ("line.quantity", [1, 2], False),
        ("line.quantity", [], False),
        ("every_line.quantity", [], False),
    ],
)
def test_any_line_and_every_line(subject, quantities, expected):
    assert holds(subject, "more", "10", line_quantity=quantities) is expected


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.integers(0, 9))
def test_every_line_is_no_line_that_does_not(quantities, limit):
    every = holds("every_line.quantity", "more", limit, line_quantity=quantities)
    assert every is all(quantity > limit for quantity in quantities)
    if every:
        assert holds("line.quantity", "more", limit, line_quantity=quantities)


# ---- matching


def test_all_conditions_or_one_of_them_and_none_fit_every_order():
    rich = clean_condition("order.total", "more", ["2000"])
    first = clean_condition("customer.earlier_orders", "is", ["0"])
    order = facts(order_total=D("2500.50"), customer_earlier_orders=3)
    assert [matches([rich, first], order).matched, matches([rich, first], order, together=False).matched] == [
        False,
        True,
    ]
    assert matches([], order).matched and matches([], order, together=False).matched


def test_each_condition_tells_what_was_seen():
    asked = [
        clean_condition("order.total", "more", ["2000"]),
        clean_condition("line.sku", "starts_with", ["TEA"]),
        clean_condition("every_line.quantity", "less", ["5"]),
        clean_condition("order.holds", "empty", []),
    ]
    order = facts(order_total=D("2500.50"), line_sku=["TEA-1", "POT", "TEA-2"], line_quantity=[1, 9, 2], order_holds=[])
    seen = [(reason["holds"], reason["seen"]) for reason in matches(asked, order).reasons]
    assert seen == [(True, "2500.5"), (True, ["TEA-1", "TEA-2"]), (False, ["9"]), (True, [])]


def test_every_field_has_operators_and_each_can_be_judged():
    one = {"text": "x", "choice": "x", "words": "x", "number": "1"}
    for subject in subjects():
        field = FIELDS[subject.removeprefix("every_")]
        for operator in OPERATORS_OF[field.kind]:
            values = [one[field.kind]] * OPERATORS[operator].takes[0] if OPERATORS[operator].takes[1] else []
            assert judge(clean_condition(subject, operator, values), facts())["holds"] in (True, False)


# ---- refusals


@pytest.mark.parametrize(
    ("subject", "operator", "values", "sentence"),
    [
        ("order.colour", "is", ["x"], "There is no field order.colour."),
        ("every_order.total", "is", ["1"], "There is no field every_order.total."),
        ("order.total", "contains", ["1"], "Total: choose how it is compared."),
        ("order.total", "more", ["much"], "Total: “much” is not a number."),
        ("order.total", "more", ["NaN"], "Total: “NaN” is not a number."),
        ("order.total", "more", ["1e40"], "Total: “1e40” is not a number."),
        ("order.total", "more", [], "Total: enter one value."),
        ("order.total", "between", ["1"], "Total: enter two numbers with a comma between them."),
        ("order.city", "is", ["  "], "City: enter one value."),
        ("order.city", "one_of", [], "City: give at least one value."),
        ("order.city", "one_of", ["x"] * 51, "City: give 50 values at most."),
        ("order.city", "is", ["x" * 301], "City: a value is too long."),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(subject, operator, values, sentence):
    with pytest.raises(DomainError, match=f"^{sentence.replace('.', '[.]')}$"):
        clean_condition(subject, operator, values)


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ({"kind": "explode"}, "There is no action explode."),
        ({"kind": "priority", "points": "many"}, "Change the priority: enter a whole number from -100 to 100."),
        ({"kind": "priority", "points": 101}, "Change the priority: enter a whole number from -100 to 100."),
        ({"kind": "tag", "tag": "  "}, "Tag: something is not filled in."),
        ({"kind": "tag", "tag": "x" * 41}, "Tag: the text is too long."),
        ({"kind": "assign", "who": "mei", "days": 61}, "Assign to somebody: enter a whole number from 0 to 60."),
    ],
)
def test_an_action_that_makes_no_sense_is_refused(action, sentence):
    with pytest.raises(DomainError) as refused:
        clean_action(action)
    assert str(refused.value) == sentence


def test_an_action_keeps_its_own_facts_and_no_others():
    assert clean_action({"kind": "priority", "points": "-5", "who": "x"}) == {"kind": "priority", "points": -5}
    assert clean_action({"kind": "hold"}) == {"kind": "hold", "note": ""}


def test_a_rule_does_something_and_not_everything():
    confirm, any_city = {"kind": "confirm"}, {"field": "order.city", "operator": "filled", "values": []}
    for conditions, actions in (
        ([], []),
        ([], [confirm] * (MAX_ACTIONS + 1)),
        ([any_city] * (MAX_CONDITIONS + 1), [confirm]),
    ):
        with pytest.raises(DomainError):
            clean(conditions, actions)
    assert clean([any_city], [confirm]) == ([any_city], [confirm])


# ---- points


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(-100, 100)), max_size=8))
def test_each_rule_gives_its_points_once_the_last_ones(given_points):
    reasons = [{"code": "base", "points": 10}]
    for rule, points in given_points:
        reasons = with_points(reasons, rule, f"R{rule}", points)
    expected = dict(given_points)
    assert {r["rule_id"]: r["points"] for r in kept_points(reasons)} == {k: v for k, v in expected.items() if v}
    assert reasons[0] == {"code": "base", "points": 10}
