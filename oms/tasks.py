"""Celery tasks of the ground floor."""

import time

from celery import shared_task
from django.core.cache import cache

from oms import jobs, messages, outbox

HEARTBEAT_KEY = "oms:worker-heartbeat"


@shared_task
def deliver_pending() -> None:
    """Deliver reactions, then send the messages that they queued."""
    outbox.broker().delete(outbox.QUEUED_KEY)
    outbox.deliver_pending()
    messages.send_queued()


@shared_task
def sweep() -> None:
    """What the broker lost: deliveries, messages, jobs."""
    deliver_pending()
    jobs.resume_lost()


@shared_task
def run_job(pk: int) -> None:
    """Run one background job."""
    jobs.run(pk)


@shared_task
def heartbeat() -> None:
    """Tell /healthz that a worker is alive."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=300)
