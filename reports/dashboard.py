"""The dashboard's figures: a constant number of statements whatever the period."""

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from aftersales.models import Return
from fulfillment.models import Shipment
from oms.charts import WIDE, Chart, line_chart
from orders.models import Order
from reports import sales
from reports.periods import Period, bucket_label, zone
from reports.sales import Scope

TOP = 8


@dataclass(frozen=True)
class Share:
    """A part of a whole, e.g. deliveries that kept their promise."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return self.part * 100 / self.whole if self.whole else None


def growth(now, before) -> float | None:
    """Growth in percent; None when there was nothing before."""
    return float((now - before) * 100 / before) if now is not None and before else None


def compared(scope: Scope, group: str) -> tuple[list, list]:
    """The buckets of the period and of the one before; their sums are the periods' totals. Two statements."""
    return sales.by_bucket(scope, group), sales.by_bucket(scope.previous(), group)


def trend(now: list, before: list, group: str) -> Chart:
    """Sales, tax included, bucket by bucket, and over them those of the period before."""
    labels = [bucket_label(day, group) for day, _sums in now]
    values = [sums.total for _day, sums in before][: len(now)]
    series = {
        _("This period"): [sums.total for _day, sums in now],
        _("The period before"): values + [0] * (len(now) - len(values)),
    }
    return line_chart(_("Sales, tax included"), labels, series, width=WIDE)


def stages(scope: Scope) -> list[tuple[Order.Stage, int]]:
    """How many of the period's orders stand at which stage now, in the order of an order's life."""
    counts = dict(scope.orders().values_list("stage").annotate(Count("pk")).order_by())
    return [(stage, counts[stage]) for stage in Order.Stage if counts.get(stage)]


def promises_kept(period: Period) -> Share:
    """Deliveries of the period that came no later than promised, of all that had a promise."""
    delivered = Shipment.objects.filter(
        status=Shipment.Status.DELIVERED, order__promised_date__isnull=False, **period.within("delivered_at")
    )
    found = delivered.annotate(day=TruncDate("delivered_at", tzinfo=zone())).aggregate(
        whole=Count("pk"), part=Count("pk", filter=Q(day__lte=F("order__promised_date")))
    )
    return Share(**found)


def returns_asked(period: Period) -> Share:
    """Returns asked for in the period against deliveries in it."""
    asked = Return.objects.filter(**period.within("created_at")).count()
    delivered = Shipment.objects.filter(status=Shipment.Status.DELIVERED, **period.within("delivered_at")).count()
    return Share(asked, delivered)


def change_in_words(change: float | None) -> str:
    """A tile's note about a growth in percent."""
    if change is None:
        return _("nothing to compare with")
    return _("%(change)s %% against the period before") % {"change": f"{change:+.1f}"}
