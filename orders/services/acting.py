"""What a rule's actions do to an order: each by the verb that a person would use, each with its outcome."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Warehouse
from oms import assigning, formats
from oms.errors import DomainError
from oms.events import record, timeline
from oms.locking import lock
from oms.messages import queue_email, queue_sms
from oms.models import Event, Job, User
from orders.events import OrderEvent
from orders.models import Hold, Order, Rule, RuleFiring, RuleVersion
from orders.rules import Match, kept_points, with_points
from orders.services.relocating import serve_from
from orders.services.review import add_note, check_move, confirm_order, restage

DONE, NOT_NEEDED, REFUSED = RuleFiring.Outcome.DONE, RuleFiring.Outcome.NOT_NEEDED, RuleFiring.Outcome.REFUSED
CUSTOMER, TEAM, PERSON = "customer", "team:", "person:"


def fire(
    order: Order, version: RuleVersion, match: Match, *, event: Event | None = None, job: Job | None = None
) -> RuleFiring:
    """Do a rule's actions on a locked order and write down what came of each; a refused one changes nothing."""
    last = timeline(order).values_list("pk", flat=True).first() or 0
    once = f"rule:{version.pk}:{order.pk}:{f'e{event.pk}' if event else f'j{job.pk}'}"
    actions = [_act(action, order, version.rule, f"{once}:{n}") for n, action in enumerate(version.actions)]
    outcomes = {action["outcome"] for action in actions}
    return RuleFiring.objects.create(
        rule=version.rule,
        version=version,
        order=order,
        event=event,
        job=job,
        outcome=next(outcome for outcome in (REFUSED, DONE, NOT_NEEDED) if outcome in outcomes),
        conditions=match.reasons,
        actions=actions,
        caused=list(timeline(order).filter(pk__gt=last).values_list("pk", flat=True)),
    )


def _act(action: dict, order: Order, rule: Rule, once: str) -> dict:
    if is_so_already(action, order, rule):
        return {**action, "outcome": NOT_NEEDED, "text": ""}
    try:
        with transaction.atomic():
            DO[action["kind"]](action, order, rule, once)
    except DomainError as error:
        order.refresh_from_db()
        return {**action, "outcome": REFUSED, "text": str(error)}
    order.refresh_from_db()
    return {**action, "outcome": DONE, "text": ""}


def is_so_already(action: dict, order: Order, rule: Rule) -> bool:
    """Whether an order is already as the action would make it."""
    kind = action["kind"]
    if kind == "hold":
        return any(reason.get("rule_id") == rule.pk for hold in _open_holds(order) for reason in hold.reasons)
    if kind == "confirm":
        return order.status in (Order.Status.CONFIRMED, Order.Status.CLOSED)
    if kind == "priority":
        given = sum(r["points"] for r in kept_points(order.priority_reasons) if r["rule_id"] == rule.pk)
        return given == action["points"]
    if kind == "warehouse":
        return bool(order.warehouse) and order.warehouse.code == action["code"]
    if kind == "carrier":
        return order.carrier_code == action["code"]
    return kind == "tag" and action["tag"] in order.tags


def _open_holds(order: Order) -> Iterable[Hold]:
    """Those that were read with the order, else those of the database."""
    return order.holds_now if hasattr(order, "holds_now") else order.open_holds()


def _hold(action: dict, order: Order, rule: Rule, once: str) -> None:
    order = lock(order)
    check_move(order, "hold")
    lines = list(order.lines.all())
    if not any(line.open for line in lines):
        raise DomainError(_("Nothing of %(number)s is left in the house to stop.") % {"number": order.number})
    reason = {"code": "held_by_rule", "rule_id": rule.pk, "rule": rule.name}
    hold = order.open_holds().filter(kind="rule").first()
    if hold:
        hold.reasons = [*hold.reasons, reason]
        hold.note = " · ".join(filter(None, [hold.note, action["note"]]))[:300]
        hold.save(update_fields=["reasons", "note"])
    else:
        Hold.objects.create(order=order, kind="rule", reasons=[reason], note=action["note"])
    restage(order, lines)
    record(order, OrderEvent.HELD, hold="rule", reasons=[reason], note=action["note"])


