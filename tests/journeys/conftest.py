"""Fixtures of the journeys: the real pages in a real browser, a real worker, real SMTP."""

import contextlib
import email
import email.policy
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect, sync_playwright

from oms import outbox
from oms.mailcatcher import MailCatcher
from oms.models import Delivery, Job, Message
from oms.roles import install_roles
from oms.tasks import HEARTBEAT_KEY

PASSWORD = "journey-password"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
WORKER_SECONDS = 30


def pytest_collection_modifyitems(items):
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


# The browser and the worker end with the journeys: other tests expect to be alone, and some of them fork.
@pytest.fixture(scope="package")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing(f"no browser on the path ({', '.join(BROWSERS)})")
    # Playwright runs an event loop in this thread, and Django would refuse to query from it.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_OPTIONS)
        yield browser
        browser.close()


class Stack:
    """The running system: its address, its mail, and its worker."""

    def __init__(self, url: str, mail: MailCatcher):
        self.url, self.mail = url, mail

    def mails(self, to: str = "") -> list[EmailMessage]:
        """The mails that arrived during this test, oldest first."""
        paths = sorted(self.mail.folder.glob("*.eml"))
        mails = [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in paths]
        return [mail for mail in mails if to in str(mail["To"])]

    def settle(self, seconds: float = 20) -> None:
        """Wait until the worker has delivered every event and message that is due, and every job is over."""
        deadline = time.monotonic() + seconds
        while waiting := self._waiting():
            assert time.monotonic() < deadline, f"the worker left undone: {waiting}"
            outbox.nudge()
            time.sleep(0.1)

    def run_task(self, name: str) -> None:
        """Do what beat does: hand a periodic task to the worker, then wait for what follows."""
        current_app.send_task(name)
        self.settle()

    def _waiting(self) -> list[str]:
        now = timezone.now()
        due = [
            *Delivery.objects.filter(state=Delivery.State.PENDING, next_at__lte=now),
            *Message.objects.filter(state=Message.State.QUEUED, next_at__lte=now),
            *Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]),
        ]
        queued = outbox.broker().llen("celery") + outbox.broker().hlen("unacked")
        return [repr(row) for row in due] + ["a task"] * queued


@pytest.fixture(scope="session")
def mail_catcher(tmp_path_factory):
    catcher = MailCatcher(tmp_path_factory.mktemp("mail"))
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture(scope="package")
def worker(django_db_setup, live_server, mail_catcher):
    """A Celery worker on the test database, sending through the mail catcher."""
    environment = os.environ | {
        "DATABASE_URL": _database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "BASE_URL": live_server.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_catcher.port),
    }
    command = [sys.executable, "-m", "celery", "--app", "tests.journeys.worker", "--quiet", "worker", "--pool", "solo"]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "warning"]
    process = subprocess.Popen(command, env=environment, cwd=django_settings.BASE_DIR)
    yield process
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _database_url() -> str:
    database = connection.settings_dict
    login = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        login += ":" + quote(database["PASSWORD"], safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{login}@{quote(database['HOST'], safe='')}{port}/{database['NAME']}"


@pytest.fixture
def stack(transactional_db, live_server, worker, mail_catcher, settings):
    """The system at work, with an empty database, roles and no mail."""
    settings.BASE_URL = live_server.url
    install_roles()
    for path in mail_catcher.folder.iterdir():
        path.unlink()
    _wait_for(worker)
    stack = Stack(live_server.url, mail_catcher)
    yield stack
    stack.settle()  # or the worker would still hold rows when the tables are emptied


def _wait_for(worker: subprocess.Popen) -> None:
    deadline = time.monotonic() + WORKER_SECONDS
    current_app.send_task("oms.tasks.heartbeat")
    while cache.get(HEARTBEAT_KEY) is None:
        assert worker.poll() is None and time.monotonic() < deadline, "the worker did not start"
        time.sleep(0.1)


@pytest.fixture
def staff(stack):
    """staff("sales") makes a person with that role, named like it; her password is PASSWORD."""

    def make(role: str, **fields):
        person = get_user_model().objects.create_user(role, f"{role}@example.com", PASSWORD, **fields)
        person.groups.add(Group.objects.get(name=role))
        return person

    return make


@pytest.fixture
def open_page(stack, browser, request):
    """open_page(language="zh-hans", width=390, height=844) is a page of a browser of its own.

    At the end every page must be free of script errors and of what the Content-Security-Policy refused; when the
    test failed, each open page is kept as a picture in var/screenshots.
    """
    pages: list[Page] = []
    errors: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on("console", lambda line: errors.extend(_refusals(page, line.text)))

    def open_one(language: str = "en", width: int = 1280, height: int = 900, **options) -> Page:
        viewport = {"width": width, "height": height}
        own = browser.new_context(base_url=stack.url, locale=_locale(language), viewport=viewport, **options)
        own.on("page", listen)
        page = own.new_page()
        page.set_default_timeout(10_000)
        pages.append(page)
        return page

    yield open_one
    if request.node.stash.get(FAILED, False):
        _photograph(pages, request.node.name)
    for page in pages:
        page.context.close()
    assert errors == []


@pytest.fixture
def page(open_page) -> Page:
    """One page, not logged in, in English."""
    return open_page()


@pytest.fixture
def log_in(open_page, staff) -> Callable[..., Page]:
    """log_in("sales", language="zh-hans") is a page on which a new person of that role has logged in."""

    def enter(role: str, **options) -> Page:
        if not get_user_model().objects.filter(username=role).exists():
            staff(role)
        page = open_page(**options)
        page.goto("/login/")
        page.fill("input[name=username]", role)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        expect(page).not_to_have_url(re.compile("/login/"))
        return page

    return enter


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _photograph(pages: list[Page], test: str) -> None:
    folder = Path(django_settings.BASE_DIR, "var", "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages):
        with contextlib.suppress(Exception):  # a page that crashed must not hide why the test failed
            page.screenshot(path=folder / f"{re.sub(r'[^0-9A-Za-z]+', '-', test)}-{number}.png", full_page=True)


def _refusals(page: Page, text: str) -> list[str]:
    return [f"{page.url}: {text}"] if "Content Security Policy" in text else []


def _locale(language: str) -> str:
    return {"zh-hans": "zh-CN", "zh-hant": "zh-TW"}.get(language, "en-GB")
