"""The database of an installation in a folder, for whoever looks at it from outside: SQLite's file in that folder, or where DATABASE_URL names a PostgreSQL
(`make test-scaled`), a database of its own on that server. Used by driver.py and by everything that compares what was seen with what is stored.
"""

import atexit
import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

_made: set[str] = set()


def on_postgresql() -> bool:
    return bool(os.environ.get("DATABASE_URL"))


def address_of(folder: Path) -> str:
    """The address of the folder's PostgreSQL database, made empty if it is not there yet; an empty string on SQLite."""
    if not on_postgresql():
        return ""
    _make(folder)
    return _address(folder)


def copy_installation(folder: Path, to: Path) -> Path:
    """Gives the new folder the keys, the settings and all that the database of the other one holds. Nobody may be connected to that one."""
    to.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        if file.is_file():
            shutil.copyfile(file, to / file.name)
            (to / file.name).chmod(0o600)
    if on_postgresql():
        _make(to, like=folder)
    return to


def rows(folder: Path, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """What the database says, read beside the server. Places for arguments are written as `?`."""
    if on_postgresql():
        return rows_at(_address(folder), statement, *arguments)
    with closing(sqlite3.connect(folder / "kanal.sqlite3", timeout=20)) as found:
        return found.execute(statement, arguments).fetchall()


def change(folder: Path, statement: str, *arguments: Any) -> None:
    """Changes the database of an installation that nobody serves."""
    if on_postgresql():
        with psycopg.connect(_address(folder)) as database:
            database.execute(statement.replace("?", "%s"), arguments)
        return
    with closing(sqlite3.connect(folder / "kanal.sqlite3", timeout=20)) as database, database:
        database.execute(statement, arguments)


def rows_at(url: str, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """The same of the PostgreSQL database at this address."""
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as database:
        return database.execute(statement.replace("?", "%s"), arguments or None).fetchall()


def is_quiet(folder: Path) -> bool:
    """Whether nobody stands in the middle of a write, whose lock others would wait for."""
    if on_postgresql():
        busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        return rows(folder, busy) == [(0,)]
    with closing(sqlite3.connect(folder / "kanal.sqlite3", timeout=0.05, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        database.execute("ROLLBACK")
        return True


def _name(folder: Path) -> str:
    return "kanal_" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def _address(folder: Path) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{_name(folder)}"))


def _make(folder: Path, like: Path | None = None) -> None:
    """Empty if it is not there yet; `like` another folder's in any case."""
    name = _name(folder)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        if like is not None:
            server.execute(f"DROP DATABASE IF EXISTS {name}")
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {_name(like)}" if like is not None else ""))
            if not _made:
                atexit.register(_drop_made)
            _made.add(name)


def _drop_made() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        for name in _made:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
