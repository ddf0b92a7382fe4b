"""Long work of the order desk: checking and importing files, rules on many orders."""

from pathlib import Path

from celery import shared_task

from oms import jobs
from oms.jobs import job
from oms.models import Job
from orders import services
from orders.importing.desk import keep_rows, policy_of
from orders.importing.refused import write_csv, write_xlsx
from orders.importing.retrying import retry_rows
from orders.importing.running import Outcome, import_rows, look_at
from orders.models import ImportFile


@shared_task
def free_unpaid() -> None:
    """Free the stock of orders of the public page that nobody paid in time."""
    services.free_unpaid()


@shared_task
def send_webhooks() -> None:
    """Tell other systems what is due."""
    services.send_webhooks()


@shared_task
def rank_open_orders() -> None:
    """Give orders that wait their points for it."""
    services.rank_open_orders()


@job("check_orders")
def check_orders(row: Job) -> dict:
    """The dry run of an uploaded file."""
    file = ImportFile.objects.get(pk=row.params["file"])
    outcome = look_at(Path(file.file.path), file.name, file.mapping, policy_of(file))
    return _result(row, file, outcome)


@job("import_orders")
def import_orders(row: Job) -> dict:
    """The import of an uploaded file; run again after a crash it goes on where it stopped."""
    file = ImportFile.objects.select_related("by").get(pk=row.params["file"])
    outcome = import_rows(
        Path(file.file.path),
        file.name,
        file.mapping,
        policy_of(file),
        by=file.by,
        file=file,
        progress=lambda done, total: jobs.progress(row, done, total),
    )
    keep_rows(file, outcome.table.headings, outcome.plan)
    return _result(row, file, outcome)


@job("retry_rows")
def try_rows_again(row: Job) -> dict:
    """The open rows of a file once more."""
    file = ImportFile.objects.get(pk=row.params["file"])
    outcome = retry_rows(file, by=row.by, progress=lambda done, total: jobs.progress(row, done, total))
    return _result(row, file, outcome)


@job("try_rule")
def try_rule(row: Job) -> dict:
    """A rule's dry run over past orders."""
    return services.run_trial(row)


@job("apply_rule")
def apply_rule(row: Job) -> dict:
    """A rule on all open orders."""
    return services.run_application(row)


def _result(row: Job, file: ImportFile, outcome: Outcome) -> dict:
    refused = outcome.plan.refused
    if refused:
        stem = Path(file.name).stem
        jobs.attach(row, f"{stem}-refused.csv", write_csv(outcome.table, refused))
        jobs.attach(row, f"{stem}-refused.xlsx", write_xlsx(outcome.table, refused))
    return outcome.as_json() | {"file": file.pk}
