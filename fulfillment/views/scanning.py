"""The page of a person with a scanner: one shipment, one field, and every scan answered at once."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from fulfillment.forms import ScanForm
from fulfillment.models import Shipment
from fulfillment.services import is_paper, read_paper
from fulfillment.services.steps import lines_of
from oms.errors import DomainError
from oms.forms import posted_key
from oms.pages import Page
from oms.submissions import once

SHIPMENTS = Shipment.objects.select_related("order", "warehouse", "picker", "carrier")


class ScanPage(Page, TemplateView):
    """Subclasses give `works_on` (the status), `counter`, `goal` and `do(op, code, quantity)`.

    The subject is a shipment; a page for something else gives `subjects`, `called` and `work(subject)`.

    Without JavaScript every scan is a post and a redirect; with it, only the block #work is drawn anew.
    `do` returns the sentence that confirms the scan, or an address when the work on this page is over.
    """

    works_on: str
    counter: str
    goal: str
    work_template: str
    subjects: QuerySet = SHIPMENTS
    called = "shipment"

    def do(self, op: str, code: str, quantity: int) -> str:
        raise NotImplementedError

    @property
    def subject(self) -> Any:
        return get_object_or_404(self.subjects, number=self.kwargs["number"])

    def work(self, subject: Any) -> dict:
        """What the page shows of the subject; `lines` are counted."""
        return {"lines": lines_of(subject)}

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        subject = self.subject
        if subject.status != self.works_on:
            return redirect(subject)
        return self.render_to_response(self.get_context_data(subject=subject))

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            said = once(posted_key(request), request.user, lambda: self._do(request))
        except DomainError as refusal:
            return self._work(str(refusal), good=False)
        if said.startswith("/"):
            return self._leave(said)
        return self._work(said, good=True)

    def _do(self, request: HttpRequest) -> str:
        form = ScanForm(request.POST)
        if not form.is_valid():
            raise DomainError(" ".join(error for errors in form.errors.values() for error in errors))
        code, quantity = form.cleaned_data["code"], form.cleaned_data["quantity"]
        if is_paper(code):
            return _("The paper of %(number)s is up to date.") % {"number": read_paper(code).number}
        return self.do(request.POST.get("op", ""), code, quantity)[:300]

    def _work(self, said: str, *, good: bool) -> HttpResponse:
        if good and not self.request.htmx:
            messages.success(self.request, said)
            return redirect(self.request.path)
        context = self.get_context_data(subject=self.subject, said=said, good=good)
        template = self.work_template if self.request.htmx else self.template_name
        return self.response_class(self.request, [template], context, status=200 if good else 409)

    def _leave(self, address: str) -> HttpResponse:
        if self.request.htmx:
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)

    def get_context_data(self, **kwargs) -> dict:
        subject = kwargs["subject"]
        work = self.work(subject)
        lines = work["lines"]
        done = sum(getattr(line, self.counter) for line in lines)
        wanted = sum(getattr(line, self.goal) for line in lines)
        context = work | {
            self.called: subject,
            "done": done,
            "wanted": wanted,
            "percent": done * 100 // wanted if wanted else 0,
            "complete": done == wanted,
            "work_template": self.work_template,
        }
        return super().get_context_data(**context | kwargs)

    def unknown(self, op: str) -> str:
        """The refusal of an operation that this page does not have."""
        raise DomainError(_("This page does not know what to do with %s.") % op[:20])
