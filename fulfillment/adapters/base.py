"""What every adapter takes and gives; no database here."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

PAYLOAD_LIMIT = 40  # fields of an event that are kept


class CarrierProblem(Exception):
    """A call that failed; `lasting` when the same call would fail again. Its text is shown to people."""

    def __init__(self, text: str, *, lasting: bool = False):
        super().__init__(text)
        self.lasting = lasting


@dataclass(frozen=True)
class Parcel:
    """What a carrier is asked to bring; `key` is the same however often it is asked."""

    key: str
    number: str
    service: str
    recipient: dict[str, str]
    weight_g: int
    tracking_number: str = ""


@dataclass(frozen=True)
class Booked:
    """The carrier's number for a parcel, and its own label as PDF when it made one."""

    tracking_number: str
    label: bytes = b""


@dataclass(frozen=True)
class Seen:
    """One event as the carrier told it."""

    key: str
    tracking_number: str
    status: str
    at: datetime.datetime
    place: str = ""
    note: str = ""
    payload: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """Events that could be read, and a sentence for each that could not."""

    seen: list[Seen]
    problems: list[str]


class Adapter(Protocol):
    """The three verbs; each raises CarrierProblem when the carrier cannot be talked with."""

    def book(self, parcel: Parcel) -> Booked:
        """Announce a parcel; the same key again gives the same number."""

    def cancel(self, tracking_number: str, *, key: str) -> None:
        """Take a booking back; one that is not there any more is taken back already."""

    def read_events(self, content: bytes = b"") -> Reading:
        """The events in a file of the carrier, or those that its service has for us."""


def seen_from(told: Mapping[str, Any]) -> Seen:
    """An event from its fields number, status, time and optionally id, place, note; ValueError says what is wrong."""
    number, status = _text(told, "number", 80), _text(told, "status", 80)
    if not number or not status:
        raise ValueError(_("It has no tracking number or no status."))
    at = moment_from(_text(told, "time", 40))
    place, note = _text(told, "place", 120), _text(told, "note", 300)
    own = _text(told, "id", 120)
    made = hashlib.sha256("\x1f".join([number, status, at.isoformat(), place, note]).encode()).hexdigest()
    payload = dict(list({str(k)[:80]: str(v)[:500] for k, v in told.items()}.items())[:PAYLOAD_LIMIT])
    return Seen(own or made, number, status, at, place, note, payload)


def moment_from(text: str) -> datetime.datetime:
    """A moment in ISO form; without a zone it is the business's own. ValueError when it is none, or lies ahead."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(_("“%(text)s” is not a time such as 2025-09-30 14:05.") % {"text": text})
    at = timezone.make_aware(found) if timezone.is_naive(found) else found
    if at > timezone.now() + datetime.timedelta(hours=24):
        raise ValueError(_("%(text)s lies ahead.") % {"text": text})
    return at


def _text(told: Mapping[str, Any], name: str, limit: int) -> str:
    value = told.get(name)
    return "" if value is None else " ".join(str(value).replace("\x00", "").split())[:limit]
