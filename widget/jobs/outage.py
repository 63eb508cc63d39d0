"""What the worker says while the database server is away: one sentence when it goes and one when it is back. Used by worker.py's threads.

Anything else that holds up background work is told whole, since somebody has to look at it.
"""

import logging
import threading
import time

from widget.lib.database_patience import is_away

log = logging.getLogger(__name__)


class Outage:
    """One per worker; its threads meet the same outage."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: float | None = None

    def met(self, error: Exception) -> None:
        """Called where the error was caught."""
        if not is_away(error):
            log.exception("Background work is held up")
            return
        with self._lock:
            if self._since is not None:
                return
            self._since = time.monotonic()
        said = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        log.warning("Background jobs wait, because PostgreSQL cannot be reached (%s). Nothing is lost; they go on by themselves once it is back.", said)

    def over(self) -> None:
        """A step went well."""
        if self._since is None:
            return
        with self._lock:
            since, self._since = self._since, None
        if since is not None:
            log.warning("PostgreSQL is back after %.0f s; background jobs go on.", time.monotonic() - since)
