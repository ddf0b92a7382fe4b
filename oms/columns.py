"""Columns of a list: one description feeds the screen, the phone, the chooser and the export."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Model
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms import formats

NOTHING = SafeString('<span class="nothing">—</span>')


@dataclass(frozen=True)
class Column:
    """One column. `name` is a path from the row ("customer.name") unless `value` computes it.

    kind: text (one line), long (wraps), choice, number, money, day, moment, status, yes. `currency` is the
    path of a money column's currency. `tones` maps a status value to ok, warn, bad, info or muted. `link`
    leads to the row's own page, `url` to any. `sort` names one of the list's orderings. `template` draws a
    cell from {record, value}. `export` gives the value for files where that is not the value itself.
    `shown=False` leaves the column to the chooser.
    """

    name: str
    label: str | Promise
    kind: str = "text"
    link: bool = False
    sort: str = ""
    value: Callable[[Any], Any] | None = None
    url: Callable[[Any], str | None] | None = None
    currency: str = "currency"
    tones: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    export: Callable[[Any], Any] | None = None
    shown: bool = True

    @property
    def key(self) -> str:
        """The column's name in the address."""
        return self.name.replace(".", "_")

    def raw(self, record: Any) -> Any:
        """The cell's value as data."""
        return self.value(record) if self.value else follow(record, self.name)

    def exported(self, record: Any) -> Any:
        """The cell's value for a file: a status in words, everything else as data."""
        if self.export:
            return self.export(record)
        return self.words(record) if self.kind in ("status", "choice") else self.raw(record)

    def opening(self) -> str:
        """The start tag of the column's cells; on a phone the label stands beside the value."""
        return format_html('<td class="kind-{}" data-label="{}">', self.kind, self.label)

    def html(self, record: Any) -> str:
        """The cell on screen, linked where it leads somewhere."""
        shown = self._shown(record)
        href = record.get_absolute_url() if self.link else self.url and self.url(record)
        return format_html('<a href="{}">{}</a>', href, shown) if href else shown

    def _shown(self, record: Any) -> str:
        if self.template:
            return get_template(self.template).render({"record": record, "value": self.raw(record)})
        value = self.raw(record)
        if value is None or value == "":
            return NOTHING
        return format_html("{}", _SHOW.get(self.kind, _text)(self, record, value))

    def words(self, record: Any) -> str:
        """The label of a choice."""
        value = self.raw(record)
        owner, _dot, name = self.name.rpartition(".")
        model = type(follow(record, owner) if owner else record)
        return str(_labels(model, name).get(value, value))


def follow(record: Any, path: str) -> Any:
    """`customer.name` from a row; None as soon as a step is None."""
    for name in path.split("."):
        if record is None:
            return None
        record = getattr(record, name)
    return record


def status(label: Any, tone: str = "muted") -> str:
    """A status as a dot and a word."""
    return format_html('<span class="status status-{}">{}</span>', tone or "muted", label)


def money(value: Decimal, currency: str) -> str:
    """An amount, its currency small and muted."""
    return format_html('{} <span class="unit">{}</span>', formats.amount(value, currency), currency)


@cache
def _labels(model: type, name: str) -> dict[Any, Any]:
    # get_…_display hashes all choices at each call, which is most of what such a cell costs
    fields = model._meta.get_fields() if issubclass(model, Model) else []
    field = next((field for field in fields if field.name == name), None)
    return dict(getattr(field, "flatchoices", None) or [])


def _choice(column: Column, record: Any, value: Any) -> str:
    return column.words(record)


def _text(column: Column, record: Any, value: Any) -> Any:
    return value


def _money(column: Column, record: Any, value: Any) -> str:
    return money(value, follow(record, column.currency))


def _moment(column: Column, record: Any, value: date | datetime) -> str:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.moment(value))


def _day(column: Column, record: Any, value: date | datetime) -> str:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value))


def _status(column: Column, record: Any, value: Any) -> str:
    return status(column.words(record), column.tones.get(value, "muted"))


def _yes(column: Column, record: Any, value: Any) -> str:
    return _("yes") if value else _("no")


def _number(column: Column, record: Any, value: Any) -> str:
    return formats.quantity(value)


_SHOW = {
    "number": _number,
    "money": _money,
    "moment": _moment,
    "day": _day,
    "status": _status,
    "choice": _choice,
    "yes": _yes,
}
