"""The exception inbox."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from oms import assigning
from oms.errors import DomainError
from oms.forms import DayInput
from oms.pages import Page
from reports import inbox


class TakeForm(forms.Form):
    record = forms.IntegerField()
    due = forms.DateField(required=False, widget=DayInput)


class Inbox(Page, TemplateView):
    """One kind at a time; each kind says how many there are."""

    permission = tuple(kind.permission for kind in inbox.KINDS)
    title = _("Exceptions")
    template_name = "reports/inbox.html"

    @cached_property
    def kinds(self) -> list[inbox.Kind]:
        return inbox.kinds_for(self.request.user)

    @cached_property
    def counts(self) -> dict[str, int]:
        return {kind.name: kind.rows().count() for kind in self.kinds}

    @property
    def kind(self) -> inbox.Kind:
        """The one that was asked for, else the first that has something."""
        asked = self.request.GET.get("kind")
        if asked:
            found = next((kind for kind in self.kinds if kind.name == asked), None)
            if found is None:
                raise Http404
            return found
        return next((kind for kind in self.kinds if self.counts[kind.name]), self.kinds[0])

    def get_context_data(self, **kwargs) -> dict:
        kind = self.kind
        context = {
            "kinds": [(each, self.counts[each.name]) for each in self.kinds],
            "kind": kind,
            "items": inbox.items(kind),
            "shown": inbox.SHOWN,
            "count": self.counts[kind.name],
            "tomorrow": timezone.localdate() + timedelta(days=1),
            "today": timezone.localdate(),
        }
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Take something, or leave it to others."""
        form, kind = TakeForm(request.POST), self.kind
        record = inbox.record_of(kind, form.cleaned_data["record"]) if form.is_valid() else None
        if record is None:
            messages.error(request, _("This is settled already."))
        elif "leave" in request.POST:
            assigning.give_back(record, by=request.user)
        else:
            self._take(record, form.cleaned_data["due"] or timezone.localdate() + timedelta(days=1))
        return redirect(f"{reverse('inbox')}?kind={kind.name}")

    def _take(self, record, due) -> None:
        try:
            assigning.take(record, by=self.request.user, due=due)
        except DomainError as refusal:
            messages.error(self.request, str(refusal))
