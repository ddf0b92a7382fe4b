from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from oms import jobs
from oms.errors import DomainError
from oms.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(monkeypatch):
    kinds = {}
    monkeypatch.setattr(jobs, "_kinds", kinds)
    return kinds


def test_a_job_keeps_its_result_and_files(work):
    def make(job):
        jobs.progress(job, 3, 4)
        jobs.attach(job, "a.txt", b"one")
        jobs.attach(job, "a.txt", b"two")
        return {"rows": 4}

    work["k"] = make
    job = jobs.start("k", by=None, title="Work")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total, job.percent) == ("done", {"rows": 4}, 3, 4, 100)
    assert [f.file.read() for f in job.files.all()] == [b"two"]


def test_a_job_that_is_over_is_not_run_again(work):
    runs = []
    work["k"] = lambda job: runs.append(job.pk)
    job = jobs.start("k", by=None, title="Work")
    jobs.run(job.pk)
    jobs.run(job.pk)
    assert runs == [job.pk]


def test_a_refusal_is_shown_in_its_own_words_and_a_fault_is_not(work):
    def refuse(job):
        raise DomainError("The file is empty.")

    work["refuse"], work["fault"] = refuse, lambda job: 1 / 0
    first, second = (jobs.start(k, by=None, title="") for k in ("refuse", "fault"))
    jobs.run(first.pk)
    jobs.run(second.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.error) == ("failed", "The file is empty.")
    assert second.state == "failed"
    assert "division" not in second.error


def test_a_job_that_another_worker_holds_is_left_alone(work):
    work["k"] = lambda job: pytest.fail("ran twice")
    job = jobs.start("k", by=None, title="")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, job.pk])
        jobs.run(job.pk)
    finally:
        other.close()
    job.refresh_from_db()
    assert job.state == "queued"


def test_lost_jobs_are_handed_over_again(work, monkeypatch):
    handed = []
    monkeypatch.setattr(jobs, "hand_over", handed.append)
    old = timezone.now() - timedelta(minutes=2)
    lost = Job.objects.create(kind="k", created_at=old)
    Job.objects.create(kind="k", created_at=old, state="done")
    Job.objects.create(kind="k")
    assert jobs.resume_lost() == 1
    assert handed == [lost.pk]
