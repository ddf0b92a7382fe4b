import dataclasses
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oms.errors import DomainError
from orders.importing import mapping
from orders.importing.desk import keep_rows
from orders.importing.planning import Policy
from orders.importing.refused import write_csv
from orders.importing.running import Outcome, import_rows, look_at
from orders.models import ImportFile


class Command(BaseCommand):
    help = "Import orders from a CSV or XLSX file. Rows with one reference are one order."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--mapping", required=True, help='saved name, or a JSON file of {"field": "heading"}')
        parser.add_argument("--create-missing", action="store_true", help="make unknown products and customers")
        parser.add_argument("--history", action="store_true", help="record closed past orders, leave stock alone")
        parser.add_argument("--whole", action="store_true", help="import nothing when a row is refused")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")

    def handle(self, **options):
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        policy = Policy(options["create_missing"], options["history"], options["whole"])
        try:
            fields = mapping.load(options["mapping"])
            outcome = self._run(path, fields, policy, options["dry_run"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._report(outcome, path)

    def _run(self, path: Path, fields: mapping.Mapping, policy: Policy, dry_run: bool) -> Outcome:
        if dry_run:
            return look_at(path, path.name, fields, policy)
        file = ImportFile(name=path.name, mapping=fields, **dataclasses.asdict(policy))
        with path.open("rb") as content:
            file.file.save(path.name, File(content), save=False)
        file.save()
        outcome = import_rows(path, path.name, fields, policy, file=file)
        keep_rows(file, outcome.table.headings, outcome.plan)
        return outcome

    def _report(self, outcome: Outcome, path: Path) -> None:
        result = outcome.as_json()
        for column, reason, count in result["reasons"]:
            self.stdout.write(f"{count:>8}  {column} {reason}")
        if result["refused_rows"]:
            target = settings.VAR / "imports" / f"{path.stem}-refused-{timezone.localtime():%Y%m%d-%H%M%S}.csv"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(write_csv(outcome.table, outcome.plan.refused))
            self.stdout.write(f"refused rows, with their errors: {target}")
        self.stdout.write(
            f"new products={result['new_products']} new customers={result['new_customers']} "
            f"changed orders={result['changed']} rows of orders imported before={result['known_rows']}"
        )
        self.stdout.write(
            "rows={rows} orders={orders} refused_rows={refused_rows} accepted_total={accepted_total}".format(**result)
        )
