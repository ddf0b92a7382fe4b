"""Master data as files: resources that read and write through the services, looked at first and then applied whole."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.resources import ModelResource
from import_export.results import Result
from import_export.widgets import BooleanWidget, DecimalWidget, ForeignKeyWidget

from oms.columns import Column
from oms.errors import DomainError
from oms.exports import FORMULA_STARTS
from oms.pages import Permission, Text
from oms.tables import Table, as_text

MAX_ROWS = 20_000
SHOWN = 500
YES, NO = {"yes", "true", "1", "y", "是"}, {"no", "false", "0", "n", "否", ""}


class Amount(DecimalWidget):
    """A number in decimal notation."""

    def clean(self, value, row=None, **kwargs):
        try:
            number = Decimal(value) if value else None
        except InvalidOperation as error:
            raise ValueError(_("“%(value)s” is not a number.") % {"value": value}) from error
        if number is not None and not number.is_finite():
            raise ValueError(_("“%(value)s” is not a number.") % {"value": value})
        return number

    def render(self, value, obj=None, **kwargs):
        return value


class Count(Amount):
    """A whole number."""

    def clean(self, value, row=None, **kwargs):
        number = super().clean(value, row, **kwargs)
        if number is None or number != number.to_integral_value() or abs(number) > 2**31 - 1:
            raise ValueError(_("“%(value)s” is not a whole number.") % {"value": value})
        return int(number)


class YesNo(BooleanWidget):
    """yes or no."""

    def clean(self, value, row=None, **kwargs):
        word = value.casefold()
        if word not in YES | NO:
            raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": value})
        return word in YES

    def render(self, value, obj=None, **kwargs):
        return "yes" if value else "no"


class Named(ForeignKeyWidget):
    """Another record by its name or code; empty for none."""

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        found = self.model._default_manager.filter(**{self.field: value}).order_by("pk").first()
        if found is None:
            what = self.model._meta.verbose_name
            raise ValueError(_("There is no %(what)s “%(value)s”.") % {"what": what, "value": value})
        return found


class ServiceResource(ModelResource):
    """A resource whose rows become calls of services, so that events and ledgers are as if a person had typed them.

    Subclasses give `create(by, **fields)` and `change(obj, by, **fields)`, of which a DomainError is the row's error.
    """

    creates = True  # whether a row may make a record that is not there

    def after_init_instance(self, instance, new, row, **kwargs):
        if new and not self.creates:
            raise ValidationError(_("This record does not exist; make it first."))

    def create(self, *, by, **fields) -> models.Model:
        raise NotImplementedError

    def change(self, obj: models.Model, *, by, **fields) -> models.Model:
        raise NotImplementedError

    def save_instance(self, instance, is_create, row, **kwargs):
        fields = {f.attribute: getattr(instance, f.attribute) for f in self.get_import_fields() if f.column_name in row}
        try:
            if is_create:
                instance.pk = self.create(by=kwargs["user"], **fields).pk
            else:
                self.change(type(instance)(pk=instance.pk), by=kwargs["user"], **fields)
        except DomainError as error:
            raise ValidationError(str(error)) from error


@dataclass(frozen=True)
class Exchange:
    """A kind of master data: its resource, who may import and export it, and the list that it belongs to."""

    name: str
    title: Text
    resource: type[ServiceResource]
    permission: Permission
    view_permission: Permission
    back: str

    def headings(self) -> list[str]:
        """The columns of its files."""
        return [field.column_name for field in self.resource().get_import_fields()]

    def columns(self) -> list[Column]:
        """The columns of its export, which its import reads."""
        made = self.resource()
        return [Column(f.column_name, f.column_name, value=_exporter(f)) for f in made.get_export_fields()]


def _exporter(field) -> Callable[[Any], Any]:
    return lambda obj: field.export(obj)


EXCHANGES: dict[str, Exchange] = {}


def register(exchange: Exchange) -> None:
    """Make a kind of master data known to the pages and jobs of the exchange."""
    EXCHANGES[exchange.name] = exchange


@dataclass
class Report:
    """What a file did, or would do: rows by what became of them, and the problems by line of the file."""

    rows: int
    new: int
    changed: int
    same: int
    wrong: int
    problems: list[tuple[int, str, str]]  # line, column, sentence

    def as_json(self) -> dict:
        """Counts, and the first problems."""
        return self.__dict__ | {"problems": self.problems[:SHOWN]}


def load(exchange: Exchange, table: Table, *, by, dry_run: bool) -> Report:
    """Read a table into the records, all or nothing; with `dry_run`, all the same and then nothing."""
    numbered = [(n, row) for n, row in enumerate(table.rows, table.first) if any(map(as_text, row))]
    headings = [heading.casefold().replace(" ", "_") for heading in table.headings]
    _refuse_unfit(exchange, headings, len(numbered))
    dataset = tablib.Dataset(headers=headings)
    for _number, row in numbered:
        cells = [_plain(as_text(cell)) for cell in row[: len(headings)]]
        dataset.append([*cells, *[""] * (len(headings) - len(cells))])
    result = exchange.resource().import_data(
        dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True, user=by
    )
    return _report(result, [number for number, _row in numbered])


def _plain(text: str) -> str:
    """The text without the apostrophe by which our own export makes formulas harmless."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def _refuse_unfit(exchange: Exchange, headings: Iterable[str], rows: int) -> None:
    known = exchange.headings()
    strange = [heading for heading in headings if heading not in known]
    missing = [heading for heading in exchange.resource._meta.import_id_fields if heading not in headings]
    if strange or missing:
        raise DomainError(
            _("The columns do not fit. Not known: %(strange)s. Missing: %(missing)s. Possible: %(known)s.")
            % {"strange": ", ".join(strange) or "–", "missing": ", ".join(missing) or "–", "known": ", ".join(known)}
        )
    if rows > MAX_ROWS:
        raise DomainError(_("The file has more than %(limit)s rows. Split it.") % {"limit": f"{MAX_ROWS:,}"})


def _report(result: Result, lines: list[int]) -> Report:
    if result.base_errors:
        raise DomainError(str(result.base_errors[0].error))
    problems = []
    for row in result.invalid_rows:
        found = row.field_specific_errors.items()
        problems += [(lines[row.number - 1], name, " ".join(texts)) for name, texts in found]
        problems += [(lines[row.number - 1], "", text) for text in row.non_field_specific_errors]
    problems += [(lines[n - 1], "", str(error.error)) for n, errors in result.row_errors() for error in errors]
    totals = result.totals
    wrong = totals["invalid"] + totals["error"]
    return Report(len(lines), totals["new"], totals["update"], totals["skip"], wrong, sorted(problems))
