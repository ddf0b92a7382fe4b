"""An import after it ran: what came of it, its refused rows as a grid to correct, its undo."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from django_htmx.http import HttpResponseClientRedirect

from oms import keyset
from oms.actions import Action, Actions, ActionView
from oms.errors import DomainError
from oms.forms import Form, FormPage
from oms.keyset import Ordering
from oms.pages import Link, Page
from oms.records import Fact, RecordPage, Status
from oms.tables import as_text
from orders.importing import desk, suggesting
from orders.importing.mapping import FIELDS
from orders.importing.reasons import EXPECTED, sentence
from orders.importing.retrying import retry
from orders.importing.undoing import undo_import
from orders.models import ImportFile, ImportRow, Order

PAGE = 25
BY_POSITION = Ordering(gettext_lazy("Row"), "position")
CRUMBS = [(gettext_lazy("Orders"), "orders"), (gettext_lazy("Order imports"), "order-import")]
PERMISSION = "orders.import_orders"
LOOKED_UP = (*suggesting.SKUS, *suggesting.CUSTOMERS)


def _count(rows: QuerySet, name: str) -> Coalesce:
    found = rows.filter(**{name: OuterRef("pk")}).order_by().values(name).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(found), 0)


def with_counts(files: QuerySet[ImportFile]) -> QuerySet[ImportFile]:
    """Files with what came of them: `new` and `changed` orders, `left` rows still refused."""
    return files.select_related("job", "by").annotate(
        new=_count(Order.objects.all(), "imported_from"),
        changed=_count(Order.objects.all(), "updated_from"),
        left=_count(ImportRow.objects.filter(state__in=ImportRow.SHOWN), "file"),
    )


class UndoForm(Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


import_actions = Actions(
    "order-import-action",
    ImportFile,
    [
        Action(
            "undo",
            gettext_lazy("Undo the import"),
            PERMISSION,
            undo_import,
            form=UndoForm,
            allowed=lambda file: file.is_begun and not file.undone_at,
            style="danger",
            icon="undo-2",
            confirm=gettext_lazy(
                "Every order that %(what)s brought is cancelled and its stock is free again. Customers are told of it."
            ),
            done=gettext_lazy("The import of %(what)s is undone."),
        )
    ],
)


class ImportAction(ActionView):
    actions = import_actions
    queryset = ImportFile.objects.select_related("job")


class ImportPage(RecordPage):
    """Who imported a file, when, how, and what came of it."""

    permission = PERMISSION
    template_name = "orders/import.html"
    breadcrumb = CRUMBS
    queryset = with_counts(ImportFile.objects.all())
    actions = import_actions
    notes = False

    def status(self) -> Status:
        file = self.object
        if file.undone_at:
            return Status(_("undone"), "muted")
        if file.job is None or not file.is_begun:
            return Status(_("not imported yet"), "muted")
        if not file.job.is_over:
            return Status(file.job.get_state_display(), "info")
        return Status(_("rows to repair"), "warn") if file.left else Status(_("imported"), "ok")

    def facts(self) -> list[Fact]:
        file = self.object
        return [
            Fact(_("Uploaded by"), file.by),
            Fact(_("Uploaded"), file.at),
            Fact(_("Refused rows"), _("Reject the whole file") if file.whole else _("Take the good orders")),
            Fact(_("Stock"), _("Record as history") if file.history else _("Reserve it")),
            Fact(_("Makes missing products and customers"), file.create_missing),
            Fact(_("Undone"), file.undone_at),
        ]

    def get_context_data(self, **kwargs) -> dict:
        states = dict(self.object.refused.values_list("state").annotate(n=Count("pk")).order_by())
        primary = Link(_("Repair rows"), reverse("order-import-rows", args=[self.object.pk]), icon="wrench")
        return super().get_context_data(
            **{
                "key": str(self.object.pk),
                "retried": states.get("retried", 0),
                "waiting": states.get("waiting", 0),
                "dropped": states.get("dropped", 0),
                "primary": primary if self.object.left else None,
            }
            | kwargs
        )


@dataclass
class Cell:
    """One input of the grid: what stands in it, what is wrong with it, what may be meant, what a colleague wrote."""

    row: ImportRow
    field: str
    label: str
    text: str
    errors: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    alike: str = ""
    theirs: str | None = None

    @property
    def name(self) -> str:
        """The name of the input."""
        return f"c-{self.row.pk}-{self.field}"

    @property
    def expected(self) -> str:
        return str(EXPECTED.get(self.field, "")) if self.errors else ""


@dataclass
class GridRow:
    """A row of the grid; `others` are errors that belong to no column of the file."""

    row: ImportRow
    cells: list[Cell]
    others: list[str]
    conflict: bool = False


def typed_in(post) -> dict[int, desk.Typed]:
    """What a post of the grid has for each row."""
    texts: dict[int, dict[str, str]] = {}
    for name, text in post.items():
        kind, _dash, rest = name.partition("-")
        key, _dash, column = rest.partition("-")
        if kind == "c" and key.isdecimal():
            texts.setdefault(int(key), {})[column] = text
    put = post.get("put", "").split(" ", 2)
    if len(put) == 3 and put[0].isdecimal():
        texts.setdefault(int(put[0]), {})[put[1]] = put[2]
    return {
        key: desk.Typed(int(version), columns)
        for key, columns in texts.items()
        if (version := post.get(f"v-{key}", "")).isdecimal()
    }


class RepairDesk(Page, TemplateView):
    """The refused rows of a file, 25 at a time, each error at its cell."""

    permission = PERMISSION
    template_name = "orders/repair.html"

    @cached_property
    def file(self) -> ImportFile:
        return get_object_or_404(ImportFile.objects.select_related("job"), pk=self.kwargs["pk"])

    def get_template_names(self) -> list[str]:
        return ["orders/parts/repair_grid.html"] if self.request.htmx else [self.template_name]

    def get_title(self) -> str:
        return _("Rows of %(name)s to repair") % {"name": self.file.name}

    def get_breadcrumb(self):
        return [*CRUMBS, (self.file.name, reverse("order-import-file", args=[self.file.pk]))]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        typed, verb = typed_in(request.POST), request.POST.get("do", "save")
        try:
            saved = desk.change_cells(self.file, typed, by=request.user)
            if saved.conflicts:
                return self.render_to_response(self.get_context_data(saved=saved, typed=typed), status=409)
            return self._go(self._then(verb))
        except DomainError as error:
            return self.render_to_response(self.get_context_data(problem=str(error), typed=typed), status=409)

    def _then(self, verb: str) -> str:
        if verb == "retry":
            return retry(self.file, by=self.request.user).get_absolute_url()
        if verb == "drop":
            chosen = [int(key) for key in self.request.POST.getlist("drop") if key.isdecimal()]
            desk.drop_rows(self.file, chosen, by=self.request.user)
        return self.request.get_full_path()

    def _go(self, address: str) -> HttpResponse:
        if not self.request.htmx:
            return redirect(address)
        if address != self.request.get_full_path():
            return HttpResponseClientRedirect(address)
        return self.render_to_response(self.get_context_data(done=True))

    def get_context_data(self, saved: desk.Saved | None = None, typed: dict | None = None, **kwargs) -> dict:
        rows = desk.open_rows(self.file)
        found = keyset.page(rows.select_related("by"), BY_POSITION, self.request.GET, PAGE)
        columns = self._columns(found.rows)
        return super().get_context_data(
            **{
                "file": self.file,
                "left": rows.count(),
                "fixed": rows.filter(state=ImportRow.State.FIXED).count(),
                "slice": found,
                "state": self.request.GET,
                "columns": [FIELDS[name] for name in columns],
                "grid": self._grid(found.rows, columns, saved or desk.Saved(), typed or {}),
                "conflicts": len(saved.conflicts) if saved else 0,
            }
            | kwargs
        )

    def _columns(self, rows: list[ImportRow]) -> list[str]:
        """The reference first, then the columns in which something is wrong on this page, then the others."""
        wrong = {error["field"] for row in rows for error in row.errors}
        there = [name for name in FIELDS if name in self.file.mapping]
        return sorted(there, key=lambda name: (name != "reference", name not in wrong))

    def _grid(self, rows: list[ImportRow], columns: list[str], saved: desk.Saved, typed: dict) -> list[GridRow]:
        places = desk.fields_of(self.file)
        looked_up = [
            (error["field"], as_text(row.cells[places[error["field"]]]))
            for row in rows
            for error in row.errors
            if error["code"] in LOOKED_UP and error["field"] in places
        ]
        similar = suggesting.suggestions(looked_up)
        grid = []
        for row in rows:
            new = typed[row.pk].texts if row.pk in typed else {}
            conflict = row.pk in saved.conflicts
            cells = [self._cell(row, name, places[name], new, conflict, similar) for name in columns]
            others = [sentence(e["code"], e["facts"]) for e in row.errors if e["field"] not in places]
            grid.append(GridRow(row, cells, others, conflict))
        return grid

    def _cell(self, row: ImportRow, name: str, place: int, new: dict, conflict: bool, similar: dict) -> Cell:
        text = as_text(row.cells[place])
        errors = [sentence(e["code"], e["facts"]) for e in row.errors if e["field"] == name]
        cell = Cell(row, name, FIELDS[name], new.get(name, text), errors)
        if errors:
            cell.suggestions = similar[name, text]
        if text and any(e["field"] == name and e["code"] not in ("mate_refused", "touched") for e in row.errors):
            address = reverse("order-import-alike", args=[self.file.pk])
            cell.alike = f"{address}?{urlencode({'name': name, 'old': text})}"
        if conflict and cell.text != text:
            cell.theirs = text
        return cell


class AlikeForm(Form):
    name = forms.ChoiceField(choices=list(FIELDS.items()), widget=forms.HiddenInput)
    old = forms.CharField(widget=forms.HiddenInput, max_length=desk.MAX_CELL)
    new = forms.CharField(label=gettext_lazy("New value"), max_length=desk.MAX_CELL, required=False)


class Alike(FormPage):
    """One wrong value, corrected in all rows that have it; says first how many they are."""

    permission = PERMISSION
    title = gettext_lazy("Replace in all rows")
    form_class = AlikeForm
    submit_label = gettext_lazy("Replace in all")

    @cached_property
    def file(self) -> ImportFile:
        return get_object_or_404(ImportFile, pk=self.kwargs["pk"])

    def get_breadcrumb(self):
        return [*CRUMBS, (self.file.name, reverse("order-import-rows", args=[self.file.pk]))]

    def asked(self) -> tuple[str, str]:
        """The field and its wrong value."""
        said: Any = self.request.POST or self.request.GET
        return said.get("name", ""), said.get("old", "")

    def get_initial(self) -> dict:
        name, old = self.asked()
        similar = suggesting.suggestions([(name, old)])[name, old]
        return {"name": name, "old": old, "new": similar[0] if similar else ""}

    def get_context_data(self, **kwargs) -> dict:
        name, old = self.asked()
        count = desk.alike(self.file, name, old).count()
        said = ngettext(
            "“%(value)s” is wrong in the column %(column)s of one row.",
            "“%(value)s” is wrong in the column %(column)s of %(rows)s rows.",
            count,
        )
        intro = said % {
            "value": old[:80],
            "column": self.file.mapping.get(name, ""),
            "rows": f"{count:,}",
        }
        return super().get_context_data(**{"intro": intro} | kwargs)

    def perform(self, form) -> str:
        desk.replace_alike(self.file, by=self.request.user, **form.cleaned_data)
        return reverse("order-import-rows", args=[self.file.pk])
