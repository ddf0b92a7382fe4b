"""The repair desk: rows that were refused, corrected in place, replaced alike, dropped."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import gettext as _

from oms import inserts
from oms.errors import DomainError
from oms.events import record
from oms.tables import as_text
from orders.events import ImportEvent
from orders.importing.planning import Plan, Policy, look_up
from orders.importing.rows import Problem, Row, parse_cells
from orders.models import ImportFile, ImportRow

BATCH = 2000
MAX_CELL = 2000
REPLACE = """
WITH changed AS (
    SELECT id, jsonb_path_query_array(
        errors, '$[*] ? (@.field != $field)', jsonb_build_object('field', %(field)s::text)
    ) AS errors
    FROM orders_importrow WHERE id = ANY(%(pks)s)
)
UPDATE orders_importrow r SET cells = jsonb_set(r.cells, %(path)s, to_jsonb(%(new)s::text)), errors = c.errors,
    state = CASE WHEN c.errors = '[]' THEN 'fixed' ELSE 'refused' END,
    version = r.version + 1, by_id = %(by)s, changed_at = now()
FROM changed c WHERE c.id = r.id
"""


def policy_of(file: ImportFile) -> Policy:
    """How the file is to be imported."""
    return Policy(file.create_missing, file.history, file.whole)


def stored(cell: Any) -> Any:
    """A cell as it is kept: text as a person reads it, numbers as numbers."""
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.isoformat() if type(cell) is datetime.date else cell.isoformat(" ")
    if isinstance(cell, float) and not cell.is_integer():
        return cell
    text = as_text(cell)
    return int(text) if isinstance(cell, int | float) and not isinstance(cell, bool) and text.isdecimal() else text


def errors_of(problems: Iterable[Problem]) -> list[dict]:
    """The problems as a row keeps them."""
    return [{"field": p.field, "code": p.code, "facts": p.facts} for p in problems]


@transaction.atomic
def keep_rows(file: ImportFile, headings: Sequence[str], plan: Plan) -> None:
    """Keep what became no order: the refused rows, and all of a file that was rejected as a whole."""
    file.headings = list(headings)
    file.save(update_fields=["headings"])
    file.refused.filter(state__in=ImportRow.OPEN).delete()
    refused = plan.refused
    made = [(row, ImportRow.State.REFUSED) for row in refused]
    if file.whole and refused:
        made += [(row, ImportRow.State.WAITING) for group in plan.groups for row in group.rows if not row.problems]
    for start in range(0, len(made), BATCH):
        inserts.insert([[_kept(file, row, state) for row, state in made[start : start + BATCH]]])


def _kept(file: ImportFile, row: Row, state: str) -> ImportRow:
    width = len(file.headings)
    cells = [stored(cell) for cell in row.cells[:width]]
    cells += [""] * (width - len(cells))
    return ImportRow(file=file, position=row.number, cells=cells, errors=errors_of(row.problems), state=state)


def open_rows(file: ImportFile) -> QuerySet[ImportRow]:
    """The rows that the desk shows, in the order of the file."""
    return file.refused.filter(state__in=ImportRow.SHOWN).order_by("position")


def fields_of(file: ImportFile) -> dict[str, int]:
    """The fields that the file has, each with the place of its column."""
    return {name: file.headings.index(heading) for name, heading in file.mapping.items()}


def parsed(file: ImportFile, rows: Iterable[ImportRow]) -> list[Row]:
    """The kept rows as the import reads them."""
    return parse_cells(file.headings, ((row.position, row.cells) for row in rows), file.mapping)


@dataclass
class Saved:
    """What came of a save: how many rows were changed, and those that somebody else had changed before, by key."""

    rows: int = 0
    conflicts: dict[int, ImportRow] = field(default_factory=dict)


@dataclass(frozen=True)
class Typed:
    """What a person typed into a row that she saw as `version`."""

    version: int
    texts: Mapping[str, str]  # field → text


@transaction.atomic
def change_cells(file: ImportFile, typed: Mapping[int, Typed], *, by) -> Saved:
    """Correct cells of rows `{key: what was typed}`; a row that somebody else changed meanwhile is left as it is."""
    _refuse_undone(file)
    places, result, changed = fields_of(file), Saved(), []
    for row in file.refused.select_for_update().select_related(None).filter(pk__in=typed).order_by("pk"):
        new = typed[row.pk]
        cells = _with(row.cells, {places[name]: text for name, text in new.texts.items() if name in places})
        if cells == row.cells:
            continue
        if row.version != new.version or row.state not in ImportRow.SHOWN:
            result.conflicts[row.pk] = row
            continue
        row.cells = cells
        changed.append(row)
    recheck(file, changed)
    for row in changed:
        row.version, row.by, row.changed_at = row.version + 1, by, timezone.now()
    ImportRow.objects.bulk_update(changed, ["cells", "errors", "state", "version", "by", "changed_at"])
    result.rows = len(changed)
    return result


def _with(cells: list, texts: Mapping[int, str]) -> list:
    """The cells with other texts; a number that reads the same stays a number."""
    return [
        texts[at].strip()[:MAX_CELL] if at in texts and texts[at].strip() != as_text(cell) else cell
        for at, cell in enumerate(cells)
    ]


def recheck(file: ImportFile, rows: Collection[ImportRow]) -> None:
    """Say anew what is wrong with each row by itself; what its order makes of it is seen when it is tried again."""
    read = parsed(file, rows)
    look_up(Plan(file.mapping, read), read, policy_of(file))
    for row, checked in zip(rows, read, strict=True):
        row.errors = errors_of(checked.problems)
        row.state = ImportRow.State.REFUSED if row.errors else ImportRow.State.FIXED


def alike(file: ImportFile, name: str, value: str) -> QuerySet[ImportRow]:
    """Shown rows that have this value in the column of a field, and an error there."""
    place = fields_of(file).get(name)
    if place is None:
        return file.refused.none()
    rows = open_rows(file).filter(errors__contains=[{"field": name}])
    return rows.annotate(cell=KeyTextTransform(place, "cells")).filter(cell=value)


@transaction.atomic
def replace_alike(file: ImportFile, *, name: str, old: str, new: str, by) -> int:
    """Put `new` where `old` stands wrongly in a column, in all rows at once; how many they were.

    DomainError when the new value would be refused as well.
    """
    _refuse_undone(file)
    new, place = new.strip()[:MAX_CELL], fields_of(file).get(name)
    first = alike(file, name, old).first()
    if first is None:
        raise DomainError(_("No row has this value any more."))
    first.cells = _with(first.cells, {place: new})
    recheck(file, [first])
    wrong = next((e for e in first.errors if e["field"] == name), None)
    if wrong:
        raise DomainError(Problem(0, name, "", new, wrong["code"], wrong["facts"]).in_words)
    pks = list(alike(file, name, old).order_by("pk").select_for_update().values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(REPLACE, {"path": [str(place)], "new": new, "field": name, "by": by and by.pk, "pks": pks})
    record(file, ImportEvent.REPLACED, by=by, column=file.mapping[name], value=f"{old} → {new}", rows=len(pks))
    return len(pks)


@transaction.atomic
def drop_rows(file: ImportFile, keys: Collection[int], *, by) -> int:
    """Give rows up: they will be no order. How many were dropped."""
    _refuse_undone(file)
    rows = file.refused.filter(pk__in=keys, state__in=ImportRow.OPEN)
    count = rows.update(
        state=ImportRow.State.DROPPED, version=F("version") + 1, by=by, changed_at=timezone.now(), errors=[]
    )
    if count:
        record(file, ImportEvent.DROPPED, by=by, rows=count)
    return count


def _refuse_undone(file: ImportFile) -> None:
    if file.undone_at:
        raise DomainError(_("This import was undone. Upload the file again."))
