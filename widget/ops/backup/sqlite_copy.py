"""A sound copy of the SQLite database while others write to it, and the check of such a copy. Called by making.py and restoring.py."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from django.db import connection


def copy_database(to: Path) -> None:
    """In one step and thus of one instant: in WAL mode a reader holds up no writer, however long it reads."""
    with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=20)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy, pages=-1)
        # A copy in one file, without companions to lose.
        copy.execute("PRAGMA journal_mode=DELETE")
    to.chmod(0o600)


def size() -> int:
    """Bytes of the database, whose pages may still lie in its log."""
    with connection.cursor() as cursor:
        pages, page = (int(cursor.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
    return pages * page


def find_damage(copy: Path) -> str:
    """The first thing SQLite's own check complains about, or an empty text."""
    try:
        with closing(sqlite3.connect(copy)) as database:
            said = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            orphan = database.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return str(said) if said != "ok" else f"a row of {orphan[0]} belongs to nothing" if orphan else ""


def count_rows(copy: Path, tables: Iterable[str]) -> dict[str, int]:
    """Rows by table. Raises sqlite3.DatabaseError when one is missing."""
    with closing(sqlite3.connect(copy)) as database:
        return {table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}


def applied_migrations(copy: Path) -> tuple[str, ...]:
    with closing(sqlite3.connect(copy)) as database:
        return tuple(sorted(f"{app}.{name}" for app, name in database.execute("SELECT app, name FROM django_migrations")))
