"""Rules: writing them down, switching them on, and running them when something happens to an order."""

from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Warehouse
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.models import Event, User
from orders.events import OrderEvent, RuleEvent
from orders.facts import facts_of, with_facts
from orders.models import Order, Rule, RuleFiring, RuleVersion
from orders.rules import clean, matches
from orders.services.acting import CUSTOMER, PERSON, TEAM, fire

# an order that a corrected file changed was composed anew, as if it had just been placed
AS_IF = {OrderEvent.REIMPORTED: OrderEvent.PLACED}


@transaction.atomic
def save_rule(
    rule: Rule | None = None,
    *,
    by,
    name: str,
    event: str,
    conditions: Sequence[dict],
    actions: Sequence[dict],
    together: bool = True,
    version: int | None = None,
) -> Rule:
    """Make a rule, switched off and the last of all, or give one a new version; what it says is checked first."""
    conditions, actions = clean(conditions, actions)
    name = " ".join(name.split())
    _refuse(name, event, actions, rule)
    said = {"name": name, "event": event, "together": together, "conditions": conditions, "actions": actions}
    if rule is None:
        last = Rule.objects.order_by("-position").values_list("position", flat=True).first() or 0
        rule = Rule.objects.create(name=name, event=event, position=last + 1)
    else:
        rule = lock(rule, version=version)
        now = rule.latest
        if all(getattr(now, field) == value for field, value in said.items()):
            raise DomainError(_("Nothing was changed."))
        rule.name, rule.event, rule.version = name, event, rule.version + 1
        rule.save(update_fields=["name", "event", "version"])
    RuleVersion.objects.create(rule=rule, number=rule.version, by=by, **said)
    record(rule, RuleEvent.CHANGED if rule.version > 1 else RuleEvent.CREATED, by=by, version=rule.version)
    return rule


def _refuse(name: str, event: str, actions: Sequence[dict], rule: Rule | None) -> None:
    if not name or len(name) > 80:
        raise DomainError(_("Give the rule a name of 80 letters at most."))
    if event not in Rule.When.values:
        raise DomainError(_("Choose when the rule is looked at."))
    if Rule.objects.filter(name__iexact=name).exclude(pk=rule and rule.pk).exists():
        raise DomainError(_("There is already a rule called %(name)s.") % {"name": name})
    for action in actions:
        _refuse_unknown(action)


def _refuse_unknown(action: dict) -> None:
    """DomainError when an action speaks of somebody or something that is not there."""
    kind = action["kind"]
    if kind == "warehouse" and not Warehouse.objects.filter(code=action["code"], active=True).exists():
        raise DomainError(_("There is no warehouse %(code)s.") % {"code": action["code"]})
    to = action.get("to", "")
    team, who = to.removeprefix(TEAM) if to.startswith(TEAM) else None, action.get("who")
    if to.startswith(PERSON):
        who = to.removeprefix(PERSON)
    elif kind == "notify" and team is None and to != CUSTOMER:
        raise DomainError(_("Choose who gets the message."))
    if team is not None and not Group.objects.filter(name=team).exists():
        raise DomainError(_("There is no team %(name)s.") % {"name": team})
    if who is not None and not User.objects.filter(username=who, is_active=True).exists():
        raise DomainError(_("Nobody here is called %(name)s.") % {"name": who})


@transaction.atomic
def switch_on(rule: Rule, *, by) -> Rule:
    """From now on the rule answers what happens."""
    return _switch(rule, True, by=by)


@transaction.atomic
def switch_off(rule: Rule, *, by) -> Rule:
    """The rule answers nothing any more; what it did stays."""
    return _switch(rule, False, by=by)


def _switch(rule: Rule, active: bool, *, by) -> Rule:
    rule = lock(rule)
    if rule.active == active:
        raise DomainError(
            _("%(name)s is switched on already.") % {"name": rule}
            if active
            else _("%(name)s is switched off already.") % {"name": rule}
        )
    rule.active = active
    rule.save(update_fields=["active"])
    record(rule, RuleEvent.SWITCHED_ON if active else RuleEvent.SWITCHED_OFF, by=by, version=rule.version)
    return rule


@transaction.atomic
def move_up(rule: Rule, *, by) -> Rule:
    """Before the rule that stands before it."""
    return _move(rule, -1, by=by)


@transaction.atomic
def move_down(rule: Rule, *, by) -> Rule:
    """After the rule that stands after it."""
    return _move(rule, 1, by=by)


def _move(rule: Rule, step: int, *, by) -> Rule:
    rules = list(Rule.objects.select_for_update(no_key=True).order_by("pk"))
    rules.sort(key=lambda one: (one.position, one.pk))
    at = rules.index(rule)
    if not 0 <= at + step < len(rules):
        raise DomainError(_("%(name)s stands at the end already.") % {"name": rule})
    rules[at], rules[at + step] = rules[at + step], rules[at]
    for position, one in enumerate(rules, 1):
        one.position = position
    Rule.objects.bulk_update(rules, ["position"])
    record(rules[at + step], RuleEvent.MOVED, by=by, position=at + step + 1)
    return rules[at + step]


@transaction.atomic
def apply_rules(order: Order, event: Event) -> list[RuleFiring]:
    """Run the active rules that answer an event on its order, in their order; once for each event.

    A rule does not answer what it caused itself, directly or through other rules. Imported history is left alone.
    """
    rules = Rule.objects.filter(active=True, event=AS_IF.get(event.kind, event.kind)).prefetch_related("versions")
    rules = list(rules)
    if not rules:
        return []
    order = lock(order)
    if order.history or RuleFiring.objects.filter(event=event).exists():
        return []
    behind, firings = _rules_behind(order, event), []
    for rule in rules:
        firing = None if rule.pk in behind else _try(order, rule, event)
        if firing:
            firings.append(firing)
            if any(action["kind"] == "stop" for action in firing.actions):
                break
    return firings


def _try(order: Order, rule: Rule, event: Event) -> RuleFiring | None:
    version = rule.latest
    seen = with_facts(Order.objects.filter(pk=order.pk), fields_of(version)).get()
    match = matches(version.conditions, facts_of(seen), together=version.together)
    return fire(order, version, match, event=event) if match.matched else None


def fields_of(version: RuleVersion) -> set[str]:
    """What a rule asks about."""
    return {condition["field"] for condition in version.conditions}


def _rules_behind(order: Order, event: Event) -> set[int]:
    """The rules whose actions led to an event, back to the first."""
    found: set[int] = set()
    cause: Event | None = event
    while cause:
        firing = RuleFiring.objects.filter(order=order, caused__contains=[cause.pk]).select_related("event").first()
        if firing is None:
            break
        found.add(firing.rule_id)
        cause = firing.event
    return found
