"""A copy of the PostgreSQL database while others write to it (pg_dump), and a new database made of such a copy. Called by making.py and restoring.py.

The dump and the counted rows are of one snapshot. The password travels in a file of mode 600 beside the copy, never in the arguments of a process.
"""

import logging
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, ProgrammingError, connection, transaction

from widget.ops.backup.errors import NotRestoredError, RunningError, ToolFailedError, ToolMissingError

log = logging.getLogger(__name__)
_LIBPQ = ("host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")


def copy_database(to: Path, tables: Iterable[str]) -> dict[str, int]:
    """Dumps into `to` and returns the rows by table. Raises ToolMissingError or ToolFailedError."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        counts = _count(cursor, tables)
        _run("pg_dump", to, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={to}")
    to.chmod(0o600)
    return counts


def size() -> int:
    """Bytes of the database with its indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


@contextmanager
def restored_beside(dump: Path, suffix: str) -> Iterator[str]:
    """A new database made of the dump, by its name; dropped again unless the block renames it. Raises NotRestoredError or those of `copy_database`."""
    name = f"{connection.settings_dict['NAME']}_{suffix}"
    quoted = connection.ops.quote_name(name)
    try:
        with _maintenance() as cursor:
            cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
    except ProgrammingError as error:
        user = connection.settings_dict["USER"]
        raise NotRestoredError(reason=f"{in_one_line(error)} (as postgres: ALTER ROLE {user} CREATEDB)") from None
    try:
        _run("pg_restore", dump, "--exit-on-error", "--no-owner", "--no-privileges", str(dump), dbname=name)
        yield name
    finally:
        _drop(name)


def count_rows(name: str, tables: Iterable[str]) -> dict[str, int]:
    """Rows by table of another database on the same server."""
    beside = connection.copy()
    beside.settings_dict = {**connection.settings_dict, "NAME": name}
    try:
        with beside.cursor() as cursor:
            return _count(cursor, tables)
    finally:
        beside.close()


def refuse_while_used() -> None:
    """Raises RunningError when another program is connected to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise RunningError(who=f" ({others} connections to the database are open)")


def swap(name: str, old_as: str) -> None:
    """Puts database `name` in the place of ours, which is kept as `old_as`. Raises NotRestoredError; both renames happen or none."""
    ours = str(connection.settings_dict["NAME"])
    connection.close()
    quote = connection.ops.quote_name
    try:
        with _maintenance() as cursor:
            # In one transaction, which also keeps newcomers out: a renamed database stays locked until the end. A closed connection takes it back.
            cursor.execute("BEGIN")
            cursor.execute(f"ALTER DATABASE {quote(ours)} RENAME TO {quote(old_as)}")
            cursor.execute(f"ALTER DATABASE {quote(name)} RENAME TO {quote(ours)}")
            cursor.execute("COMMIT")
    except DatabaseError as error:
        raise NotRestoredError(reason=in_one_line(error)) from None


def in_one_line(error: DatabaseError) -> str:
    """What the server said, whose details come in lines of their own."""
    return " ".join(str(error).split()).rstrip(".")


def _drop(name: str) -> None:
    """Also when somebody looks into it; what cannot be removed is named, since the restore itself ended before."""
    try:
        with _maintenance() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")
    except DatabaseError as error:
        log.warning("The database %s, made for the restore, could not be removed: %s. Drop it by hand.", name, in_one_line(error))


@contextmanager
def _maintenance() -> Iterator[Any]:
    """A cursor on the database `postgres` of the same server, outside of transactions."""
    beside = connection.copy()
    beside.settings_dict = {**connection.settings_dict, "NAME": "postgres"}
    try:
        with beside.cursor() as cursor:
            yield cursor
    finally:
        beside.close()


def _count(cursor: Any, tables: Iterable[str]) -> dict[str, int]:
    counts = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        counts[table] = cursor.fetchone()[0]
    return counts


def _run(tool: str, beside: Path, *arguments: str, dbname: str = "") -> None:
    parameters = connection.get_connection_params()
    given = {key: str(parameters[key]) for key in _LIBPQ if parameters.get(key)} | ({"dbname": dbname} if dbname else {})
    passfile = beside.with_name("passfile")
    with open(os.open(passfile, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("*:*:*:*:" + str(parameters.get("password") or "").replace("\\", "\\\\").replace(":", "\\:") + "\n")
    try:
        ran = subprocess.run([tool, "--dbname", _conninfo(given | {"passfile": str(passfile)}), "--no-password", *arguments], capture_output=True, text=True)
    except FileNotFoundError:
        raise ToolMissingError(tool=tool) from None
    finally:
        passfile.unlink()
    if ran.returncode:
        raise ToolFailedError(tool=tool, reason=(ran.stderr.strip().splitlines() or ["it gave no reason"])[-1])


def _conninfo(parameters: Mapping[str, str]) -> str:
    quoted = {key: value.replace("\\", "\\\\").replace("'", "\\'") for key, value in parameters.items()}
    return " ".join(f"{key}='{value}'" for key, value in quoted.items())
