"""Saved views of lists: kept under a name, private or for everybody."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oms.models import SavedView

SHARE = "oms.share_savedview"


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"


@require_POST
def save_view(request: HttpRequest, page: str) -> HttpResponse:
    """Keep a list's filters, columns and sort under a name, for everybody if she may; the same name replaces it."""
    name = request.POST.get("name", "").strip()[:80]
    if not name:
        messages.error(request, _("Give the view a name."))
        return redirect(_back(request))
    view, _made = SavedView.objects.update_or_create(
        owner=request.user,
        page=page,
        name=name,
        defaults={
            "query": QueryDict(request.POST.get("query", "")[:2000]).urlencode(),
            "shared": "shared" in request.POST and request.user.has_perm(SHARE),
        },
    )
    return redirect(f"{_back(request)}?view={view.pk}&{view.query}")


@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of one's own views, or a shared one for those who may share."""
    deletable = Q(owner=request.user) | Q(shared=True) if request.user.has_perm(SHARE) else Q(owner=request.user)
    get_object_or_404(SavedView, deletable, pk=pk).delete()
    return redirect(_back(request))
