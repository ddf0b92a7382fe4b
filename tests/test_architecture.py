"""The laws of the code base that a program can check."""

import ast
import re
from pathlib import Path
from zipfile import ZipFile

import lucide
import pytest
from importlinter.cli import lint_imports

from oms.navigation import SECTIONS

ROOT = Path(__file__).resolve().parent.parent
APPS = ["oms", "customers", "inventory", "orders", "fulfillment", "aftersales", "reports"]
MODULES = sorted(
    path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.relative_to(ROOT).parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "core", "signals"}
# Rules are pure: they are given what they need, so that they can be tested and explained without a database.
RULES = {"pricing", "priority", "promise", "checks", "replenishment", "quoting"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), path)


def imported(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_imports_point_one_way(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    assert lint_imports(no_cache=True) == 0


def test_the_ground_floor_knows_no_app():
    apps = set(APPS) - {"oms"}
    ground = [path for path in MODULES if named(path).startswith("oms/")]
    assert [(named(p), m) for p in ground for m in imported(p) if m.split(".")[0] in apps] == []


def test_rules_know_no_database():
    wrong = [named(p) for p in MODULES if p.stem in RULES for m in imported(p) if m.startswith("django.db")]
    assert wrong == []


def test_nothing_is_called_by_a_name_that_says_nothing():
    assert [named(p) for p in MODULES if FORBIDDEN_NAMES & {p.stem, p.parent.name}] == []


def test_effects_are_not_hidden_in_signals():
    wrong = {"django.dispatch", "django.db.models.signals", "django.core.signals"}
    assert [named(p) for p in MODULES if wrong & imported(p)] == []


def test_modules_are_short():
    assert [named(p) for p in MODULES if len(p.read_text().splitlines()) > 400] == []


def test_functions_are_short():
    long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 60
    ]
    assert long == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline script", r"<script(?![^>]*\ssrc=)[^>]*>"),
        ("an inline style sheet", r"<style"),
        ("an inline style", r"<[^>]*\sstyle\s*="),
        ("an event handler", r"<[^>]*\son[a-z]+\s*="),
        ("a script address", r"javascript:"),
    ],
)
def test_pages_keep_to_the_content_security_policy(what, pattern):
    pages = [path for path in TEMPLATES if not {"emails", "documents"} & set(path.relative_to(ROOT).parts)]
    assert [named(p) for p in pages if re.search(pattern, p.read_text(), re.IGNORECASE)] == []


def test_every_icon_exists():
    with ZipFile(Path(lucide.__file__).with_name("lucide.zip")) as icons:
        known = {Path(name).stem for name in icons.namelist()}
    used = {icon for _title, icon, _links in SECTIONS}
    for path in TEMPLATES:
        used |= set(re.findall(r"{%\s*lucide\s+[\"']([^\"']+)", path.read_text()))
    for path in MODULES:
        used |= {
            node.value.value
            for node in ast.walk(tree(path))
            if isinstance(node, ast.keyword) and node.arg == "icon" and isinstance(node.value, ast.Constant)
        }
    assert used - known - {""} == set()
