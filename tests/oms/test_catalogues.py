"""The translations are complete: every sentence of the source stands in both catalogues, with its placeholders."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

LANGUAGES = ["zh_Hans", "zh_Hant"]
PLACEHOLDERS = re.compile(r"%\(\w+\)[a-z]|%s|\{\w+\}")


def catalogue(path):
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_with_all_its_placeholders(language):
    for message in catalogue(settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"):
        source = message.id if isinstance(message.id, str) else message.id[1]
        translated = message.string if isinstance(message.string, str) else message.string[0]
        assert translated and not message.fuzzy, source
        assert set(PLACEHOLDERS.findall(translated)) == set(PLACEHOLDERS.findall(source)), source


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_the_source_is_missing(language, tmp_path):
    """gettext extracts anew from a copy of the source; nothing may come out that the catalogue lacks."""
    assert shutil.which("xgettext"), "gettext is needed; bootstrap.py --tests installs it"
    kept = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
    known = {message.id for message in catalogue(kept)}
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns(".*", "var", "tests", "static", "__pycache__", "*.mo")
    shutil.copytree(settings.BASE_DIR, copy, ignore=ignored)
    command = ["makemessages", "-l", language, "--no-location", "--no-obsolete", "-e", "py,html,txt,subject,sms"]
    without_settings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    run = [sys.executable, "-m", "django", *command]
    done = subprocess.run(run, cwd=copy, env=without_settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = {message.id for message in catalogue(copy / "locale" / language / "LC_MESSAGES" / "django.po")}
    assert found - known == set()
