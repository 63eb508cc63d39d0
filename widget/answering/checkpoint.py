"""Saves the text so far and the beat of every running answer, all of this process in one write, at least every half second.

Driven by runner.py, which gives it the running answers and is told which of them were lost or are to stop.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import DatabaseError

from widget.conversations.turns import Partial, Saved, save_partials
from widget.lib import database

log = logging.getLogger(__name__)


class Checkpoint:
    """`collect` gives what to save now, or None when nothing runs; `react` hears what the save told."""

    def __init__(self, collect: Callable[[], Sequence[Partial] | None], react: Callable[[Saved], None]) -> None:
        self._collect = collect
        self._react = react
        self._task: asyncio.Task[None] | None = None
        # A loop itself keeps no task alive.
        self._extra: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something runs: keeps saving until nothing does."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def save_now(self, partials: Sequence[Partial]) -> None:
        """Beside the rounds: something may have happened to these turns."""
        task = asyncio.get_running_loop().create_task(self.save(partials))
        self._extra.add(task)
        task.add_done_callback(self._extra.discard)

    async def save(self, partials: Sequence[Partial]) -> None:
        if not partials:
            return
        try:
            saved = await database.write(save_partials, partials, durable=False)
        except DatabaseError:
            # The fence decides who answers; a save that failed is made good by the next.
            log.warning("The text so far of %d answers could not be saved", len(partials), exc_info=True)
            return
        self._react(saved)

    async def _run(self) -> None:
        while True:
            # Half the promised time, so that an answer begun just after a save is still saved within it.
            await asyncio.sleep(settings.PARTIAL_SAVE_SECONDS / 2)
            partials = self._collect()
            if partials is None:
                return
            await self.save(partials)
