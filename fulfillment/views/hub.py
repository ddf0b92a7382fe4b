"""The courier's hub: each scan sorts or loads, and what does not belong there is named."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from fulfillment.consignment_forms import HubForm, driver_label
from fulfillment.models import Consignment
from fulfillment.services import consigning
from oms.errors import DomainError
from oms.forms import posted_key
from oms.pages import Page
from oms.submissions import once

SHOWN = 30
KEPT = ("op", "driver")
AT_THE_HUB = ("collected", "sorted", "loaded", "failed")


class Hub(Page, TemplateView):
    """Without JavaScript every scan is a post and a redirect; with it, only the block #work is drawn anew."""

    permission = "fulfillment.sort_consignment"
    title = _("Hub")
    template_name = "fulfillment/hub.html"
    work_template = "fulfillment/hub_work.html"

    def get_context_data(self, **kwargs) -> dict:
        here = Consignment.objects.filter(status__in=AT_THE_HUB).select_related("driver").order_by("status", "id")
        rows = Consignment.objects.filter(status__in=AT_THE_HUB).values_list("status").annotate(Count("pk"))
        counts = dict(rows.order_by())
        context = {
            "form": HubForm(initial={"op": "sort"} | {n: v for n, v in self.request.GET.items() if n in KEPT}),
            "here": here[:SHOWN],
            "counts": [(status, Consignment.Status(status).label, counts.get(status, 0)) for status in AT_THE_HUB],
        }
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            said = once(posted_key(request), request.user, lambda: self._scan(HubForm(request.POST))[:300])
        except DomainError as refusal:
            return self._work(str(refusal), good=False)
        return self._work(said, good=True)

    def _scan(self, form: HubForm) -> str:
        if not form.is_valid():
            raise DomainError(" ".join(error for errors in form.errors.values() for error in errors))
        found = consigning.find_consignment(form.cleaned_data["code"])
        if form.cleaned_data["op"] == "sort":
            consigning.sort(found, by=self.request.user)
            facts = {"number": found.number, "city": found.recipient_city, "driver": driver_label(found.driver)}
            return translated("%(number)s: to %(city)s, %(driver)s") % facts
        loaded = consigning.load(found, by=self.request.user, driver=form.cleaned_data["driver"])
        facts = {"number": loaded.number, "driver": loaded.driver}
        return translated("%(number)s is on board of %(driver)s.") % facts

    def _work(self, said: str, *, good: bool) -> HttpResponse:
        if good and not self.request.htmx:
            messages.success(self.request, said)
            kept = urlencode({name: self.request.POST.get(name, "") for name in KEPT})
            return redirect(f"{self.request.path}?{kept}")
        template = self.work_template if self.request.htmx else self.template_name
        context = self.get_context_data(said=said, good=good)
        return self.response_class(self.request, [template], context, status=200 if good else 409)
