import contextlib
import errno
import os
import secrets
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from redis.exceptions import RedisError

from oms import assets, engines
from oms.mailcatcher import MailCatcher
from oms.roles import NAMES
from oms.supervisor import Service, end_all
from oms.tasks import HEARTBEAT_KEY
from oms.translations import compile_translations

READY_SECONDS = 90
END_SECONDS = 8
ENGINE_END_SECONDS = 4


class Command(BaseCommand):
    help = (
        "Run everything: prepare the database, then web server, worker, beat and, without EMAIL_HOST, a mail catcher."
    )

    def handle(self, **options):
        self.host = os.environ.get("HOST", "127.0.0.1")
        self.port = os.environ.get("PORT", "8000")
        self.stopping = threading.Event()
        problem = _port_problem(self.host, self.port)
        if problem:
            self.stderr.write(problem)
            sys.exit(1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.interrupt)
        with contextlib.ExitStack() as on_exit:
            on_exit.callback(engines.stopped, settings.VAR, ENGINE_END_SECONDS)
            try:
                self.prepare()
            except KeyboardInterrupt:
                return
            if not self.stopping.is_set():
                self.serve()
        self.say("Everything has ended.")

    def interrupt(self, *_signal) -> None:
        """Give up the preparations; the event stays in case somebody's code swallows the exception."""
        self.stopping.set()
        raise KeyboardInterrupt

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    # before the start

    def prepare(self) -> None:
        """Bring database, translations and static files up to date; fill an empty database."""
        self.say("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
        compile_translations(settings.LOCALE_PATHS)
        assets.publish()
        call_command("install_roles")
        if not get_user_model().objects.exists():
            self.first_people()
        connections.close_all()

    def first_people(self) -> None:
        """Fill an empty database with the demo company or, with DEMO=0, ask for a first manager."""
        if os.environ.get("DEMO") != "0":
            self.say("Filling it with demo data …")
            os.environ.setdefault("DEMO_PASSWORD", secrets.token_urlsafe(9))
            call_command("demo")
            _keep_private(_password_file(), os.environ["DEMO_PASSWORD"])
        elif sys.stdin.isatty():
            self.say("Who is the first manager?")
            call_command("createsuperuser")
        else:
            self.say("Nobody can log in yet; make a first manager with: .venv/bin/python manage.py createsuperuser")

    # running

    def serve(self) -> None:
        """Run the services until a signal comes."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        mail = self.start_mail()
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        web, worker, beat = services = _services(self.host, self.port)
        try:
            with contextlib.suppress(RedisError):
                cache.delete(HEARTBEAT_KEY)
                current_app.send_task("oms.tasks.heartbeat", retry=False)
            for service in services:
                service.start()
            self.wait_until_ready(services)
            while not self.stopping.wait(0.5):
                self.watch(services)
        finally:
            self.say("\nEnding …")
            end_all([[web], [beat, worker]], END_SECONDS)
            if mail:
                mail.stop()

    def start_mail(self) -> MailCatcher | None:
        if os.environ.get("EMAIL_HOST"):
            return None
        mail = MailCatcher(settings.VAR / "mail")
        mail.start()
        os.environ.update(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(mail.port))
        return mail

    def watch(self, services: list[Service]) -> None:
        for service in services:
            service.watch(self.say)

    def wait_until_ready(self, services: list[Service]) -> None:
        """Print the address as soon as all is well; after READY_SECONDS say that it is not, and go on."""
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopping.wait(0.2):
            self.watch(services)
            if _is_healthy(self.port):
                return self.say(self.welcome())
            if time.monotonic() > deadline:
                return self.say(
                    f"Not everything is well after {READY_SECONDS} s; see http://127.0.0.1:{self.port}/healthz"
                )

    def welcome(self) -> str:
        lines = ["", f"The order management system is ready:  http://127.0.0.1:{self.port}/", ""]
        if _password_file().exists():
            lines += [f"Log in as:  {', '.join(NAMES)}", f"Password:   {_password_file().read_text()}", ""]
        if not os.environ.get("EMAIL_BACKEND") and settings.EMAIL_HOST == "127.0.0.1":
            lines += [f"Mail that it sends is kept in {settings.VAR / 'mail'}"]
        return "\n".join([*lines, "Ctrl-C ends everything; the data stay.", ""])


def _services(host: str, port: str) -> list[Service]:
    web = ["granian", "--interface", "wsgi", "--host", host, "--port", port, "--workers", "2"]
    web += ["--blocking-threads", "4", "--backpressure", "64", "--workers-kill-timeout", "3", "--no-ws"]
    web += ["--log-level", "warning", "oms.wsgi:application"]
    celery = ["celery", "--app", "oms", "--quiet"]
    worker = [
        *celery,
        "worker",
        "--concurrency",
        "2",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "warning",
    ]
    beat = [*celery, "beat", "--pidfile", "", "--loglevel", "warning"]
    commands = {"web server": web, "worker": worker, "beat": beat}
    # Celery's advice not to be root does not help who has no other account, in a container for example.
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser privileges", "-m"]
    return [Service(name, [*python, *command]) for name, command in commands.items()]


def _port_problem(host: str, port: str) -> str:
    """Why we cannot listen there, as a sentence; "" when we can."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return f"PORT must be a number from 1 to 65535, not {port!r}."
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} is in use by another program; choose another one: PORT=8001 make run"
            return f"Cannot listen on {host} port {port}: {error.strerror}."
    return ""


def _is_healthy(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=4) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _password_file() -> Path:
    return settings.VAR / "demo-password"


def _keep_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
