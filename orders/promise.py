"""The promised date and why; pure."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Calendar:
    """House rules: daily cut-off, handling in working days, transit in days, working days as "12345" (1 is Monday)."""

    cut_off: datetime.time
    handling_days: int
    transit_days: int
    working_days: str


@dataclass(frozen=True)
class Dates:
    """When it leaves, when it arrives, and why."""

    ship_by: datetime.date
    deliver_by: datetime.date
    reasons: list[dict]


def promise(
    now: datetime.datetime, calendar: Calendar, *, waiting: tuple[str, int] | None, requested: datetime.date | None
) -> Dates:
    """Dates for an order placed at the local time `now`.

    `waiting` names the SKU that arrives last and in how many days; `requested` postpones, but never hastens.
    """
    reasons, day = [], _working(now.date(), calendar)
    late = now.time() >= calendar.cut_off and day == now.date()
    reasons.append({"code": "after_cut_off" if late else "before_cut_off", "time": f"{calendar.cut_off:%H:%M}"})
    if waiting:
        day = _working(now.date() + datetime.timedelta(days=waiting[1]), calendar)
        reasons = [{"code": "waiting_for_stock", "sku": waiting[0], "days": waiting[1]}]
    elif late:
        day = _add_working(day, 1, calendar)
    if calendar.handling_days:
        day = _add_working(day, calendar.handling_days, calendar)
        reasons.append({"code": "handling", "days": calendar.handling_days})
    deliver = day + datetime.timedelta(days=calendar.transit_days)
    reasons.append({"code": "transit", "days": calendar.transit_days})
    if requested and requested > deliver:
        reasons.append({"code": "as_requested", "date": requested.isoformat()})
        deliver = requested
    return Dates(day, deliver, reasons)


def _working(day: datetime.date, calendar: Calendar) -> datetime.date:
    while calendar.working_days and str(day.isoweekday()) not in calendar.working_days:
        day += datetime.timedelta(days=1)
    return day


def _add_working(day: datetime.date, count: int, calendar: Calendar) -> datetime.date:
    for _each in range(count):
        day = _working(day + datetime.timedelta(days=1), calendar)
    return day
