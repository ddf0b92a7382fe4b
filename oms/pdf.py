"""PDF documents from templates, printed without any network."""

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from oms.context import current
from oms.models import Company

HERE = "https://own.invalid/"  # a name that cannot exist: a path in a document leads to us or nowhere


class Forbidden(Exception):
    """A document asked for something that is not ours."""


class OwnFiles(URLFetcher):
    """Serves our static and media files from disk, and data: addresses; refuses everything else."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        path = own_file(unquote(parts.path)) if url.startswith(HERE) else None
        if path is None:
            raise Forbidden(url)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def own_file(path: str) -> Path | None:
    """The file on disk behind a static or media address; None for anything outside those two folders."""
    if path.startswith(settings.STATIC_URL):
        return _static(path.removeprefix(settings.STATIC_URL))
    if path.startswith(settings.MEDIA_URL):
        return _inside(Path(settings.MEDIA_ROOT), path.removeprefix(settings.MEDIA_URL))
    return None


def render_pdf(template: str, context: dict[str, Any], language: str) -> bytes:
    """`template` (it extends documents/base.html) printed in `language`; `company` is in its context."""
    with translation.override(language):
        html = render_to_string(template, {"company": current(Company), "language": language, **context})
    return HTML(string=html, base_url=HERE, url_fetcher=OwnFiles(fail_on_errors=False)).write_pdf()


def _static(name: str) -> Path | None:
    try:
        found = finders.find(name)
    except SuspiciousFileOperation:
        return None
    return Path(found) if found else _inside(Path(staticfiles_storage.location), name)


def _inside(folder: Path, name: str) -> Path | None:
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
