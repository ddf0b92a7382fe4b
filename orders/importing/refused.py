"""The rows that were refused, as a file like the one that was uploaded and one more column: why."""

import csv
import datetime
import io
import re
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from oms.exports import harmless
from oms.tables import Table
from orders.importing.rows import Row

NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")


def _reasons(row: Row) -> str:
    return "; ".join(f"{p.column}: {p.reason}" if p.column else p.reason for p in row.problems)


def _cells(table: Table, row: Row) -> list[Any]:
    width = len(table.headings)
    return [*row.cells[:width], *[""] * (width - len(row.cells))]


def write_csv(table: Table, rows: list[Row]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; cells that a spreadsheet would run as formulas are made text."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([*map(harmless, table.headings), _("Error")])
    for row in rows:
        writer.writerow([*[_plain(cell) for cell in _cells(table, row)], harmless(_reasons(row))])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return int(cell)
    return cell if NUMBER.fullmatch(str(cell)) else harmless(cell)


def write_xlsx(table: Table, rows: list[Row]) -> bytes:
    """A workbook with typed cells and a frozen heading; text stays text, whatever it begins with."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [*table.headings, _("Error")], bold)
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, [*_cells(table, row), _reasons(row)])
        sheet.autofit()
    return file.getvalue()
