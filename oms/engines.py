"""The application's own PostgreSQL and Valkey under var/, used when no URL is configured."""

import os


def database_url(var):
    return os.environ["DATABASE_URL"]


def redis_url(var):
    return os.environ["REDIS_URL"]


def private_secret(var):
    return "x" * 50
