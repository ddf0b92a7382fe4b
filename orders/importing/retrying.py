"""Trying refused rows again: the same planning and writing as of a file, for just those rows."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms import jobs
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.models import Job
from oms.tables import Table
from orders.events import ImportEvent
from orders.importing.desk import BATCH, errors_of, parsed, policy_of
from orders.importing.planning import Group, make_plan
from orders.importing.running import Outcome, Progress, Run
from orders.models import ImportFile, ImportRow, Order


@transaction.atomic
def retry(file: ImportFile, *, by) -> Job:
    """Start a job that tries all open rows of a file again; the one that is at it already is returned instead."""
    file = lock(file)
    if file.undone_at:
        raise DomainError(_("This import was undone. Upload the file again."))
    if file.job and not file.job.is_over:
        return file.job
    if not file.refused.filter(state__in=ImportRow.SHOWN).exists():
        raise DomainError(_("No row of this file is left to be tried again."))
    title = _("Refused rows of %(name)s") % {"name": file.name}
    file.job = jobs.start("retry_rows", by=by, title=title, file=file.pk)
    file.save(update_fields=["job"])
    record(file, ImportEvent.RETRIED, by=by)
    return file.job


@dataclass
class RetryRun(Run):
    """A run that takes its rows from the desk, and marks each in the transaction that makes its order."""

    kept: dict[int, ImportRow] = field(default_factory=dict)  # by position, as they were planned

    def hold(self, groups: list[Group]) -> list[Group]:
        """Without those whose rows somebody changed, dropped or imported since they were read."""
        wanted = [self.kept[row.number].pk for group in groups for row in group.rows]
        fresh = ImportRow.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        seen = {row.position: row.version for row in fresh if row.state in ImportRow.OPEN}
        left = [g for g in groups if all(seen.get(row.number) == self.kept[row.number].version for row in g.rows)]
        if self.policy.whole and len(left) < len(groups):
            raise DomainError(_("Somebody has just changed these rows. Try again."))
        return left

    def settle(self, groups: list[Group], orders: list[Order]) -> None:
        done = []
        for group, order in zip(groups, orders, strict=True):
            for row in (self.kept[row.number] for row in group.rows):
                row.state, row.order, row.errors = ImportRow.State.RETRIED, order, []
                row.version, row.changed_at = row.version + 1, timezone.now()
                done.append(row)
        ImportRow.objects.bulk_update(done, ["state", "order", "errors", "version", "changed_at"])


def retry_rows(file: ImportFile, *, by, progress: Progress = lambda done, total: None) -> Outcome:
    """Import the open rows that are good now; the others stay with their new errors. May be run again at any time."""
    kept = {row.position: row for row in file.refused.filter(state__in=ImportRow.OPEN).order_by("position")}
    plan = make_plan(parsed(file, kept.values()), file.mapping, policy_of(file), file, again=True)
    outcome = Outcome(
        Table(file.headings, [], 1),
        plan,
        new_products=len(plan.new_products),
        new_customers=len(plan.new_customers),
    )
    versions = {position: row.version for position, row in kept.items()}
    RetryRun(plan, policy_of(file), outcome, by, file, progress, kept=kept).write()
    _keep_errors(file, outcome, versions)
    return outcome


def _keep_errors(file: ImportFile, outcome: Outcome, versions: dict[int, int]) -> None:
    """Say at each row that stayed what is wrong with it now, unless somebody changed it meanwhile."""
    plan = outcome.plan
    waits = file.whole and bool(plan.refused)
    left = {row.number: row for row in plan.rows if row.problems or waits}
    positions = sorted(left)
    for start in range(0, len(positions), BATCH):
        with transaction.atomic():
            part = file.refused.select_for_update().filter(position__in=positions[start : start + BATCH])
            rows = [r for r in part if r.state in ImportRow.OPEN and r.version == versions[r.position]]
            changed = [row for row in rows if _judge(row, errors_of(left[row.position].problems))]
            ImportRow.objects.bulk_update(changed, ["errors", "state"], batch_size=500)


def _judge(row: ImportRow, errors: list[dict]) -> bool:
    """Note what is wrong with a row now; whether that is news."""
    before = row.errors, row.state
    row.errors = errors
    row.state = ImportRow.State.REFUSED if errors else ImportRow.State.WAITING
    return before != (row.errors, row.state)
