"""One call at the door to the database, on its way from an event loop to a thread and back. Made by lib/database.py, run by its threads."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)


class WayBack:
    """To one event loop. All that is ready before the loop looks costs one wake-up together, not one each."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ready: deque[Call] = deque()
        self._called = False

    def bring(self, call: "Call") -> None:
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
class Call:
    """A function, and what came of it: `result` or `error`. `patient`: whether it waits for a server that is away."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    way_back: WayBack
    future: "asyncio.Future[Any]"
    durable: bool = False
    patient: bool = True
    queued_at: float = field(default_factory=time.monotonic)
    result: Any = None
    error: BaseException | None = None

    def run(self) -> None:
        """On a database thread."""
        self.result = self.function(*self.arguments)

    def bring_back(self) -> None:
        self.way_back.bring(self)

    def deliver(self) -> None:
        """On the event loop."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)
