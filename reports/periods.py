"""Periods of whole days in the business's own time zone, as half-open ranges of moments."""

import datetime
import zoneinfo
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_skeleton
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms import formats
from oms.context import current
from oms.models import Company
from oms.money import babel_locale

GROUPS = {"day": _("Day"), "week": _("Week"), "month": _("Month")}
TRUNCATE = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}
DAYS_OF_DAYS, DAYS_OF_WEEKS = 62, 400


def zone() -> zoneinfo.ZoneInfo:
    """The business's own time zone."""
    return zoneinfo.ZoneInfo(current(Company).time_zone)


def today() -> date:
    """Today where the business is."""
    return timezone.localdate(timezone=zone())


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime.datetime:
        """The moment at which it begins."""
        return datetime.datetime.combine(self.first, datetime.time.min, zone())

    @property
    def end(self) -> datetime.datetime:
        """The moment at which it is over; not part of it any more."""
        return datetime.datetime.combine(self.last + timedelta(days=1), datetime.time.min, zone())

    def previous(self) -> "Period":
        """As many days just before it."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def within(self, field: str) -> dict:
        """Filter arguments for a field of moments."""
        return {f"{field}__gte": self.start, f"{field}__lt": self.end}

    def query(self, name: str) -> str:
        """The same period in the address of a list whose filter is `name`."""
        return f"{name}_from={self.first:%Y-%m-%d}&{name}_to={self.last:%Y-%m-%d}"

    def group(self) -> str:
        """A group that gives a chart a readable number of points."""
        if self.days <= DAYS_OF_DAYS:
            return "day"
        return "week" if self.days <= DAYS_OF_WEEKS else "month"

    def buckets(self, group: str) -> list[date]:
        """The first day of each day, week (from Monday) or month that the period touches."""
        found = [bucket_of(self.first, group)]
        while (following := _next(found[-1], group)) <= self.last:
            found.append(following)
        return found

    def __str__(self) -> str:
        if self.days == 1:
            return formats.day(self.first)
        return f"{formats.day(self.first)} – {formats.day(self.last)}"


def bucket_of(day: date, group: str) -> date:
    """The first day of the day, week or month in which `day` lies."""
    if group == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if group == "week" else day


def bucket_label(day: date, group: str) -> str:
    """A bucket on the axis of a chart: `30 Sep`, `9月30日`, `Sep 2025`."""
    return format_skeleton("yMMM" if group == "month" else "MMMd", day, locale=babel_locale())


def _next(day: date, group: str) -> date:
    if group == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=7 if group == "week" else 1)


PRESETS = {
    "7": _("7 days"),
    "30": _("30 days"),
    "90": _("90 days"),
    "365": _("A year"),
    "month": _("This month"),
    "last-month": _("Last month"),
}
USUAL = "30"


def preset(name: str) -> Period:
    """The period behind a ready-made choice, the usual one for a name that is none."""
    now = today()
    if name == "month":
        return Period(now.replace(day=1), now)
    if name == "last-month":
        last = now.replace(day=1) - timedelta(days=1)
        return Period(last.replace(day=1), last)
    days = int(name if name in PRESETS else USUAL)
    return Period(now - timedelta(days=days - 1), now)
