"""Template filters of orders; part of every template's builtins."""

from django import template

from orders import reasons

register = template.Library()


@register.filter
def sentence(reason: dict) -> str:
    """`{{ reason|sentence }}`: a stored reason in words."""
    return reasons.sentence(reason)
