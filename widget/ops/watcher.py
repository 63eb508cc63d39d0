"""Asks the readiness checks by itself, so that trouble is told also where nobody probes: a line in the log at once, an alert when it lasts.

Started by wiring.py through the lifecycle. While the database cannot be written there is no alert to be sent either; it is stored as soon as it can be.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from django.db import DatabaseError
from django.utils import timezone

from widget.jobs.tasks import enqueue
from widget.lib import database, readiness
from widget.lib.periodic import Periodic

log = logging.getLogger(__name__)
LOOK_EVERY_SECONDS = 20.0
LASTING_SECONDS = 60.0
# What the owner can do something about. Models have alerts of their own, Redis mends itself.
TOLD_TO_THE_OWNER = ("database", "disk", "jobs", "backups")
Tell = Callable[[str], Awaitable[None]]


async def tell_owner(check: str) -> None:
    """Once a day and check, whichever process finds it."""
    await database.write(_enqueue, check)


def _enqueue(check: str) -> None:
    enqueue("alert.installation", check, key=f"installation:{check}:{timezone.localdate()}")


class Watcher:
    """One per process."""

    def __init__(self, tell: Tell = tell_owner, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._clock = tell, clock
        self._since: dict[str, float] = {}
        self._untold: set[str] = set()
        self._told: set[str] = set()
        self.looks = Periodic("the look at this installation", LOOK_EVERY_SECONDS, self.look)

    async def look(self) -> None:
        troubles = {finding.name: finding.trouble for finding in await readiness.findings() if finding.trouble}
        self._note(troubles)
        for check in sorted(self._untold):
            try:
                await self._tell(check)
            except DatabaseError:
                continue
            self._untold.discard(check)

    def _note(self, troubles: Mapping[str, str]) -> None:
        now = self._clock()
        for check in self._since.keys() - troubles.keys():
            log.warning("Well again after %.0f s: %s", now - self._since.pop(check), check)
            self._told.discard(check)
        for check, trouble in troubles.items():
            if check not in self._since:
                self._since[check] = now
                log.error("Trouble with this installation (%s): %s", check, trouble)
            elif check in TOLD_TO_THE_OWNER and check not in self._told and now - self._since[check] >= LASTING_SECONDS:
                self._told.add(check)
                self._untold.add(check)


watcher = Watcher()
