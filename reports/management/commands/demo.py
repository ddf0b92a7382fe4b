import os
import time

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orders.models import Order
from reports import demo


class Command(BaseCommand):
    help = "Fill an empty database with a demo company; does nothing when there are orders."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", action="store_true", help="about 60 orders instead of 3,000")

    def handle(self, **options) -> None:
        if Order.objects.exists():
            self.stdout.write("There are orders already; the demo data are left as they are.")
            return
        password = os.environ.get("DEMO_PASSWORD")
        if not password:
            raise CommandError("Set DEMO_PASSWORD to the password that the demo log-ins shall have.")
        started, size = time.monotonic(), demo.SMALL if options["small"] else demo.FULL
        world = demo.fill(size, password=password, now=timezone.now())
        self.stdout.write(
            f"{len(world.stories)} orders, {len(world.products)} products and {len(world.buyers)} customers "
            f"in {time.monotonic() - started:.0f} s. Log-ins: {', '.join(world.people)}."
        )
