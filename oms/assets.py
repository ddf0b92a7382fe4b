"""Static files: which of them are published, and publishing them only when one has changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


class StaticFiles(StaticFilesConfig):
    """Leaves out the builds of Bootstrap that no page uses; compressing them takes longest."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("*.rtl.*", "bootstrap-grid.*", "bootstrap-reboot.*", "bootstrap-utilities.*", "bootstrap.esm.*"),
        *("bootstrap.css*", "bootstrap.js*", "bootstrap.bundle.js*", "bootstrap.min.js*"),
    ]


def publish() -> bool:
    """Collect, hash and compress the static files unless nothing has changed; True when it was done."""
    stamp, state = Path(settings.STATIC_ROOT) / "published", _state()
    if stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)
    return True


def _state() -> str:
    """A digest of every source file's name, size and time, and of how they are stored."""
    digest = hashlib.sha256(repr((settings.STORAGES["staticfiles"], StaticFiles.ignore_patterns)).encode())
    for finder in get_finders():
        for name, storage in finder.list(StaticFiles.ignore_patterns):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
