"""Webhooks: which system is told what, telling it until it answers, telling it again.

Each event reaches an endpoint at least once, under one id, so that the other side can leave out what it has. They may
overtake each other when one has to be tried again: the `version` of the order in the body tells which is newer.
"""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPException

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.models import Event
from oms.outbox import back_off
from orders.events import OrderEvent, WebhookEvent
from orders.models import Order, WebhookAttempt, WebhookDelivery, WebhookEndpoint, new_secret
from orders.posting import Answer, Refused, checked, post, sign

TOLD = (
    OrderEvent.PLACED,
    OrderEvent.HELD,
    OrderEvent.RELEASED,
    OrderEvent.CONFIRMED,
    OrderEvent.CHANGED,
    OrderEvent.SHORTENED,
    OrderEvent.PROMISED,
    OrderEvent.SHIPPED,
    OrderEvent.DELIVERED,
    OrderEvent.DELIVERY_FAILED,
    OrderEvent.RETURNED,
    OrderEvent.PAID,
    OrderEvent.REFUNDED,
    OrderEvent.CANCELLED,
)
MAX_TRIES = 20  # with an hour between the later ones, about half a day
GIVE_UP_AFTER = timedelta(days=5)
BOTH_SECRETS = timedelta(days=1)
SENDING_LIMIT = timedelta(minutes=2)
State = WebhookDelivery.State


@transaction.atomic
def save_endpoint(endpoint: WebhookEndpoint | None = None, *, by, **fields) -> WebhookEndpoint:
    """Make or change an endpoint; an address to which nothing can be sent is refused."""
    try:
        checked(fields["url"], here=settings.WEBHOOKS_ON_THIS_MACHINE)
    except Refused as error:
        raise DomainError(str(error)) from error
    endpoint = lock(endpoint) if endpoint else WebhookEndpoint()
    for name, value in fields.items():
        setattr(endpoint, name, value)
    endpoint.save()
    record(endpoint, WebhookEvent.SAVED, by=by)
    return endpoint


@transaction.atomic
def rotate_secret(endpoint: WebhookEndpoint, *, by) -> WebhookEndpoint:
    """A new secret; the old one signs along for a day."""
    endpoint = lock(endpoint)
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, timezone.now() + BOTH_SECRETS
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    record(endpoint, WebhookEvent.ROTATED, by=by)
    return endpoint


def switch_endpoint_on(endpoint: WebhookEndpoint, *, by) -> WebhookEndpoint:
    """Send again; what waited meanwhile goes out."""
    return _switch(endpoint, True, WebhookEvent.SWITCHED_ON, by=by)


def switch_endpoint_off(endpoint: WebhookEndpoint, *, by) -> WebhookEndpoint:
    """Send nothing more; what is not delivered yet waits, and new events are not kept for it."""
    return _switch(endpoint, False, WebhookEvent.SWITCHED_OFF, by=by)


@transaction.atomic
def _switch(endpoint: WebhookEndpoint, active: bool, kind: WebhookEvent, *, by) -> WebhookEndpoint:
    endpoint = lock(endpoint)
    if endpoint.active == active:
        raise DomainError(_("%(name)s is switched so already.") % {"name": endpoint})
    endpoint.active, endpoint.failing_since, endpoint.given_up_at = active, None, None
    endpoint.save(update_fields=["active", "failing_since", "given_up_at"])
    record(endpoint, kind, by=by)
    return endpoint


def queue_webhooks(order: Order, event: Event, shown: Callable[[], dict]) -> None:
    """One delivery for each endpoint that wants this event of this order; once, however often it is called."""
    mine = WebhookEndpoint.objects.filter(Q(channel="") | Q(channel=order.channel), active=True)
    wanted = [endpoint for endpoint in mine if event.kind in endpoint.events]
    if not wanted:
        return
    told = {"id": f"evt_{event.pk}", "type": event.kind, "at": event.at.isoformat(), "order": shown()}
    body = json.dumps(told, ensure_ascii=False)
    WebhookDelivery.objects.bulk_create(
        [WebhookDelivery(endpoint=one, event=event, order=order, kind=event.kind, body=body) for one in wanted],
        ignore_conflicts=True,
    )


