"""Celery tasks and background jobs of the ground floor."""

import time
from pathlib import Path

from celery import shared_task
from django.core.cache import cache
from django.core.management import call_command
from django.utils.translation import gettext as _

from oms import jobs, messages, outbox
from oms.errors import DomainError
from oms.jobs import job
from oms.models import Job
from oms.resources import EXCHANGES, Report, load
from oms.tables import read_table

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


@shared_task
def clear_sessions() -> None:
    """Forget sessions that are over, strangers' carts with them."""
    call_command("clearsessions")


@job("check_data")
def check_data(row: Job) -> dict:
    """What a file of master data would do."""
    return _load(row, row.pk, dry_run=True).as_json()


@job("apply_data")
def apply_data(row: Job) -> dict:
    """A checked file of master data, all of it or, when something is wrong by now, nothing."""
    report = _load(row, row.params["source"], dry_run=False)
    if report.wrong:
        line, column, text = report.problems[0]
        raise DomainError(
            _("Nothing was changed. Row %(line)s: %(column)s %(text)s") % {"line": line, "column": column, "text": text}
        )
    return report.as_json()


def _load(row: Job, source: int, *, dry_run: bool) -> Report:
    upload = Job.objects.get(pk=source).files.get()
    table = read_table(Path(upload.file.path), upload.name)
    return load(EXCHANGES[row.params["exchange"]], table, by=row.by, dry_run=dry_run)
