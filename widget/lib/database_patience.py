"""Whether a call that failed in the database is tried again, and when: after a lost race, a lock met crosswise, or a server that was restarted.

Asked by lib/database.py and database_writers.py after each attempt. A server that is away, has no place left or has just ended our connection is
waited for, as long as whoever asked is likely to wait; the queue behind is not held up by calls that waited long enough.
"""

import random
import time

from django.db import IntegrityError, InterfaceError, OperationalError

from widget.lib import metrics

# A visitor's own patience: afterwards the client asks again by itself.
RECOVER_SECONDS = 15.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 0.5
# A call that has waited its time is not tried when the last attempt of anybody failed so recently.
FRESH_SECONDS = 1.0
MOST_CONFLICTS = 8
# SQLSTATE: serialization failure, deadlock.
_CONFLICTS = frozenset({"40001", "40P01"})
# Too many connections; a session ended for idling in a transaction. Beside them whole classes: connection exceptions, an operator's intervention.
_AWAY = frozenset({"53300", "25P03"})
_AWAY_CLASSES = frozenset({"08", "57"})
_QUERY_CANCELED = "57014"

retries = metrics.counter("kanal_database_retries_total", "Calls tried again, by what was in the way.", ["reason"])


class _Outage:
    """When the server was last found away, by whichever thread."""

    at = float("-inf")
    error: BaseException | None = None


class Patience:
    """Of one call, asked for at `since` (monotonic)."""

    def __init__(self, since: float) -> None:
        self._until = since + RECOVER_SECONDS
        self._races = self._conflicts = 0
        self._pause = FIRST_PAUSE_SECONDS

    def hopeless(self) -> BaseException | None:
        """The error to give at once to a call that waited its time while the server is known to be away."""
        return known_outage() if time.monotonic() > self._until else None

    def again(self, error: BaseException) -> bool:
        """Whether to try once more; waits before it says yes."""
        if isinstance(error, IntegrityError):
            # A lost race for a unique row looks like an error once and is seen as a duplicate the second time.
            self._races += 1
            return self._races == 1
        state = sqlstate_of(error)
        if state in _CONFLICTS:
            self._conflicts += 1
            return self._conflicts <= MOST_CONFLICTS and self._wait("conflict", random.uniform(0, FIRST_PAUSE_SECONDS))
        if not is_away(error):
            return False
        _Outage.at, _Outage.error = time.monotonic(), error
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        return _Outage.at < self._until and self._wait("away", pause)

    def _wait(self, reason: str, seconds: float) -> bool:
        retries.inc(reason)
        time.sleep(seconds)
        return True


def known_outage() -> BaseException | None:
    """With which error the server was found away a moment ago, by whichever thread; None where it was not."""
    return _Outage.error if time.monotonic() - _Outage.at < FRESH_SECONDS else None


def is_away(error: BaseException) -> bool:
    """Whether the database server could not be asked at all: it is down, restarts, refuses, or our connection was ended."""
    state = sqlstate_of(error)
    if state is None:
        # What the driver says itself, without the server. SQLite's errors have no state either and are no PostgreSQL's.
        return isinstance(error, (OperationalError, InterfaceError)) and hasattr(error.__cause__, "sqlstate")
    return state in _AWAY or (state[:2] in _AWAY_CLASSES and state != _QUERY_CANCELED)


def sqlstate_of(error: BaseException) -> str | None:
    """PostgreSQL's code of an error that Django has wrapped; None where the server did not speak."""
    return getattr(error.__cause__, "sqlstate", None)
