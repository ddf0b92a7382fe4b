"""/healthz: whether the database, the broker and a worker are there, for load balancers and people."""

import time
from collections.abc import Callable
from contextlib import closing

import redis
import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from oms.tasks import HEARTBEAT_KEY

log = structlog.get_logger(__name__)

WORKER_SILENCE = 90  # seconds; beat asks for a heartbeat every 20
BROKER_SECONDS = 0.8


def answer_healthz(get_response: Callable) -> Callable:
    """Middleware, the first of all: it must answer when sessions, the host list or the database cannot."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path_info == "/healthz" else get_response(request)

    return middleware


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503; each part "ok" or "fail", the reasons only in the log; within 3 seconds."""
    parts = {name: _state(name, check) for name, check in CHECKS.items()}
    healthy = set(parts.values()) == {"ok"}
    answer = {"status": "ok" if healthy else "fail", **parts}
    return JsonResponse(answer, status=200 if healthy else 503, headers={"Cache-Control": "no-store"})


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:
        log.info("unhealthy", part=name, error=str(error))
        return "fail"
    return "ok"


def _check_database() -> None:
    # A connection of its own with short limits: the request's own one would wait as long as a page may.
    with closing(connection.copy()) as probe:
        probe.settings_dict["OPTIONS"] |= {
            "connect_timeout": 2,  # libpq's least
            "tcp_user_timeout": 2000,
            "options": "-c statement_timeout=500",
        }
        with probe.cursor() as cursor:
            cursor.execute("SELECT 1")


def _check_broker() -> None:
    limits = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    with closing(redis.Redis.from_url(settings.REDIS_URL, **limits)) as broker:
        broker.ping()


def _check_worker() -> None:
    beat = cache.get(HEARTBEAT_KEY)
    if beat is None or time.time() - beat > WORKER_SILENCE:
        raise TimeoutError(f"no heartbeat for {WORKER_SILENCE} seconds")


CHECKS = {"database": _check_database, "broker": _check_broker, "worker": _check_worker}
