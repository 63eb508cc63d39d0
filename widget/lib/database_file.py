"""Whether a thread's connection still has the file that lies at the database's place (SQLite only).

Asked around each use by lib/database.py and database_writers.py.

SQLite goes on writing into a file that was moved or removed under it: every acknowledgement would then be a promise about a file nobody opens again.
A look costs a microsecond.
"""

import os
from typing import Any
from urllib.parse import quote, unquote

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from widget.lib.database_load import condition

Identity = tuple[int, int]


class DatabaseGoneError(OperationalError):
    """The database's file was moved, removed or replaced. Put it back, or stop Kanal and restore a backup."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class WatchedFile:
    """The file of the current thread's connection. One per thread."""

    def __init__(self) -> None:
        self._opened: Any = None
        self._identity: Identity | None = None
        self._path = file_of(connection)

    def before(self) -> None:
        """Closes a connection to a file that was replaced; Django opens the new one. Raises DatabaseGoneError when there is none, lest SQLite make one."""
        if self._path is None:
            return
        here = _identity(self._path)
        if here is None or (connection.connection is not None and connection.connection is self._opened and here != self._identity):
            connection.close()
        if here is None:
            raise DatabaseGoneError
        if connection.connection is not self._opened or here != self._identity:
            if self._identity not in (None, here):
                condition.reopened()
            self._opened, self._identity = connection.connection, here

    def used(self) -> None:
        """A connection that was opened in between has the file that lay here before, or it is not to be trusted."""
        self._opened = connection.connection

    def after(self) -> None:
        """Raises DatabaseGoneError when what was just written stands in a file that is not there any more."""
        self.used()
        if self._path is not None and _identity(self._path) != self._identity:
            raise DatabaseGoneError


def file_of(wrapper: BaseDatabaseWrapper) -> str | None:
    """The path of an SQLite database on disk."""
    name = str(wrapper.settings_dict["NAME"])
    if wrapper.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        return None
    return unquote(name.removeprefix("file:").partition("?")[0]) if name.startswith("file:") else name


def never_make_one() -> None:
    """From now on no connection of this process makes an empty database where the file is missing: SQLite would throw away, as left over, the log of
    the lost file, and with it messages that were acknowledged. Said by `serve` once it has seen the database.
    """
    path = file_of(connection)
    if path is not None:
        connection.settings_dict["NAME"] = f"file:{quote(path)}?mode=rw"


def _identity(path: str) -> Identity | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
