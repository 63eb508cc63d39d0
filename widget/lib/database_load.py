"""How the door to the database is doing: what it counts for /metrics, and whether it is held up, for /readyz. Told by lib/database.py.

A write that hangs or fails says more than any probe: the probe may find the one moment in which the disk had room.
"""

import threading
import time
from collections.abc import Sequence
from typing import Protocol

from django.db import DatabaseError, IntegrityError

from widget.lib import metrics

# A failure is trouble for so long unless a write succeeds first; a write that takes longer than the second is held up.
FAILURE_SECONDS = 10.0
HELD_UP_SECONDS = 4.0
_FULL = "full"
_DAMAGE = ("malformed", "not a database")
_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 20]

waits = metrics.histogram("kanal_database_wait_seconds", "How long a call waited for a thread of the door, by kind.", _BOUNDS, ["kind"])
commits = metrics.histogram("kanal_database_commit_seconds", "How long a group of writes took from its begin to after its commit.", _BOUNDS, ["durable"])
groups = metrics.histogram("kanal_database_group_size", "How many writes shared one transaction.", [1, 2, 4, 8, 16, 32, 64])
failures = metrics.counter("kanal_database_failures_total", "Calls that failed in the database, by the kind of error.", ["error"])


class _Waited(Protocol):
    """A call at the door, as far as it matters here."""

    queued_at: float
    durable: bool
    error: BaseException | None


class Condition:
    """What the writers and readers of this process met last."""

    def __init__(self) -> None:
        self._writing: dict[int, float] = {}
        self._failed_at = 0.0
        self._failure = self._damage = ""

    def begin(self, group: Sequence[_Waited]) -> None:
        """A writer takes these calls in hand."""
        now = self._writing[threading.get_ident()] = time.monotonic()
        for call in group:
            waits.observe(now - call.queued_at, "write")
        groups.observe(len(group))

    def end(self, group: Sequence[_Waited]) -> None:
        """They are committed, or failed: each says how."""
        began = self._writing.pop(threading.get_ident())
        commits.observe(time.monotonic() - began, "yes" if any(call.durable for call in group) else "no")
        failed = [call.error for call in group if isinstance(call.error, DatabaseError) and not isinstance(call.error, IntegrityError)]
        for error in failed:
            failures.inc(type(error).__name__)
        if failed:
            self._failed_at, self._failure = time.monotonic(), str(failed[-1])
            self._judge(failed[-1])
        elif _FULL not in self._failure:
            # On a full disk a small write still finds its place between two large ones that do not.
            self._failure = ""

    def failed_reading(self, error: BaseException | None) -> None:
        if isinstance(error, DatabaseError):
            failures.inc(type(error).__name__)
            self._judge(error)

    def reopened(self) -> None:
        """Another file lies at the database's place now."""
        self._damage = self._failure = ""

    def _judge(self, error: BaseException) -> None:
        """Damage does not heal: it is trouble until the file is replaced."""
        if any(word in str(error) for word in _DAMAGE):
            self._damage = str(error)

    def trouble(self) -> str | None:
        now = time.monotonic()
        if self._damage:
            return f"The database is damaged ({self._damage}). Stop Kanal and restore the last backup."
        held_up = [now - since for since in list(self._writing.values()) if now - since > HELD_UP_SECONDS]
        if held_up:
            return f"A write has been held up for {max(held_up):.0f} s."
        if self._failure and now - self._failed_at < FAILURE_SECONDS:
            return f"The last write failed: {self._failure}."
        return None


condition = Condition()
