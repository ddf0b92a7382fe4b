"""Rules of orders: a typed vocabulary of fields, conditions on them and the actions that follow; pure.

A condition is stored as `{"field", "operator", "values"}`, an action as `{"kind", …its own facts}`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.errors import DomainError

Facts = Mapping[str, Any]  # field → value; a field of the lines → one value for each line

MAX_CONDITIONS = 20
MAX_ACTIONS = 10
MAX_VALUES = 50
MAX_TEXT = 300
MAX_POINTS = 100
MAX_DAYS = 60
SEEN_LINES = 5


@dataclass(frozen=True)
class Field:
    """Something that a condition asks about: text, choice (text of a known few), number, yes, or words (a set)."""

    name: str
    kind: str
    label: Any

    @property
    def of_lines(self) -> bool:
        return self.name.startswith("line.")


FIELDS = {
    field.name: field
    for field in (
        Field("order.total", "number", gettext_lazy("Total")),
        Field("order.currency", "text", gettext_lazy("Currency")),
        Field("order.channel", "choice", gettext_lazy("Channel")),
        Field("order.stage", "choice", gettext_lazy("Stage")),
        Field("order.holds", "words", gettext_lazy("Open holds")),
        Field("order.warehouse", "choice", gettext_lazy("Warehouse")),
        Field("order.country", "text", gettext_lazy("Country")),
        Field("order.region", "text", gettext_lazy("Province or region")),
        Field("order.city", "text", gettext_lazy("City")),
        Field("order.postcode", "text", gettext_lazy("Postcode")),
        Field("order.urgent", "yes", gettext_lazy("Urgent")),
        Field("order.requested_days", "number", gettext_lazy("Days until the requested date")),
        Field("order.lines", "number", gettext_lazy("Number of lines")),
        Field("order.pieces", "number", gettext_lazy("Number of pieces")),
        Field("order.unpaid", "number", gettext_lazy("Still to pay")),
        Field("order.tags", "words", gettext_lazy("Tags")),
        Field("order.reference", "text", gettext_lazy("Reference")),
        Field("order.note", "text", gettext_lazy("Note")),
        Field("line.sku", "text", gettext_lazy("SKU")),
        Field("line.name", "text", gettext_lazy("Product name")),
        Field("line.category", "text", gettext_lazy("Category")),
        Field("line.quantity", "number", gettext_lazy("Quantity")),
        Field("line.price", "number", gettext_lazy("Unit price")),
        Field("line.discount", "number", gettext_lazy("Below list price, %")),
        Field("line.made", "yes", gettext_lazy("Made to order")),
        Field("customer.tier", "choice", gettext_lazy("Tier")),
        Field("customer.importance", "number", gettext_lazy("Importance")),
        Field("customer.blocked", "yes", gettext_lazy("Blocked")),
        Field("customer.company", "yes", gettext_lazy("Is a company")),
        Field("customer.earlier_orders", "number", gettext_lazy("Earlier orders")),
        Field("customer.email_domain", "text", gettext_lazy("E-mail domain")),
        Field("customer.language", "choice", gettext_lazy("Language")),
        Field("customer.code", "text", gettext_lazy("Customer number")),
    )
}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _same(value: Any, wanted: str, kind: str) -> bool:
    if kind == "number":
        return value is not None and Decimal(value) == Decimal(wanted)
    return _plain(value or "") == _plain(wanted)


def _number(compare: Callable[..., bool]) -> Callable[..., bool]:
    return lambda value, values, kind: value is not None and compare(Decimal(value), *map(Decimal, values))


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def _includes(value: Any, values: Sequence[str], kind: str) -> bool:
    return bool({_plain(one) for one in value or []} & {_plain(one) for one in values})


@dataclass(frozen=True)
class Operator:
    """How a field is compared. `takes` is the least and the greatest number of values."""

    label: Any
    takes: tuple[int, int]
    holds: Callable[[Any, Sequence[str], str], bool]


ONE, NONE, MANY = (1, 1), (0, 0), (1, MAX_VALUES)
OPERATORS = {
    "is": Operator(gettext_lazy("is"), ONE, lambda v, w, kind: _same(v, w[0], kind)),
    "is_not": Operator(gettext_lazy("is not"), ONE, lambda v, w, kind: not _same(v, w[0], kind)),
    "one_of": Operator(gettext_lazy("is one of"), MANY, lambda v, w, kind: any(_same(v, x, kind) for x in w)),
    "none_of": Operator(gettext_lazy("is none of"), MANY, lambda v, w, kind: not any(_same(v, x, kind) for x in w)),
    "contains": Operator(gettext_lazy("contains"), ONE, lambda v, w, kind: _plain(w[0]) in _plain(v or "")),
    "starts_with": Operator(
        gettext_lazy("starts with"), MANY, lambda v, w, kind: _plain(v or "").startswith(tuple(map(_plain, w)))
    ),
    "more": Operator(gettext_lazy("is more than"), ONE, _number(lambda value, limit: value > limit)),
    "less": Operator(gettext_lazy("is less than"), ONE, _number(lambda value, limit: value < limit)),
    "between": Operator(gettext_lazy("is between"), (2, 2), _number(lambda value, low, high: low <= value <= high)),
    "includes": Operator(gettext_lazy("include one of"), MANY, _includes),
    "lacks": Operator(gettext_lazy("include none of"), MANY, lambda v, w, kind: not _includes(v, w, kind)),
    "yes": Operator(gettext_lazy("yes"), NONE, lambda v, w, kind: bool(v)),
    "no": Operator(gettext_lazy("no"), NONE, lambda v, w, kind: not v),
    "filled": Operator(gettext_lazy("is stated"), NONE, lambda v, w, kind: not _is_empty(v)),
    "empty": Operator(gettext_lazy("is not stated"), NONE, lambda v, w, kind: _is_empty(v)),
}
OPERATORS_OF = {
    "text": ("is", "is_not", "one_of", "none_of", "contains", "starts_with", "filled", "empty"),
    "choice": ("one_of", "none_of", "filled", "empty"),
    "number": ("more", "less", "between", "is", "is_not", "filled", "empty"),
    "words": ("includes", "lacks", "filled", "empty"),
    "yes": ("yes", "no"),
}
EVERY = "every_"


def subjects() -> list[str]:
    """What a condition can be about, in the order in which it is offered: each field of the lines comes twice."""
    return [name for f in FIELDS.values() for name in ((f.name, EVERY + f.name) if f.of_lines else (f.name,))]


def field_of(subject: str) -> Field:
    """The field of a subject; "line.sku" means any line, "every_line.sku" every line."""
    return FIELDS[subject.removeprefix(EVERY)]


@dataclass(frozen=True)
class Match:
    """Whether all that was asked is so, and what was seen for each condition."""

    matched: bool
    reasons: list[dict] = field(default_factory=list)


def matches(conditions: Sequence[Mapping], facts: Facts, *, together: bool = True) -> Match:
    """Look at every condition; all must hold, or one of them when not `together`. No condition fits every order."""
    reasons = [judge(condition, facts) for condition in conditions]
    outcomes = [reason["holds"] for reason in reasons]
    return Match(all(outcomes) if together or not outcomes else any(outcomes), reasons)


def judge(condition: Mapping, facts: Facts) -> dict:
    """One condition as it was stored, with `holds` and the values `seen`; of lines those that decided it."""
    asked, operator = field_of(condition["field"]), OPERATORS[condition["operator"]]
    values, value = condition["values"], facts[asked.name]
    if not asked.of_lines:
        holds, seen = operator.holds(value, values, asked.kind), _shown(value)
        return {**condition, "holds": holds, "seen": seen}
    fits = [(one, operator.holds(one, values, asked.kind)) for one in value]
    every = condition["field"].startswith(EVERY)
    holds = bool(fits) and all(ok for _one, ok in fits) if every else any(ok for _one, ok in fits)
    # any line: those that fit; every line: those that do not; else all of them
    telling = [one for one, ok in fits if ok is not every] or [one for one, _ok in fits]
    return {**condition, "holds": holds, "seen": [_shown(one) for one in telling[:SEEN_LINES]]}


def _shown(value: Any) -> Any:
    """A value as JSON keeps it: numbers as text, so that 12.50 stays what it was."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return f"{Decimal(value).normalize():f}"
    return sorted(value) if isinstance(value, set | frozenset) else value


