"""Who may call: keys with scopes, counted per minute."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from oms.apikeys import find_key
from oms.limits import allow, client_address
from oms.models import ApiKey
from orders.api.problems import Refusal

CALLS_PER_MINUTE = 600
STRANGERS_PER_MINUTE = 30


class Key(HttpBearer):
    """A living key that has the scope."""

    def __init__(self, scope: str):
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        key = find_key(token)
        if key is None:
            if not allow(f"api-stranger:{client_address(request)}", STRANGERS_PER_MINUTE, 60):
                raise Refusal(429, "Too many calls with a wrong key. Wait a minute.")
            return None
        if not allow(f"api:{key.pk}", CALLS_PER_MINUTE, 60):
            raise Refusal(429, f"More than {CALLS_PER_MINUTE} calls in a minute. Wait a minute.")
        if self.scope not in key.scopes:
            raise Refusal(403, f"This key lacks the scope {self.scope}.")
        return key
