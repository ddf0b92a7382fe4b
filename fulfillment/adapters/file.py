"""A carrier by files: one manifest a day goes out, tracking events come back as CSV."""

import csv
import io
import json
from collections.abc import Iterable

from django.utils.translation import gettext as _

from fulfillment.adapters.base import Booked, CarrierProblem, Parcel, Reading, Seen, seen_from
from oms.exports import harmless

COLUMNS = [
    "tracking_number",
    "reference",
    "service",
    "weight_g",
    *("name", "phone", "line1", "line2", "postcode", "city", "region", "country"),
]
# how carriers head their columns, in their own words
HEADINGS = {
    "number": ("tracking_number", "tracking number", "number", "waybill", "运单号", "運單號"),
    "status": ("status", "event", "code", "状态", "狀態"),
    "time": ("time", "at", "timestamp", "date", "时间", "時間"),
    "place": ("place", "location", "city", "地点", "地點"),
    "note": ("note", "description", "remark", "备注", "備註"),
    "id": ("id", "event_id"),
}
LINES = 20_000


class FileAdapter:
    """Parcels are announced by the day's manifest; our own number is the tracking number."""

    def book(self, parcel: Parcel) -> Booked:
        return Booked(parcel.tracking_number or parcel.number)

    def cancel(self, tracking_number: str, *, key: str) -> None:
        return None

    def read_events(self, content: bytes = b"") -> Reading:
        rows = csv.reader(io.StringIO(_decoded(content), newline=""))
        places = _places(next(rows, []))
        seen: list[Seen] = []
        problems: list[str] = []
        for number, row in enumerate(rows, start=2):
            if number > LINES:
                raise CarrierProblem(_("The file has more than %(limit)s lines.") % {"limit": LINES}, lasting=True)
            if any(cell.strip() for cell in row):
                _read_row(number, row, places, seen, problems)
        return Reading(seen, problems)


def _read_row(number: int, row: list[str], places: dict[str, int], seen: list[Seen], problems: list[str]) -> None:
    told = {name: row[place] for name, place in places.items() if place < len(row)}
    try:
        seen.append(seen_from(told))
    except ValueError as error:
        problems.append(_("Line %(number)s: %(problem)s") % {"number": number, "problem": error})


def _places(headings: list[str]) -> dict[str, int]:
    known = {word: name for name, words in HEADINGS.items() for word in words}
    places = {known[h.strip().casefold()]: i for i, h in enumerate(headings) if h.strip().casefold() in known}
    missing = [name for name in ("number", "status", "time") if name not in places]
    if missing:
        raise CarrierProblem(
            _("The file has no column %(names)s. Its first line must name the columns.")
            % {"names": ", ".join(missing)},
            lasting=True,
        )
    return places


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CarrierProblem(_("The file is not text."), lasting=True)


def manifest_csv(parcels: Iterable[Parcel]) -> str:
    """The manifest as CSV; no cell of it is a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in map(manifest_row, parcels):
        writer.writerow([harmless(row[name]) for name in COLUMNS])
    return "\ufeff" + file.getvalue()


def manifest_json(parcels: Iterable[Parcel]) -> str:
    """The manifest as JSON."""
    return json.dumps({"parcels": [manifest_row(parcel) for parcel in parcels]}, ensure_ascii=False, indent=1)


def manifest_row(parcel: Parcel) -> dict:
    """A parcel by the manifest's columns."""
    own = {
        "tracking_number": parcel.tracking_number or parcel.number,
        "reference": parcel.number,
        "service": parcel.service,
        "weight_g": parcel.weight_g,
    }
    return own | {name: parcel.recipient.get(name, "") for name in COLUMNS if name not in own}
