"""Sentences for the stored reasons of a carrier's choice and price, in the reader's language."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from fulfillment.models import Step
from oms import formats
from oms.context import current
from oms.models import Company
from oms.money import format_money
from oms.timeline import words_for

SENTENCES = {
    "cheapest": _("%(service)s for %(price)s: the cheapest of %(count)s possible services."),
    "cheapest_in_time": _("%(service)s for %(price)s: the cheapest of %(count)s services that arrive by %(promised)s."),
    "only_in_time": _("%(service)s for %(price)s: the only service that arrives by %(promised)s."),
    "cheaper_but_late": _("%(service)s for %(price)s would be cheaper, but arrives only on %(arrives)s."),
    "fastest_but_late": _("No service arrives by %(promised)s. %(service)s is the fastest: %(arrives)s for %(price)s."),
    "nothing_possible": _("No service of ours can take it."),
    "no_zone": _("It does not go to %(place)s."),
    "too_heavy": _("%(grams)s g are too heavy: it takes up to %(limit)s g there."),
    "carrier_by_hand": _("%(carrier)s was chosen by hand."),
    "carrier_wished": _("A rule wished for the carrier %(carrier)s."),
    "wish_impossible": _("The wished carrier %(carrier)s cannot take it."),
    "service_by_hand": _("%(service)s was chosen by hand for %(price)s."),
    "service_by_hand_unpriced": _("%(service)s was chosen by hand; it has no price for this parcel."),
    "cost_by_hand": _("The cost of %(price)s was typed in."),
    "price_by_hand": _("The price of %(price)s was typed in."),
    "no_price": _("No price is known."),
    "weight_unknown": _("The weight of %(skus)s is not known and counts as nothing."),
}


@words_for("shipping_reasons")
def sentence(reason: dict) -> str:
    """The stored `{"code": …, **facts}` as a sentence in the active language."""
    code = reason.get("code", "")
    if code not in SENTENCES:
        return code
    facts = {name: WORDS[name](value) if name in WORDS else value for name, value in reason.items()}
    return str(SENTENCES[code]) % facts


def sentences(reasons: list[dict]) -> list[str]:
    """All of them."""
    return [sentence(reason) for reason in reasons]


@words_for("step")
def step_label(step: str) -> str:
    """What a carrier reported, in our vocabulary."""
    return str(Step(step).label) if step in Step.values else step


def _price(value: str) -> str:
    return format_money(Decimal(value), current(Company).currency)


def _day(value: str) -> str:
    return formats.day(datetime.date.fromisoformat(value)) if value else ""


def _number(value: int) -> str:
    return formats.quantity(value)


WORDS: dict[str, Callable[[Any], str]] = {
    "price": _price,
    "arrives": _day,
    "promised": _day,
    "count": _number,
    "grams": _number,
    "limit": _number,
    "skus": lambda skus: ", ".join(skus),
}
