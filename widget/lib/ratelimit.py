"""A token bucket per key in this process's memory. Asked by realtime/ before work is done for a visitor."""

import time
from collections import OrderedDict
from collections.abc import Callable

KEYS_KEPT = 50_000


class RateLimit:
    """`per_minute` events with the same key pass each minute, as many at once; `clock` gives seconds and only goes forward."""

    __slots__ = ("_buckets", "_capacity", "_clock", "_per_second")

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """0.0 when the event passes, else the seconds until the next one would."""
        now = self._clock()
        level, seen = self._buckets.pop(key, (self._capacity, now))
        level = min(self._capacity, level + (now - seen) * self._per_second)
        wait = 0.0 if level >= 1 else (1 - level) / self._per_second
        self._buckets[key] = (level if wait else level - 1, now)
        if len(self._buckets) > KEYS_KEPT:
            self._buckets.popitem(last=False)
        return wait
