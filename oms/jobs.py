"""Background jobs: started by a person, run by a worker, resumed when a worker dies, their progress visible."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from celery import current_app
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from oms.errors import DomainError
from oms.models import Job, JobFile

log = structlog.get_logger(__name__)

Work = Callable[[Job], dict | None]
_kinds: dict[str, Work] = {}
LOCK_SPACE = 7001


def job(kind: str) -> Callable[[Work], Work]:
    """Register the function that does jobs of `kind`; it may be run again from the start after a crash."""

    def register(function: Work) -> Work:
        _kinds[kind] = function
        return function

    return register


def start(kind: str, *, by, title: str, **params) -> Job:
    """Store a job and hand it to a worker after commit; beat hands it over again when the broker lost it."""
    row = Job.objects.create(kind=kind, by=by, title=title, params=params)
    transaction.on_commit(lambda: hand_over(row.pk))
    return row


def hand_over(pk: int) -> None:
    """Ask a worker to run job `pk`; asking twice is harmless."""
    try:
        current_app.send_task("oms.tasks.run_job", [pk], retry=False)
    except (RedisError, OperationalError, OSError) as error:
        log.warning("broker_away", job=pk, error=str(error))


def run(pk: int) -> None:
    """Run a job unless it is over or another worker is at it (a session lock that dies with its worker tells)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, pk])
        if not cursor.fetchone()[0]:
            return
    try:
        _run(Job.objects.get(pk=pk))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, pk])


def _run(row: Job) -> None:
    if row.is_over:
        return
    Job.objects.filter(pk=row.pk).update(state=Job.State.RUNNING)
    try:
        row.result = _kinds[row.kind](row) or {}
        row.state, row.error = Job.State.DONE, ""
    except DomainError as error:
        row.state, row.error = Job.State.FAILED, str(error)
    except Exception:
        log.exception("job_failed", job=row.pk, kind=row.kind)
        row.state = Job.State.FAILED
        row.error = _(
            "Something went wrong on our side. Nothing was half done; please try again or ask an administrator."
        )
    row.finished_at = timezone.now()
    row.save(update_fields=["result", "state", "error", "finished_at"])


def progress(row: Job, done: int, total: int) -> None:
    """Show how far a job is; outside a transaction it is seen at once."""
    row.done, row.total = done, total
    Job.objects.filter(pk=row.pk).update(done=done, total=total)


def attach(row: Job, name: str, content: bytes) -> JobFile:
    """Keep a file that the job made, replacing one of the same name from an earlier try."""
    JobFile.objects.filter(job=row, name=name).delete()
    made = JobFile(job=row, name=name)
    made.file.save(name, ContentFile(content))
    return made


def resume_lost() -> int:
    """Hand over again what is not over and is older than a minute; a job being run is left alone by its lock."""
    lost = Job.objects.filter(
        state__in=[Job.State.QUEUED, Job.State.RUNNING], created_at__lt=timezone.now() - timedelta(minutes=1)
    ).values_list("pk", flat=True)
    for pk in lost:
        hand_over(pk)
    return len(lost)
