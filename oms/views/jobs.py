"""Background jobs: the list, one job with its progress, its files."""

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import select_template
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRefresh

from oms import formats
from oms.columns import Column
from oms.filters import Choices, Filters, Period
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.models import Job, JobFile
from oms.records import Fact, RecordPage, Status

TONES = {"queued": "muted", "running": "info", "done": "ok", "failed": "bad"}


def visible_jobs(user) -> QuerySet[Job]:
    """One's own jobs; everybody's with the permission oms.view_job."""
    jobs = Job.objects.select_related("by")
    return jobs if user.has_perm("oms.view_job") else jobs.filter(by=user)


class JobFilters(Filters):
    state = Choices(label=_("State"), choices=Job.State.choices)
    created = Period(field_name="created_at", label=_("Started"))
    search_fields = ["title__icontains"]

    class Meta:
        model = Job
        fields: list[str] = []


class Jobs(ListPage):
    page = "jobs"
    title = _("Background jobs")
    filterset_class = JobFilters
    columns = [
        Column("title", _("Job"), link=True, value=str),
        Column("state", _("State"), kind="status", tones=TONES),
        Column("by", _("Started by")),
        Column("created_at", _("Started"), kind="moment", sort="newest"),
        Column("finished_at", _("Finished"), kind="moment"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    empty = Empty(_("No background jobs yet"), _("Imports and reports that you start are listed here."), icon="loader")

    def queryset(self) -> QuerySet[Job]:
        return visible_jobs(self.request.user)


class JobPage(RecordPage):
    """One job; the panel asks for itself every second until the job is over."""

    template_name = "oms/job.html"
    breadcrumb = [(_("Background jobs"), "jobs")]
    notes = False

    def get_queryset(self) -> QuerySet[Job]:
        return visible_jobs(self.request.user).prefetch_related("files")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.htmx and self.object.is_over:
            return HttpResponseClientRefresh()
        return super().get(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        return ["oms/jobs/panel.html"] if self.request.htmx else [self.template_name]

    def status(self) -> Status:
        return Status(self.object.get_state_display(), TONES[self.object.state])

    def facts(self) -> list[Fact]:
        job = self.object
        return [
            Fact(_("Started by"), job.by),
            Fact(_("Started"), formats.moment(job.created_at)),
            Fact(_("Finished"), formats.moment(job.finished_at)),
        ]

    def get_context_data(self, **kwargs) -> dict:
        outcome = select_template([f"jobs/{self.object.kind}.html", "oms/jobs/outcome.html"])
        return super().get_context_data(**{"outcome": outcome} | kwargs)


def job_file(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """A file that a job made, as a download, for those who see the job."""
    found = get_object_or_404(JobFile, pk=file, job__in=visible_jobs(request.user), job_id=pk)
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
