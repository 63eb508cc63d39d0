"""Long changes in small transactions, of a few milliseconds each, and as long a rest after it, so that a visitor's message is never held up by an import.

Used by knowledge/ and sites/removing.py in child processes, commands and jobs; a slice grows and shrinks with what the last one took.
"""

import time
from collections.abc import Callable

from django.db import transaction

# What one transaction is to take: a visitor's commit beside it waits for its end, and some take longer than the one before.
# With 20 ms the p99 of visitors' commits was four times as long as with nothing beside, with 4 ms it is less than twice; reading is as quick.
AIM_SECONDS = 0.004
FIRST, FEWEST, MOST = 50, 5, 2_000


class Pace:
    """How much goes into the next transaction. `rest` is for whoever has nothing to prepare meanwhile."""

    def __init__(self, first: int = FIRST, most: int = MOST, sleep: Callable[[float], None] = time.sleep) -> None:
        self.size = first
        self._most = most
        self.longest = 0.0
        self._took = 0.0
        self._ended = time.monotonic()
        self._sleep = sleep

    def run(self, step: Callable[[], int]) -> int:
        """One transaction, after the rest that the last one asks for. Returns what `step` returns: how much it did."""
        self.rest()
        with transaction.atomic():
            # On SQLite the transaction begins by taking the lock: waiting for others is not ours.
            began = time.monotonic()
            done = step()
        self._ended = time.monotonic()
        self._took = self._ended - began
        self.longest = max(self.longest, self._took)
        if done:
            wanted = int(self.size * AIM_SECONDS / max(self._took, 0.001))
            self.size = min(max(wanted, self.size // 4, FEWEST), self.size * 2, self._most)
        return done

    def rest(self) -> None:
        """As long as the last transaction took, less what has passed since."""
        left = self._ended + self._took - time.monotonic()
        if left > 0:
            self._sleep(left)


def in_slices(step: Callable[[int], int], first: int = FIRST, most: int = MOST) -> int:
    """`step(limit)` in one transaction after the other until it does nothing more; returns how much was done."""
    pace, total = Pace(first, most), 0
    while done := pace.run(lambda: step(pace.size)):
        total += done
    return total
