import threading
import time
import uuid

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from fulfillment.models import Carrier
from fulfillment.testcarrier import TestCarrier

WAY = [
    ("PICKED_UP", "Test depot East"),
    ("LINEHAUL", "Test hub"),
    ("WITH_COURIER", "Test depot West"),
    ("POD", "At the door"),
]


class Command(BaseCommand):
    help = "Run a carrier's web service for trying out: it books, and reports every parcel's way by signed callbacks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("carrier", help="code of the carrier that it plays; its address says the port")
        parser.add_argument("--seconds", type=float, default=30, help="between two events of a parcel")

    def handle(self, **options) -> None:
        carrier = Carrier.objects.filter(code=options["carrier"], adapter=Carrier.Adapter.HTTP).first()
        if carrier is None or not carrier.base_url.startswith("http://127.0.0.1:"):
            raise CommandError("There is no carrier with this code whose web service is http://127.0.0.1:<port>.")
        server = TestCarrier(carrier.secret, port=int(carrier.base_url.rsplit(":", 1)[1].strip("/")))
        server.first_number = int(time.time())
        callback = f"{settings.BASE_URL}/carriers/{carrier.code}/events/"
        threading.Thread(target=_report, args=(server, callback, options["seconds"]), daemon=True).start()
        self.stdout.write(f"{carrier} listens on {server.url} and reports to {callback}")
        server.serve()


def _report(server: TestCarrier, callback: str, seconds: float) -> None:
    told: dict[str, int] = {}
    while True:
        time.sleep(seconds)
        for booking in list(server.bookings.values()):
            number = booking["number"]
            step = told.get(number, 0)
            if number in server.cancelled or step >= len(WAY):
                continue
            status, place = WAY[step]
            event = {"id": str(uuid.uuid4()), "number": number, "status": status, "place": place}
            if server.push(callback, event | {"time": timezone.now().isoformat()}) == 200:
                told[number] = step + 1
