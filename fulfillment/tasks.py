"""Celery tasks of the road: bookings with carriers, what they report, planning a day's routes."""

from datetime import date

import structlog
from celery import shared_task

from fulfillment.adapters import CarrierProblem
from fulfillment.models import Carrier
from fulfillment.services import booking, plan_day, tracking
from inventory.models import Warehouse
from oms.jobs import job, progress
from oms.models import Job

STEPS = 100
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


@job("plan_routes")
def plan_routes(row: Job) -> dict:
    """Plan the day that fulfillment.views.routes.PlanDay asked for."""
    wanted = row.params
    plan = plan_day(
        date.fromisoformat(wanted["date"]),
        Warehouse.objects.get(pk=wanted["warehouse"]),
        by=row.by,
        seconds=wanted["seconds"],
        job=row,
        tick=lambda part: progress(row, round(part * STEPS), STEPS),
    )
    return {"plan": plan.pk}
