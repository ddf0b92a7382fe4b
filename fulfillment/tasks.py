"""Long work of the road: planning a day's routes."""

from datetime import date

from fulfillment.services import plan_day
from inventory.models import Warehouse
from oms.jobs import job, progress
from oms.models import Job

STEPS = 100


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
