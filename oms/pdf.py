"""PDF documents from templates, printed without any network."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from oms.context import current
from oms.models import Company


class Forbidden(Exception):
    """A document asked for something that is not ours."""


class OwnFiles(URLFetcher):
    """Serves the document's static and media files from disk, and data: addresses; refuses everything else."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        if parts.scheme != "oms":
            raise Forbidden(url)
        path = own_file(unquote(parts.path))
        if path is None:
            raise Forbidden(url)
        return URLFetcherResponse(url, path.read_bytes())


def own_file(path: str) -> Path | None:
    """The file on disk behind /static/… or a media path; None for anything outside those two folders."""
    name = path.lstrip("/")
    if name.startswith(settings.STATIC_URL.strip("/") + "/"):
        return _static(name.removeprefix(settings.STATIC_URL.strip("/") + "/"))
    return _inside(Path(settings.MEDIA_ROOT), name.removeprefix(settings.MEDIA_URL.strip("/")).lstrip("/"))


def render_pdf(template: str, context: dict[str, Any], language: str) -> bytes:
    """`template` (it extends documents/base.html) printed in `language`; `company` is in its context."""
    with translation.override(language):
        html = render_to_string(template, {"company": current(Company), "language": language, **context})
    return HTML(string=html, base_url="oms:///", url_fetcher=OwnFiles(fail_on_errors=False)).write_pdf()


def _static(name: str) -> Path | None:
    found = finders.find(name)
    return Path(found) if found else _inside(Path(staticfiles_storage.location), name)


def _inside(folder: Path, name: str) -> Path | None:
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
