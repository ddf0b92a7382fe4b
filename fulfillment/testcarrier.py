"""A carrier to try things with: its web service on this machine, which books, reports, and fails when told to.

Tests start it in a thread; `manage.py test_carrier` runs it for the demo.
"""

import base64
import contextlib
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from fulfillment.adapters.signing import sign

LABEL = b"%PDF-1.4\n% a label of the test carrier\n"
Answer = tuple[str, dict]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args) -> None:
        """Tests and the demo have their own logs."""


class _Server(WSGIServer):
    def handle_error(self, request, client_address) -> None:
        """A connection that was cut on purpose needs no traceback."""


@dataclass
class TestCarrier:
    """The server with its memory; `faults` are used up one by one, each by one call."""

    __test__ = False  # not a test, whatever its name says

    secret: str
    port: int = 0
    bookings: dict[str, dict] = field(default_factory=dict)  # by idempotency key
    cancelled: set[str] = field(default_factory=set)
    events: list[dict] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    first_number: int = 1
    slow_seconds: float = 2.0

    def __post_init__(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self.answer, server_class=_Server, handler_class=_Quiet)
        self.port = self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "TestCarrier":
        """Serve in a thread until `stop`."""
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self) -> None:
        """Serve here until `stop`."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """End as if the carrier's machine was switched off."""
        self._server.shutdown()
        self._server.server_close()

    # what it answers

    def answer(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """The WSGI application."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.calls.append((method, path))
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "slow":
            time.sleep(self.slow_seconds)
        if fault.isdecimal():
            status, told = f"{fault} Fault", {"error": "as asked"}
        elif environ.get("HTTP_AUTHORIZATION") != f"Bearer {self.secret}":
            status, told = "401 Unauthorized", {"error": "who are you"}
        else:
            status, told = self._do(method, path, environ)
        if fault == "cut":  # after the work is done, before anybody hears of it
            raise ConnectionAbortedError("cut on purpose")
        body = b"not json" if fault == "nonsense" else json.dumps(told).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _do(self, method: str, path: str, environ: dict) -> Answer:
        if (method, path) == ("POST", "/bookings"):
            length = int(environ.get("CONTENT_LENGTH") or 0)
            return self._book(environ.get("HTTP_IDEMPOTENCY_KEY", ""), json.loads(environ["wsgi.input"].read(length)))
        if (method, path) == ("GET", "/events"):
            return "200 OK", {"events": self.events}
        if method == "DELETE" and path.startswith("/bookings/"):
            return self._cancel(path.removeprefix("/bookings/"))
        return "404 Not Found", {"error": "no such address"}

    def _book(self, key: str, asked: dict) -> Answer:
        if not key or not asked.get("recipient", {}).get("line1"):
            return "422 Unprocessable Content", {"error": "an address and an idempotency key are needed"}
        if key not in self.bookings:
            number = f"TC{self.first_number + len(self.bookings):08}"
            self.bookings[key] = asked | {"number": number}
        number = self.bookings[key]["number"]
        return "201 Created", {"number": number, "label": base64.b64encode(LABEL).decode()}

    def _cancel(self, number: str) -> Answer:
        if number not in {booking["number"] for booking in self.bookings.values()}:
            return "404 Not Found", {"error": "no such booking"}
        self.cancelled.add(number)
        return "200 OK", {}

    # what it reports

    def push(self, callback: str, *events: dict, at: int | None = None) -> int:
        """Send events to our callback address, signed; returns the status of the answer."""
        body = json.dumps({"events": list(events)}).encode()
        headers = {"Content-Type": "application/json", "X-Signature": sign(body, self.secret, at=at)}
        request = urllib.request.Request(callback, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with contextlib.closing(error):
                return error.code
