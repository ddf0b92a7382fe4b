"""Keeps a handful of child processes running and ends them in order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

STEADY_SECONDS = 30  # a child that ran this long did not fail at its start
LONGEST_PAUSE = 30
PR_SET_PDEATHSIG = 1  # prctl(2)


class Service:
    """One child process, started again when it ends by itself."""

    def __init__(self, name: str, command: list[str]):
        self.name, self.command = name, command
        self.process: subprocess.Popen | None = None
        self.failures = 0
        self.started_at = self.start_at = 0.0

    def start(self) -> None:
        """Start the child in a session of its own, so that Ctrl-C reaches only its parent."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent
        )

    def watch(self, say: Callable[[str], None]) -> None:
        """Start the child again when it has ended: after 1 second, 2, 4 … while it keeps failing."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
        elif self.process.poll() is not None:
            steady = time.monotonic() - self.started_at > STEADY_SECONDS
            self.failures = 1 if steady else self.failures + 1
            pause = min(LONGEST_PAUSE, 2 ** (self.failures - 1))
            say(f"The {self.name} ended ({_ending(self.process.returncode)}); it starts again in {pause} s.")
            _kill_session(self.process.pid)
            self.process, self.start_at = None, time.monotonic() + pause

    def ask_to_end(self) -> None:
        """Send SIGTERM: finish what is in hand, take nothing new."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, deadline: float) -> None:
        """Wait for the end until `deadline` (of time.monotonic), then end the child's whole session by force."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill_session(self.process.pid)
            self.process.wait()


def end_all(groups: list[list[Service]], seconds: float) -> None:
    """End the services group by group; all of them within `seconds`."""
    deadline = time.monotonic() + seconds
    for group in groups:
        for service in group:
            service.ask_to_end()
        for service in group:
            service.wait(deadline)


def _kill_session(pid: int) -> None:
    """End what is left of a child's session: a killed parent leaves its own children behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """In the child: be told to end when the parent is killed and cannot do it."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
