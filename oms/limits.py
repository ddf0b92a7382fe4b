"""Rate limits, counted in Redis in fixed windows."""

import time

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def allow(key: str, limit: int, seconds: int) -> bool:
    """Whether this call is within `limit` calls per `seconds` for `key`; refuses when Redis is away."""
    window = f"limit:{key}:{int(time.time()) // seconds}"
    try:
        cache.add(window, 0, timeout=seconds)
        return cache.incr(window) <= limit
    except (RedisError, ValueError) as error:
        log.warning("limit_unavailable", key=key, error=str(error))
        return False


def client_address(request: HttpRequest) -> str:
    """The caller's address as the WSGI server reports it."""
    return request.META.get("REMOTE_ADDR", "")
