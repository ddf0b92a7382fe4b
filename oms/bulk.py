"""Bulk actions of a list: each ticked row goes through the service by itself and gets its own outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from oms.actions import Action
from oms.errors import DomainError
from oms.forms import Form, posted_key
from oms.pages import Link, permitted
from oms.submissions import once

LIMIT = 200


@dataclass(frozen=True)
class Outcome:
    """What became of one row: done, or refused with the sentence why."""

    record: Any
    refusal: str = ""


class BulkMixin:
    """The POST side of a list page: `action` names one of `bulk`, `selected` are primary keys of rows.

    With `scope=filtered` the rows are all that the filters leave, up to LIMIT.
    """

    bulk: Sequence[Action] = ()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        action = next((a for a in self.bulk if a.name == request.POST.get("action")), None)
        if action is None:
            raise Http404
        if not permitted(request.user, action.permission):
            raise PermissionDenied
        records = self._chosen(request)
        if not records:
            return self._with_error(_("Tick the rows first."))
        if len(records) > LIMIT:
            return self._with_error(_("At most %(limit)s rows at once. Narrow the filters first.") % {"limit": LIMIT})
        if action.together:
            return redirect(action.together(records))
        form = (action.form or Form)(request.POST if "confirmed" in request.POST or not action.asks else None)
        if not form.is_bound or not form.is_valid():
            return self._ask(action, records, form)
        return self._run(action, records, form)

    def _chosen(self, request: HttpRequest) -> list[Any]:
        rows = self.filtered
        if request.POST.get("scope") != "filtered":
            keys = [key for key in request.POST.getlist("selected") if key.isdecimal()]
            rows = rows.filter(pk__in=keys)
        return list(rows[: LIMIT + 1])

    def _ask(self, action: Action, records: list[Any], form) -> HttpResponse:
        status = 422 if form.is_bound else 200
        return self._page("oms/list/ask.html", action, status, records=records, form=form)

    def _run(self, action: Action, records: list[Any], form) -> HttpResponse:
        here, started = self.request.get_full_path(), []
        once(posted_key(self.request), self.request.user, lambda: started.append(True) or here[:300])
        if not started:
            return redirect(here)
        outcomes = [_outcome(action, record, self.request.user, form.cleaned_data) for record in records]
        refused = [outcome for outcome in outcomes if outcome.refusal]
        return self._page(
            "oms/list/outcome.html",
            action,
            200,
            outcomes=outcomes,
            refused=refused,
            done=[outcome for outcome in outcomes if not outcome.refusal],
        )

    def _page(self, template: str, action: Action, status: int, **context) -> HttpResponse:
        crumbs = [Link(self.get_title(), self.request.get_full_path())]
        shown = {
            "action": action,
            "title": action.label,
            "submission": posted_key(self.request),
            "primary": None,
            "more": [],
            **context,
        }
        return self.response_class(
            self.request, [template], super().get_context_data(crumbs=crumbs, **shown), status=status
        )


def _outcome(action: Action, record: Any, user, data: dict) -> Outcome:
    try:
        action.service(record, by=user, **data)
    except DomainError as error:
        return Outcome(record, str(error))
    return Outcome(record)
