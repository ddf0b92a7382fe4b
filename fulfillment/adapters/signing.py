"""Signed callbacks: an HMAC-SHA256 over the time and the body, as `t=1700000000,v1=<hexadecimal>`."""

import hashlib
import hmac
import time

TOLERANCE_SECONDS = 300


def sign(body: bytes, secret: str, *, at: int | None = None) -> str:
    """The signature header of a body sent at `at` (Unix seconds, now by default)."""
    moment = int(time.time()) if at is None else at
    return f"t={moment},v1={_digest(body, secret, moment)}"


def signed_by(body: bytes, header: str, secret: str) -> bool:
    """Whether `header` proves that the holder of `secret` sent this body in the last five minutes."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    moment = parts.get("t", "")
    if not secret or not moment.isascii() or not moment.isdecimal() or len(moment) > 12:
        return False
    if abs(time.time() - int(moment)) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(_digest(body, secret, int(moment)).encode(), parts.get("v1", "").encode())


def _digest(body: bytes, secret: str, moment: int) -> str:
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
