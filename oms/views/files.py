"""Uploaded pictures that everybody may see: the company's logo and the products' photos."""

import mimetypes

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.cache import cache_control

PUBLIC = ("company/", "products/")


@login_not_required
@cache_control(max_age=86400, public=True)
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture of a public folder; every other uploaded file has a view that asks who wants it."""
    kind, _encoding = mimetypes.guess_type(name)
    is_picture = bool(kind) and kind.startswith("image/") and kind != "image/svg+xml"
    if ".." in name or not name.startswith(PUBLIC) or not is_picture or not default_storage.exists(name):
        raise Http404
    return FileResponse(default_storage.open(name), content_type=kind)
