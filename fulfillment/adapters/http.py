"""A carrier by its web service: short timeouts, an idempotency key on every call, no redirects, no proxies.

Booking is POST /bookings, taking back DELETE /bookings/<number>, asking for events GET /events; JSON both ways.
"""

import base64
import binascii
import http.client
import ipaddress
import json
import socket
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from fulfillment.adapters.base import Booked, CarrierProblem, Parcel, Reading, Seen, seen_from
from oms.errors import DomainError

TIMEOUT_SECONDS = 5
TOTAL_SECONDS = 20
ANSWER_LIMIT = 4 * 1024 * 1024
TRY_AGAIN = (408, 425, 429)
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())


class HttpAdapter:
    """Calls `base_url` with `secret` as its bearer token."""

    def __init__(self, base_url: str, secret: str):
        self.base_url, self.secret = base_url.rstrip("/"), secret

    def book(self, parcel: Parcel) -> Booked:
        told = {
            "reference": parcel.number,
            "service": parcel.service,
            "weight_g": parcel.weight_g,
            "recipient": parcel.recipient,
        }
        answer = self._call("POST", "/bookings", key=parcel.key, told=told)
        number = answer.get("number")
        if not isinstance(number, str) or not 0 < len(number.strip()) <= 80:
            raise CarrierProblem(_("The carrier answered without a tracking number."), lasting=True)
        return Booked(number.strip(), _label(answer.get("label")))

    def cancel(self, tracking_number: str, *, key: str) -> None:
        self._call("DELETE", f"/bookings/{quote(tracking_number, safe='')}", key=key, gone_is_fine=True)

    def read_events(self, content: bytes = b"") -> Reading:
        told = json.loads(content) if content else self._call("GET", "/events")
        return reading_of(told)

    def _call(self, method: str, path: str, *, key: str = "", told: dict | None = None, gone_is_fine=False) -> dict:
        refuse_target(self.base_url)
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self.secret}"}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"Content-Type": "application/json"} if told is not None else {}
        body = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(self.base_url + path, data=body, headers=headers, method=method)
        try:
            with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                content = _read(answer)
        except urllib.error.HTTPError as error:
            with error:
                if gone_is_fine and error.code in (404, 410):
                    return {}
                raise _refusal(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise CarrierProblem(_("The carrier could not be reached: %(why)s") % {"why": _why(error)}) from error
        return _decoded(content)


def _read(answer: http.client.HTTPResponse) -> bytes:
    """The body, up to a little more than the limit; a carrier that trickles it is given up."""
    content, deadline = b"", time.monotonic() + TOTAL_SECONDS
    while len(content) <= ANSWER_LIMIT and (part := answer.read1(65536)):
        content += part
        if time.monotonic() > deadline:
            raise TimeoutError(_("the answer takes too long"))
    return content


def _refusal(error: urllib.error.HTTPError) -> CarrierProblem:
    lasting = 300 <= error.code < 500 and error.code not in TRY_AGAIN
    said = error.read(300).decode("utf-8", "replace") if lasting else ""
    text = _("The carrier answered %(code)s: %(said)s") if said else _("The carrier answered %(code)s.")
    return CarrierProblem(text % {"code": error.code, "said": said}, lasting=lasting)


def _why(error: Exception) -> str:
    return str(getattr(error, "reason", "") or error or type(error).__name__)[:200]


def _decoded(content: bytes) -> dict:
    if len(content) > ANSWER_LIMIT:
        raise CarrierProblem(_("The carrier's answer is too long."), lasting=True)
    if not content.strip():
        return {}
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise CarrierProblem(_("The carrier's answer cannot be read.")) from error
    return answer if isinstance(answer, dict) else {}


def _label(text: Any) -> bytes:
    if not isinstance(text, str):
        return b""
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
    return content if content.startswith(b"%PDF-") else b""


def reading_of(told: Any) -> Reading:
    """The events of a JSON answer or callback: {"events": [{number, status, time, …}]}."""
    events = told.get("events") if isinstance(told, dict) else None
    if not isinstance(events, list):
        raise CarrierProblem(_("There is no list of events."), lasting=True)
    seen: list[Seen] = []
    problems: list[str] = []
    for number, event in enumerate(events, start=1):
        try:
            seen.append(seen_from(event if isinstance(event, dict) else {}))
        except ValueError as error:
            problems.append(_("Event %(number)s: %(problem)s") % {"number": number, "problem": error})
    return Reading(seen, problems)


def refuse_address(url: str) -> None:
    """DomainError unless the address is https, or a program on this machine by http."""
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.username or parts.query or parts.fragment:
        raise DomainError(_("This is not the address of a web service."))
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK_NAMES):
        raise DomainError(_("The address must begin with https."))


def refuse_target(url: str) -> None:
    """CarrierProblem when the address is not allowed, or its name leads into a private network."""
    try:
        refuse_address(url)
    except DomainError as error:
        raise CarrierProblem(str(error), lasting=True) from error
    host = urlsplit(url).hostname
    if host in LOOPBACK_NAMES:
        return
    try:
        found = {ipaddress.ip_address(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise CarrierProblem(_("The carrier could not be reached: %(why)s") % {"why": error}) from error
    if any(not address.is_global for address in found):
        raise CarrierProblem(_("%(host)s leads into a private network.") % {"host": host}, lasting=True)
