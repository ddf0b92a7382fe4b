import json
import socket
import time

import pytest
from django.core.cache import cache
from django.db import connection

from oms.tasks import HEARTBEAT_KEY, heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent_port():
    """A server that accepts connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def ask(client) -> tuple[int, dict, float]:
    """The status, the answer, and how many seconds it took."""
    began = time.monotonic()
    response = client.get("/healthz", headers={"host": "whatever"})
    return response.status_code, json.loads(response.content), time.monotonic() - began


def test_all_is_well(client):
    heartbeat()
    status, answer, _seconds = ask(client)
    assert (status, answer) == (200, {"status": "ok", "database": "ok", "broker": "ok", "worker": "ok"})


@pytest.mark.parametrize("age", [None, 91])
def test_a_worker_that_has_been_silent_for_90_seconds_is_missed(client, age):
    if age:
        cache.set(HEARTBEAT_KEY, time.time() - age)
    status, answer, _seconds = ask(client)
    assert (status, answer) == (503, {"status": "fail", "database": "ok", "broker": "ok", "worker": "fail"})


@pytest.mark.parametrize("fault", ["refuses", "is silent"])
def test_a_broker_that_is_away_is_told_in_time(client, settings, silent_port, fault):
    port = 1 if fault == "refuses" else silent_port
    settings.REDIS_URL = f"redis://:a-secret@127.0.0.1:{port}/0"
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": settings.REDIS_URL}}
    status, answer, seconds = ask(client)
    assert (status, answer) == (503, {"status": "fail", "database": "ok", "broker": "fail", "worker": "fail"})
    assert seconds < 3


@pytest.mark.parametrize("fault", ["refuses", "is silent"])
def test_a_database_that_is_away_is_told_in_time(client, monkeypatch, silent_port, fault):
    heartbeat()
    away = {"HOST": "127.0.0.1", "PORT": 1 if fault == "refuses" else silent_port, "PASSWORD": "a-secret"}
    for name, value in away.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    status, answer, seconds = ask(client)
    assert (status, answer) == (503, {"status": "fail", "database": "fail", "broker": "ok", "worker": "ok"})
    assert seconds < 3


def test_nothing_secret_is_told(client, settings):
    settings.REDIS_URL = "redis://:a-secret@127.0.0.1:1/0"
    assert b"a-secret" not in client.get("/healthz").content
