"""The private servers, with real processes: who starts, who joins, who is killed, and what is left."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings

from oms import engines

USE = """
import sys, time
from pathlib import Path
from oms import engines
var = Path(sys.argv[1])
print(engines.private_secret(var), engines.database_url(var), engines.redis_url(var), flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the private servers until it is told to end."""

    def __init__(self, var: Path):
        environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, str(var)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ready(self) -> list[str]:
        """Wait for the servers; returns the secret and the two URLs."""
        return self.process.stdout.readline().split()

    def end(self, number: int = 0) -> None:
        """End by itself or by a signal."""
        if number:
            self.process.send_signal(number)
        self.process.communicate()


@pytest.fixture(scope="module")
def folder():
    """One folder for all, so that one database is made; not tmp_path, which is closed to PostgreSQL's own account."""
    folder = Path(tempfile.mkdtemp(prefix="engines-", dir=settings.VAR))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def var(folder):
    yield folder
    assert has_ended(folder)


def has_ended(var: Path) -> bool:
    deadline = time.monotonic() + 10
    while any(engines._is_alive(var / name) for name in ("postgres", "valkey")):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def answers(database_url: str, redis_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        redis.Redis.from_url(redis_url).ping()
        return connection.execute("SELECT current_database()").fetchone() == ("oms",)


def postmaster(var: Path) -> int:
    return int((var / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def test_many_processes_that_start_at_once_share_one_pair_of_servers(var):
    users = [User(var) for _ in range(5)]
    told = {tuple(user.ready()) for user in users}
    assert len(told) == 1
    secret, *urls = told.pop()
    assert len(secret) == 50
    assert answers(*urls)
    for user in users[1:]:
        user.end()
    assert answers(*urls)
    users[0].end()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_process_neither_keeps_the_servers_nor_takes_them_from_others(var, number):
    killed, other = User(var), User(var)
    killed.ready()
    _secret, *urls = other.ready()
    killed.end(number)
    time.sleep(0.3)
    assert answers(*urls)
    other.end(number)


def test_the_data_and_the_queue_outlive_the_servers(var):
    first = User(var)
    secret, database_url, redis_url = first.ready()
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
    redis.Redis.from_url(redis_url).rpush("celery", "a task")
    first.end()
    assert has_ended(var)
    second = User(var)
    again, database_url, redis_url = second.ready()
    assert again == secret
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    assert redis.Redis.from_url(redis_url).lrange("celery", 0, -1) == [b"a task"]
    second.end()


def test_a_server_that_was_killed_is_started_again_by_the_next_who_needs_it(var):
    first = User(var)
    first.ready()
    os.kill(postmaster(var), signal.SIGKILL)
    time.sleep(0.5)
    second = User(var)
    _secret, *urls = second.ready()
    assert answers(*urls)
    first.end()
    second.end()


def test_a_path_too_long_for_a_socket_will_do(var):
    deep = var / ("deep folder " * 10)
    deep.mkdir()
    user = User(deep)
    _secret, *urls = user.ready()
    assert answers(*urls)
    short = (deep / "postgres" / "sockets").readlink()
    user.end()
    assert has_ended(deep)
    assert not short.exists()


def test_strangers_reach_neither_server(var):
    user = User(var)
    _secret, database_url, redis_url = user.ready()
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW unix_socket_permissions").fetchone() == ("0777",)
        folder = Path(connection.execute("SHOW unix_socket_directories").fetchone()[0])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    host = redis_url.rpartition("@")[2]
    assert host.startswith("127.0.0.1:")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(f"redis://{host}").ping()
    for secret in ("secret", "postgres/url", "valkey/url", "valkey/valkey.conf"):
        assert stat.S_IMODE((var / secret).stat().st_mode) == 0o600
    user.end()


def test_trigrams_know_chinese(var):
    user = User(var)
    _secret, database_url, _redis_url = user.ready()
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        assert connection.execute("SELECT cardinality(show_trgm('王小明'))").fetchone() == (4,)
        assert connection.execute("SELECT upper('éü')").fetchone() == ("ÉÜ",)
    user.end()


def test_given_addresses_are_used_as_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/shop")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/3")
    assert engines.database_url(tmp_path) == "postgresql://elsewhere/shop"
    assert engines.redis_url(tmp_path) == "redis://elsewhere/3"
    assert list(tmp_path.iterdir()) == []
