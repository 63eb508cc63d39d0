"""A stopwatch over the waits of one stream: cheaper than a timeout around each read, because its one timer is moved only when it rings too early.

Used by the wires. Only waiting for the provider is timed, never what happens to a piece afterwards, and never time in which this process itself
stood still: a timer that comes far too late gives new patience, since what the provider said meanwhile lies unread in the socket.
"""

import asyncio

from widget.lib.standstill import LATE_SECONDS


class Watch:
    """`start(seconds)` sets when patience ends; each wait stands in `with watch:`, which raises TimeoutError when it does. `stop()` at the end."""

    def __init__(self, deadline: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._deadline = self._due = self._rings_at = deadline
        self._seconds = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._rang = False

    def start(self, seconds: float) -> None:
        self._seconds = seconds
        self._due = min(self._loop.time() + seconds, self._deadline)
        if self._timer is not None and self._timer.when() > self._due:
            self._arm()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def __enter__(self) -> None:
        task = self._task = asyncio.current_task()
        self._cancelling = task.cancelling() if task else 0
        if self._timer is None:
            self._arm()

    def __exit__(self, kind: type[BaseException] | None, *failure: object) -> None:
        task, self._task = self._task, None
        rang, self._rang = self._rang, False
        if rang and task is not None and task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from None

    def _arm(self) -> None:
        self.stop()
        self._rings_at = max(self._due, self._loop.time())
        self._timer = self._loop.call_at(self._rings_at, self._ring)

    def _ring(self) -> None:
        """Early rings and those between two waits only set the timer anew."""
        self._timer = None
        late = self._loop.time() - self._rings_at
        if late > LATE_SECONDS:
            self._deadline += late
            self.start(self._seconds)
        if self._loop.time() < self._due:
            self._arm()
        elif self._task is not None:
            self._rang = True
            self._task.cancel()
