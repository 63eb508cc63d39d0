"""Finds turns whose holder went silent and answers them here. Started and ended by wiring.py through the lifecycle.

A beat counts as silent when this process saw it unchanged for LEASE_SECONDS on its own monotonic clock, so wrong clocks of
other machines do no harm. A process that knows it is the only one takes over everything at once when it starts.
"""

import logging
import time

from django.conf import settings

from widget.answering.runner import Runner, runner
from widget.conversations.turns import Head, take_over, unfinished_heads
from widget.lib import database
from widget.lib.periodic import Periodic

log = logging.getLogger(__name__)
LOOK_EVERY_SECONDS = 2.0


class Sweeper:
    """One per process."""

    def __init__(self, runs: Runner) -> None:
        self._runner = runs
        self._seen: dict[int, tuple[Head, float]] = {}
        self._looks = Periodic("unfinished answers", LOOK_EVERY_SECONDS, self.sweep)

    async def start(self, sole: bool = False) -> None:
        """`sole`: every older holder is dead, so nothing has to be waited for."""
        if sole:
            await self._take([head for head in await database.read(unfinished_heads) if not self._runner.holds(head.turn_id)])
        await self._looks.start()

    async def stop(self) -> None:
        await self._looks.stop()

    async def sweep(self) -> None:
        """One look; taken over is what did not move since it was first seen LEASE_SECONDS ago, and at the second look what nobody ever held."""
        now = time.monotonic()
        heads = [head for head in await database.read(unfinished_heads) if not self._runner.holds(head.turn_id)]
        seen = {}
        for head in heads:
            known = self._seen.get(head.turn_id)
            seen[head.turn_id] = known if known is not None and known[0] == head else (head, now)
        self._seen = seen
        await self._take([head for head, since in seen.values() if now - since >= (settings.LEASE_SECONDS if head.holder else LOOK_EVERY_SECONDS / 2)])

    async def _take(self, heads: list[Head]) -> None:
        for head in heads:
            claim = await database.write(take_over, head, self._runner.holder)
            if claim is not None:
                log.info("Taking over turn %d at attempt %d", claim.turn_id, claim.attempt)
                self._runner.start(claim, None, None, reserved=False)


sweeper = Sweeper(runner)
