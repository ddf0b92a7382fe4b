import json
import logging

from django.core.management.base import BaseCommand, CommandError

from reports import benchmarks


class Command(BaseCommand):
    help = "Measure the system in a private database of its own and print the figures as JSON."

    def add_arguments(self, parser):
        parser.add_argument("--only", default="", help=f"some of: {','.join(benchmarks.PARTS)}")

    def handle(self, *, only, **options):
        parts = [part for part in only.split(",") if part] or list(benchmarks.PARTS)
        unknown = set(parts) - set(benchmarks.PARTS)
        if unknown:
            raise CommandError(
                f"There is no part {', '.join(sorted(unknown))}; choose from {','.join(benchmarks.PARTS)}."
            )
        logging.disable(logging.CRITICAL)  # the figures are all that stands on the output
        self.stdout.write(json.dumps(benchmarks.run(parts), indent=2))
