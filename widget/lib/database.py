"""The one door from async code to the database: owned threads that keep their connections.

Called by everything that runs on the event loop; calls the ORM on its threads. Reads run side by side; on SQLite one
thread writes and puts the writes that wait at the same moment into one transaction, so they share one fsync. On PostgreSQL
as many threads write as read, each with a connection it keeps: a process never holds more than twice DATABASE_THREADS here.
Sync code (admin, commands, jobs) has its own connection and uses the ORM as usual.
"""

import asyncio
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from widget.lib import database_load as load
from widget.lib.database_file import DatabaseGoneError, WatchedFile
from widget.lib.database_load import condition
from widget.lib.database_patience import Patience

log = logging.getLogger(__name__)
T = TypeVar("T")
GROUP_LIMIT = 64
# How long a write waits for another process's transaction, in which steps. SQLite's own waiting sleeps up to 100 ms at a time: beside a job that
# writes one small transaction after another it hardly ever finds the door open.
LOCK_SECONDS = 20.0
LOCK_STEP_SECONDS = 0.001
IDLE_IN_TRANSACTION_SECONDS = 10
Work = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write may return instead of a bare value: `after_commit` runs on the writer's thread once the rows are safe."""

    value: Any
    after_commit: tuple[Work, ...] = ()


class _Home:
    """The way back to one event loop. All that is ready before the loop looks costs one wake-up together, not one each."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ready: deque[_Call] = deque()
        self._called = False

    def bring(self, call: "_Call") -> None:
        """From any thread."""
        self._ready.append(call)
        if not self._called:
            self._called = True
            try:
                self._loop.call_soon_threadsafe(self._deliver)
            except RuntimeError:
                log.warning("The event loop ended before the database could report back")

    def _deliver(self) -> None:
        # First the flag, then the look: what a thread adds in between is seen here or calls again.
        self._called = False
        while self._ready:
            self._ready.popleft().deliver()


@dataclass(slots=True)
class _Call:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    home: _Home
    future: "asyncio.Future[Any]"
    durable: bool = False
    queued_at: float = field(default_factory=time.monotonic)
    result: Any = None
    error: BaseException | None = None
    after_commit: tuple[Work, ...] = field(default=())

    def read(self, file: WatchedFile) -> None:
        self.error = None
        try:
            file.before()
            self.result = self.function(*self.arguments)
        except Exception as error:
            self.error = error
        file.used()

    def write(self) -> None:
        result = self.function(*self.arguments)
        if isinstance(result, Outcome):
            self.result, self.after_commit = result.value, result.after_commit
        else:
            self.result, self.after_commit = result, ()

    def deliver(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


async def read(function: Callable[..., T], *arguments: Any) -> T:
    """Runs `function` on a reading thread, outside a transaction. Raises what it raises."""
    threads, loop = _threads(), asyncio.get_running_loop()
    call = _Call(function, arguments, threads.home(loop), loop.create_future())
    threads.reading.put(call)
    result: T = await call.future
    return result


async def write(function: Callable[..., Any], *arguments: Any, durable: bool = True) -> Any:
    """Runs `function` inside a transaction and returns its value after the commit.

    The function must be re-runnable: when a write beside it in the same group fails, it is run again alone. With
    `durable=False` the commit may be lost by a power cut (not by a crash of the process). Raises what it raises.
    """
    threads, loop = _threads(), asyncio.get_running_loop()
    call = _Call(function, arguments, threads.home(loop), loop.create_future(), durable)
    threads.writing.put(call)
    return await call.future


def close() -> None:
    """Finishes what waits, ends the threads and closes their connections. The next call starts anew."""
    global _current
    with _lock:
        threads, _current = _current, None
    if threads is not None:
        threads.close()


class _Threads:
    """The reading threads and the writer of this process."""

    def __init__(self) -> None:
        self.reading: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self.writing: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._homes: dict[asyncio.AbstractEventLoop, _Home] = {}
        self._grouping = connection.vendor == "sqlite"
        self._prepared: object = None
        self._full_sync = True
        writers = 1 if self._grouping else settings.DATABASE_THREADS
        self._readers = [threading.Thread(target=self._read, name=f"database-read-{n}", daemon=True) for n in range(settings.DATABASE_THREADS)]
        self._writers = [threading.Thread(target=self._write, name=f"database-write-{n}", daemon=True) for n in range(writers)]
        for thread in self._readers + self._writers:
            thread.start()

    def home(self, loop: asyncio.AbstractEventLoop) -> _Home:
        home = self._homes.get(loop)
        if home is None:
            home = self._homes[loop] = _Home(loop)
        return home

    def close(self) -> None:
        """The writers end first: what they do after a commit may still read."""
        for threads, waiting in ((self._writers, self.writing), (self._readers, self.reading)):
            for _ in threads:
                waiting.put(None)
            for thread in threads:
                thread.join()

    def _read(self) -> None:
        file = WatchedFile()
        while (call := self.reading.get()) is not None:
            if not call.future.cancelled():
                load.waits.observe(time.monotonic() - call.queued_at, "read")
                self._read_patiently(call, file)
            call.home.bring(call)
        connection.close()

    def _read_patiently(self, call: _Call, file: WatchedFile) -> None:
        patience = Patience(call.queued_at)
        call.error = patience.hopeless()
        while call.error is None:
            call.read(file)
            if connection.errors_occurred:
                condition.failed_reading(call.error)
                connection.close_if_unusable_or_obsolete()
            if call.error is None or isinstance(call.error, IntegrityError) or not patience.again(call.error):
                return
            call.error = None

    def _write(self) -> None:
        file = WatchedFile()
        while (first := self.writing.get()) is not None:
            group = [first]
            ended = self._gather(group)
            condition.begin(group)
            self._run(group, file)
            condition.end(group)
            for call in group:
                if call.error is None:
                    _run_after_commit(call.after_commit)
                call.home.bring(call)
            if ended:
                break
        connection.close()

    def _gather(self, group: list[_Call]) -> bool:
        """Adds the writes that wait right now. True when the end was among them."""
        while self._grouping and len(group) < GROUP_LIMIT:
            try:
                following = self.writing.get_nowait()
            except queue.Empty:
                return False
            if following is None:
                return True
            group.append(following)
        return False

    def _run(self, group: list[_Call], file: WatchedFile) -> None:
        if not self._grouping:
            self._run_alone(group[0])
            return
        begun = False
        try:
            file.before()
            with ExitStack() as transaction_held:
                self._begin(transaction_held, any(call.durable for call in group))
                begun = True
                for call in group:
                    call.write()
        except Exception as error:
            self._recover(group, error, begun)
        try:
            file.after()
        except DatabaseGoneError as error:
            for call in group:
                call.error = error

    def _begin(self, transaction_held: ExitStack, durable: bool) -> None:
        give_up = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                self._prepare(durable) if self._grouping else _prepare_session()
                transaction_held.enter_context(transaction.atomic())
                break
            except OperationalError as error:
                if not self._grouping or "locked" not in str(error) or time.monotonic() > give_up:
                    raise
            time.sleep(LOCK_STEP_SECONDS)
        if not self._grouping and not durable:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")

    def _prepare(self, durable: bool) -> None:
        """Sets what belongs to the writer's connection (SQLite only), again when Django has made a new one."""
        with connection.cursor() as cursor:
            if connection.connection is not self._prepared:
                cursor.execute("PRAGMA busy_timeout=0")
                self._prepared, self._full_sync = connection.connection, True
            if durable != self._full_sync:
                cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                self._full_sync = durable

    def _recover(self, group: list[_Call], error: Exception, begun: bool) -> None:
        """A group that failed is run again one by one; a database that gave no transaction is not asked again for each."""
        if connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()
        if not begun:
            for call in group:
                call.error = error
        elif len(group) == 1 and not isinstance(error, IntegrityError):
            group[0].error = error
        else:
            for call in group:
                self._run_alone(call)

    def _run_alone(self, call: _Call) -> None:
        patience = Patience(call.queued_at)
        call.error = patience.hopeless()
        while call.error is None:
            try:
                with ExitStack() as transaction_held:
                    self._begin(transaction_held, call.durable)
                    call.write()
                return
            except Exception as error:
                call.error = error
                if connection.errors_occurred:
                    connection.close_if_unusable_or_obsolete()
                if not patience.again(error):
                    return
                call.error = None


def _prepare_session() -> None:
    """A process that stands still in the middle of a transaction (frozen, or cut off) must not keep its locks (PostgreSQL only)."""
    before = connection.connection
    connection.ensure_connection()
    if connection.connection is not before:
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_SECONDS}s'")


def _run_after_commit(work: tuple[Work, ...]) -> None:
    for step in work:
        try:
            step()
        except Exception:
            log.exception("Work after a commit failed")


_lock = threading.Lock()
_current: _Threads | None = None


def _threads() -> _Threads:
    global _current
    if _current is None:
        with _lock:
            if _current is None:
                _current = _Threads()
    return _current
