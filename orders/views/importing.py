"""Orders from a file, step by step: upload, say which column is what, look at what would happen, import."""

from pathlib import Path

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms import jobs
from oms.columns import Column
from oms.errors import DomainError
from oms.events import record
from oms.forms import Form, FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.pages import Link
from oms.tables import Table, read_table
from orders.events import ImportEvent
from orders.importing import mapping
from orders.models import ImportFile, ImportMapping
from orders.views.repair import with_counts

POLICIES = ("whole", "history", "create_missing")
TONES = {"queued": "muted", "running": "info", "done": "ok", "failed": "bad"}


class UploadForm(Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX; headings in the first row, one line a row."),
    )


def _chosen(value: str) -> bool:
    return value == "1"


class MappingForm(Form):
    """A choice of column for each field; made for the headings of one file."""

    whole = forms.TypedChoiceField(
        label=gettext_lazy("When a row is refused"),
        choices=[
            ("0", gettext_lazy("take the good orders and keep the refused rows to be repaired")),
            ("1", gettext_lazy("reject the whole file until every row is good")),
        ],
        coerce=_chosen,
    )
    history = forms.TypedChoiceField(
        label=gettext_lazy("What these orders are"),
        choices=[
            ("0", gettext_lazy("open orders: reserve stock, tell the customer")),
            ("1", gettext_lazy("history: closed orders of the past, stock is left alone and no mail is sent")),
        ],
        coerce=_chosen,
    )
    create_missing = forms.TypedChoiceField(
        label=gettext_lazy("Products and customers that we do not know"),
        choices=[
            ("0", gettext_lazy("refuse their rows")),
            ("1", gettext_lazy("make them; new products are not for sale until somebody has looked at them")),
        ],
        coerce=_chosen,
    )
    save_as = forms.CharField(label=gettext_lazy("Save these columns under a name"), max_length=80, required=False)

    def __init__(self, *args, table: Table, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", "—")]
        for at, heading in enumerate(table.headings):
            sample = " · ".join(table.sample(at))
            choices.append((heading, f"{heading}   ({sample[:60]})" if sample else heading))
        for name, label in mapping.FIELDS.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=name in mapping.REQUIRED)

    def columns(self):
        """The bound fields of the columns, in the order of the fields."""
        return [self[name] for name in mapping.FIELDS]

    def options(self):
        return [self[name] for name in (*POLICIES, "save_as")]

    def mapping(self) -> mapping.Mapping:
        return {name: self.cleaned_data[name] for name in mapping.FIELDS if self.cleaned_data.get(name)}


class Imports(ListPage):
    page = "imports"
    permission = "orders.import_orders"
    title = gettext_lazy("Order imports")
    breadcrumb = [(gettext_lazy("Orders"), "orders")]
    columns = [
        Column("name", gettext_lazy("File"), link=True),
        Column(
            "job.state",
            gettext_lazy("State"),
            kind="status",
            tones=TONES,
            value=lambda f: f.job and f.job.state,
            export=lambda f: f.job and f.job.get_state_display(),
        ),
        Column("new", gettext_lazy("New orders"), kind="number"),
        Column("changed", gettext_lazy("Changed orders"), kind="number"),
        Column("left", gettext_lazy("Rows to repair"), kind="number"),
        Column("by", gettext_lazy("By")),
        Column("at", gettext_lazy("Uploaded"), kind="moment", sort="newest"),
        Column("undone_at", gettext_lazy("Undone"), kind="moment"),
    ]
    orderings = {"newest": Ordering(gettext_lazy("Newest"), "-id")}
    primary = Link(gettext_lazy("Import a file"), "order-import-new", icon="upload", permission="orders.import_orders")
    empty = Empty(
        gettext_lazy("Nothing imported yet"),
        gettext_lazy("Orders from a spreadsheet or another shop come in here."),
        Link(gettext_lazy("Import a file"), "order-import-new", permission="orders.import_orders"),
        icon="upload",
    )

    def queryset(self):
        return with_counts(ImportFile.objects.all())


class Upload(FormPage):
    permission = "orders.import_orders"
    title = gettext_lazy("Import orders")
    breadcrumb = [(gettext_lazy("Orders"), "orders"), (gettext_lazy("Order imports"), "order-import")]
    form_class = UploadForm
    submit_label = gettext_lazy("Upload")

    def perform(self, form) -> str:
        upload = form.cleaned_data["file"]
        file = ImportFile(name=upload.name[:200], by=self.request.user)
        file.file.save(upload.name, upload, save=False)
        try:
            table = read_table(Path(file.file.path), file.name)
        except DomainError:
            file.file.delete(save=False)
            raise
        file.mapping = mapping.guess(table.headings)
        file.save()
        return file.get_absolute_url()


class Columns(FormPage):
    """Which column is what; leads to the dry run."""

    permission = "orders.import_orders"
    template_name = "orders/import_columns.html"
    submit_label = gettext_lazy("Check the file")

    @cached_property
    def file(self) -> ImportFile:
        return get_object_or_404(ImportFile, pk=self.kwargs["pk"])

    @cached_property
    def table(self) -> Table:
        return read_table(Path(self.file.file.path), self.file.name)

    def get_title(self) -> str:
        return self.file.name

    def get_breadcrumb(self):
        return [(_("Orders"), "orders"), (_("Order imports"), "order-import")]

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return redirect(self.file) if self.file.is_begun else super().get(request, *args, **kwargs)

    def get_form(self, form_class=None) -> MappingForm:
        return MappingForm(**self.get_form_kwargs(), table=self.table)

    def get_initial(self) -> dict:
        saved = ImportMapping.objects.filter(name=self.request.GET.get("saved", "")).first()
        fields = saved.fields if saved else self.file.mapping
        return {**fields, **{name: "1" if getattr(self.file, name) else "0" for name in POLICIES}}

    def get_context_data(self, **kwargs) -> dict:
        saved = ImportMapping.objects.all()
        return super().get_context_data(**{"saved": saved, "rows": len(self.table.rows)} | kwargs)

    def perform(self, form) -> str:
        fields = form.mapping()
        mapping.check(fields, self.table.headings)
        if form.cleaned_data["save_as"]:
            ImportMapping.objects.update_or_create(name=form.cleaned_data["save_as"], defaults={"fields": fields})
        file = self.file
        file.mapping = fields
        for name in POLICIES:
            setattr(file, name, form.cleaned_data[name])
        title = _("Check of %(name)s") % {"name": file.name}
        file.job = jobs.start("check_orders", by=self.request.user, title=title, file=file.pk)
        file.save()
        return file.job.get_absolute_url()


class Begin(FormPage):
    """The import itself, once for a file however often the button is pressed."""

    permission = "orders.import_orders"
    title = gettext_lazy("Import orders")
    form_class = Form
    submit_label = gettext_lazy("Import now")

    def perform(self, form) -> str:
        file = get_object_or_404(ImportFile.objects.select_for_update(of=("self",)), pk=self.kwargs["pk"])
        if not file.is_begun:
            title = _("Import of %(name)s") % {"name": file.name}
            file.job = jobs.start("import_orders", by=self.request.user, title=title, file=file.pk)
            file.save(update_fields=["job"])
            record(file, ImportEvent.STARTED, by=self.request.user)
        return file.job.get_absolute_url()
