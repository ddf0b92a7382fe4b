"""Workers that are killed, for real, in the middle of their work."""

import multiprocessing
import os
import signal
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from oms import jobs, outbox
from oms.events import EventKind, record
from oms.models import Delivery, Job, User

pytestmark = pytest.mark.django_db(transaction=True)


class Happened(EventKind):
    FAULT = "test.fault", "A fault was tested"


def write_then_wait(event) -> None:
    User.objects.create(username="written by the reaction")
    begun.set()
    time.sleep(60)


def write(event) -> None:
    User.objects.create(username="written by the reaction")


begun = multiprocessing.get_context("fork").Event()


def killed(target) -> None:
    """Run `target` in a process of its own and kill that process once it has begun its work."""
    begun.clear()
    connection.close()
    process = multiprocessing.get_context("fork").Process(target=target)
    process.start()
    assert begun.wait(20)
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def test_a_delivery_whose_worker_was_killed_is_made_once(monkeypatch):
    registered = {"r": write_then_wait}
    monkeypatch.setitem(outbox._reactions, "test.fault", registered)
    record(User.objects.create(username="subject"), Happened.FAULT)
    killed(outbox.deliver_pending)
    assert not User.objects.filter(username="written by the reaction").exists()
    assert Delivery.objects.get().state == Delivery.State.PENDING
    registered["r"] = write
    assert outbox.deliver_pending() == 1
    assert User.objects.filter(username="written by the reaction").count() == 1
    assert Delivery.objects.get().state == Delivery.State.DONE


def test_a_job_whose_worker_was_killed_is_taken_up_by_another(monkeypatch):
    kinds = {}
    monkeypatch.setattr(jobs, "_kinds", kinds)
    kinds["k"] = write_then_wait
    row = Job.objects.create(kind="k", created_at=timezone.now() - timedelta(minutes=5))
    killed(lambda: jobs.run(row.pk))
    row.refresh_from_db()
    assert row.state == Job.State.RUNNING
    kinds["k"] = lambda job: {"finished": True}
    handed = []
    monkeypatch.setattr(jobs, "hand_over", handed.append)
    jobs.resume_lost()
    assert handed == [row.pk]
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.result) == (Job.State.DONE, {"finished": True})