def clean_condition(subject: str, operator: str, values: Sequence[str]) -> dict:
    """A condition as it is stored. DomainError says what is wrong with it."""
    if subject.removeprefix(EVERY) not in FIELDS or (subject.startswith(EVERY) and not field_of(subject).of_lines):
        raise DomainError(_("There is no field %(name)s.") % {"name": subject})
    asked = field_of(subject)
    if operator not in OPERATORS_OF[asked.kind]:
        raise DomainError(_("%(field)s: choose how it is compared.") % {"field": asked.label})
    least, most = OPERATORS[operator].takes
    values = [text for text in (" ".join(str(value).split()) for value in values) if text] if most else []
    if not least <= len(values) <= most:
        raise DomainError(_how_many(least, most, len(values)) % {"field": asked.label, "most": most})
    if any(len(text) > MAX_TEXT for text in values):
        raise DomainError(_("%(field)s: a value is too long.") % {"field": asked.label})
    if asked.kind == "number":
        values = [_as_number(text, asked) for text in values]
        if operator == "between" and Decimal(values[0]) > Decimal(values[1]):
            values = values[::-1]
    return {"field": subject, "operator": operator, "values": values}


def _how_many(least: int, most: int, given: int) -> str:
    if most == 1:
        return _("%(field)s: enter one value.")
    if least == most:
        return _("%(field)s: enter two numbers with a comma between them.")
    return _("%(field)s: give at least one value.") if not given else _("%(field)s: give %(most)s values at most.")


