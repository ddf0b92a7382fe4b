"""How well deliveries go: by driver, carrier or day, in one statement. Attempts that were reopened never happened."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.models import DeliveryAttempt
from oms import formats
from oms.models import User

GROUPS = {"driver": _("Driver"), "carrier": _("Carrier"), "day": _("Day")}
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


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def rows(group: str, first: datetime.date, last: datetime.date) -> list[Row]:
    """The rows of the days from `first` to `last`, both included, in the active time zone."""
    start, end = (
        datetime.datetime.combine(day, datetime.time(), timezone.get_current_timezone())
        for day in (first, last + datetime.timedelta(days=1))
    )
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
