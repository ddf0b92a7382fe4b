from celery import shared_task

from inventory import services


@shared_task
def check_alert_lines() -> None:
    """Raise and end stock alerts."""
    services.check_alert_lines()


@shared_task
def quarantine_expired() -> None:
    """Block what has expired."""
    services.quarantine_expired()
