"""The dashboard's figures: a constant number of statements whatever the period.

Sums are taken over orders, which carry the sums of their lines (the audit proves it), so no statement has to count
distinct orders; only products are read from the lines.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from aftersales.models import Return
from customers.models import Customer
from fulfillment.models import Shipment
from inventory.models import Product
from oms.charts import WIDE, Chart, line_chart
from orders.models import Order
from reports.periods import TRUNCATE, Period, bucket_label, zone
from reports.sales import Row, Scope, Sums, sold

TOP = 8
SUMS = {"orders": Count("pk"), "net": Sum("net"), "tax": Sum("tax")}


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


def by_bucket(period: Period, group: str) -> list[tuple[date, Sums]]:
    """Sales of every day, week or month of the period, the empty ones too; one statement."""
    bucket = TRUNCATE[group]("placed_at", tzinfo=zone())
    found = sold(period).annotate(bucket=bucket).values("bucket").annotate(**SUMS).order_by()
    sums = {row.pop("bucket").date(): Sums(**row) for row in found}
    return [(day, sums.get(day, Sums())) for day in period.buckets(group)]


def best_products(period: Period) -> list[Row]:
    """Products with the most net sales, with their pieces; two statements."""
    sums = {"pieces": Sum("ordered"), "net": Sum("net"), "tax": Sum("tax")}
    best = _best(Scope(period).lines(), "product", sums)
    products = Product.objects.in_bulk(best)
    return [Row(pk, products[pk].sku, products[pk].name, found) for pk, found in best.items()]


def best_customers(period: Period) -> list[Row]:
    """Customers with the most net sales; two statements."""
    best = _best(sold(period), "customer", SUMS)
    customers = Customer.objects.in_bulk(best)
    return [Row(pk, customers[pk].code, customers[pk].name, found) for pk, found in best.items()]


def channels(period: Period) -> list[Row]:
    """The ways orders came in; one statement."""
    words = dict(Order.Channel.choices)
    best = _best(sold(period), "channel", SUMS)
    return [Row(key, key, str(words.get(key, key)), found) for key, found in best.items()]


def _best(rows: QuerySet, key: str, sums: dict) -> dict:
    # grouped by the key alone: names in the grouping would make the database sort texts
    found = rows.values_list(key).annotate(**sums).order_by("-net", key)[:TOP]
    return {each[0]: Sums(**dict(zip(sums, each[1:], strict=True))) for each in found}


def trend(now: list, before: list, group: str) -> Chart:
    """Sales, tax included, bucket by bucket, and over them those of the period before."""
    labels = [bucket_label(day, group) for day, _sums in now]
    values = [sums.total for _day, sums in before][: len(now)]
    series = {
        _("This period"): [sums.total for _day, sums in now],
        _("The period before"): values + [0] * (len(now) - len(values)),
    }
    return line_chart(_("Sales, tax included"), labels, series, width=WIDE)


def stages(period: Period) -> list[tuple[Order.Stage, int]]:
    """How many of the period's orders stand at which stage now, in the order of an order's life."""
    counts = dict(sold(period).values_list("stage").annotate(Count("pk")).order_by())
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
