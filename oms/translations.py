"""Compiled translations, made with Babel so that no system tool is needed."""

import os
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_translations(folders: list[Path]) -> int:
    """Compile each .po that is newer than its .mo in locale folders; returns how many were compiled."""
    stale = [po for folder in folders for po in folder.glob("*/LC_MESSAGES/*.po") if _is_stale(po)]
    for po in stale:
        _compile(po)
    return len(stale)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _compile(po: Path) -> None:
    with po.open("rb") as source:
        catalog = read_po(source, locale=Locale.parse(po.parent.parent.name))
    draft = po.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as target:
        write_mo(target, catalog)
    draft.replace(po.with_suffix(".mo"))
