"""The keyboard palette: pages and records for a few letters, in one fragment; actions of the open page are its own."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oms.navigation import navigation
from oms.pages import Text
from reports.search import search

LONGEST = 100
PAGES = 8


@dataclass(frozen=True)
class Place:
    """A page of the navigation, and the section that it belongs to."""

    label: Text
    section: Text
    icon: str
    href: str


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """What this person may open that fits the letters; as many statements for few hits as for many."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    context = {"text": text, "places": _places(request, text), "found": search(text, request.user)}
    return render(request, "reports/parts/palette.html", context)


def _places(request: HttpRequest, text: str) -> list[Place]:
    """The pages that have every word, those that begin with the first one on top; without a text, the sections."""
    sections = navigation(request)
    if not text:
        return [Place(section.label, "", section.icon, section.href) for section in sections]
    words = text.casefold().split()
    places = [
        Place(link.label, "" if link.label == section.label else section.label, section.icon, link.href)
        for section in sections
        for link in section.links
    ]
    fitting = [p for p in places if all(word in f"{p.label} {p.section}".casefold() for word in words)]
    return sorted(fitting, key=lambda place: not str(place.label).casefold().startswith(words[0]))[:PAGES]