def send_webhooks(limit: int = 200) -> int:
    """Send what is due, oldest first; returns how many were tried.

    Each is claimed in a transaction of its own before it is sent, so no two workers send it, and no lock is held
    while the other side thinks. One whose worker died in the middle goes out again after `SENDING_LIMIT`.
    """
    for count in range(limit):
        delivery = _claim()
        if delivery is None:
            return count
        _send(delivery)
    return limit


@transaction.atomic
def _claim() -> WebhookDelivery | None:
    now = timezone.now()
    due = WebhookDelivery.objects.filter(
        state__in=[State.QUEUED, State.SENDING], next_at__lte=now, endpoint__active=True
    )
    rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("endpoint")
    delivery = rows.order_by("next_at", "id").first()
    if delivery:
        delivery.state, delivery.tries, delivery.next_at = State.SENDING, delivery.tries + 1, now + SENDING_LIMIT
        delivery.save(update_fields=["state", "tries", "next_at"])
    return delivery


def _send(delivery: WebhookDelivery) -> None:
    began, answer, error = time.monotonic(), None, ""
    try:
        answer = _post(delivery)
    except (Refused, OSError, HTTPException, ValueError) as reason:
        error = f"{type(reason).__name__}: {reason}"[:300]
    taken = round((time.monotonic() - began) * 1000)
    _keep(delivery, answer, error, taken)


def _post(delivery: WebhookDelivery) -> Answer:
    endpoint = delivery.endpoint
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "OMS-Webhook/1",
        "OMS-Event-Id": f"evt_{delivery.event_id}",
        "OMS-Signature": sign(endpoint.secrets(), int(time.time()), delivery.body),
    }
    return post(endpoint.url, delivery.body, headers, here=settings.WEBHOOKS_ON_THIS_MACHINE)


@transaction.atomic
def _keep(delivery: WebhookDelivery, answer: Answer | None, error: str, taken: int) -> None:
    """The attempt, and what follows of it for the delivery and its endpoint."""
    endpoint = lock(delivery.endpoint)
    code, text = (answer.code, answer.text) if answer else (None, "")
    WebhookAttempt.objects.create(delivery=delivery, code=code, answer=text, error=error, milliseconds=taken)
    now = timezone.now()
    if code and 200 <= code < 300:
        delivery.state, delivery.done_at = State.DONE, now
        if endpoint.failing_since:
            endpoint.failing_since = None
            endpoint.save(update_fields=["failing_since"])
    else:
        delivery.state = State.FAILED if delivery.tries >= MAX_TRIES else State.QUEUED
        delivery.next_at = now + back_off(delivery.tries)
        _count_failure(endpoint, now)
    delivery.save(update_fields=["state", "done_at", "next_at"])


def _count_failure(endpoint: WebhookEndpoint, now) -> None:
    endpoint.failing_since = endpoint.failing_since or now
    if endpoint.active and now - endpoint.failing_since >= GIVE_UP_AFTER:
        endpoint.active, endpoint.given_up_at = False, now
        record(endpoint, WebhookEvent.GIVEN_UP)
    endpoint.save(update_fields=["failing_since", "active", "given_up_at"])


@transaction.atomic
def replay(delivery: WebhookDelivery, *, by) -> WebhookDelivery:
    """Send the same body under the same event id once more, after all attempts before it."""
    delivery = lock(delivery)
    if delivery.state in (State.QUEUED, State.SENDING):
        raise DomainError(_("This is still waiting to be sent."))
    delivery.state, delivery.tries, delivery.next_at, delivery.done_at = State.QUEUED, 0, timezone.now(), None
    delivery.save(update_fields=["state", "tries", "next_at", "done_at"])
    record(delivery.endpoint, WebhookEvent.REPLAYED, by=by)
    return delivery
