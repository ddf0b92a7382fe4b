"""The managers' dashboard."""

from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from oms.context import current
from oms.formats import quantity
from oms.models import Company
from oms.money import format_money
from oms.pages import Link, Page
from orders.models import Order
from reports import dashboard, sales
from reports.dashboard import change_in_words, growth
from reports.forms import PeriodForm
from reports.home import Tile, listed
from reports.periods import PRESETS, USUAL, Period, preset
from reports.sales import Sums

SOLD_STAGES = [stage for stage in Order.Stage if stage not in (Order.Stage.DRAFT, Order.Stage.CANCELLED)]


class Dashboard(Page, TemplateView):
    """Sales, promises and returns of a period (`?period=30` or `?first=…&last=…`) against the one before."""

    template_name = "reports/dashboard.html"
    permission = "reports.view_dashboard"
    title = _("Dashboard")
    primary = Link(_("Make a report"), "reports", icon="file-chart-column", permission="reports.view_report")

    def get_context_data(self, **kwargs) -> dict:
        period, form = self._period()
        group, currency = period.group(), current(Company).currency
        now, before = dashboard.by_bucket(period, group), dashboard.by_bucket(period.previous(), group)
        total = sales.summed(sums for _day, sums in now)
        context = {
            "period": period,
            "form": form,
            "presets": [(name, label) for name, label in PRESETS.items()],
            "chosen": self._chosen(),
            "tiles": _tiles(period, total, sales.summed(sums for _day, sums in before), currency),
            "trend": dashboard.trend(now, before, group),
            "products": dashboard.best_products(period),
            "customers": dashboard.best_customers(period),
            "channels": dashboard.channels(period),
            "stages": dashboard.stages(period),
            "total": total,
            "currency": currency,
            "sold": _sold(period),
            "placed": period.query("placed"),
            "left_out": sales.other_currencies(period),
        }
        return super().get_context_data(**context | kwargs)

    def _chosen(self) -> str:
        """The ready-made period that is shown; "" for two days of one's own."""
        if "first" in self.request.GET:
            return ""
        name = self.request.GET.get("period", USUAL)
        return name if name in PRESETS else USUAL

    def _period(self) -> tuple[Period, PeriodForm]:
        usual = preset(self.request.GET.get("period", USUAL))
        if "first" in self.request.GET:
            form = PeriodForm(self.request.GET)
            if form.is_valid():
                return Period(form.cleaned_data["first"], form.cleaned_data["last"]), form
            return usual, form
        return usual, PeriodForm(initial={"first": usual.first, "last": usual.last})


def _sold(period: Period) -> str:
    """The filter of the order list that leaves exactly the orders behind the sums."""
    return "&".join([period.query("placed"), *(f"stage={stage}" for stage in SOLD_STAGES)])


def _tiles(period: Period, now: Sums, before: Sums, currency: str) -> list[Tile]:
    orders = listed("orders", _sold(period))
    kept, asked = dashboard.promises_kept(period), dashboard.returns_asked(period)
    delivered = listed("shipments", f"status=delivered&{period.query('delivered')}")
    returns = listed("returns", period.query("created"))
    average = format_money(now.average, currency) if now.average is not None else "—"
    return [
        Tile(
            _("Sales, tax included"),
            format_money(now.total, currency),
            orders,
            note=change_in_words(growth(now.total, before.total)),
        ),
        Tile(_("Orders"), quantity(now.orders), orders, note=change_in_words(growth(now.orders, before.orders))),
        Tile(_("Mean order"), average, orders, note=change_in_words(growth(now.average, before.average))),
        Tile(_("Delivered as promised"), _percent(kept.percent), delivered, note=_of(kept, _("deliveries"))),
        Tile(_("Returns asked for"), quantity(asked.part), returns, note=_rate(asked)),
    ]


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f} %"


def _of(share: dashboard.Share, what: str) -> str:
    return _("%(part)s of %(whole)s %(what)s") % {
        "part": quantity(share.part), "whole": quantity(share.whole), "what": what,
    }  # fmt: skip


def _rate(share: dashboard.Share) -> str:
    return _("%(percent)s of %(whole)s deliveries") % {
        "percent": _percent(share.percent), "whole": quantity(share.whole),
    }  # fmt: skip
