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
from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.functional import Promise


@dataclass(frozen=True)
class Ordering:
    """A sort that people choose. `fields` run in one direction, are never null and end in a unique one.

    `Ordering(_("Newest"), "-placed_at", "-id")` is served by an index on (placed_at, id) in either direction.
    """

    label: str | Promise
    fields: tuple[str, ...]

    def __init__(self, label: str | Promise, *fields: str):
        if len({field.startswith("-") for field in fields}) != 1:
            raise ImproperlyConfigured(f"one direction for all of {fields}: a keyset is one row comparison")
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "fields", fields)

    @property
    def descending(self) -> bool:
        return self.fields[0].startswith("-")

    @property
    def names(self) -> list[str]:
        return [field.lstrip("-") for field in self.fields]

    def reversed(self) -> "Ordering":
        """The same sort from its other end."""
        return Ordering(self.label, *[name if self.descending else f"-{name}" for name in self.names])


@dataclass(frozen=True)
class Slice:
    """One page of rows, and the cursors that lead on and back (None at either end)."""

    rows: list[Any]
    before: str | None
    after: str | None


def page(queryset: models.QuerySet, ordering: Ordering, cursors: Mapping[str, str], size: int) -> Slice:
    """The page that `cursors` ("after" or "before") ask for; a cursor that is nonsense gives the first page."""
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
        compare = TupleLessThan if ordering.descending else TupleGreaterThan
        queryset = queryset.filter(compare(Tuple(*[F(name) for name in ordering.names]), values))
    rows = list(queryset.order_by(*ordering.fields)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Slice(
        rows,
        before=_encode(rows[0], ordering) if rows and not came_from_start else None,
        after=_encode(rows[-1], ordering) if more else None,
    )


def _encode(row: Any, ordering: Ordering) -> str:
    values = [_value(row, name) for name in ordering.names]
    return base64.urlsafe_b64encode(json.dumps([str(v) for v in values]).encode()).decode().rstrip("=")


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    if row is None:
        raise ImproperlyConfigured(f"{path} is null: a keyset runs over values that are never null")
    return row


def _decode(cursor: str, queryset: models.QuerySet, ordering: Ordering) -> tuple | None:
    try:
        texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        fields = _fields(queryset, ordering.names)
        return tuple(field.to_python(text) for field, text in zip(fields, texts, strict=True))
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
