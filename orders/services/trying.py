"""A rule on many orders at once: tried on past ones, which changes nothing, or applied to all open ones."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from oms import jobs
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.models import Event, Job
from orders.events import RuleEvent
from orders.facts import facts_of, with_facts
from orders.models import Order, Rule, RuleFiring, RuleVersion
from orders.rules import matches
from orders.services.acting import fire, is_so_already
from orders.services.rules import fields_of

CHUNK = 500
EXAMPLES = 20
REFUSALS = 100
MAX_DAYS = 366
OPEN = (Order.Status.PLACED, Order.Status.CONFIRMED)
GONE = (Order.Stage.SHIPPED, Order.Stage.DELIVERED, Order.Stage.RETURNED)
Progress = Callable[[int, int], None]


@transaction.atomic
def try_rule(rule: Rule, *, by, days: int) -> Job:
    """Start a dry run of what a rule says now over the orders of the last days."""
    if not 1 <= days <= MAX_DAYS:
        raise DomainError(_("Choose 1 to %(most)s days.") % {"most": MAX_DAYS})
    record(rule, RuleEvent.TRIED, by=by, version=rule.version, days=days)
    title = _("%(rule)s, tried on the last %(days)s days") % {"rule": rule, "days": days}
    return jobs.start("try_rule", by=by, title=title, version=rule.latest.pk, days=days)


@transaction.atomic
def apply_to_open(rule: Rule, *, by) -> Job:
    """Start applying what a rule says now to all open orders; refused while it is switched off."""
    if not rule.active:
        raise DomainError(_("%(name)s is switched off. Switch it on first.") % {"name": rule})
    record(rule, RuleEvent.APPLIED, by=by, version=rule.version)
    title = _("%(rule)s, applied to the open orders") % {"rule": rule}
    return jobs.start("apply_rule", by=by, title=title, version=rule.latest.pk)


def dry_run(version: RuleVersion, days: int, *, now: datetime.datetime, progress: Progress | None = None) -> dict:
    """How many orders of the last days a rule fits, what it would have changed, and examples; nothing is written.

    Orders are seen as they are now, but for the customer's earlier orders, which are those before this one. Each
    chunk takes the same number of statements.
    """
    since = now - datetime.timedelta(days=days)
    keys = _happened_to(version.event, since)
    looked_at, fits, changed, effects, examples = 0, 0, 0, Counter(), []
    for orders in _chunks(keys, fields_of(version)):
        for order in orders:
            match = matches(version.conditions, facts_of(order), together=version.together)
            if match.matched:
                new = [not is_so_already(action, order, version.rule) for action in version.actions]
                effects.update(n for n, is_new in enumerate(new) if is_new)
                fits, changed = fits + 1, changed + any(new)
                if len(examples) < EXAMPLES:
                    examples.append(_example(order, match.reasons, version, new))
        looked_at += len(orders)
        if progress:
            progress(looked_at, len(keys))
    told = [{"action": action, "orders": effects[n]} for n, action in enumerate(version.actions)]
    return {"days": days, "looked_at": looked_at, "fits": fits, "changed": changed, "effects": told} | {
        "examples": examples
    }


def _happened_to(event: str, since: datetime.datetime) -> list[int]:
    """The orders to which this happened since, the newest first; never imported history."""
    real = Order.objects.filter(history=False)
    if event == Rule.When.PLACED:
        real = real.filter(placed_at__gte=since).exclude(status=Order.Status.DRAFT)
    else:
        order_type = ContentType.objects.get_for_model(Order)
        events = Event.objects.filter(subject_type=order_type, kind=event, at__gte=since)
        real = real.filter(pk__in=events.order_by().values("subject_id"))
    return list(real.order_by("-placed_at", "-id").values_list("pk", flat=True))


def _chunks(keys: list[int], fields: set[str]) -> Iterator[list[Order]]:
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        yield list(with_facts(_by_key(part), fields).order_by("-placed_at", "-id"))


def _by_key(keys: list[int]) -> QuerySet[Order]:
    return Order.objects.filter(pk__in=keys)


def _example(order: Order, reasons: list[dict], version: RuleVersion, new: list[bool]) -> dict:
    actions = [action for action, is_new in zip(version.actions, new, strict=True) if is_new]
    head = {"number": order.number, "customer": order.customer.name, "total": str(order.total)}
    return {**head, "currency": order.currency, "conditions": reasons, "actions": actions}


def apply_version(version: RuleVersion, *, job: Job, progress: Progress | None = None) -> dict:
    """Apply a version to every open order, each in a transaction of its own; begun again, it goes on where it was.

    Orders on which this version has fired before are left alone, so that what people decided since stays.
    """
    open_orders = Order.objects.filter(status__in=OPEN, history=False).exclude(stage__in=GONE)
    keys = list(open_orders.order_by("id").values_list("pk", flat=True))
    for done, key in enumerate(keys, 1):
        _apply(version, key, job)
        if progress and (done % 20 == 0 or done == len(keys)):
            progress(done, len(keys))
    mine = RuleFiring.objects.filter(job=job).select_related("order").order_by("id")
    outcomes = Counter(mine.values_list("outcome", flat=True))
    refused = [
        {"number": firing.order.number, "actions": [a for a in firing.actions if a["outcome"] == "refused"]}
        for firing in mine.filter(outcome=RuleFiring.Outcome.REFUSED)[:REFUSALS]
    ]
    fired = sum(outcomes.values())
    before = RuleFiring.objects.filter(version=version, order__in=keys).exclude(job=job)
    told = {"before": before.order_by().values("order").distinct().count()}
    told |= {name: outcomes.get(name, 0) for name in RuleFiring.Outcome.values}
    return {"looked_at": len(keys), "fits": fired, "rule": version.rule_id, "refusals": refused, **told}


@transaction.atomic
def _apply(version: RuleVersion, key: int, job: Job) -> None:
    order = lock(Order(pk=key))
    if order.status not in OPEN or RuleFiring.objects.filter(version=version, order=order).exists():
        return
    seen = with_facts(_by_key([key]), fields_of(version)).get()
    match = matches(version.conditions, facts_of(seen), together=version.together)
    if match.matched:
        fire(order, version, match, job=job)


def run_trial(job: Job) -> dict:
    """The work of a job that `try_rule` started."""
    version = RuleVersion.objects.select_related("rule").get(pk=job.params["version"])
    report = dry_run(
        version,
        job.params["days"],
        now=timezone.now(),
        progress=lambda done, total: jobs.progress(job, done, total),
    )
    return report | {"rule": version.rule_id, "version": version.number}


def run_application(job: Job) -> dict:
    """The work of a job that `apply_to_open` started."""
    version = RuleVersion.objects.select_related("rule").get(pk=job.params["version"])
    return apply_version(version, job=job, progress=lambda done, total: jobs.progress(job, done, total))
