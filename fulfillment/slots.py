"""The times of day between which a customer may choose; pure."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HOURS = {"morning": (9, 13), "afternoon": (13, 17), "evening": (17, 21)}
CHOICES = [
    ("morning", _("09:00 to 13:00")),
    ("afternoon", _("13:00 to 17:00")),
    ("evening", _("17:00 to 21:00")),
]
DAYS_AHEAD = 14


def bounds(day: datetime.date, slot: str) -> tuple[datetime.datetime, datetime.datetime]:
    """The first and the last moment of a slot, in the active time zone."""
    zone = timezone.get_current_timezone()
    first, last = (datetime.datetime.combine(day, datetime.time(hour), zone) for hour in HOURS[slot])
    return first, last


def whole_day(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """From the first slot's beginning to the last one's end."""
    return bounds(day, "morning")[0], bounds(day, "evening")[1]
