"""Something to be done every few seconds for as long as the process serves. Made by whoever has such a step, started and stopped through lib/lifecycle.py.

This is a door: what one round raises is logged and counted, and the next round comes all the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from widget.lib import metrics

log = logging.getLogger(__name__)
failed_rounds = metrics.counter("kanal_periodic_failures_total", "Rounds of a periodic task that failed", ("task",))


class Periodic:
    """Awaits `step()` every `seconds`, counted from the end of the round before. `name` says in the log what could not be done."""

    def __init__(self, name: str, seconds: float, step: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._seconds = seconds
        self._step = step
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._task is None:
            # An event belongs to the loop that waits for it, and tests have one each.
            self._wanted = asyncio.Event()
            self._task = asyncio.get_running_loop().create_task(self._run())

    def soon(self) -> None:
        """The next round comes at once, or right after the one that runs. On the event loop only."""
        self._wanted.set()

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._step()
            except Exception:
                failed_rounds.inc(self._name)
                log.exception("Could not finish a round of: %s. The next one comes in %.0f s", self._name, self._seconds)
