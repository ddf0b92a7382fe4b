"""Reads of counts: what is due, how far a count is, how right the books were."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Abs, Coalesce, TruncMonth
from django.utils import timezone

from inventory.models import AbcClass, CountLine, CountPolicy, Stock, Warehouse
from inventory.models import Count as StockCount
from oms.context import current

ABC = Coalesce("count_class__abc", Value(AbcClass.C))
WAITING = Q(counted=None) | Q(again=True, recounted=None)


def due_stock(warehouse: Warehouse | None = None, classes: Collection[str] = AbcClass.values) -> QuerySet[Stock]:
    """Stock rows whose class asks for a count now and which no open count has; what was never counted comes first."""
    policy, now = current(CountPolicy), timezone.now()
    days = {AbcClass.A: policy.a_days, AbcClass.B: policy.b_days, AbcClass.C: policy.c_days}
    late = [When(abc=name, then=Value(now - datetime.timedelta(days=days[name]), DateTimeField())) for name in AbcClass]
    rows = Stock.objects.annotate(abc=ABC, due_before=Case(*late))
    rows = rows.filter(Q(on_hand__gt=0) | Q(product__active=True), abc__in=list(classes))
    rows = rows.filter(Q(count_class__counted_at=None) | Q(count_class__counted_at__lt=F("due_before")))
    if warehouse:
        rows = rows.filter(warehouse=warehouse)
    open_lines = CountLine.objects.filter(open=True).values("stock")
    return rows.exclude(pk__in=open_lines).order_by("abc", F("count_class__counted_at").asc(nulls_first=True), "id")


@dataclass(frozen=True)
class Due:
    """How many stock rows of a warehouse are due, by class."""

    warehouse: Warehouse
    a: int
    b: int
    c: int


def due_by_class() -> list[Due]:
    """What is due in each active warehouse; one statement and one for the warehouses."""
    found = {}
    for warehouse, abc, rows in due_stock().order_by().values_list("warehouse", "abc").annotate(rows=Count("id")):
        found[warehouse, abc] = rows
    return [
        Due(warehouse, *(found.get((warehouse.pk, abc), 0) for abc in AbcClass.values))
        for warehouse in Warehouse.objects.filter(active=True)
    ]


@dataclass(frozen=True)
class Accuracy:
    """How right the books were: lines, pieces and money at cost; shrinkage is what was missing less what was found."""

    lines: int
    done: int
    exact: int
    pieces: int
    value: Decimal
    gross: Decimal

    @property
    def percent(self) -> Decimal | None:
        """Lines that were exact, in percent of those counted; one decimal."""
        return round(Decimal(100 * self.exact) / self.done, 1) if self.done else None

    @property
    def shrinkage(self) -> Decimal:
        return -self.value


FIGURES = {
    "lines": Count("id"),
    "done": Count("id", filter=~WAITING),
    "exact": Count("id", filter=Q(variance=0) & ~WAITING),
    "pieces": Coalesce(Sum("variance"), 0),
    "value": Coalesce(Sum(F("variance") * F("cost")), Decimal(0)),
    "gross": Coalesce(Sum(Abs(F("variance") * F("cost"))), Decimal(0)),
}


def accuracy_of(count: StockCount) -> Accuracy:
    """The figures of one count, as far as it is counted."""
    return Accuracy(**count.lines.aggregate(**FIGURES))


def accuracy_by_month(months: int = 12) -> list[tuple[datetime.date, int, Accuracy]]:
    """(first day of the month, counts, figures) of approved counts, newest month first."""
    approved = CountLine.objects.filter(count__status=StockCount.Status.APPROVED)
    rows = (
        approved.annotate(month=TruncMonth("count__closed_at"))
        .values("month")
        .annotate(counts=Count("count", distinct=True), **FIGURES)
        .order_by("-month")[:months]
    )
    return [(row.pop("month").date(), row.pop("counts"), Accuracy(**row)) for row in rows]


def still_to_count(count: StockCount) -> QuerySet[CountLine]:
    """Lines that nobody counted, or that are to be counted again, bin by bin."""
    lines = count.lines.filter(WAITING).select_related("stock__product")
    return lines.order_by("stock__bin", "stock__product__sku", "id")


def counted_last(count: StockCount) -> QuerySet[CountLine]:
    """What was counted last, by whom, newest first."""
    lines = count.lines.exclude(counted=None).select_related("stock__product", "counted_by")
    return lines.order_by("-counted_at", "-id")
