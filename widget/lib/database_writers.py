"""How the threads of lib/database.py write: on SQLite in groups that share a transaction and its fsync, on PostgreSQL each write in one of its own.

Each writing thread makes a writer and hands it the calls it took; what came of each stands in the call afterwards.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack

from django.db import IntegrityError, OperationalError, connection, transaction

from widget.lib.database_calls import Call
from widget.lib.database_file import DatabaseGoneError, WatchedFile
from widget.lib.database_patience import Patience

# How long a write waits for another process's transaction, in which steps. SQLite's own waiting sleeps up to 100 ms at a time: beside a job that
# writes one small transaction after another it hardly ever finds the door open.
LOCK_SECONDS = 20.0
LOCK_STEP_SECONDS = 0.001
IDLE_IN_TRANSACTION_SECONDS = 10


class Writer(ABC):
    """Of the current thread and its connection. `most`: how many calls `run` may be given together."""

    most = 1

    def run(self, group: Sequence[Call]) -> None:
        for call in group:
            self._run_alone(call)

    def _run_alone(self, call: Call) -> None:
        patience = Patience(call.queued_at)
        call.error = patience.hopeless()
        while call.error is None:
            try:
                with ExitStack() as transaction_held:
                    self._begin(transaction_held, call.durable)
                    call.run()
                return
            except Exception as error:
                call.error = error
                close_if_broken()
                if not patience.again(error):
                    return
                call.error = None

    @abstractmethod
    def _begin(self, transaction_held: ExitStack, durable: bool) -> None:
        """Begins a transaction that ends with the stack."""


class PostgresWriter(Writer):
    def __init__(self) -> None:
        self._prepared: object = None

    def _begin(self, transaction_held: ExitStack, durable: bool) -> None:
        self._prepare()
        transaction_held.enter_context(transaction.atomic())
        if not durable:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")

    def _prepare(self) -> None:
        """A process that stands still in the middle of a transaction (frozen, or cut off) must not keep its locks. Said to each new connection."""
        connection.ensure_connection()
        if connection.connection is not self._prepared:
            with connection.cursor() as cursor:
                cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_SECONDS}s'")
            self._prepared = connection.connection


class SqliteWriter(Writer):
    most = 64

    def __init__(self) -> None:
        self._file = WatchedFile()
        self._prepared: object = None
        self._full_sync = True

    def run(self, group: Sequence[Call]) -> None:
        begun = False
        try:
            self._file.before()
            with ExitStack() as transaction_held:
                self._begin(transaction_held, any(call.durable for call in group))
                begun = True
                for call in group:
                    call.run()
        except Exception as error:
            self._recover(group, error, begun)
        try:
            self._file.after()
        except DatabaseGoneError as error:
            for call in group:
                call.error = error

    def _recover(self, group: Sequence[Call], error: Exception, begun: bool) -> None:
        """A group that failed is run again one by one; a database that gave no transaction is not asked again for each."""
        close_if_broken()
        if not begun:
            for call in group:
                call.error = error
        elif len(group) == 1 and not isinstance(error, IntegrityError):
            group[0].error = error
        else:
            for call in group:
                self._run_alone(call)

    def _begin(self, transaction_held: ExitStack, durable: bool) -> None:
        give_up = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                self._prepare(durable)
                transaction_held.enter_context(transaction.atomic())
                return
            except OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > give_up:
                    raise
            time.sleep(LOCK_STEP_SECONDS)

    def _prepare(self, durable: bool) -> None:
        """Sets what belongs to the connection, again when Django has made a new one."""
        with connection.cursor() as cursor:
            if connection.connection is not self._prepared:
                cursor.execute("PRAGMA busy_timeout=0")
                self._prepared, self._full_sync = connection.connection, True
            if durable != self._full_sync:
                cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                self._full_sync = durable


def close_if_broken() -> None:
    """The next use of the thread's connection opens a new one where an error has made this one useless."""
    if connection.errors_occurred:
        connection.close_if_unusable_or_obsolete()
