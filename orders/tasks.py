"""Long work of the order desk: checking and importing files."""

from pathlib import Path

from celery import shared_task

from oms import jobs
from oms.jobs import job
from oms.models import Job
from orders import services
from orders.importing.planning import Policy
from orders.importing.refused import write_csv, write_xlsx
from orders.importing.running import Outcome, import_rows, look_at
from orders.models import ImportFile


@shared_task
def free_unpaid() -> None:
    """Free the stock of orders of the public page that nobody paid in time."""
    services.free_unpaid()


@job("check_orders")
def check_orders(row: Job) -> dict:
    """The dry run of an uploaded file."""
    file = ImportFile.objects.get(pk=row.params["file"])
    outcome = look_at(Path(file.file.path), file.name, file.mapping, _policy(file))
    return _result(row, file, outcome)


@job("import_orders")
def import_orders(row: Job) -> dict:
    """The import of an uploaded file; run again after a crash it goes on where it stopped."""
    file = ImportFile.objects.select_related("by").get(pk=row.params["file"])
    outcome = import_rows(
        Path(file.file.path),
        file.name,
        file.mapping,
        _policy(file),
        by=file.by,
        file=file,
        progress=lambda done, total: jobs.progress(row, done, total),
    )
    return _result(row, file, outcome)


def _policy(file: ImportFile) -> Policy:
    return Policy(file.create_missing, file.history)


def _result(row: Job, file: ImportFile, outcome: Outcome) -> dict:
    refused = outcome.plan.refused
    if refused:
        stem = Path(file.name).stem
        jobs.attach(row, f"{stem}-refused.csv", write_csv(outcome.table, refused))
        jobs.attach(row, f"{stem}-refused.xlsx", write_xlsx(outcome.table, refused))
    return outcome.as_json() | {"file": file.pk}
