from celery import shared_task

from inventory import services
from inventory.models import CountPolicy
from oms.context import current


@shared_task
def check_alert_lines() -> None:
    """Raise and end stock alerts."""
    services.check_alert_lines()


@shared_task
def compute_reorder_points() -> None:
    """Reorder points from the last ninety days."""
    services.compute_reorder_points()


@shared_task
def classify_stock() -> None:
    """Sort stock into A, B and C, which says how often it is counted."""
    services.classify_stock(current(CountPolicy).period_days)


@shared_task
def quarantine_expired() -> None:
    """Block what has expired."""
    services.quarantine_expired()
