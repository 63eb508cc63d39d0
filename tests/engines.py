"""Real PostgreSQL and Redis servers for tests: private ones on free loopback ports in a temporary folder, or those TEST_DATABASE_URL and TEST_REDIS_URL name.

Started as an unprivileged user when we are root (initdb refuses root); installed from the system's packages where they are missing and we may. What they keep
is synced to disk as on a server. Used by `make test-scaled` (tests/scaled.py) and by every test that ends, freezes or restarts an engine.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.ports import free_port
from tests.programs import program
from tests.waiting import eventually

# A normal role, as a hosting company gives it: it may make databases for tests, and no extensions.
ROLE = "kanal"
_LONGEST_SOCKET_FOLDER = 80


class EngineError(Exception):
    """This test needs a real PostgreSQL or Redis of its own."""


class Postgres:
    """One PostgreSQL cluster. `url` is its first, empty database, as the role that owns it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._user = _unprivileged("postgres")
        self._password = secrets.token_urlsafe(12)
        self.port = free_port()
        self.url = f"postgres://{ROLE}:{self._password}@127.0.0.1:{self.port}/{ROLE}"

    def set_up(self) -> "Postgres":
        password_file = self._folder / "password"
        password_file.write_text(self._password)
        _hand_over(self._folder, self._user)
        _run(
            self._user,
            program("initdb"),
            "-D",
            str(self._data),
            "-U",
            "postgres",
            "--pwfile",
            str(password_file),
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        self.start()
        with psycopg.connect(self._as_superuser(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self._password}'")
            connection.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
        return self

    def start(self) -> None:
        """Returns when it takes connections."""
        sockets = str(self._folder) if len(str(self._folder)) < _LONGEST_SOCKET_FOLDER else ""
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories='{sockets}' -c shared_buffers=64MB -c max_connections=100"
        _run(self._user, program("pg_ctl"), "start", "-w", "-D", str(self._data), "-l", str(self._folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """`fast` ends all connections, as a restart by the system does; `immediate` is a crash."""
        _run(self._user, program("pg_ctl"), "stop", "-w", "-m", mode, "-D", str(self._data))

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def terminate_connections(self) -> int:
        """Ends every connection of the role, as an administrator or a failing proxy may; returns how many."""
        with psycopg.connect(self._as_superuser(), autocommit=True) as connection:
            return len(connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [ROLE]).fetchall())

    def limit_connections(self, most: int) -> None:
        """How many connections the role may hold from now on; -1: as many as the server allows."""
        with psycopg.connect(self._as_superuser(), autocommit=True) as connection:
            connection.execute(f"ALTER ROLE {ROLE} CONNECTION LIMIT {most}")

    def connections(self, application: str = "%") -> int:
        """How many connections the role holds now."""
        with psycopg.connect(self._as_superuser(), autocommit=True) as connection:
            statement = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND application_name LIKE %s"
            found = connection.execute(statement, [ROLE, application]).fetchone()
        return int(found[0]) if found else 0

    def _as_superuser(self) -> str:
        return f"postgres://postgres:{self._password}@127.0.0.1:{self.port}/postgres"


class Redis:
    """One Redis server. Without a folder it is somebody else's, and can neither be killed nor frozen."""

    def __init__(self, url: str = "", folder: Path | None = None) -> None:
        self._folder = folder
        self._user = _unprivileged("redis") if folder else None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port() if folder else urlsplit(url).port or 6379
        self.url = url or f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "Redis":
        """Returns when it answers. After `kill` it comes back empty, as Redis without a disk does."""
        if self._folder is None:
            return self
        _hand_over(self._folder, self._user)
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", str(self._folder), "--daemonize", "no"]
        identity = _identity(self._user)
        self._process = subprocess.Popen([program("redis-server"), *options], cwd=self._folder, stdout=subprocess.DEVNULL, **identity)  # type: ignore[call-overload]
        eventually(self._answers, 20)
        return self

    def kill(self) -> None:
        """kill -9."""
        process = self._own()
        process.kill()
        process.wait(10)

    def freeze(self) -> None:
        """It keeps its connections and answers nobody."""
        self._own().send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._own().send_signal(signal.SIGCONT)

    def _own(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise EngineError("TEST_REDIS_URL names a Redis that is not ours to end. Unset it to let this test start its own.")
        return self._process

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(7).startswith(b"+PONG")
        return False


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A cluster of our own, which may be stopped and restarted."""
    program("initdb")
    with _folder() as folder:
        server = Postgres(folder).set_up()
        try:
            yield server
        finally:
            with suppress(EngineError):
                server.stop("immediate")


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database: one in TEST_DATABASE_URL's server, else in a server of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        with new_database(given) as url:
            yield url
        return
    with postgres_server() as server:
        yield server.url


@contextmanager
def redis() -> Iterator[Redis]:
    """The server TEST_REDIS_URL names, else one of our own."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield Redis(given)
        return
    program("redis-server")
    with _folder() as folder:
        server = Redis(folder=folder).start()
        try:
            yield server
        finally:
            server.thaw()
            server.kill()


@contextmanager
def new_database(url: str, template: str = "") -> Iterator[str]:
    """A database beside the one `url` names, empty or a copy of `template`; removed at the end, whoever still uses it."""
    name = f"kanal_{secrets.token_hex(6)}"
    copied = f" TEMPLATE {template}" if template else ""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{copied}")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kanal-engine-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(preferred: str) -> pwd.struct_passwd | None:
    """Whom to run as: nobody else where we are not root."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name: user for user in pwd.getpwall()}
    return known.get(preferred) or known["nobody"]


def _hand_over(folder: Path, user: pwd.struct_passwd | None) -> None:
    if user is not None:
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)


def _identity(user: pwd.struct_passwd | None) -> dict[str, object]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _run(user: pwd.struct_passwd | None, *command: str) -> None:
    # Into a file, not a pipe: a server that goes on in the background would hold the pipe open.
    with tempfile.TemporaryFile() as said:
        ran = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=120, check=False, **_identity(user))  # type: ignore[call-overload]
        if ran.returncode:
            said.seek(0)
            raise EngineError(f"{Path(command[0]).name} failed: {said.read().decode(errors='replace')[-1000:]}")
