"""What was sold: sums over order lines, so that every table of a report adds up to the same cent."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum

from oms.context import current
from oms.models import Company
from orders.models import Order, OrderLine
from reports.periods import TRUNCATE, Period, zone

NOT_SOLD = [Order.Status.DRAFT, Order.Status.CANCELLED]
SUMS = {
    "orders": Count("order", distinct=True),
    "pieces": Sum("ordered"),
    "net": Sum("net"),
    "tax": Sum("tax"),
}


def sold(period: Period) -> QuerySet[Order]:
    """Orders placed in the period, without drafts and cancelled ones, in the company's currency."""
    orders = Order.objects.filter(currency=current(Company).currency, **period.within("placed_at"))
    return orders.exclude(status__in=NOT_SOLD)


@dataclass(frozen=True)
class Scope:
    """Which sales: a period and, optionally, one category, customer or product (primary keys)."""

    period: Period
    category: int | None = None
    customer: int | None = None
    product: int | None = None

    @property
    def currency(self) -> str:
        return current(Company).currency

    def lines(self) -> QuerySet[OrderLine]:
        """The lines of those orders, of the chosen category, customer and product only."""
        chosen = {
            "product__category": self.category,
            "order__customer": self.customer,
            "product": self.product,
        }
        return OrderLine.objects.filter(
            order__currency=self.currency,
            **self.period.within("order__placed_at"),
            **{name: value for name, value in chosen.items() if value},
        ).exclude(order__status__in=NOT_SOLD)


@dataclass(frozen=True)
class Sums:
    """Sales of something; money without and of tax, rounded per line."""

    orders: int = 0
    pieces: int = 0
    net: Decimal = Decimal("0.00")
    tax: Decimal = Decimal("0.00")

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def average(self) -> Decimal | None:
        """Mean value of an order; None without orders."""
        return self.total / self.orders if self.orders else None


@dataclass(frozen=True)
class Row:
    """Sales of one product, customer or channel: its key for links, what people call it, and its sums."""

    key: int | str
    code: str
    name: str
    sums: Sums


def by_bucket(scope: Scope, group: str) -> list[tuple[date, Sums]]:
    """Sales of every day, week or month of the period, the empty ones too; one statement."""
    found = (
        scope.lines()
        .annotate(bucket=TRUNCATE[group]("order__placed_at", tzinfo=zone()))
        .values("bucket")
        .annotate(**SUMS)
        .order_by()
    )
    sums = {row.pop("bucket").date(): Sums(**row) for row in found}
    return [(day, sums.get(day, Sums())) for day in scope.period.buckets(group)]


def by_product(scope: Scope) -> list[Row]:
    """Products with the most net sales first; one statement."""
    return _rows(scope, {"key": F("product"), "code": F("product__sku"), "label": F("product__name")})


def by_customer(scope: Scope) -> list[Row]:
    """Customers with the most net sales first; one statement."""
    names = {
        "key": F("order__customer"),
        "code": F("order__customer__code"),
        "label": F("order__customer__name"),
    }
    return _rows(scope, names)


def by_channel(scope: Scope) -> list[Row]:
    """The ways orders came in; one statement."""
    channels = dict(Order.Channel.choices)
    found = _rows(scope, {"key": F("order__channel"), "code": F("order__channel")})
    return [replace(row, name=str(channels.get(row.key, row.key))) for row in found]


def _rows(scope: Scope, names: dict) -> list[Row]:
    found = scope.lines().values(**names).annotate(**SUMS).order_by("-net", "key")
    return [Row(each.pop("key"), each.pop("code"), each.pop("label", ""), Sums(**each)) for each in found]


def summed(parts: Iterable[Sums]) -> Sums:
    """The sum of parts that share no order, such as the buckets of a period."""
    whole = Sums()
    for part in parts:
        whole = Sums(whole.orders + part.orders, whole.pieces + part.pieces, whole.net + part.net, whole.tax + part.tax)
    return whole


def other_currencies(period: Period) -> bool:
    """Whether sales in other currencies were left out; sums of several currencies would mean nothing."""
    orders = Order.objects.filter(**period.within("placed_at")).exclude(status__in=NOT_SOLD)
    return orders.exclude(currency=current(Company).currency).exists()
