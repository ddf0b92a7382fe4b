"""A customer's file as a table of cells: CSV in any encoding, or the first sheet of a workbook."""

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine
from charset_normalizer import from_bytes
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from oms.errors import DomainError

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_UNPACKED_BYTES = 1024**3
CHINESE_ENCODINGS = ("gb18030", "big5")


@dataclass(frozen=True)
class Table:
    """Headings and rows; `rows[i]` stands in line `first + i` of the file as a person counts it."""

    headings: list[str]
    rows: list[list[Any]]
    first: int

    def sample(self, column: int, count: int = 3) -> list[str]:
        """The first values of a column that are not empty."""
        values = (as_text(row[column]) for row in self.rows if column < len(row))
        return [value for value, _n in zip((v for v in values if v), range(count), strict=False)]


def read_table(path: Path, name: str) -> Table:
    """Read a file; DomainError says what is wrong with one that cannot be read."""
    size = path.stat().st_size
    if not size:
        raise DomainError(_("%(name)s is empty.") % {"name": name})
    if size > settings.UPLOAD_LIMIT_BYTES:
        raise DomainError(
            _("%(name)s has %(size)s; the limit is %(limit)s. Split it into several files.")
            % {"name": name, "size": filesizeformat(size), "limit": filesizeformat(settings.UPLOAD_LIMIT_BYTES)}
        )
    with path.open("rb") as file:
        is_workbook = file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    rows = _read_workbook(path, name) if is_workbook else _read_text(path.read_bytes(), name)
    return _as_table(rows, name)


def as_text(value: Any) -> str:
    """A cell as a person reads it: 536365.0 is 536365, dates are ISO, surrounding blanks are dropped."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return str(value).strip()


def _as_table(rows: list[list[Any]], name: str) -> Table:
    at = next((i for i, row in enumerate(rows) if sum(bool(as_text(cell)) for cell in row) > 1), None)
    if at is None:
        raise DomainError(_("%(name)s has no row of headings.") % {"name": name})
    headings = [as_text(cell) for cell in rows[at]]
    while headings and not headings[-1]:
        headings.pop()
    body = rows[at + 1 :]
    if not any(any(as_text(cell) for cell in row) for row in body):
        raise DomainError(_("%(name)s has headings, but no rows.") % {"name": name})
    if len(body) > MAX_ROWS or len(headings) > MAX_COLUMNS:
        raise DomainError(
            _("%(name)s has more than %(rows)s rows or %(columns)s columns. Split it into several files.")
            % {"name": name, "rows": f"{MAX_ROWS:,}", "columns": MAX_COLUMNS}
        )
    doubled = sorted({h for h in headings if h and headings.count(h) > 1})
    if doubled:
        raise DomainError(_("Two columns have the same heading: %(names)s.") % {"names": ", ".join(doubled)})
    return Table(headings, body, at + 2)


def _read_workbook(path: Path, name: str) -> list[list[Any]]:
    unreadable = DomainError(
        _("%(name)s cannot be read as a workbook. It may be damaged or have a password; save it again as CSV.")
        % {"name": name}
    )
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                    raise DomainError(_("%(name)s is too large when unpacked.") % {"name": name})
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except DomainError:
        raise
    except Exception as error:  # the library raises many kinds, and a damaged file may be damaged anyhow
        raise unreadable from error


def _read_text(content: bytes, name: str) -> list[list[Any]]:
    text = _decode(content, name)
    if "\x00" in text:
        raise DomainError(_("%(name)s is neither a CSV file nor a workbook.") % {"name": name})
    csv.field_size_limit(100_000)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise DomainError(_("%(name)s cannot be read as CSV: %(error)s.") % {"name": name, "error": error}) from error


def _decode(content: bytes, name: str) -> str:
    """UTF-8 and UTF-16 by their marks or by trial, then the Chinese encodings if they fit, else the likeliest."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _try(content, "utf-16") or ""
    text = _try(content, "utf-8-sig")
    if text is not None:
        return text
    guess = from_bytes(content[:200_000]).best()
    likely = guess.encoding if guess else ""
    names = [n for n in CHINESE_ENCODINGS if likely in _relatives(n)] or [likely, *CHINESE_ENCODINGS, "cp1252"]
    for encoding in filter(None, names):
        text = _try(content, encoding)
        if text is not None:
            return text
    raise DomainError(_("The encoding of %(name)s is not known. Save it as UTF-8.") % {"name": name})


def _relatives(encoding: str) -> tuple[str, ...]:
    return {"gb18030": ("gb2312", "gbk", "gb18030", "hz"), "big5": ("big5", "big5hkscs", "cp950")}[encoding]


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _delimiter(text: str) -> str:
    """The sign that the first lines have most often."""
    head = "\n".join(text.splitlines()[:5])
    return max(",;\t|", key=head.count)
