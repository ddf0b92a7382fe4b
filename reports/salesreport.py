"""The sales report: one reading of the sales, printed as a PDF and written as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from inventory.models import Category, Product
from oms import formats
from oms.charts import WIDE, Chart, bar_chart
from oms.context import current
from oms.models import Company
from oms.money import format_money
from oms.pdf import render_pdf
from orders.models import Order
from reports import sales
from reports.periods import GROUPS, bucket_label
from reports.sales import Row, Scope, Sums
from reports.tables import Heading, Table
from reports.workbook import workbook

PRINTED = 40


@dataclass(frozen=True)
class SalesReport:
    """Everything that stands in the report, read once, so that both files say the same."""

    scope: Scope
    group: str
    buckets: list[tuple[Any, Sums]]
    products: list[Row]
    customers: list[Row]
    channels: list[Row]
    orders: list[tuple]
    left_out: bool

    @property
    def total(self) -> Sums:
        """The sum of the rounded parts of every bucket."""
        return sales.summed(sums for _day, sums in self.buckets)

    @property
    def title(self) -> str:
        return _("Sales report")


def read(scope: Scope, group: str) -> SalesReport:
    """Read the sales of a scope in six statements."""
    return SalesReport(
        scope=scope,
        group=group,
        buckets=sales.by_bucket(scope, group),
        products=sales.by_product(scope),
        customers=sales.by_customer(scope),
        channels=sales.by_channel(scope),
        orders=_orders(scope),
        left_out=sales.other_currencies(scope.period),
    )


def _orders(scope: Scope) -> list[tuple]:
    channels = dict(Order.Channel.choices)
    found = (
        scope.lines()
        .values_list("order__placed_at", "order__number", "order__customer__name", "order__channel")
        .annotate(pieces=Sum("ordered"), net_sum=Sum("net"), tax_sum=Sum("tax"))
        .order_by("order__placed_at", "order__number")
    )
    return [
        (placed, number, customer, str(channels.get(channel, channel)), pieces, net, tax, net + tax)
        for placed, number, customer, channel, pieces, net, tax in found
    ]


def facts(report: SalesReport, *, by: str) -> list[tuple[str, str]]:
    """What the report is about and its totals, as label and words."""
    scope, total, currency = report.scope, report.total, report.scope.currency
    found = [
        (_("Period"), str(scope.period)),
        (_("Grouped by"), str(GROUPS[report.group])),
        *_chosen(scope),
        (_("Orders"), formats.quantity(total.orders)),
        (_("Pieces"), formats.quantity(total.pieces)),
        (_("Net"), format_money(total.net, currency)),
        (_("Tax"), format_money(total.tax, currency)),
        (_("Total"), format_money(total.total, currency)),
        (_("Made"), f"{formats.moment(timezone.now())}, {by}"),
    ]
    if report.left_out:
        found.append(
            (
                _("Note"),
                _("Orders in other currencies than %(currency)s are left out.") % {"currency": currency},
            )
        )
    return found


def _chosen(scope: Scope) -> list[tuple[str, str]]:
    named = [
        (_("Category"), Category, scope.category),
        (_("Customer"), Customer, scope.customer),
        (_("Product"), Product, scope.product),
    ]
    return [(label, str(model.objects.get(pk=pk))) for label, model, pk in named if pk]


def chart(report: SalesReport) -> Chart:
    """Sales bucket by bucket."""
    data = [(bucket_label(day, report.group), sums.total) for day, sums in report.buckets]
    return bar_chart(_("Sales, tax included, in %(currency)s") % {"currency": report.scope.currency}, data, width=WIDE)


def tables(report: SalesReport) -> list[Table]:
    """The tables that are printed as well as written."""
    return [
        _trend(report),
        _ranking(_("Products"), _("SKU"), report.products, report),
        _ranking(_("Customers"), _("Number"), report.customers, report),
        _ranking(_("Channels"), "", report.channels, report),
    ]


def _money_headings() -> list[Heading]:
    return [
        Heading(_("Orders"), "number", 10),
        Heading(_("Pieces"), "number", 10),
        Heading(_("Net"), "money", 16),
        Heading(_("Tax"), "money", 14),
        Heading(_("Total"), "money", 16),
    ]


def _money_cells(sums: Sums) -> list:
    return [sums.orders, sums.pieces, sums.net, sums.tax, sums.total]


def _trend(report: SalesReport) -> Table:
    return Table(
        title=_("Sales over time"),
        headings=[Heading(str(GROUPS[report.group]), "day"), *_money_headings()],
        rows=[[day, *_money_cells(sums)] for day, sums in report.buckets],
        total=[_("Total"), *_money_cells(report.total)],
        currency=report.scope.currency,
        charted=_("Total"),
    )


def _ranking(title: str, code: str, rows: Sequence[Row], report: SalesReport) -> Table:
    """Products, customers or channels; an order with two products stands in two rows, so orders have no sum."""
    total = sales.summed(row.sums for row in rows)
    named = [Heading(code, "text", 16)] if code else []
    return Table(
        title=title,
        headings=[Heading(_("Name"), "text", 40), *named, *_money_headings()],
        rows=[[row.name, *([row.code] if code else []), *_money_cells(row.sums)] for row in rows],
        total=[_("Total"), *([""] if code else []), None, *_money_cells(total)[1:]],
        currency=report.scope.currency,
        printed=PRINTED,
    )


def _order_table(report: SalesReport) -> Table:
    total = report.total
    return Table(
        title=_("Orders"),
        headings=[
            Heading(_("Placed"), "day"),
            Heading(_("Order"), "text", 14),
            Heading(_("Customer"), "text", 32),
            Heading(_("Channel"), "text", 14),
            *_money_headings()[1:],
        ],
        rows=report.orders,
        total=[_("Total"), "", "", "", *_money_cells(total)[1:]],
        currency=report.scope.currency,
    )


def pdf(report: SalesReport, *, by: str, language: str) -> bytes:
    """The report on paper."""
    context = {
        "title": report.title,
        "report": report,
        "facts": facts(report, by=by),
        "chart": chart(report) if report.total.orders else None,
        "tables": [table for table in tables(report) if table.rows] if report.total.orders else [],
    }
    return render_pdf("documents/sales_report.html", context, language)


def xlsx(report: SalesReport, *, by: str) -> bytes:
    """The report as a workbook, with every order on a sheet of its own."""
    sheets = [*tables(report), _order_table(report)]
    return workbook(report.title, facts(report, by=by), sheets, company=current(Company).name)
