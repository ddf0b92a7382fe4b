"""Keys of other systems: made once, shown once, kept as a hash."""

import hashlib
import secrets

from django.utils.translation import gettext as _

from oms.errors import DomainError
from oms.models import ApiKey

SCOPES = {
    "orders:read": "Read orders",
    "orders:write": "Create, change and cancel orders",
    "stock:read": "Read stock",
    "products:read": "Read products",
}


def create_key(channel: str, scopes: list[str]) -> str:
    """A new key for a channel; the text returned is never to be had again."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise DomainError(
            _("There is no scope %(unknown)s. Choose from %(known)s.")
            % {"unknown": ", ".join(unknown) or "–", "known": ", ".join(SCOPES)}
        )
    key = f"oms_{secrets.token_urlsafe(32)}"
    ApiKey.objects.create(channel=channel, prefix=key[:12], digest=digest(key), scopes=sorted(set(scopes)))
    return key


def find_key(text: str) -> ApiKey | None:
    """The living key behind a text, or None."""
    return ApiKey.objects.filter(digest=digest(text), revoked_at=None).first()


def digest(text: str) -> str:
    """SHA-256 in hexadecimal; a key has 256 random bits, so it needs no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()
