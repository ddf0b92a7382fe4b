import json
import sys
import time

from django.core.management.base import BaseCommand, CommandParser

from reports import audit


class Command(BaseCommand):
    help = "Compute stock, money, counters and stages anew from their ledgers; exit 1 on any difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options) -> None:
        if self._as_json() if options["json"] else self._as_lines():
            sys.exit(1)

    def _as_lines(self) -> int:
        started, found = time.monotonic(), 0
        for difference in audit.differences():
            self.stdout.write(str(difference))
            found += 1
        outcome = f"{found} differences" if found else "the books balance"
        self.stdout.write(f"{len(audit.CHECKS)} checks in {time.monotonic() - started:.1f} s: {outcome}")
        return found

    def _as_json(self) -> int:
        rows = [vars(difference) for difference in audit.differences()]
        self.stdout.write(json.dumps({"clean": not rows, "differences": rows}, ensure_ascii=False, indent=2))
        return len(rows)
