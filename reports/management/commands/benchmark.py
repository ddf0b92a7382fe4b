import json
import logging
import os

from django.core.management.base import BaseCommand, CommandError

from fulfillment.routing import reading
from reports import benchmarks


class Command(BaseCommand):
    help = "Measure the system in a private database of its own and print the figures as JSON."

    def add_arguments(self, parser):
        parser.add_argument("--only", default="", help=f"some of: {','.join(benchmarks.PARTS)}")
        parser.add_argument("--path", default="", help="the directory with .vrp and .sol files, for the part routing")

    def handle(self, *, only, path, **options):
        parts = [part for part in only.split(",") if part] or list(benchmarks.PARTS)
        unknown = set(parts) - set(benchmarks.PARTS)
        if unknown:
            raise CommandError(
                f"There is no part {', '.join(sorted(unknown))}; choose from {','.join(benchmarks.PARTS)}."
            )
        if path:
            os.environ[reading.VARIABLE] = path
        logging.disable(logging.CRITICAL)  # the figures are all that stands on the output
        self.stdout.write(json.dumps(benchmarks.run(parts), indent=2))
