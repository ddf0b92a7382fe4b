"""The search box of every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from oms.pages import Page
from reports import search

LONGEST = 100


class Search(Page, TemplateView):
    """Results by sort; a number typed or scanned in full leads straight to its record."""

    template_name = "reports/search.html"
    title = _("Search")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:LONGEST].replace("\x00", "")
        found = search.search(text, request.user)
        if hit := search.only_exact(found):
            return redirect(hit.href)
        context = self.get_context_data(text=text, found=found, too_short=len(text) < search.SHORTEST)
        return self.render_to_response(context)
