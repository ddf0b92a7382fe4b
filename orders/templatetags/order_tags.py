"""Template filters of orders; part of every template's builtins."""

from django import template
from django.utils.translation import gettext_lazy as _

from orders import reasons, rule_words
from orders.models import OrderLine

register = template.Library()

# what a customer reads about her parcel, and in which tone
PARCEL = {
    "shipped": (_("On its way"), "info"),
    "out": (_("Out for delivery"), "info"),
    "delivered": (_("Delivered"), "ok"),
    "failed": (_("We could not deliver"), "warn"),
    "returned": (_("On its way back to us"), "warn"),
    "lost": (_("Lost on the way"), "bad"),
}


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


@register.filter
def parcel_words(status: str) -> str:
    """`{{ shipment.status|parcel_words }}`: a shipment's status in the customer's words."""
    return str(PARCEL[status][0]) if status in PARCEL else ""


@register.filter
def parcel_tone(status: str) -> str:
    """The tone of those words."""
    return PARCEL[status][1] if status in PARCEL else "muted"


@register.filter
def condition_words(condition: dict) -> str:
    """`{{ condition|condition_words }}`: what a rule asks."""
    return rule_words.condition_words(condition)


@register.filter
def seen_words(reason: dict) -> str:
    """`{{ reason|seen_words }}`: what a rule saw."""
    return rule_words.seen_words(reason)


@register.filter
def action_words(action: dict) -> str:
    """`{{ action|action_words }}`: what a rule does."""
    return rule_words.action_words(action)
