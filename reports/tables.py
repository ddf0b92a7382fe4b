"""Tables of a report: the same data on paper and in a workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oms import formats

NUMERIC = ("number", "money")
Cells = Sequence[Any]


@dataclass(frozen=True)
class Heading:
    """A column: its words and its kind (text, day, number or money); `width` in characters."""

    label: str
    kind: str = "text"
    width: int = 14

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Cell:
    """A value as it is printed."""

    text: str
    numeric: bool


@dataclass(frozen=True)
class Table:
    """Rows of typed values under headings; a column of `total` that is None has no meaningful sum.

    On paper only the first `printed` rows stand; the others follow as one row, so that the total still adds up.
    """

    title: str
    headings: list[Heading]
    rows: list[Cells]
    total: Cells = ()
    currency: str = ""
    printed: int | None = None
    charted: str = field(default="")  # the label of the money column that the workbook draws over the first one

    @property
    def paper_rows(self) -> list[list[Cell]]:
        """The rows as text, the ones that do not fit folded into a last one."""
        shown = self.rows if self.printed is None else self.rows[: self.printed]
        hidden = self.rows[len(shown) :]
        return [self._printed(row) for row in shown] + ([self._printed(self._folded(hidden))] if hidden else [])

    @property
    def paper_total(self) -> list[Cell]:
        return self._printed(self.total) if self.total else []

    def _folded(self, rows: list[Cells]) -> Cells:
        words = _("%(count)s more") % {"count": formats.quantity(len(rows))}
        columns = list(zip(*rows, strict=True))
        return [
            words if place == 0 else self._sum(columns[place], place) for place, _heading in enumerate(self.headings)
        ]

    def _sum(self, values: Iterable[Any], place: int) -> Any:
        summable = self.headings[place].numeric and self.total and self.total[place] is not None
        return sum(values) if summable else None

    def _printed(self, row: Cells) -> list[Cell]:
        return [
            Cell(self._text(value, heading.kind), heading.numeric)
            for value, heading in zip(row, self.headings, strict=True)
        ]

    def _text(self, value: Any, kind: str) -> str:
        if value is None:
            return ""
        if isinstance(value, date | datetime):
            return formats.day(value)
        if kind == "money":
            return formats.amount(Decimal(value), self.currency)
        return formats.quantity(value) if kind == "number" and not isinstance(value, str) else str(value)
