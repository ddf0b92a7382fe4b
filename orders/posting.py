"""Posting to an address that somebody typed in: signed, bounded, and never into our own network."""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

CONNECT_SECONDS = 5
WHOLE_SECONDS = 15
ANSWER_BYTES = 1000
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address inside, perhaps a private one


class Refused(Exception):
    """An address to which nothing is sent, and why."""


@dataclass(frozen=True)
class Answer:
    """What the other side said: the status and the first bytes of its body."""

    code: int
    text: str


def sign(secrets: Sequence[str], moment: int, body: str) -> str:
    """`t=SECONDS,v1=HEX` with one v1 for each secret: HMAC-SHA256 over "SECONDS.BODY"."""
    signed = f"{moment}.{body}".encode()
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={mark}" for mark in marks)])


def checked(url: str, *, here: bool = False) -> SplitResult:
    """The parts of an address that may be called; Refused otherwise. `here` allows http, for this machine only."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(_("The address cannot be read.")) from error
    if any(not 32 < ord(letter) < 127 for letter in url):
        raise Refused(_("The address has blanks or characters that no address has."))
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise Refused(_("The address must begin with https://."))
    if not parts.hostname or parts.username is not None or port == 0:
        raise Refused(_("The address needs a host, and neither name nor password."))
    return parts


def resolved(host: str, port: int, *, here: bool = False) -> str:
    """The one address of `host` that is called; Refused when any of its addresses is not a public one.

    All are looked at, and the one that was looked at is the one that is called: a name that resolves to something
    else a moment later changes nothing.
    """
    found = [row[4][0] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        carries = [getattr(address, "sixtofour", None), getattr(address, "teredo", None), address in TRANSLATED]
        public = address.is_global and not address.is_multicast and not any(carries)
        if not public and not (here and address.is_loopback):
            raise Refused(_("%(host)s is not a public address.") % {"host": host})
    return found[0]


def post(url: str, body: str, headers: dict[str, str], *, here: bool = False) -> Answer:
    """One POST, no redirect followed, at most 15 seconds and 1,000 bytes of answer; Refused, OSError, HTTPException."""
    parts = checked(url, here=here)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = resolved(parts.hostname, port, here=here)
    if parts.scheme == "http" and not ipaddress.ip_address(address).is_loopback:
        raise Refused(_("The address must begin with https://."))
    plain = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
    plain.settimeout(WHOLE_SECONDS)
    line = plain.dup()  # TLS takes the first one over
    deadline = threading.Timer(WHOLE_SECONDS, _hang_up, [line])
    deadline.daemon = True
    deadline.start()
    try:
        return _exchange(parts, port, plain, body, headers)
    finally:
        deadline.cancel()
        line.close()
        plain.close()


def _exchange(parts: SplitResult, port: int, plain: socket.socket, body: str, headers: dict[str, str]) -> Answer:
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname, port)
    trusted = ssl.create_default_context()
    connection.sock = trusted.wrap_socket(plain, server_hostname=parts.hostname) if secure else plain
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", path, body.encode(), headers)
        answer = connection.getresponse()
        text = answer.read(ANSWER_BYTES).decode("utf-8", "replace").replace("\x00", "�")
        return Answer(answer.status, text)
    finally:
        connection.close()


def _hang_up(plain: socket.socket) -> None:
    try:
        plain.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
