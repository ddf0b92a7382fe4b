"""Sentences for stored reasons: a decision keeps a code and its facts, the reader's language makes the words."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from babel.lists import format_list
from django.utils.translation import gettext_lazy as _

from oms import formats
from oms.context import current
from oms.models import Company
from oms.money import babel_locale, format_money
from oms.timeline import words_for
from orders.models import Order, Payment

HOLDS = {
    "stock": _("Stock"),
    "price": _("Price"),
    "address": _("Address"),
    "specification": _("Specification"),
    "customer": _("Customer"),
    "unpaid": _("Unpaid"),
    "value": _("Value"),
    "credit": _("Credit"),
    "duplicate": _("Duplicate"),
    "unusual": _("Unusual"),
    "manual": _("By hand"),
    "rule": _("Rule"),
}
SENTENCES = {
    # checks
    "stock_ok": _("Everything is in stock at %(warehouse)s."),
    "stock_short": _("%(sku)s: %(short)s of %(ordered)s are not in stock."),
    "price_ok": _("Every price is at or above its floor."),
    "price_below_floor": _("%(sku)s: %(price)s is below the floor of %(floor)s."),
    "address_ok": _("The address is complete."),
    "address_missing": _("The address is incomplete: %(fields)s."),
    "spec_ok": _("Everything that the products ask for is stated."),
    "spec_missing": _("%(sku)s: not stated: %(what)s."),
    "customer_ok": _("The customer may order."),
    "customer_blocked": _("The customer is blocked."),
    "value_ok": _("The value needs no approval."),
    "value_large": _("Orders from %(price)s need approval."),
    "credit_ok": _("The credit limit is kept and nothing is overdue."),
    "credit_overdue": _("%(amount)s is overdue."),
    "credit_exceeded": _("With this order the customer owes %(amount)s; her limit is %(price)s."),
    "duplicate_none": _("No recent order asks for the same."),
    "duplicate_of": _("%(order)s of the same customer asks for the same goods."),
    "value_usual": _("The value is usual for this customer."),
    "value_unusual": _("%(amount)s is unusual: the last %(orders)s orders came to %(price)s on average."),
    "unpaid_too_long": _("Not paid within %(hours)s hours; its stock is free again."),
    "held_by_hand": _("Put on hold by hand."),
    "held_by_rule": _("Put on hold by the rule “%(rule)s”."),
    # price
    "list_price": _("List price %(price)s."),
    "tier_discount": _("%(tier)s: %(percent)s %% off."),
    "price_by_hand": _("Price entered by hand, list price %(price)s."),
    "discount_by_hand": _("%(percent)s %% discount on this line."),
    "in_kit": _("Part of the kit %(kit)s."),
    "free_reship": _("Sent again without a charge, list price %(price)s."),
    "price_from_file": _("Price from the file."),
    "price_list": _("Price list %(list)s, from %(minimum)s pieces; list price %(price)s."),
    "promotion": _("%(promotion)s: −%(amount)s."),
    # promotions
    "promotion_applied": _("%(promotion)s: −%(amount)s."),
    "promotion_free_shipping": _("%(promotion)s: no shipping fee."),
    "promotion_no_fee": _("%(promotion)s: there is no shipping fee to take off."),
    "promotion_no_goods": _("%(promotion)s does not apply to any of these goods, or to too few of them."),
    "promotion_not_combined": _("%(promotion)s cannot be combined; %(better)s saves more."),
    "promotion_unknown": _("There is no promotion with the code %(given)s."),
    "promotion_off": _("%(promotion)s is switched off."),
    "promotion_not_begun": _("%(promotion)s begins on %(date)s."),
    "promotion_over": _("%(promotion)s ended on %(date)s."),
    "promotion_other_tier": _("%(promotion)s is for other customers."),
    "promotion_used_up": _("%(promotion)s is used up."),
    "promotion_used_by_customer": _("%(promotion)s was used by this customer before."),
    "promotion_minimum": _("%(promotion)s needs goods worth %(price)s; %(missing)s are missing."),
    "promotion_given_back": _("%(promotion)s no longer counts as used: the order was cancelled."),
    # priority
    "base": _("Every order starts at %(points)s."),
    "urgent": _("Urgent: +%(points)s."),
    "tier": _("Customer tier %(tier)s: +%(points)s."),
    "value_points": _("Value: +%(points)s."),
    "waited": _("Waiting for %(days)s days: +%(points)s."),
    "requested_soon": _("Wanted within %(days)s days: +%(points)s."),
    "rule_points": _("Rule “%(rule)s”: %(points)s."),
    # warehouse
    "warehouse_by_rule": _("The rule “%(rule)s” chose %(warehouse)s."),
    "whole_order": _("%(warehouse)s has the whole order."),
    "nearest_warehouse": _("%(warehouse)s is the nearest; it has %(full)s of %(lines)s lines."),
    "cheapest_warehouse": _("%(warehouse)s costs the least; it has %(full)s of %(lines)s lines."),
    "most_lines": _("%(warehouse)s has most of it: %(full)s of %(lines)s lines."),
    # promise
    "before_cut_off": _("Ordered before the cut-off at %(time)s."),
    "after_cut_off": _("Ordered after the cut-off at %(time)s: one working day later."),
    "handling": _("Handling takes %(days)s working days."),
    "waiting_for_stock": _("%(sku)s is expected in %(days)s days."),
    "transit": _("On its way for %(days)s days."),
    "claim_given": _("%(sku)s was needed for %(order)s."),
    "claim_got": _("%(sku)s was given over from %(order)s."),
    "order_changed": _("The order was changed."),
    "order_relocated": _("It is served from another warehouse."),
    "order_split": _("The order was split."),
    "order_reopened": _("The order was opened again."),
    "order_merged": _("Two orders were merged."),
    "picked_short": _("%(sku)s was missing when the order was picked."),
    "goods_came": _("What was missing is in stock now."),
    "as_requested": _("Delivery was asked for on %(date)s."),
    "as_recorded": _("As recorded in the file."),
}


@words_for("reasons")
def sentence(reason: dict) -> str:
    """The stored `{"code": …, **facts}` as a sentence in the active language."""
    code = reason.get("code", "")
    if code not in SENTENCES:
        return code
    facts = {name: WORDS[name](value) if name in WORDS else value for name, value in reason.items()}
    return str(SENTENCES[code]) % facts


@words_for("hold")
def hold_label(kind: str) -> str:
    """What a kind of hold is about, in one word."""
    return str(HOLDS.get(kind, kind))


@words_for("method")
def method_label(method: str) -> str:
    """How money was paid."""
    return str(dict(Payment.Method.choices).get(method, method))


def _price(value: str) -> str:
    return format_money(Decimal(value), current(Company).currency)


def _names(fields: list[str]) -> str:
    labels = [str(Order._meta.get_field(name).verbose_name) for name in fields]
    return format_list(labels, locale=babel_locale())


def _day(value: str) -> str:
    return formats.day(datetime.date.fromisoformat(value))


def _number(value: int | str) -> str:
    return formats.quantity(Decimal(value))


WORDS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("price", "floor", "amount", "missing"), _price),
    "fields": _names,
    "date": _day,
    **dict.fromkeys(
        ("short", "hours", "ordered", "percent", "points", "days", "full", "lines", "minimum", "orders"), _number
    ),
}
