"""The application's own PostgreSQL and Valkey under var/, used when no URL is configured."""

import atexit
import os
import tempfile
from pathlib import Path

_servers = []


def database_url(var: Path) -> str:
    """URL of PostgreSQL: DATABASE_URL, else the private server under `var`, started when it is not running."""
    raise NotImplementedError


def redis_url(var: Path) -> str:
    """URL of Redis: REDIS_URL, else the private Valkey under `var`, started when it is not running."""
    raise NotImplementedError
