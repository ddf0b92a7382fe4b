"""Keyset paging: a page starts after a row's own values, so that page 2,000 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import (
    FieldDoesNotExist,
    ImproperlyConfigured,
    ValidationError,
)
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.functional import Promise


@dataclass(frozen=True)
class Ordering:
    """A sort that people choose; its last field is unique.

    `Ordering(_("Newest"), "-placed_at", "-id")` is served by an index on those fields. Fields that run in
    one direction and are never null make one row comparison, which the index answers anywhere; a mixture
    works too but costs more the deeper the page.
    """

    label: str | Promise
    fields: tuple[str, ...]

    def __init__(self, label: str | Promise, *fields: str):
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "fields", fields)

    @property
    def names(self) -> list[str]:
        return [field.removeprefix("-") for field in self.fields]

    def reversed(self) -> "Ordering":
        """The same sort from its other end."""
        return Ordering(self.label, *[f[1:] if f.startswith("-") else f"-{f}" for f in self.fields])


@dataclass(frozen=True)
class Slice:
    """One page of rows, and the cursors that lead on and back (None at either end)."""

    rows: list[Any]
    before: str | None
    after: str | None


def page(queryset: models.QuerySet, ordering: Ordering, cursors: Mapping[str, str], size: int) -> Slice:
    """The page that `cursors` ("after" or "before") ask for; the first page for a cursor that is nonsense."""
    back = cursors.get("before", "")
    cursor = back or cursors.get("after", "")
    values = _decode(cursor, queryset, ordering) if cursor else None
    if values is None:
        return _slice(queryset, ordering, None, size, came_from_start=True)
    if not back:
        return _slice(queryset, ordering, values, size)
    found = _slice(queryset, ordering.reversed(), values, size)
    # fewer rows than a page before this one: rows were added or removed, so the first page is shown whole
    if len(found.rows) < size:
        return _slice(queryset, ordering, None, size, came_from_start=True)
    return Slice(found.rows[::-1], before=found.after, after=_encode(found.rows[0], ordering))


def _slice(queryset, ordering, values, size, *, came_from_start=False) -> Slice:
    if values is not None:
        queryset = queryset.filter(_beyond(ordering, values, _fields(queryset, ordering.names)))
    rows = list(queryset.order_by(*ordering.fields)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Slice(
        rows,
        before=_encode(rows[0], ordering) if rows and not came_from_start else None,
        after=_encode(rows[-1], ordering) if more else None,
    )


def _beyond(ordering: Ordering, values: tuple, fields: Sequence[models.Field]) -> Any:
    """The condition for the rows that come after `values`."""
    directions = {field.startswith("-") for field in ordering.fields}
    if len(directions) == 1 and not any(getattr(field, "null", False) for field in fields):
        compare = TupleLessThan if directions.pop() else TupleGreaterThan
        return compare(Tuple(*[F(name) for name in ordering.names]), values)
    nullable = [getattr(field, "null", False) for field in fields]
    return _step(list(zip(ordering.fields, values, nullable, strict=True)))


def _step(keys: list[tuple[str, Any, bool]]) -> Q:
    (field, value, nullable), rest = keys[0], keys[1:]
    name = field.removeprefix("-")
    same = Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    further = _further(name, value, descending=field.startswith("-"), nullable=nullable)
    return further | (same & _step(rest)) if rest else further


def _further(name: str, value: Any, *, descending: bool, nullable: bool) -> Q:
    # PostgreSQL counts null as larger than everything
    empty = Q(**{f"{name}__isnull": True})
    if value is None:
        return ~empty if descending else Q(pk__in=[])
    if descending:
        return Q(**{f"{name}__lt": value})
    return Q(**{f"{name}__gt": value}) | empty if nullable else Q(**{f"{name}__gt": value})


def _encode(row: Any, ordering: Ordering) -> str:
    values = [_value(row, name) for name in ordering.names]
    texts = [None if value is None else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name) if row is not None else None
    return row


def _decode(cursor: str, queryset: models.QuerySet, ordering: Ordering) -> tuple | None:
    try:
        texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        fields = _fields(queryset, ordering.names)
        return tuple(f.to_python(text) for f, text in zip(fields, texts, strict=True))
    except (binascii.Error, ValueError, TypeError, ValidationError):
        return None


def _fields(queryset: models.QuerySet, names: Sequence[str]) -> list[models.Field]:
    return [_field(queryset, name) for name in names]


def _field(queryset: models.QuerySet, path: str) -> models.Field:
    if path in queryset.query.annotations:
        return queryset.query.annotations[path].output_field
    model = queryset.model
    *relations, last = path.split("__")
    for name in relations:
        model = model._meta.get_field(name).related_model
    try:
        return model._meta.pk if last == "pk" else model._meta.get_field(last)
    except FieldDoesNotExist as error:
        raise ImproperlyConfigured(f"{queryset.model.__name__} cannot be sorted by {path}") from error
