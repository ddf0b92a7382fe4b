"""Many rows of several tables in one statement, for the verbs that must be quick."""

import json
from collections.abc import Iterable, Sequence
from functools import cache

from django.db import connection, models

INSERT = "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"


def take_values(*wanted: tuple[str, int]) -> list[list[int]]:
    """The next values of sequences, `(sequence, how many)` each, in one statement."""
    asked = [pair for pair in wanted if pair[1]]
    if not asked:
        return [[] for _pair in wanted]
    one = "SELECT nextval(%s) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(asked)), [value for pair in asked for value in pair])
        values = (value for (value,) in cursor.fetchall())
        return [[next(values) for _each in range(count)] for _sequence, count in wanted]


def insert(rows: Iterable[Sequence[models.Model]]) -> None:
    """Insert groups of rows, each of one model, in one statement; a group has all its primary keys or none.

    PostgreSQL checks foreign keys at the end of a statement, so the groups may point at each other. Keys that the
    database gives are not read back.
    """
    groups = [group for group in rows if group]
    if not groups:
        return
    *first, last = [_insert_sql(type(group[0]), group[0].pk is not None) for group in groups]
    parts = ", ".join(f"i{n} AS ({sql})" for n, sql in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {parts} {last}" if first else last,
            [json.dumps([_as_dict(row) for row in group], default=str) for group in groups],
        )


@cache
def _fields(model: type[models.Model], keyed: bool) -> list[tuple[str, models.Field]]:
    return [
        (f.column, f) for f in model._meta.concrete_fields if not f.has_db_default() and (keyed or not f.primary_key)
    ]


@cache
def _insert_sql(model: type[models.Model], keyed: bool) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column) for column, _field in _fields(model, keyed))
    return INSERT.format(table=quote(model._meta.db_table), columns=columns)


def _as_dict(row: models.Model) -> dict:
    return {column: field.pre_save(row, True) for column, field in _fields(type(row), row.pk is not None)}
