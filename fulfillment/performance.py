"""How well deliveries go and how fast the floor works; attempts that were reopened never happened."""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models import DeliveryAttempt
from oms import formats
from oms.models import User

GROUPS = {
    "driver": _("Driver"),
    "carrier": _("Carrier"),
    "day": _("Day"),
    "picker": _("Picker"),
    "packer": _("Packer"),
}
WORK = {"picker": ("picked", "shipment.picked"), "packer": ("packed", "shipment.packed")}
LIMIT = 400
KEYS = {
    "driver": ["shipment__driver"],
    "carrier": ["shipment__carrier__name"],
    "day": ["day"],
}


@dataclass(frozen=True)
class Row:
    """One driver, carrier or day; counts of attempts, and of what became of them."""

    name: str
    days: int
    attempts: int
    delivered: int
    first_tries: int
    first_delivered: int
    promised: int
    on_time: int

    @property
    def per_day(self) -> float:
        """Deliveries on each day with an attempt."""
        return round(self.delivered / self.days, 1)

    @property
    def first_success(self) -> float | None:
        """Per cent of first attempts that succeeded; None without one."""
        return _percent(self.first_delivered, self.first_tries)

    @property
    def on_time_rate(self) -> float | None:
        """Per cent of deliveries on or before the promised day; None when no day was promised."""
        return _percent(self.on_time, self.promised)


@dataclass(frozen=True)
class Work:
    """What one picker or packer finished; `hours` are clock hours in which she finished something."""

    name: str
    hours: int
    orders: int
    lines: int
    pieces: int
    refused: int

    @property
    def orders_per_hour(self) -> float:
        """Shipments finished in an hour."""
        return round(self.orders / self.hours, 1) if self.hours else 0.0

    @property
    def lines_per_hour(self) -> float:
        """Lines finished in an hour."""
        return round(self.lines / self.hours, 1) if self.hours else 0.0

    @property
    def refused_per_thousand(self) -> float | None:
        """Refused scans for each thousand lines; None without a line."""
        return round(1000 * self.refused / self.lines, 1) if self.lines else None


WORKED = """
SELECT coalesce(w.by_id, r.by_id) AS by_id, coalesce(w.hours, 0), coalesce(w.orders, 0), coalesce(w.lines, 0),
       coalesce(w.pieces, 0), coalesce(r.refused, 0)
FROM (
    SELECT e.by_id, count(DISTINCT date_trunc('hour', e.at)) AS hours, count(DISTINCT e.subject_id) AS orders,
           count(l.id) AS lines, sum(l.{counter}) AS pieces
    FROM oms_event e
    JOIN fulfillment_shipmentline l ON l.shipment_id = e.subject_id AND l.{counter} > 0
    WHERE e.kind = %(kind)s AND e.at >= %(start)s AND e.at < %(end)s AND e.by_id IS NOT NULL
    GROUP BY e.by_id
) w
FULL JOIN (
    SELECT by_id, count(*) AS refused FROM fulfillment_scanrefusal
    WHERE work = %(work)s AND at >= %(start)s AND at < %(end)s GROUP BY by_id
) r ON r.by_id = w.by_id
ORDER BY 4 DESC, 1 LIMIT {limit}
"""


def work_rows(group: str, first: datetime.date, last: datetime.date) -> list[Work]:
    """What pickers or packers finished on these days, both included, the most lines first."""
    counter, kind = WORK[group]
    start, end = _bounds(first, last)
    with connection.cursor() as cursor:
        cursor.execute(
            WORKED.format(counter=counter, limit=LIMIT), {"kind": kind, "work": counter, "start": start, "end": end}
        )
        found = cursor.fetchall()
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=[row[0] for row in found])}
    return [Work(names[by], *counts) for by, *counts in found]


def _bounds(first: datetime.date, last: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    zone = timezone.get_current_timezone()
    after = last + datetime.timedelta(days=1)
    return (
        datetime.datetime.combine(first, datetime.time(), zone),
        datetime.datetime.combine(after, datetime.time(), zone),
    )


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def rows(group: str, first: datetime.date, last: datetime.date) -> list[Row]:
    """The rows of the days from `first` to `last`, both included, in the active time zone."""
    start, end = _bounds(first, last)
    earlier = DeliveryAttempt.objects.filter(shipment=OuterRef("shipment"), number__lt=OuterRef("number"))
    done, promised = Q(outcome="delivered"), Q(shipment__order__promised_date__isnull=False)
    found = (
        DeliveryAttempt.objects.filter(reopening=None, at__gte=start, at__lt=end)
        .annotate(day=TruncDate("at"), earlier_try=Exists(earlier.filter(reopening=None)))
        .order_by(*KEYS[group])
        .values(*KEYS[group])
        .annotate(
            days=Count("day", distinct=True),
            attempts=Count("pk"),
            delivered=Count("pk", filter=done),
            first_tries=Count("pk", filter=Q(earlier_try=False)),
            first_delivered=Count("pk", filter=done & Q(earlier_try=False)),
            promised=Count("pk", filter=done & promised),
            on_time=Count("pk", filter=done & Q(day__lte=F("shipment__order__promised_date"))),
        )[:LIMIT]
    )
    return _named(group, list(found))


def _named(group: str, found: list[dict]) -> list[Row]:
    key = KEYS[group][0]
    keys = [row.pop(key) for row in found]
    names = {None: str(_("without one"))}
    if group == "driver":
        names |= {user.pk: str(user) for user in User.objects.filter(pk__in=[k for k in keys if k])}
    elif group == "day":
        names |= {day: formats.day(day) for day in keys}
    for row in found:
        row.pop("day", None)
    return [Row(name=names.get(value, str(value)), **row) for value, row in zip(keys, found, strict=True)]
