"""The one door from async code to the database: owned threads that keep their connections.

Called by everything that runs on the event loop; calls the ORM on its threads. Reads run side by side; on SQLite one
thread writes and puts the writes that wait at the same moment into one transaction, so they share one fsync.
Sync code (admin, commands, jobs) has its own connection and uses the ORM as usual.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, connection, transaction

log = logging.getLogger(__name__)
T = TypeVar("T")
GROUP_LIMIT = 64
Work = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write may return instead of a bare value: `after_commit` runs on the writer's thread once the rows are safe."""

    value: Any
    after_commit: tuple[Work, ...] = ()


@dataclass(slots=True)
class _Write:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    durable: bool
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None
    after_commit: tuple[Work, ...] = field(default=())

    def run(self) -> None:
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
    return await asyncio.get_running_loop().run_in_executor(_threads().readers, _guarded, function, arguments)


async def write(function: Callable[..., Any], *arguments: Any, durable: bool = True) -> Any:
    """Runs `function` inside a transaction and returns its value after the commit.

    The function must be re-runnable: when a write beside it in the same group fails, it is run again alone. With
    `durable=False` the commit may be lost by a power cut (not by a crash of the process). Raises what it raises.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()
    _threads().submit(_Write(function, arguments, durable, loop, future))
    return await future


def close() -> None:
    """Finishes what waits, ends the threads and closes their connections. The next call starts anew."""
    global _current
    with _lock:
        threads, _current = _current, None
    if threads is not None:
        threads.close()


def _guarded(function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    try:
        return function(*arguments)
    finally:
        if connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()


class _Threads:
    """The readers' pool and the writer of this process."""

    def __init__(self) -> None:
        self._closing = threading.Barrier(settings.DATABASE_THREADS)
        self.readers = ThreadPoolExecutor(settings.DATABASE_THREADS, "database-read")
        self._grouping = connection.vendor == "sqlite"
        self._waiting: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._full_sync = True
        writers = 1 if self._grouping else settings.DATABASE_THREADS
        self._writers = [threading.Thread(target=self._work, name=f"database-write-{n}", daemon=True) for n in range(writers)]
        for thread in self._writers:
            thread.start()

    def submit(self, write: _Write) -> None:
        self._waiting.put(write)

    def close(self) -> None:
        for _ in self._writers:
            self._waiting.put(None)
        for thread in self._writers:
            thread.join()
        # The barrier makes each reading thread take exactly one of these.
        for done in [self.readers.submit(self._close_connection) for _ in range(settings.DATABASE_THREADS)]:
            done.result()
        self.readers.shutdown()

    def _close_connection(self) -> None:
        self._closing.wait()
        connection.close()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = [first]
            ended = self._gather(group)
            self._run(group)
            self._deliver(group)
            if ended:
                break
        connection.close()

    def _gather(self, group: list[_Write]) -> bool:
        """Adds the writes that wait right now. True when the end was among them."""
        while self._grouping and len(group) < GROUP_LIMIT:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                return False
            if following is None:
                return True
            group.append(following)
        return False

    def _run(self, group: list[_Write]) -> None:
        begun = False
        try:
            self._set_durability(any(write.durable for write in group))
            with transaction.atomic():
                begun = True
                for write in group:
                    write.run()
        except Exception as error:
            self._recover(group, error, begun)

    def _recover(self, group: list[_Write], error: Exception, begun: bool) -> None:
        """A group that failed is run again one by one; a database that gave no transaction is not asked again for each."""
        if connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()
            self._full_sync = True
        if not begun:
            for write in group:
                write.error = error
        elif len(group) == 1 and not isinstance(error, IntegrityError):
            group[0].error = error
        else:
            for write in group:
                self._run_alone(write)

    def _run_alone(self, write: _Write) -> None:
        # Twice, since a lost race for a unique row looks like an error once and is seen as a duplicate the second time.
        for _attempt in (1, 2):
            try:
                with transaction.atomic():
                    write.run()
            except IntegrityError as error:
                write.error = error
            except Exception as error:
                write.error = error
                return
            else:
                write.error = None
                return

    def _set_durability(self, durable: bool) -> None:
        if self._grouping and durable != self._full_sync:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            self._full_sync = durable

    def _deliver(self, group: list[_Write]) -> None:
        loops: dict[asyncio.AbstractEventLoop, list[_Write]] = {}
        for write in group:
            loops.setdefault(write.loop, []).append(write)
            if write.error is None:
                _run_after_commit(write.after_commit)
        for loop, writes in loops.items():
            try:
                loop.call_soon_threadsafe(_deliver_all, writes)
            except RuntimeError:
                log.warning("The event loop ended before %d writes could report back", len(writes))


def _run_after_commit(work: tuple[Work, ...]) -> None:
    for step in work:
        try:
            step()
        except Exception:
            log.exception("Work after a commit failed")


def _deliver_all(writes: list[_Write]) -> None:
    for write in writes:
        write.deliver()


_lock = threading.Lock()
_current: _Threads | None = None


def _threads() -> _Threads:
    global _current
    if _current is None:
        with _lock:
            if _current is None:
                _current = _Threads()
    return _current
