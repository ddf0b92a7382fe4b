"""Template filters of orders; part of every template's builtins."""

from django import template

from orders import reasons
from orders.models import OrderLine

register = template.Library()


@register.filter
def sentence(reason: dict) -> str:
    """`{{ reason|sentence }}`: a stored reason in words."""
    return reasons.sentence(reason)


@register.filter
def hold_label(kind: str) -> str:
    """`{{ hold.kind|hold_label }}`: what a hold is about."""
    return reasons.hold_label(kind)


@register.filter
def counter(line: OrderLine, name: str) -> int:
    """`{{ line|counter:"picked" }}`: one of a line's counters by name."""
    return getattr(line, name)
