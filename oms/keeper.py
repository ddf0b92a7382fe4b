"""Keeps one private server running while anybody uses it; a script, started by `oms.engines`.

usage: keeper.py FOLDER USER COMMAND...

Every process that uses the server holds a shared lock on FOLDER/users. The keeper waits for the exclusive lock:
the kernel grants it when the last user has ended, however it ended, so that no list of processes can go stale.
FOLDER/alive is locked as long as the server lives. USER is the account to run as, or "" for the own one.
"""

import contextlib
import fcntl
import os
import pwd
import signal
import subprocess
import sys

STOP_SECONDS = 60


def keep(folder: str, user: str, command: list[str]) -> None:
    """Become a daemon, run the server, stop it when nobody uses it any more."""
    alive = os.open(f"{folder}/alive", os.O_CREAT | os.O_RDONLY, 0o644)
    fcntl.flock(alive, fcntl.LOCK_EX)
    users = os.open(f"{folder}/users", os.O_CREAT | os.O_RDONLY, 0o644)
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit())
    # The server holds "alive" too: should this process be killed, nobody starts a second server on its files.
    server = subprocess.Popen(command, pass_fds=[alive], umask=0o077, **run_as(user))
    try:
        fcntl.flock(users, fcntl.LOCK_EX)
    finally:
        _stop(server)
        _remove_short_folder(f"{folder}/sockets")
        os.close(alive)  # before "users" is let go, so that the next user sees that the server is gone


def run_as(user: str) -> dict:
    """Arguments for subprocess that drop the rights of root, its groups included; none for the own account ("")."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def _stop(server: subprocess.Popen) -> None:
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN if number != signal.SIGCHLD else signal.SIG_DFL)
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # PostgreSQL: end at once and tidily; Valkey: save and end
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:  # its folder has been removed, for example, and it cannot save
            server.kill()
            server.wait()


def _remove_short_folder(link: str) -> None:
    """Remove the temporary folder that stood in for one whose path is too long for a socket."""
    if os.path.islink(link):
        with contextlib.suppress(OSError):
            os.rmdir(os.readlink(link))
        os.unlink(link)


if __name__ == "__main__":
    keep(sys.argv[1], sys.argv[2], sys.argv[3:])
