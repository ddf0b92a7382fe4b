"""How well deliveries go, on screen and as a file."""

import datetime

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from fulfillment import performance
from oms.columns import Column
from oms.exports import csv_response, xlsx_response
from oms.forms import Form
from oms.pages import Page

USUAL_DAYS = 30
FILES = {"csv": csv_response, "xlsx": xlsx_response}


class PeriodForm(Form):
    by = forms.ChoiceField(label=_("By"), choices=list(performance.GROUPS.items()))
    first = forms.DateField(label=_("From"))
    last = forms.DateField(label=_("To"))


class Performance(Page, TemplateView):
    permission = "fulfillment.view_performance"
    title = _("Delivery performance")
    template_name = "fulfillment/performance.html"

    def get(self, request, *args, **kwargs) -> HttpResponse:
        form, chosen = self._chosen()
        rows = performance.work_rows if chosen["group"] in performance.WORK else performance.rows
        rows = rows(**chosen)
        columns = self.columns(chosen["group"])
        file = FILES.get(request.GET.get("export", ""))
        if file:
            return file("delivery-performance", columns, rows)
        table = [[column.html(row) for column in columns] for row in rows]
        context = self.get_context_data(form=form, columns=columns, table=table, chosen=chosen)
        return self.render_to_response(context)

    def _chosen(self) -> tuple[PeriodForm, dict]:
        """What was asked for; the last thirty days by driver when it makes no sense."""
        today = timezone.localdate()
        usual = {"by": "driver", "first": today - datetime.timedelta(days=USUAL_DAYS - 1), "last": today}
        form = PeriodForm(usual | {name: self.request.GET[name] for name in usual if name in self.request.GET})
        found = form.cleaned_data if form.is_valid() else usual
        return form, {"group": found["by"], "first": found["first"], "last": found["last"]}

    def columns(self, group: str) -> list[Column]:
        """The columns of screen and file."""
        if group in performance.WORK:
            return [
                Column("name", performance.GROUPS[group]),
                Column("hours", _("Hours"), kind="number"),
                Column("orders", _("Orders"), kind="number"),
                Column("lines", _("Lines"), kind="number"),
                Column("pieces", _("Pieces"), kind="number"),
                Column("orders_per_hour", _("Orders per hour"), kind="number"),
                Column("lines_per_hour", _("Lines per hour"), kind="number"),
                Column("refused_per_thousand", _("Refused scans per 1,000 lines"), kind="number"),
            ]
        return [
            Column("name", performance.GROUPS[group]),
            Column("days", _("Days"), kind="number"),
            Column("attempts", _("Attempts"), kind="number"),
            Column("delivered", _("Delivered"), kind="number"),
            Column("per_day", _("Delivered per day"), kind="number"),
            Column("first_success", _("First attempt, %"), kind="number"),
            Column("on_time_rate", _("On time, %"), kind="number"),
        ]
