"""Master data in and out: download all, upload a file, look at what it would do, apply it whole."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms import exports, jobs
from oms.errors import DomainError
from oms.forms import Form, FormPage
from oms.models import Job
from oms.pages import permitted
from oms.resources import EXCHANGES, Exchange
from oms.views.jobs import visible_jobs


class UploadForm(Form):
    file = forms.FileField(label=gettext_lazy("File"))


class ExchangeView(FormPage):
    """Both ways for one kind of master data; those who may only see it may only download."""

    template_name = "oms/exchange.html"
    form_class = UploadForm
    submit_label = gettext_lazy("Check the file")

    @cached_property
    def exchange(self) -> Exchange:
        if self.kwargs["name"] not in EXCHANGES:
            raise Http404
        return EXCHANGES[self.kwargs["name"]]

    @property
    def permission(self):
        return self.exchange.view_permission if self.request.method == "GET" else self.exchange.permission

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        kind = request.GET.get("export")
        if kind not in ("csv", "xlsx"):
            return super().get(request, *args, **kwargs)
        make = exports.csv_response if kind == "csv" else exports.xlsx_response
        rows = self.exchange.resource().get_queryset()
        if rows[exports.LIMIT : exports.LIMIT + 1].exists():
            raise Http404
        return make(self.exchange.name, self.exchange.columns(), rows.iterator(chunk_size=1000))

    def get_title(self):
        return self.exchange.title

    def get_breadcrumb(self):
        return [(self.exchange.title, self.exchange.back)]

    def get_context_data(self, **kwargs) -> dict:
        may = permitted(self.request.user, self.exchange.permission)
        return super().get_context_data(
            **{"exchange": self.exchange, "headings": self.exchange.headings(), "may_import": may} | kwargs
        )

    def perform(self, form) -> str:
        upload = form.cleaned_data["file"]
        title = _("Check of %(name)s") % {"name": upload.name[:150]}
        job = jobs.start("check_data", by=self.request.user, title=title, exchange=self.exchange.name)
        jobs.attach(job, upload.name[:150], upload.read())
        return job.get_absolute_url()


class ApplyData(FormPage):
    """Applies a checked file, once."""

    title = gettext_lazy("Import data")
    form_class = Form
    submit_label = gettext_lazy("Apply")

    @cached_property
    def job(self) -> Job:
        return get_object_or_404(visible_jobs(self.request.user), pk=self.kwargs["pk"], kind="check_data")

    @property
    def permission(self):
        return EXCHANGES[self.job.params["exchange"]].permission

    def perform(self, form) -> str:
        job = Job.objects.select_for_update(of=("self",)).get(pk=self.job.pk)
        if job.state != Job.State.DONE or job.result["wrong"]:
            raise DomainError(_("This file cannot be applied. Correct it and upload it again."))
        begun = Job.objects.filter(kind="apply_data", params__source=job.pk).exclude(state=Job.State.FAILED).first()
        if begun is None:
            title = _("Import of %(name)s") % {"name": job.files.get().name}
            begun = jobs.start("apply_data", by=self.request.user, title=title, source=job.pk, **job.params)
        return begun.get_absolute_url()
