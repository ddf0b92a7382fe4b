"""The stock report: what lies where and what it cost, at the moment of asking."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Stock, Warehouse
from oms import formats
from oms.context import current
from oms.models import Company
from oms.money import format_money, rounded
from oms.pdf import render_pdf
from reports.tables import Heading, Table
from reports.workbook import workbook


@dataclass(frozen=True)
class StockReport:
    """Stock rows that are not empty: (warehouse, SKU, name, on hand, reserved, available, value at cost)."""

    rows: list[tuple]
    currency: str
    warehouse: str

    @property
    def title(self) -> str:
        return _("Stock report")

    @property
    def value(self) -> Decimal:
        return sum((row[-1] for row in self.rows), Decimal("0.00"))


def read(warehouse: int | None = None) -> StockReport:
    """Read all stock, or that of one warehouse (its primary key), in one statement."""
    currency = current(Company).currency
    found = Stock.objects.exclude(on_hand=0).order_by("warehouse__rank", "warehouse__code", "product__sku")
    if warehouse:
        found = found.filter(warehouse=warehouse)
    rows = found.values_list(
        "warehouse__name", "product__sku", "product__name", "on_hand", "reserved", F("on_hand") - F("reserved"),
        "product__cost",
    )  # fmt: skip
    name = str(Warehouse.objects.get(pk=warehouse)) if warehouse else ""
    return StockReport([(*row[:-1], rounded(row[3] * row[-1], currency)) for row in rows], currency, name)


def facts(report: StockReport, *, by: str) -> list[tuple[str, str]]:
    """What the report is about and its totals, as label and words."""
    return [
        (_("Warehouse"), report.warehouse or _("all")),
        (_("Rows"), formats.quantity(len(report.rows))),
        (_("Pieces on hand"), formats.quantity(sum(row[3] for row in report.rows))),
        (_("Value at cost"), format_money(report.value, report.currency)),
        (_("Made"), f"{formats.moment(timezone.now())}, {by}"),
    ]


def table(report: StockReport) -> Table:
    """The stock, row by row."""
    sums = [sum(row[place] for row in report.rows) for place in (3, 4, 5)]
    return Table(
        title=_("Stock"),
        headings=[
            Heading(_("Warehouse"), "text", 22),
            Heading(_("SKU"), "text", 16),
            Heading(_("Product"), "text", 40),
            Heading(_("On hand"), "number", 12),
            Heading(_("Reserved"), "number", 12),
            Heading(_("Available"), "number", 12),
            Heading(_("Value at cost"), "money", 18),
        ],
        rows=report.rows,
        total=[_("Total"), "", "", *sums, report.value],
        currency=report.currency,
    )


def pdf(report: StockReport, *, by: str, language: str) -> bytes:
    """The report on paper."""
    context = {
        "title": report.title,
        "facts": facts(report, by=by),
        "tables": [table(report)] if report.rows else [],
    }
    return render_pdf("documents/stock_report.html", context, language)


def xlsx(report: StockReport, *, by: str) -> bytes:
    """The report as a workbook."""
    return workbook(report.title, facts(report, by=by), [table(report)], company=current(Company).name)