def _as_number(text: str, asked: Field) -> str:
    try:
        number = Decimal(text.replace(" ", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        raise DomainError(_("%(field)s: “%(text)s” is not a number.") % {"field": asked.label, "text": text})
    return f"{number.normalize():f}"


# ---- actions

ACTIONS = {
    "hold": gettext_lazy("Put on hold"),
    "confirm": gettext_lazy("Confirm"),
    "priority": gettext_lazy("Change the priority"),
    "tag": gettext_lazy("Tag"),
    "warehouse": gettext_lazy("Serve from a warehouse"),
    "carrier": gettext_lazy("Wish for a carrier"),
    "assign": gettext_lazy("Assign to somebody"),
    "notify": gettext_lazy("Send a message"),
    "note": gettext_lazy("Write a note"),
    "stop": gettext_lazy("Stop: no later rule runs"),
}
# the facts of each kind of action; those with a number in them are given as (least, greatest)
FACTS: dict[str, dict[str, tuple[int, int] | None]] = {
    "hold": {"note": None},
    "confirm": {},
    "priority": {"points": (-MAX_POINTS, MAX_POINTS)},
    "tag": {"tag": None},
    "warehouse": {"code": None},
    "carrier": {"code": None},
    "assign": {"who": None, "days": (0, MAX_DAYS)},
    "notify": {"to": None, "text": None},
    "note": {"text": None},
    "stop": {},
}
OPTIONAL = {("hold", "note")}
LIMITS = {"tag": 40, "code": 40, "text": 1000}


def clean_action(action: Mapping) -> dict:
    """An action as it is stored, with its own facts and no others. DomainError says what is wrong with it."""
    kind = action.get("kind")
    if kind not in ACTIONS:
        raise DomainError(_("There is no action %(name)s.") % {"name": kind})
    return {"kind": kind} | {
        name: _clean_fact(kind, name, bounds, action.get(name, "")) for name, bounds in FACTS[kind].items()
    }


def _clean_fact(kind: str, name: str, bounds: tuple[int, int] | None, value: Any) -> Any:
    words = {"action": ACTIONS[kind]}
    if bounds:
        if not re.fullmatch(r"-?\d{1,4}", str(value)) or not bounds[0] <= int(value) <= bounds[1]:
            raise DomainError(
                _("%(action)s: enter a whole number from %(least)s to %(most)s.")
                % {**words, "least": bounds[0], "most": bounds[1]}
            )
        return int(value)
    text = str(value).strip()
    if not text and (kind, name) not in OPTIONAL:
        raise DomainError(_("%(action)s: something is not filled in.") % words)
    if len(text) > LIMITS.get(name, MAX_TEXT):
        raise DomainError(_("%(action)s: the text is too long.") % words)
    return text


def clean(conditions: Sequence[Mapping], actions: Sequence[Mapping]) -> tuple[list[dict], list[dict]]:
    """All conditions and actions of a rule as they are stored; DomainError for the first that is wrong."""
    if not 1 <= len(actions) <= MAX_ACTIONS:
        raise DomainError(_("A rule needs one to %(most)s actions.") % {"most": MAX_ACTIONS})
    if len(conditions) > MAX_CONDITIONS:
        raise DomainError(_("A rule can have %(most)s conditions at most.") % {"most": MAX_CONDITIONS})
    asked = [clean_condition(c.get("field", ""), c.get("operator", ""), c.get("values", ())) for c in conditions]
    return asked, [clean_action(action) for action in actions]


# ---- points

POINTS = "rule_points"


def with_points(reasons: Sequence[Mapping], rule: int, name: str, points: int) -> list[dict]:
    """The reasons of a priority with this rule's points in them, once however often the rule fires."""
    others = [dict(reason) for reason in reasons if (reason.get("code"), reason.get("rule_id")) != (POINTS, rule)]
    return [*others, {"code": POINTS, "rule_id": rule, "rule": name, "points": points}] if points else others


def kept_points(reasons: Sequence[Mapping]) -> list[dict]:
    """The reasons that rules gave: whoever computes a priority anew keeps these."""
    return [dict(reason) for reason in reasons if reason.get("code") == POINTS]
