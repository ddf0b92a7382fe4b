"""Filters of a list: in the address, shown as chips, the same for screen, export and bulk action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import SuffixedMultiWidget

from oms import formats
from oms.forms import DayInput
from oms.pages import Text


class Filters(django_filters.FilterSet):
    """Base of every list's filters: `q` searches `search_fields` (lookups such as "number__istartswith")."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    search_fields: Sequence[str] = ()
    search_hint = _("Search")

    def search(self, queryset: QuerySet, name: str, text: str) -> QuerySet:
        """Rows in which one of `search_fields` matches the text."""
        wanted = Q()
        for lookup in self.search_fields:
            wanted |= Q(**{lookup: text.strip()})
        return queryset.filter(wanted)

    @property
    def qs(self) -> QuerySet:
        """The matching rows; none when a filter makes no sense, so that nothing unmeant is done."""
        return super().qs if self.is_valid() else self.queryset.none()


class Choices(django_filters.MultipleChoiceFilter):
    """Any of several values, as checkboxes: `?status=placed&status=held`."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"widget": forms.CheckboxSelectMultiple} | kwargs)


class Records(django_filters.ModelMultipleChoiceFilter):
    """Any of a few related records (warehouses, carriers), as checkboxes; not for tables that grow."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"widget": forms.CheckboxSelectMultiple} | kwargs)


class Linked(django_filters.ModelChoiceFilter):
    """One record of a large table, reached by a link (`?customer=12`); a chip that can only be taken away."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"widget": forms.HiddenInput} | kwargs)


class YesNo(django_filters.ChoiceFilter):
    """Yes, no, or either. `method` or a boolean `field_name` decides what it means; the value is a bool."""

    def __init__(self, *args, **kwargs):
        fixed = {
            "choices": [("yes", _("yes")), ("no", _("no"))],
            "widget": forms.RadioSelect,
            "empty_label": None,
        }
        super().__init__(*args, **fixed | kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return super().filter(qs, value == "yes") if value else qs


class PeriodWidget(SuffixedMultiWidget):
    """Two date pickers: `?placed_from=2025-01-01&placed_to=2025-01-31`."""

    suffixes = ["from", "to"]
    template_name = "django_filters/widgets/multiwidget.html"

    def __init__(self, attrs=None):
        super().__init__([DayInput({"aria-label": _("From")}), DayInput({"aria-label": _("To")})], attrs)

    def decompress(self, value):
        return [value.start, value.stop] if value else [None, None]


class PeriodField(forms.MultiValueField):
    """A slice of two dates, either of which may be missing."""

    widget = PeriodWidget

    def __init__(self, *args, **kwargs):
        super().__init__((forms.DateField(), forms.DateField()), *args, **kwargs)

    def compress(self, data_list):
        start, end = data_list or (None, None)
        if start and end and end < start:
            raise forms.ValidationError(_("The period ends before it begins."))
        return slice(start, end) if start or end else None


class Period(django_filters.Filter):
    """From a day to a day, both included, in the business's own time zone, as a half-open range.

    `moments=False` says that the field holds dates and not moments.
    """

    field_class = PeriodField

    def __init__(self, *args, moments: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.moments = moments

    def filter(self, qs: QuerySet, value: slice | None) -> QuerySet:
        if value and value.start:
            qs = qs.filter(**{f"{self.field_name}__gte": self._bound(value.start)})
        if value and value.stop:
            qs = qs.filter(**{f"{self.field_name}__lt": self._bound(value.stop + timedelta(days=1))})
        return qs

    def _bound(self, day: date) -> date | datetime:
        return timezone.make_aware(datetime.combine(day, time.min)) if self.moments else day


@dataclass(frozen=True)
class Chip:
    """One filter of the bar: its form field, and what it is set to in words ("" when it is not)."""

    name: str
    label: Text
    field: forms.BoundField
    words: str

    @property
    def names(self) -> list[str]:
        """The parameters that this chip sets."""
        suffixes = getattr(self.field.field.widget, "suffixes", None)
        return [f"{self.name}_{suffix}" for suffix in suffixes] if suffixes else [self.name]

    @property
    def hidden(self) -> bool:
        return self.field.is_hidden

    @property
    def presets(self) -> list[tuple[Text, dict[str, date]]]:
        """The usual periods as label and parameters: today, the last 7 and 30 days, this month."""
        if not isinstance(self.field.field, PeriodField):
            return []
        today = timezone.localdate()
        starts = [
            (_("Today"), today),
            (_("Last 7 days"), today - timedelta(days=6)),
            (_("Last 30 days"), today - timedelta(days=29)),
            (_("This month"), today.replace(day=1)),
        ]
        return [(label, dict(zip(self.names, (start, today), strict=True))) for label, start in starts]


def chips(filterset: Filters) -> list[Chip]:
    """Every filter but the search box, with its value in words."""
    cleaned = getattr(filterset.form, "cleaned_data", {})
    return [
        Chip(
            name,
            filterset.form[name].label,
            filterset.form[name],
            _words(filterset.form[name], cleaned.get(name)),
        )
        for name in filterset.form.fields
        if name != "q"
    ]


def _words(field: forms.BoundField, value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, slice):
        return _range(value)
    if isinstance(value, Model):
        return str(value)
    chosen = list(value) if isinstance(value, list | tuple | QuerySet) else [value]
    labels = _labels(field)
    words = [str(labels.get(str(getattr(one, "pk", one)), one)) for one in chosen]
    return ", ".join(words[:2]) + (f" +{len(words) - 2}" if len(words) > 2 else "")


def _labels(field: forms.BoundField) -> dict[str, Any]:
    choices = [] if hasattr(field.field, "queryset") else getattr(field.field, "choices", [])
    return {str(value): label for value, label in choices}


def _range(value: slice) -> str:
    start, stop = (_end(end) for end in (value.start, value.stop))
    if start == stop:
        return start
    if start and stop:
        return f"{start} – {stop}"
    return gettext("from %(end)s") % {"end": start} if start else gettext("up to %(end)s") % {"end": stop}


def _end(end: Any) -> str:
    if end is None:
        return ""
    return formats.day(end) if isinstance(end, date) else formats.quantity(end)
