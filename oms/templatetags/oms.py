"""Template tags that every page uses."""

from decimal import Decimal

from django import template

from oms import events
from oms.money import format_money

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """`{{ order.total|money:order.currency }}`; an em dash for nothing."""
    return "—" if amount is None else format_money(amount, currency)


@register.filter
def event_label(event) -> str:
    """The sentence of an event for the timeline."""
    return events.label(event.kind)
