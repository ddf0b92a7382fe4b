"""The list page: filters, saved views, columns, sort, keyset pages and export over one queryset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django_htmx.http import push_url

from oms import exports, keyset
from oms.bulk import BulkMixin
from oms.columns import Column
from oms.filters import Filters, chips
from oms.keyset import Ordering
from oms.models import SavedView
from oms.pages import Link, Page, Text, permitted, visible

CURSORS = ("after", "before")
NOT_A_VIEW = (*CURSORS, "export", "view", "page")


@dataclass(frozen=True)
class Empty:
    """What a list says when there is nothing yet."""

    title: Text
    hint: Text = ""
    link: Link | None = None
    icon: str = "inbox"


@dataclass(frozen=True)
class Tab:
    """A ready-made view: a label and the query that it stands for ("status=held&sort=-total")."""

    label: Text
    query: str
    view: SavedView | None = None
    active: bool = False


@dataclass(frozen=True)
class Row:
    """A row on screen; `cells` is its markup."""

    record: Any
    cells: str


class ListPage(BulkMixin, Page, TemplateView):
    """A list of records; subclasses say which columns, filters, sorts and actions it has.

    `page` names the list for saved views. The first of `orderings` is the usual one; `?sort=-name` runs it
    from its other end. `tabs` are ready-made views after "All". `bulk` are actions for the ticked rows.
    `quick_look` opens a row's record page in a side panel.
    """

    template_name = "oms/list.html"
    page: str
    columns: Sequence[Column]
    orderings: Mapping[str, Ordering]
    filterset_class: type[Filters] = Filters
    tabs: Sequence[Tab] = ()
    empty: Empty | None = None
    page_size = 50
    exportable = True
    quick_look = False

    def queryset(self) -> models.QuerySet:
        """The rows that this user may see, with select_related and prefetch_related for the columns."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.GET.get("export") in ("csv", "xlsx") and self.exportable:
            return self._export(request.GET["export"])
        context = self.get_context_data(**kwargs)
        if request.htmx and request.htmx.target == "results":
            response = self.response_class(request, ["oms/list/update.html"], context)
            return push_url(response, f"{request.path}?{context['query']}")
        return self.render_to_response(context)

    @cached_property
    def query(self) -> QueryDict:
        """The address's parameters without the empty ones, several columns folded into one parameter."""
        return tidy(self.request.GET, self)

    @cached_property
    def filterset(self) -> Filters:
        return self.filterset_class(self.query, queryset=self.queryset(), request=self.request)

    @cached_property
    def filtered(self) -> models.QuerySet:
        """Exactly what the filters leave, in the chosen order, for screen, export and bulk action."""
        return self.filterset.qs.order_by(*self.ordering.fields)

    @property
    def sort(self) -> str:
        """The chosen sort, e.g. "-total"; the list's first one when it is nonsense."""
        wanted = self.query.get("sort", "")
        return wanted if wanted.removeprefix("-") in self.orderings else next(iter(self.orderings))

    @property
    def ordering(self) -> Ordering:
        ordering = self.orderings[self.sort.removeprefix("-")]
        return ordering.reversed() if self.sort.startswith("-") else ordering

    @property
    def shown_columns(self) -> list[Column]:
        """The columns chosen in the address, else the usual ones; the first is always there."""
        wanted = [key for key in self.query.get("columns", "").split(",") if key]
        chosen = [c for c in self.columns if (c.key in wanted if wanted else c.shown)]
        first = self.columns[0]
        return chosen if first in chosen else [first, *chosen]

    def get_context_data(self, **kwargs) -> dict:
        found = keyset.page(self.filterset.qs, self.ordering, self.request.GET, self.page_size)
        chosen = self.shown_columns
        valid = self.filterset.is_valid()
        context = {
            "valid": valid,
            "page": self.page,
            "filterset": self.filterset,
            "chips": chips(self.filterset),
            "filtered": any(self.query.get(name) for name in self.query if name not in ("sort", "columns", "view")),
            "rows": _rows(found.rows, chosen),
            "columns": chosen,
            "all_columns": self.columns,
            "slice": found,
            "sort": self.sort,
            "orderings": self.orderings,
            "query": self.query.urlencode(),
            "state": self.query,
            "tabs": self._tabs(),
            "view": self._view,
            "bulk": [action for action in self.bulk if permitted(self.request.user, action.permission)],
            "empty": self.empty,
            "empty_link": next(iter(visible([self.empty and self.empty.link], self.request.user)), None),
            "exportable": self.exportable,
            "quick_look": self.quick_look,
        }
        return super().get_context_data(**context | kwargs)

    @cached_property
    def _views(self) -> list[SavedView]:
        mine = Q(owner=self.request.user) | Q(shared=True)
        return list(SavedView.objects.filter(mine, page=self.page).select_related("owner"))

    @property
    def _view(self) -> SavedView | None:
        return next((v for v in self._views if str(v.pk) == self.query.get("view")), None)

    def _tabs(self) -> list[Tab]:
        here = view_query(self.query)
        chosen = self._view
        ready = [Tab(_("All"), ""), *self.tabs]
        tabs = [Tab(t.label, t.query, None, not chosen and _same(t.query, here)) for t in ready]
        return tabs + [Tab(v.name, f"view={v.pk}&{v.query}", v, v == chosen) for v in self._views]

    def _export(self, kind: str) -> HttpResponse:
        rows = self.filtered
        if rows[exports.LIMIT : exports.LIMIT + 1].exists():
            text = _("More than %(limit)s rows match. Narrow the filters and export again.")
            return self._with_error(text % {"limit": f"{exports.LIMIT:,}"})
        make = exports.csv_response if kind == "csv" else exports.xlsx_response
        return make(self.page, self.shown_columns, rows.iterator(chunk_size=1000))

    def _with_error(self, text: str) -> HttpResponse:
        return self.render_to_response(self.get_context_data(problem=text), status=422)


def _rows(records: Sequence[Any], chosen: Sequence[Column]) -> list[Row]:
    # built here and not in a template: 50 rows of 10 cells are 500 turns of a template's loop
    opened = [(column, column.opening()) for column in chosen]
    return [
        Row(record, SafeString("".join(f"{start}{column.html(record)}</td>" for column, start in opened)))
        for record in records
    ]


def tidy(query: QueryDict, page: ListPage) -> QueryDict:
    """A copy without empty parameters and without choices that are the usual ones anyway."""
    clean = QueryDict(mutable=True)
    for name, values in query.lists():
        values = [value for value in values if value != ""]
        if values and name != "csrfmiddlewaretoken":
            clean.setlist(name, values)
    if "columns" in clean:
        wanted = ",".join(clean.getlist("columns")).split(",")
        usual = [column.key for column in page.columns if column.shown]
        clean.pop("columns")
        if sorted(wanted) != sorted(usual):
            clean["columns"] = ",".join(wanted)
    if clean.get("sort") == next(iter(page.orderings)):
        clean.pop("sort")
    return clean


def view_query(query: QueryDict) -> str:
    """The part of an address that a saved view keeps: no place in the list, no export."""
    kept = query.copy()
    for name in NOT_A_VIEW:
        kept.pop(name, None)
    return kept.urlencode()


def _same(one: str, other: str) -> bool:
    return sorted(QueryDict(one).lists()) == sorted(QueryDict(other).lists())
