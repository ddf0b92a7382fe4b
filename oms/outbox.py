"""The outbox: reactions owed to committed events, delivered by whichever worker comes first."""

import functools
import traceback
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

import redis
import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from oms.errors import DomainError
from oms.locking import lock
from oms.models import Delivery, Event

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
QUEUED_KEY = "oms:drain-queued"


Reaction = Callable[[Event], None]
_reactions: dict[str, dict[str, Reaction]] = defaultdict(dict)


def on(*kinds: str) -> Callable[[Reaction], Reaction]:
    """Register an idempotent reaction to event kinds; it runs in a worker, in a transaction of its own."""

    def register(function: Reaction) -> Reaction:
        for kind in kinds:
            _reactions[str(kind)][f"{function.__module__}.{function.__name__}"] = function
        return function

    return register


def reactions_to(kind: str) -> dict[str, Reaction]:
    """The registered reactions to a kind of event, by the name under which they are stored."""
    return _reactions.get(kind, {})


@functools.cache
def broker() -> redis.Redis:
    """A lasting connection to Redis; Django's cache would make a client for each call."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)


def nudge() -> None:
    """Wake a worker, at most once until it starts; a broker that is away costs a log line, beat sweeps later."""
    try:
        if broker().set(QUEUED_KEY, 1, nx=True, ex=30):
            current_app.send_task("oms.tasks.deliver_pending", retry=False)
    except (RedisError, OperationalError, OSError) as error:
        log.warning("broker_away", error=str(error))


def deliver_pending(limit: int = 1000) -> int:
    """Deliver what is due, oldest first, each in a transaction of its own; returns how many were tried."""
    for count in range(limit):
        if not _deliver_next():
            return count
    return limit


def back_off(attempts: int) -> timedelta:
    """Waiting time before the next attempt: 15 s, 30 s, 1 min … doubling, an hour at the most."""
    return timedelta(seconds=min(3600, 15 * 2 ** (attempts - 1)))


@transaction.atomic
def _deliver_next() -> bool:
    delivery = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("event__subject_type")
        .filter(state=Delivery.State.PENDING, next_at__lte=timezone.now())
        .order_by("next_at", "id")
        .first()
    )
    if delivery is None:
        return False
    _attempt(delivery)
    delivery.save(update_fields=["state", "attempts", "next_at", "error"])
    return True


def _attempt(delivery: Delivery) -> None:
    delivery.attempts += 1
    react = reactions_to(delivery.event.kind).get(delivery.reaction)
    try:
        if react is None:
            raise LookupError(delivery.reaction)
        with transaction.atomic():
            react(delivery.event)
        delivery.state, delivery.error = Delivery.State.DONE, ""
    except Exception as error:
        log.exception("reaction_failed", reaction=delivery.reaction, event_id=delivery.event_id)
        delivery.error = "".join(traceback.format_exception_only(error))[:2000]
        delivery.next_at = timezone.now() + back_off(delivery.attempts)
        if delivery.attempts >= MAX_ATTEMPTS:
            delivery.state = Delivery.State.FAILED


@transaction.atomic
def try_again(delivery: Delivery, *, by=None) -> Delivery:
    """Put a delivery that failed for good back into the queue, with all its attempts before it."""
    delivery = lock(delivery)
    if delivery.state != Delivery.State.FAILED:
        raise DomainError(_("This reaction is not failed any more."))
    delivery.state, delivery.attempts, delivery.next_at = Delivery.State.PENDING, 0, timezone.now()
    delivery.save(update_fields=["state", "attempts", "next_at"])
    return delivery
