"""Template tags and filters that every page uses."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from oms import columns, events, formats
from oms.accent import legible
from oms.money import format_money
from oms.navigation import navigation
from oms.pages import url_or_none
from oms.submissions import new_key
from oms.timeline import Detail, details

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: int = 16) -> str:
    """`{% icon "truck" %}`: an outline icon beside a word; screen readers pass it by."""
    return lucide(name, size=size, aria_hidden="true", stroke_width=1.75, **{"class": "icon"})


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """`{{ order.total|money:order.currency }}`: with the currency sign, for sentences; a dash for nothing."""
    return "—" if amount is None else format_money(amount, currency)


@register.filter
def amount(value: Decimal | None, currency: str) -> str:
    """`{{ line.price|amount:order.currency }}`: for tables, the currency small and muted."""
    return columns.NOTHING if value is None else columns.money(value, currency)


@register.filter
def quantity(value: Decimal | int | None) -> str:
    """A number with the language's separators and no needless zeros."""
    return formats.quantity(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """`{{ order.promised|day }}`: 30 Sep 2025."""
    return formats.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """`{{ order.placed_at|moment }}`: 30 Sep, 14:05 in the business's zone."""
    return formats.moment(value)


@register.filter
def event_label(event) -> str:
    """The sentence of an event for the timeline."""
    return events.label(event.kind)


@register.filter
def event_details(event) -> list[Detail]:
    """An event's data as label and value."""
    return details(event)


@register.filter
def is_note(event) -> bool:
    """Whether an event is what a person wrote."""
    return event.kind.endswith(".noted")


@register.filter
def accent_fill(accent: str) -> str:
    """A button's fill in a mail, where no stylesheet of ours reaches."""
    return legible(accent).fill


@register.filter
def accent_ink(accent: str) -> str:
    """The ink on that fill."""
    return legible(accent).ink


@register.filter
def accent_text(accent: str) -> str:
    """The accent as text on white, dark enough to be read."""
    return legible(accent).text


@register.filter
def own_static(name: str) -> str:
    """`{{ "css/documents.css"|own_static }}`: a static file for a PDF, read from disk."""
    return f"{settings.STATIC_URL}{name}"


@register.simple_tag
def status(label: Any, tone: str = "muted") -> str:
    """`{% status order.get_stage_display order.tone %}`: a dot and a word."""
    return columns.status(label, tone)


@register.simple_tag(takes_context=True, name="navigation")
def navigation_tag(context) -> list:
    """`{% navigation as sections %}`."""
    return navigation(context["request"])


@register.simple_tag
def url_if(name: str, *args: Any) -> str:
    """`{% url_if "search" as href %}`: the address, or "" when no such page exists."""
    return url_or_none(name, *args) or ""


@register.simple_tag
def submission_key(key: str = "") -> str:
    """The hidden field that makes a form happen once."""
    return format_html('<input type="hidden" name="submission" value="{}">', key or new_key())


@register.inclusion_tag("oms/partials/field.html")
def field(bound: forms.BoundField, autofocus: bool = False) -> dict:
    """`{% field form.email %}`: label, control, help and message, in our look."""
    many = _is_many(bound)
    if many:  # its options are drawn one by one
        bound.field.widget.attrs["class"] = "form-check-input"
    drawn = "" if many else control(bound, autofocus)
    return {"field": bound, "control": drawn, "check": _is_check(bound), "many": many}


@register.inclusion_tag("oms/partials/form.html")
def form_fields(form: forms.Form) -> dict:
    """`{% form_fields form %}`: the error summary, then every field in one column."""
    return {"form": form}


@register.simple_tag
def control(bound: forms.BoundField, autofocus: bool = False) -> SafeString:
    """A field's bare control with its classes and its ties to help and message."""
    attrs = {"class": f"{bound.field.widget.attrs.get('class', '')} {_control_class(bound)}".strip()}
    described = [f"{bound.auto_id}_{part}" for part in _described_by(bound)]
    if described and not _is_many(bound):
        attrs["aria-describedby"] = " ".join(described)
    if autofocus:
        attrs["autofocus"] = True
    return bound.as_widget(attrs=attrs)


@register.simple_tag
def changed(query: QueryDict, **changes: Any) -> str:
    """`{% changed state sort="-total" after="" %}`: the query with parameters changed, "" taking one away."""
    copy = query.copy()
    for name, value in changes.items():
        copy.pop(name, None)
        if value not in ("", None):
            copy[name] = value
    return SafeString(f"?{copy.urlencode()}".replace("&", "&amp;"))


@register.simple_tag
def without(query: QueryDict, names: Iterable[str]) -> str:
    """`{% without state chip.names %}`: the query without these parameters."""
    return changed(query, **dict.fromkeys([*names, "after", "before"], ""))


@register.simple_tag
def with_period(query: QueryDict, period: dict[str, date]) -> str:
    """`{% with_period state period %}`: the query with these days, from the list's first page."""
    return changed(query, **{name: day.isoformat() for name, day in period.items()}, after="", before="")


def _described_by(bound: forms.BoundField) -> list[str]:
    return (["help"] if bound.help_text else []) + (["error"] if bound.errors else [])


def _is_check(bound: forms.BoundField) -> bool:
    return isinstance(bound.field.widget, forms.CheckboxInput)


def _is_many(bound: forms.BoundField) -> bool:
    return isinstance(bound.field.widget, forms.RadioSelect)  # also CheckboxSelectMultiple, its subclass


def _control_class(bound: forms.BoundField) -> str:
    wrong = " is-invalid" if bound.errors else ""
    if _is_check(bound) or _is_many(bound):
        return "form-check-input" + wrong
    return ("form-select" if isinstance(bound.field.widget, forms.Select) else "form-control") + wrong
