"""Fixtures of every test: clean caches, and reactions delivered on the spot."""

import pytest
from django.conf import settings

from oms import context, jobs, messages, outbox
from oms.models import Delivery, Job
from oms.translations import compile_translations


@pytest.fixture(scope="session", autouse=True)
def compiled_translations():
    compile_translations(settings.LOCALE_PATHS)


@pytest.fixture(autouse=True)
def clean_caches():
    """No test sees another's cache entries, rate limits or queued tasks."""
    context._kept.clear()
    broker = outbox.broker()
    # A worker that is running has told Celery where its queue is; that stays.
    if keys := [key for key in broker.scan_iter() if not key.startswith(b"_kombu")]:
        broker.delete(*keys)


@pytest.fixture
def deliver(db):
    """Call it to do, here and now, what a worker would do: reactions, jobs, messages; no reaction may fail."""

    def deliver_everything() -> None:
        while outbox.deliver_pending():
            pass
        for pk in Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
            jobs.run(pk)
        while outbox.deliver_pending():
            pass
        assert list(Delivery.objects.exclude(error="").values_list("reaction", "error")) == []
        messages.send_queued()

    return deliver_everything
