"""Rules in words: what they ask, what they do, what they saw, and how two versions differ."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.lists import format_list
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Tier
from inventory.models import Warehouse
from oms import formats
from oms.money import babel_locale
from oms.roles import NAMES
from orders.filters import channels
from orders.models import Order, RuleVersion
from orders.reasons import HOLDS
from orders.rules import ACTIONS, EVERY, OPERATORS, field_of
from orders.services.acting import CUSTOMER, PERSON, TEAM

KNOWN = {"order.stage": dict(Order.Stage.choices), "order.holds": HOLDS, "customer.language": dict(settings.LANGUAGES)}
KNOWN["order.channel"] = dict(Order.Channel.choices)


def options(field: str) -> list[tuple[str, Any]]:
    """The few values that a field can have, with their labels; none when it can have any."""
    if field == "order.channel":
        return channels()
    if field == "order.warehouse":
        return list(Warehouse.objects.order_by("rank", "code").values_list("code", "name"))
    if field == "customer.tier":
        return [(name, name) for name in Tier.objects.values_list("name", flat=True)]
    return list(KNOWN.get(field, {}).items())


def subject_words(subject: str) -> str:
    """What a condition is about: "Total", "Any line: SKU", "Customer: Tier"."""
    field = field_of(subject)
    words = {"field": field.label}
    if field.of_lines:
        return (_("Every line: %(field)s") if subject.startswith(EVERY) else _("Any line: %(field)s")) % words
    return _("Customer: %(field)s") % words if field.name.startswith("customer.") else str(field.label)


def condition_words(condition: Mapping) -> str:
    """ "Total is more than 2,000"."""
    field, operator = field_of(condition["field"]), str(OPERATORS[condition["operator"]].label)
    values = [value_words(field.name, value) for value in condition["values"]]
    if field.kind == "yes":
        return f"{subject_words(condition['field'])}: {operator}"
    style = "standard" if condition["operator"] == "between" else "or"
    told = format_list(values, style=style, locale=babel_locale()) if values else ""
    return " ".join(filter(None, [subject_words(condition["field"]), operator, told]))


def value_words(field: str, value: Any) -> str:
    """One value of a field as it reads on a page."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, ""):
        return _("not stated")
    if field_of(field).kind == "number":
        return formats.quantity(Decimal(value))
    return str(KNOWN.get(field, {}).get(value, value))


def seen_words(reason: Mapping) -> str:
    """What was seen when a condition was looked at: "2,500", "TEA-1, TEA-2"."""
    name, seen = field_of(reason["field"]).name, reason["seen"]
    values = seen if isinstance(seen, list) else [seen]
    return ", ".join(value_words(name, value) for value in values) or _("none")


def action_words(action: Mapping) -> str:
    """What an action does, as one line."""
    kind, words = action["kind"], dict(action)
    if kind == "hold" and action["note"]:
        return _("Put on hold: %(note)s") % words
    if kind == "priority":
        words["points"] = f"{action['points']:+}"
    if kind == "notify":
        words["to"] = recipient_words(action["to"])
    days = action.get("days", 0)
    sentences = {
        "priority": _("Priority %(points)s"),
        "tag": _("Tag “%(tag)s”"),
        "warehouse": _("Serve from the warehouse %(code)s"),
        "carrier": _("Wish for the carrier %(code)s"),
        "assign": ngettext("Assign to %(who)s, due in %(days)s day", "Assign to %(who)s, due in %(days)s days", days),
        "notify": _("Tell %(to)s: “%(text)s”"),
        "note": _("Write the note “%(text)s”"),
    }
    return sentences[kind] % words if kind in sentences else str(ACTIONS[kind])


def recipient_words(to: str) -> str:
    """Who gets a message."""
    if to == CUSTOMER:
        return _("the customer")
    name = to.removeprefix(TEAM).removeprefix(PERSON)
    return _("the team %(name)s") % {"name": _(name) if name in NAMES else name} if to.startswith(TEAM) else name


def sentences(version: RuleVersion) -> dict[str, list[str]]:
    """All that a version says, part by part."""
    how = _("All conditions must hold.") if version.together else _("One of the conditions is enough.")
    return {
        "name": [version.name],
        "when": [_("When %(event)s.") % {"event": version.get_event_display()}],
        "how": [how] if len(version.conditions) > 1 else [],
        "conditions": [condition_words(condition) for condition in version.conditions],
        "actions": [action_words(action) for action in version.actions],
    }


def differences(newer: RuleVersion, older: RuleVersion) -> list[tuple[str, str]]:
    """What came and what went between two versions: ("+" or "-", sentence)."""
    now, before, found = sentences(newer), sentences(older), []
    for part, said in now.items():
        found += [("-", one) for one in before[part] if one not in said]
        found += [("+", one) for one in said if one not in before[part]]
    return found or [("+", _("The same in another order."))]


def with_differences(versions: list[RuleVersion]) -> list[tuple[RuleVersion, list[tuple[str, str]]]]:
    """Versions, the newest first, each with how it differs from the one before it."""
    earlier = [*versions[1:], None]
    return [(new, differences(new, old) if old else []) for new, old in zip(versions, earlier, strict=True)]
