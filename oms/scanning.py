"""The page of a person with a scanner: one record, one field, and every scan answered at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from oms.errors import DomainError
from oms.forms import posted_key
from oms.pages import Page
from oms.submissions import once


class ScanPage(Page, TemplateView):
    """Subclasses give `record`, `works(record)`, `scanned(request)` and `work_context(record)`.

    Without JavaScript every scan is a post and a redirect; with it, only the block #work (`work_template`) is drawn
    anew. `scanned` returns the sentence that confirms the scan, or an address when the work on this page is over.
    """

    work_template: str

    @property
    def record(self) -> Any:
        """The record under work, fresh from the database."""
        raise NotImplementedError

    def works(self, record: Any) -> bool:
        """Whether there is work for this page; else it leads to the record."""
        raise NotImplementedError

    def scanned(self, request: HttpRequest) -> str:
        raise NotImplementedError

    def refused(self, request: HttpRequest, why: str) -> None:
        """A scan was refused; pages that count mistakes write it down."""

    def work_context(self, record: Any) -> dict:
        """What #work shows."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        record = self.record
        if not self.works(record):
            return redirect(record)
        return self.render_to_response(self.get_context_data(record=record))

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            said = once(posted_key(request), request.user, lambda: self.scanned(request)[:300])
        except DomainError as refusal:
            self.refused(request, str(refusal))
            return self._work(str(refusal), good=False)
        if said.startswith("/"):
            return self._leave(said)
        return self._work(said, good=True)

    def _work(self, said: str, *, good: bool) -> HttpResponse:
        if good and not self.request.htmx:
            messages.success(self.request, said)
            return redirect(self.request.path)
        context = self.get_context_data(record=self.record, said=said, good=good)
        template = self.work_template if self.request.htmx else self.template_name
        return self.response_class(self.request, [template], context, status=200 if good else 409)

    def _leave(self, address: str) -> HttpResponse:
        if self.request.htmx:
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)

    def get_context_data(self, **kwargs) -> dict:
        context = {"work_template": self.work_template} | self.work_context(kwargs["record"])
        return super().get_context_data(**context | kwargs)
