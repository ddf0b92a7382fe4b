"""What every page of the back office has: a permission, a title, a breadcrumb, links in its head."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise

Text = str | Promise
Permission = str | Sequence[str]


def permitted(user, permission: Permission) -> bool:
    """Whether `user` holds the permission, or one of several; nothing asked is permitted to everybody."""
    codes = [permission] if isinstance(permission, str) else list(permission)
    return not any(codes) or any(user.has_perm(code) for code in codes)


def url_or_none(name: str, *args: Any) -> str | None:
    """The address of a URL name, or None when no such page exists."""
    return _address(name, args, settings.ROOT_URLCONF)


@lru_cache(maxsize=2048)
def _address(name: str, args: tuple, urlconf: str) -> str | None:
    try:
        return reverse(name, urlconf, args)
    except NoReverseMatch:
        return None


@dataclass(frozen=True)
class Link:
    """A link in a page's head, drawn for those who are permitted; `url` is a URL name, a path or ?query."""

    label: Text
    url: str
    icon: str = ""
    permission: Permission = ()

    @property
    def href(self) -> str | None:
        return self.url if self.url.startswith(("/", "?", "#")) else url_or_none(self.url)


def visible(links: Iterable[Link | None], user) -> list[Link]:
    """The links that this user may follow and whose page exists."""
    return [link for link in links if link and permitted(user, link.permission) and link.href]


class Page:
    """Mixin for views: checks `permission` (one of several is enough) and gives the page its head.

    `breadcrumb` lists (label, URL name) from the section down to this page's parent. `primary` is the one
    filled button of the head, `more` the links in its menu.
    """

    request: HttpRequest
    permission: Permission = ()
    title: Text = ""
    breadcrumb: Sequence[tuple[Text, str]] = ()
    primary: Link | None = None
    more: Sequence[Link] = ()

    def dispatch(self, request, *args, **kwargs):
        if not permitted(request.user, self.permission):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        # a fragment must not come back from the browser's cache as a page
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def get_title(self) -> Text:
        """The page's title."""
        return self.title

    def get_breadcrumb(self) -> Sequence[tuple[Text, str]]:
        """(label, URL name or path) from the section down to this page's parent."""
        return self.breadcrumb

    def get_context_data(self, **kwargs) -> dict:
        crumbs = [Link(label, url) for label, url in self.get_breadcrumb()]
        return super().get_context_data(
            **{
                "title": self.get_title(),
                "crumbs": visible(crumbs, self.request.user),
                "primary": next(iter(visible([self.primary], self.request.user)), None),
                "more": visible(self.more, self.request.user),
            }
            | kwargs
        )
