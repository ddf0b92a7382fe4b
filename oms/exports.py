"""A list as a file: typed, streamed, and harmless in a spreadsheet."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.columns import Column

LIMIT = 100_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Line:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def harmless(value: Any) -> Any:
    """A value for a CSV cell: text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float | Decimal):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The lines of a CSV file, with the byte-order mark by which Excel knows UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([harmless(column.label) for column in columns])
    for row in rows:
        yield writer.writerow([harmless(column.exported(row)) for column in columns])


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    """Stream the rows as `name`.csv."""
    response = StreamingHttpResponse(csv_lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponse:
    """The rows as `name`.xlsx, written row by row to a temporary file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(file, columns, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)


def write_xlsx(file: Any, columns: Sequence[Column], rows: Iterable[Any]) -> None:
    """Write one sheet with a frozen bold header; numbers and dates keep their type."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(12, min(40, len(str(column.label)) + 4)))
        sheet.write_string(0, place, str(column.label), formats["head"])
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write_cell(sheet, number, place, column.exported(row), formats.get(column.kind))
    book.close()


def _write_cell(sheet, row: int, place: int, value: Any, shape) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        value = timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, bool):
        value = _("yes") if value else _("no")
    if isinstance(value, int | float | Decimal):
        sheet.write_number(row, place, value, shape)
    elif hasattr(value, "year"):
        sheet.write_datetime(row, place, value, shape)
    else:
        sheet.write_string(row, place, str(value))
