"""Report files, made by a worker; a job that is run again after a crash makes the same files anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils import timezone, translation

from oms.jobs import attach, job, progress
from oms.models import Job
from reports import salesreport, stockreport
from reports.periods import Period, zone
from reports.sales import Scope

STEPS = 3


@contextmanager
def _of_the_asker(row: Job) -> Iterator[None]:
    """The language in which the report was asked for, and the business's time zone."""
    with translation.override(row.params["language"]), timezone.override(zone()):
        yield


@job("sales_report")
def sales_report(row: Job) -> dict:
    """Make the PDF and the workbook that reports.views.files.SalesReportForm asked for."""
    wanted = row.params
    period = Period(date.fromisoformat(wanted["first"]), date.fromisoformat(wanted["last"]))
    scope = Scope(period, wanted.get("category"), wanted.get("customer"), wanted.get("product"))
    name = f"sales-{period.first}-{period.last}"
    with _of_the_asker(row):
        progress(row, 0, STEPS)
        report = salesreport.read(scope, wanted["group"])
        progress(row, 1, STEPS)
        attach(row, f"{name}.pdf", salesreport.pdf(report, by=str(row.by), language=wanted["language"]))
        progress(row, 2, STEPS)
        attach(row, f"{name}.xlsx", salesreport.xlsx(report, by=str(row.by)))
    progress(row, STEPS, STEPS)
    return {"orders": report.total.orders, "total": str(report.total.total), "currency": scope.currency}


@job("stock_report")
def stock_report(row: Job) -> dict:
    """Make the PDF and the workbook of the stock as it is now."""
    with _of_the_asker(row):
        progress(row, 0, STEPS)
        report = stockreport.read(row.params.get("warehouse"))
        name = f"stock-{timezone.localdate()}"
        progress(row, 1, STEPS)
        attach(row, f"{name}.pdf", stockreport.pdf(report, by=str(row.by), language=row.params["language"]))
        progress(row, 2, STEPS)
        attach(row, f"{name}.xlsx", stockreport.xlsx(report, by=str(row.by)))
    progress(row, STEPS, STEPS)
    return {"rows": len(report.rows), "value": str(report.value), "currency": report.currency}
