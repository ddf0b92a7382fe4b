"""Celery tasks of the road: bookings with carriers and what they report."""

import structlog
from celery import shared_task

from fulfillment.adapters import CarrierProblem
from fulfillment.models import Carrier
from fulfillment.services import booking, tracking

log = structlog.get_logger(__name__)


@shared_task
def send_bookings() -> None:
    """Call the carriers for every booking that is due."""
    booking.send_due()


@shared_task
def apply_tracking() -> None:
    """Apply the tracking events that wait."""
    tracking.apply_waiting()


@shared_task
def sweep_carriers() -> None:
    """What the broker lost."""
    booking.send_due()
    tracking.apply_waiting()


@shared_task
def fetch_tracking() -> None:
    """Ask every carrier with a web service for events, in case a callback was lost."""
    for carrier in Carrier.objects.filter(adapter=Carrier.Adapter.HTTP, active=True):
        try:
            tracking.ask_for_events(carrier)
        except CarrierProblem as problem:
            log.warning("carrier_away", carrier=carrier.pk, error=str(problem))
