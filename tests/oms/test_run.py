"""`manage.py run` as a person uses it: started, used, ended with Ctrl-C, started again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from oms import engines
from oms.supervisor import Service, end_all


class Run:
    """A running `manage.py run` on a free port with a data folder of its own."""

    def __init__(self, var: Path, **environment: str):
        self.port = environment.setdefault("PORT", str(engines.free_port()))
        inherited = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "LOG_LEVEL")}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=settings.BASE_DIR,
            env=inherited | {"OMS_VAR": str(var), "DEMO": "0"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = ""

    def wait_until_ready(self) -> None:
        for line in self.process.stdout:
            self.printed += line
            if "is ready" in line:
                return
        pytest.fail(self.printed)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.printed += self.process.communicate(timeout=30)[0]


@pytest.fixture(scope="module")
def var():
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=settings.VAR))
    yield folder
    assert engines.stopped(folder, 10)
    shutil.rmtree(folder)


def test_everything_starts_answers_and_ends_within_ten_seconds(var):
    run = Run(var)
    run.wait_until_ready()
    assert run.get("/healthz") == (
        200,
        '{"status": "ok", "database": "ok", "broker": "ok", "worker": "ok"}',
    )
    status, page = run.get("/login/")
    assert (status, 'name="password"' in page) == (200, True)
    family = psutil.Process(run.process.pid).children(recursive=True)
    assert len(family) >= 6  # web server and its two workers, worker and its two, beat
    began = time.monotonic()
    run.end(signal.SIGINT)
    assert time.monotonic() - began < 10
    assert run.process.returncode == 0
    assert not any(process.is_running() for process in family)
    assert "Traceback" not in run.printed
    assert engines.stopped(var, 0)


def test_a_second_start_takes_seconds(var):
    began = time.monotonic()
    run = Run(var)
    run.wait_until_ready()
    assert time.monotonic() - began < 30  # 4 on an idle machine
    run.end(signal.SIGTERM)
    assert run.process.returncode == 0


def test_it_goes_when_it_is_told_to_go_in_the_middle_of_its_preparations(var):
    run = Run(var)
    run.printed = run.process.stdout.readline()
    assert run.printed == "Preparing the database …\n"
    run.end(signal.SIGINT)
    assert run.process.returncode == 0
    assert "Traceback" not in run.printed


def test_a_port_in_use_is_said_in_one_sentence(var):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = Run(var, PORT=str(port))
        printed = run.process.communicate(timeout=30)[0]
    assert printed == f"Port {port} is in use by another program; choose another one: PORT=8001 make run\n"
    assert run.process.returncode == 1


@pytest.fixture
def service():
    service = Service("sleeper", ["sleep", "60"])
    yield service
    end_all([[service]], 5)


def test_a_child_that_died_is_started_again_after_a_pause(service):
    said = []
    service.start()
    first = service.process
    first.kill()
    first.wait()
    service.watch(said.append)
    assert said == ["The sleeper ended (signal 9); it starts again in 1 s."]
    assert service.process is None
    service.watch(said.append)
    assert service.process is None
    time.sleep(1.1)
    service.watch(said.append)
    assert service.process.poll() is None
    assert len(said) == 1


def test_a_child_that_keeps_failing_is_given_more_and_more_time(service):
    said = []
    service.command = ["false"]
    for _try in range(7):
        service.start_at = 0
        service.watch(said.append)
        service.process.wait()
        service.watch(said.append)
    assert [line.rpartition(" in ")[2] for line in said] == ["1 s.", "2 s.", "4 s.", "8 s.", "16 s.", "30 s.", "30 s."]


def test_a_child_that_will_not_end_is_ended_by_force():
    service = Service("stubborn", [sys.executable, "-c", "import signal, time; signal.signal(15, 1); time.sleep(60)"])
    service.start()
    time.sleep(0.5)
    began = time.monotonic()
    end_all([[service]], 1)
    assert time.monotonic() - began < 3
    assert service.process.returncode == -signal.SIGKILL
