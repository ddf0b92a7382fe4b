"""The real settings on servers of the tests' own, so that nobody's data are touched; one database per test process."""

import os
from pathlib import Path

os.environ.setdefault("OMS_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ.setdefault("LOG_LEVEL", "WARNING")

from oms.settings import *  # noqa: F403
from oms.settings import CACHES, REDIS_URL, STORAGES, VAR

# pytest-xdist calls its processes gw0, gw1 …; database 0 is for runs without it.
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")
REDIS_URL = f"{REDIS_URL.rpartition('/')[0]}/{int(PROCESS[2:]) + 1 if PROCESS else 0}"
CELERY_BROKER_URL = REDIS_URL
CACHES["default"]["LOCATION"] = REDIS_URL

MEDIA_ROOT = VAR / f"files{PROCESS}"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
