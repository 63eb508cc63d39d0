"""The one door from async code to the database: owned threads that keep their connections.

Called by everything that runs on the event loop; calls the ORM on its threads. Reads run side by side; on SQLite one
thread writes and puts the writes that wait at the same moment into one transaction, so they share one fsync (database_writers.py).
On PostgreSQL as many threads write as read, each with a connection it keeps: a process never holds more than twice DATABASE_THREADS here.
Sync code (admin, commands, jobs) has its own connection and uses the ORM as usual.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, connection

from widget.lib.database_calls import Call, WayBack
from widget.lib.database_file import WatchedFile
from widget.lib.database_load import condition, waits
from widget.lib.database_patience import Patience, known_outage
from widget.lib.database_writers import PostgresWriter, SqliteWriter, Writer, close_if_broken

log = logging.getLogger(__name__)
T = TypeVar("T")


async def read(function: Callable[..., T], *arguments: Any, patient: bool = True) -> T:
    """Runs `function` on a reading thread, outside a transaction. Raises what it raises.

    `patient=False` is for who has something else at hand: a server that is away is not waited for.
    """
    # Not even behind those who wait for it.
    if not patient and (error := known_outage()) is not None:
        raise error
    threads, loop = _threads(), asyncio.get_running_loop()
    call = Call(function, arguments, threads.way_back(loop), loop.create_future(), patient=patient)
    threads.reading.put(call)
    result: T = await call.future
    return result


async def write(function: Callable[..., Any], *arguments: Any, durable: bool = True) -> Any:
    """Runs `function` inside a transaction and returns its value after the commit.

    The function must be re-runnable: when a write beside it in the same group fails, it is run again alone. With
    `durable=False` the commit may be lost by a power cut (not by a crash of the process). Raises what it raises.
    """
    threads, loop = _threads(), asyncio.get_running_loop()
    call = Call(function, arguments, threads.way_back(loop), loop.create_future(), durable)
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
    """The reading threads and the writing ones of this process."""

    def __init__(self) -> None:
        self.reading: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self.writing: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._ways_back: dict[asyncio.AbstractEventLoop, WayBack] = {}
        self._writer: type[Writer] = SqliteWriter if connection.vendor == "sqlite" else PostgresWriter
        writers = 1 if connection.vendor == "sqlite" else settings.DATABASE_THREADS
        self._readers = [threading.Thread(target=self._read, name=f"database-read-{n}", daemon=True) for n in range(settings.DATABASE_THREADS)]
        self._writers = [threading.Thread(target=self._write, name=f"database-write-{n}", daemon=True) for n in range(writers)]
        for thread in self._readers + self._writers:
            thread.start()

    def way_back(self, loop: asyncio.AbstractEventLoop) -> WayBack:
        way_back = self._ways_back.get(loop)
        if way_back is None:
            way_back = self._ways_back[loop] = WayBack(loop)
        return way_back

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
                waits.observe(time.monotonic() - call.queued_at, "read")
                _read_patiently(call, file)
            call.bring_back()
        connection.close()

    def _write(self) -> None:
        writer = self._writer()
        while (first := self.writing.get()) is not None:
            group = [first]
            ended = self._gather(group, writer.most)
            condition.begin(group)
            writer.run(group)
            condition.end(group)
            for call in group:
                call.bring_back()
            if ended:
                break
        connection.close()

    def _gather(self, group: list[Call], most: int) -> bool:
        """Adds the writes that wait right now. True when the end was among them."""
        while len(group) < most:
            try:
                following = self.writing.get_nowait()
            except queue.Empty:
                return False
            if following is None:
                return True
            group.append(following)
        return False


def _read_patiently(call: Call, file: WatchedFile) -> None:
    patience = Patience(call.queued_at if call.patient else float("-inf"))
    call.error = patience.hopeless()
    while call.error is None:
        try:
            file.before()
            call.run()
        except Exception as error:
            call.error = error
        file.used()
        if connection.errors_occurred:
            condition.failed_reading(call.error)
            close_if_broken()
        if call.error is None or isinstance(call.error, IntegrityError) or not patience.again(call.error):
            return
        call.error = None


_lock = threading.Lock()
_current: _Threads | None = None


def _threads() -> _Threads:
    global _current
    if _current is None:
        with _lock:
            if _current is None:
                _current = _Threads()
    return _current
