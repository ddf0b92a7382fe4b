"""Rules that act by themselves: what they say, what they did to the orders of the last weeks, and one being tried."""

import datetime

from django.contrib.contenttypes.models import ContentType

from oms.models import Event, Job
from orders.events import OrderEvent, RuleEvent
from orders.facts import facts_of, with_facts
from orders.models import Order, Rule, RuleFiring, RuleVersion
from orders.rules import clean, matches, with_points
from orders.services.trying import dry_run
from reports.demo.world import World

ISLANDS = {"field": "order.region", "operator": "one_of", "values": ["港島", "离岛区", "舟山"]}
FIRST = {"field": "customer.earlier_orders", "operator": "is", "values": ["0"]}
GOLD = {"field": "customer.importance", "operator": "more", "values": ["79"]}
SINCE_DAYS = 21
TRIED_DAYS = 90


def above(limit: int) -> dict:
    return {"field": "order.total", "operator": "more", "values": [str(limit)]}


# hours after the start, name, conditions, actions; an older version of a rule stands before the newer
LARGE, TELL = {"kind": "tag", "tag": "large"}, "A very large order has come in."
RULES = [
    (0, "Key customers first", [GOLD], [{"kind": "priority", "points": 20}]),
    (2, "Key customers first", [GOLD], [{"kind": "priority", "points": 30}]),
    (0, "Islands", [ISLANDS], [{"kind": "carrier", "code": "post"}, {"kind": "tag", "tag": "island"}]),
    (0, "Very large orders", [above(5000)], [LARGE]),
    (
        SINCE_DAYS * 24 - 1,
        "Very large orders",
        [above(5000)],
        [LARGE, {"kind": "notify", "to": "team:sales", "text": TELL}],
    ),
    (
        4,
        "Large first orders",
        [above(2000), FIRST],
        [
            {"kind": "hold", "note": "A first order of this size: call the customer."},
            {"kind": "assign", "who": "sales", "days": 1},
        ],
    ),
]
TRIED = RULES[-1][1]  # written, but not switched on yet


def fill(world: World) -> None:
    """The rules, the log of what they did, and a dry run of the one that is still switched off."""
    start = world.now - datetime.timedelta(days=SINCE_DAYS)
    for hours, *said in RULES:
        _write(world, start + datetime.timedelta(hours=hours), *said)
    rules = Rule.objects.prefetch_related("versions")
    _act(list(rules.filter(active=True)), start)
    _try(world, rules.get(name=TRIED))


def _write(world: World, at: datetime.datetime, name: str, conditions: list, actions: list) -> None:
    conditions, actions = clean(conditions, actions)
    by, event = world.people["manager"], Rule.When.PLACED
    position = Rule.objects.count() + 1
    rule, made = Rule.objects.get_or_create(name=name, defaults={"event": event, "position": position})
    if not made:
        rule.version += 1
    rule.active = name != TRIED
    rule.save()
    version = RuleVersion(rule=rule, number=rule.version, name=name, event=event, by=by, at=at)
    version.conditions, version.actions = conditions, actions
    version.save()
    _tell(rule, RuleEvent.CREATED if made else RuleEvent.CHANGED, at, by)
    if made and rule.active:
        _tell(rule, RuleEvent.SWITCHED_ON, at + datetime.timedelta(minutes=20), by)


def _tell(rule: Rule, kind: RuleEvent, at: datetime.datetime, by) -> None:
    subject = ContentType.objects.get_for_model(Rule)
    data = {"version": rule.version}
    Event.objects.create(kind=kind.value, subject_type=subject, subject_id=rule.pk, by=by, at=at, data=data)


def _act(rules: list[Rule], start: datetime.datetime) -> None:
    placed = {
        event.subject_id: event
        for event in Event.objects.filter(
            kind=OrderEvent.PLACED.value,
            subject_type=ContentType.objects.get_for_model(Order),
            at__gt=start + datetime.timedelta(hours=5),
            at__lt=start + datetime.timedelta(hours=SINCE_DAYS * 24 - 1),
        )
    }
    orders = list(with_facts(Order.objects.filter(pk__in=placed, history=False)).order_by("placed_at", "id"))
    firings = [
        firing for order in orders for rule in rules if (firing := _fire(rule, order, placed[order.pk])) is not None
    ]
    Order.objects.bulk_update(orders, ["priority", "priority_reasons", "tags", "carrier_code"])
    RuleFiring.objects.bulk_create(firings)


def _fire(rule: Rule, order: Order, event: Event) -> RuleFiring | None:
    version = next(one for one in rule.versions.all() if one.at < event.at)  # the newest of that time
    match = matches(version.conditions, facts_of(order), together=version.together)
    if not match.matched:
        return None
    for action in version.actions:
        _do(action, order, rule)
    done = [{**action, "outcome": "done", "text": ""} for action in version.actions]
    at = event.at + datetime.timedelta(seconds=2)
    told = {"outcome": "done", "conditions": match.reasons, "actions": done, "at": at}
    return RuleFiring(rule=rule, version=version, order=order, event=event, **told)


def _do(action: dict, order: Order, rule: Rule) -> None:
    if action["kind"] == "priority":
        order.priority += action["points"]
        order.priority_reasons = with_points(order.priority_reasons, rule.pk, rule.name, action["points"])
    elif action["kind"] == "tag":
        order.tags = [*order.tags, action["tag"]]
    elif action["kind"] == "carrier":
        order.carrier_code = action["code"]


def _try(world: World, rule: Rule) -> None:
    """The result of the dry run that the manager looked at last."""
    version = rule.latest
    report = dry_run(version, TRIED_DAYS, now=world.now) | {"rule": rule.pk, "version": version.number}
    Job.objects.create(
        kind="try_rule",
        title=f"{rule.name}, tried on the last {TRIED_DAYS} days",
        params={"version": version.pk, "days": TRIED_DAYS},
        state=Job.State.DONE,
        result=report,
        done=report["looked_at"],
        total=report["looked_at"],
        by=world.people["manager"],
        created_at=world.now,
        finished_at=world.now,
    )
