"""Report files: which there are, and the forms that start a job for them."""

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from oms import jobs
from oms.forms import FormPage
from oms.models import Job
from oms.pages import Page
from reports.forms import SalesReportForm, StockReportForm
from reports.periods import Period, preset

RECENT = 10


class Reports(Page, TemplateView):
    """What can be made, and what this person made lately."""

    template_name = "reports/files.html"
    permission = "reports.view_report"
    title = _("Reports")

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"recent": list(self._recent())} | kwargs)

    def _recent(self) -> QuerySet[Job]:
        mine = Job.objects.filter(by=self.request.user, kind__in=["sales_report", "stock_report"])
        return mine.prefetch_related("files").order_by("-id")[:RECENT]


class NewSalesReport(FormPage):
    permission = "reports.view_report"
    title = _("Sales report")
    breadcrumb = [(_("Reports"), "reports")]
    form_class = SalesReportForm
    submit_label = _("Make the report")
    intro = _("You get a PDF to read and print, and an Excel workbook with every order.")

    def get_initial(self) -> dict:
        usual = preset("last-month")
        return {"first": usual.first, "last": usual.last, "group": "day"} | self.request.GET.dict()

    def perform(self, form) -> Job:
        wanted = form.cleaned_data
        period = Period(wanted.pop("first"), wanted.pop("last"))
        return jobs.start(
            "sales_report",
            by=self.request.user,
            title=gettext("Sales report, %(period)s") % {"period": period},
            first=f"{period.first:%Y-%m-%d}",
            last=f"{period.last:%Y-%m-%d}",
            language=get_language(),
            **wanted,
        )


class NewStockReport(FormPage):
    permission = "reports.view_report"
    title = _("Stock report")
    breadcrumb = [(_("Reports"), "reports")]
    form_class = StockReportForm
    submit_label = _("Make the report")
    intro = _("What lies where at this moment, what of it is reserved, and what it cost.")

    def perform(self, form) -> Job:
        warehouse = form.cleaned_data["warehouse"]
        return jobs.start(
            "stock_report",
            by=self.request.user,
            title=gettext("Stock report"),
            warehouse=warehouse.pk if warehouse else None,
            language=get_language(),
        )
