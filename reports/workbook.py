"""Tables as an Excel workbook: typed cells, frozen headers, filters, totals that follow the filter, a native chart."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from babel.numbers import get_currency_precision
from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from reports.tables import Heading, Table

SHEET_NAME_LIMIT = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
SUM_OF_SHOWN = 9  # SUBTOTAL's code for a sum that leaves out filtered rows


def workbook(title: str, facts: Sequence[tuple[str, Any]], tables: Sequence[Table], *, company: str) -> bytes:
    """A workbook with the facts on its first sheet and one sheet for each table."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "company": company})
    _Facts(book).write(title, facts)
    for table in tables:
        _Sheet(book, table).write()
    book.close()
    return file.getvalue()


def sheet_name(title: str) -> str:
    """A title as Excel accepts it for a sheet."""
    return title.translate(FORBIDDEN)[:SHEET_NAME_LIMIT].strip() or "-"


class _Facts:
    """The first sheet: what the report is about."""

    def __init__(self, book: xlsxwriter.Workbook):
        self.book = book

    def write(self, title: str, facts: Sequence[tuple[str, Any]]) -> None:
        sheet = self.book.add_worksheet(sheet_name(title))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 48)
        sheet.write_string(0, 0, title, self.book.add_format({"bold": True, "font_size": 16}))
        label = self.book.add_format({"font_color": "#5b616b", "valign": "top"})
        text = self.book.add_format({"text_wrap": True, "align": "left", "valign": "top"})
        for row, (name, value) in enumerate(facts, start=2):
            sheet.write_string(row, 0, name, label)
            sheet.write_string(row, 1, str(value), text)


class _Sheet:
    """One table: header, rows, totals, chart."""

    def __init__(self, book: xlsxwriter.Workbook, table: Table):
        self.book, self.table = book, table
        decimals = get_currency_precision(table.currency) if table.currency else 2
        shapes = {
            "text": {},
            "day": {"num_format": "yyyy-mm-dd", "align": "left"},
            "number": {"num_format": "#,##0"},
            "money": {"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")},
        }
        self.shapes = {kind: book.add_format(shape) for kind, shape in shapes.items()}
        self.sums = {kind: book.add_format(shape | {"bold": True, "top": 1}) for kind, shape in shapes.items()}
        self.heads = {
            numeric: book.add_format(
                {
                    "bold": True,
                    "bottom": 1,
                    "text_wrap": True,
                    "valign": "top",
                    "align": "right" if numeric else "left",
                }
            )
            for numeric in (True, False)
        }

    def write(self) -> None:
        table = self.table
        sheet = self.sheet = self.book.add_worksheet(sheet_name(table.title))
        sheet.freeze_panes(1, 1)
        for place, heading in enumerate(table.headings):
            sheet.set_column(place, place, heading.width)
            sheet.write_string(0, place, heading.label, self.heads[heading.numeric])
        for number, row in enumerate(table.rows, start=1):
            for place, (heading, value) in enumerate(zip(table.headings, row, strict=True)):
                self._write(number, place, heading, value)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.headings) - 1)
            self._write_totals()
            self._draw()

    def _write(self, row: int, place: int, heading: Heading, value: Any) -> None:
        shape = self.shapes[heading.kind]
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            value = timezone.localtime(value).date()
        if isinstance(value, date):
            self.sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), shape)
        elif heading.numeric:
            self.sheet.write_number(row, place, value, shape)
        else:
            self.sheet.write_string(row, place, str(value), shape)

    def _write_totals(self) -> None:
        last = len(self.table.rows)
        for place, (heading, value) in enumerate(zip(self.table.headings, self.table.total, strict=True)):
            shape = self.sums[heading.kind]
            if heading.numeric and value is not None:
                column = xl_col_to_name(place)
                formula = f"=SUBTOTAL({SUM_OF_SHOWN},{column}2:{column}{last + 1})"
                self.sheet.write_formula(last + 1, place, formula, shape, float(value))
            else:
                self.sheet.write_string(last + 1, place, str(value or ""), shape)

    def _draw(self) -> None:
        table, last = self.table, len(self.table.rows)
        place = next((n for n, heading in enumerate(table.headings) if heading.label == table.charted), None)
        if place is None:
            return
        chart = self.book.add_chart({"type": "column"})
        name = "'" + sheet_name(table.title).replace("'", "''") + "'!"
        chart.add_series(
            {
                "name": table.charted,
                "categories": f"={name}{xl_range_abs(1, 0, last, 0)}",
                "values": f"={name}{xl_range_abs(1, place, last, place)}",
                "gap": 60,
            }
        )
        chart.set_title({"name": table.title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#e4e6ea"}}})
        chart.set_x_axis({"num_format": "yyyy-mm-dd", "date_axis": table.headings[0].kind == "day"})
        chart.set_size({"width": 900, "height": 360})
        self.sheet.insert_chart(1, len(table.headings) + 1, chart)