def _confirm(action: dict, order: Order, rule: Rule, once: str) -> None:
    confirm_order(order, by=None)


def _prioritise(action: dict, order: Order, rule: Rule, once: str) -> None:
    order = lock(order)
    others = with_points(order.priority_reasons, rule.pk, rule.name, 0)
    given = sum(r["points"] for r in order.priority_reasons) - sum(r["points"] for r in others)
    order.priority += action["points"] - given
    order.priority_reasons = with_points(others, rule.pk, rule.name, action["points"])
    order.save(update_fields=["priority", "priority_reasons", "updated_at"])


def _tag(action: dict, order: Order, rule: Rule, once: str) -> None:
    order = lock(order)
    order.tags = [*order.tags, action["tag"]]
    order.save(update_fields=["tags", "updated_at"])


def _move(action: dict, order: Order, rule: Rule, once: str) -> None:
    warehouse = Warehouse.objects.filter(code=action["code"]).first()
    if warehouse is None:
        raise DomainError(_("There is no warehouse %(code)s any more.") % {"code": action["code"]})
    serve_from(order, warehouse, by=None, reason={"code": "warehouse_by_rule", "rule": rule.name})


def _wish_carrier(action: dict, order: Order, rule: Rule, once: str) -> None:
    order = lock(order)
    check_move(order, "change")
    order.carrier_code = action["code"]
    order.save(update_fields=["carrier_code", "updated_at"])


def _assign(action: dict, order: Order, rule: Rule, once: str) -> None:
    person = User.objects.filter(username=action["who"], is_active=True).first()
    if person is None:
        raise DomainError(_("%(who)s does not work here any more.") % {"who": action["who"]})
    due = timezone.localdate() + datetime.timedelta(days=action["days"])
    # the inbox asks for the owner of each hold, so she takes care of them as well
    for subject in (order, *order.open_holds()):
        assigning.take(subject, by=person, due=due)


def _notify(action: dict, order: Order, rule: Rule, once: str) -> None:
    if action["to"] == CUSTOMER:
        _tell_customer(action["text"], order, once)
        return
    people = list(recipients(action["to"]))
    if not people:
        raise DomainError(_("Nobody there has an e-mail address."))
    context = {"order": order, "rule": rule, "text": action["text"], "day": formats.moment(order.placed_at)}
    for person in people:
        queue_email(
            "rule_notice",
            to=person.email,
            language=person.language or settings.LANGUAGE_CODE,
            context=context | {"person": person},
            about=order,
            once=f"{once}:{person.pk}",
        )


def recipients(to: str) -> Iterable[User]:
    """The people behind "team:sales" or "person:mei" who can be written to."""
    people = User.objects.filter(is_active=True).exclude(email="")
    if to.startswith(TEAM):
        return people.filter(groups__name=to.removeprefix(TEAM)).order_by("pk")
    return people.filter(username=to.removeprefix(PERSON))


def _tell_customer(text: str, order: Order, once: str) -> None:
    about: dict[str, Any] = {"about": order, "language": order.language, "once": once}
    context = {"order": order, "text": text}
    if order.email:
        queue_email("rule_message", to=order.email, context=context, **about)
    elif order.phone:
        queue_sms("rule_message", to=order.phone, context=context, **about)
    else:
        raise DomainError(_("%(number)s has neither an e-mail address nor a phone number.") % {"number": order.number})


def _note(action: dict, order: Order, rule: Rule, once: str) -> None:
    add_note(order, by=None, text=action["text"])


def _stop(action: dict, order: Order, rule: Rule, once: str) -> None:
    """The rules after this one are not looked at; whoever runs them sees to it."""


DO: dict[str, Callable[[dict, Order, Rule, str], None]] = {
    "hold": _hold,
    "confirm": _confirm,
    "priority": _prioritise,
    "tag": _tag,
    "warehouse": _move,
    "carrier": _wish_carrier,
    "assign": _assign,
    "notify": _notify,
    "note": _note,
    "stop": _stop,
}
