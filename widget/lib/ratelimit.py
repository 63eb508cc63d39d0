"""Limits on how often something may happen: a token bucket per key. Asked by realtime/ before work is done for a visitor, and by request threads.

A limit with a name holds over all serving processes. Nobody asks Redis on the way: each process keeps its own picture of the bucket, spends from it
at once, and tells the others by the doorbell (at most every 100 ms) what it spent of keys that are in heavy use. Until that has come round it may
spend only its part of what is left, so together they cannot pass the limit. Two other ways were weighed: a round trip for each message costs every
visitor a fifth of a millisecond and hangs with a Redis that hangs; counters in Redis settled in the background need a second protocol and must
be read back. This one costs an ordinary visitor nothing at all, and when Redis dies each process simply keeps to its share (lib/peers.py).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from widget.lib.peers import Told, peers

KEYS_KEPT = 50_000
# From as far below nothing as other processes may have spent.
FULL_AFTER_SECONDS = 120.0
# When telling is all that has to be waited for.
TELL_SECONDS = 0.2
# A key is told about when this process spent so much of the limit that nobody else knows of.
TOLD_PARTS = 8


class RateLimit:
    """`per_minute` events with the same key pass each minute, as many at once; `clock` gives seconds and only goes forward.

    With a `name`, over all processes; each name stands for one limit. May be asked from any thread.
    """

    __slots__ = ("_buckets", "_capacity", "_clock", "_lock", "_name", "_telling", "_untold")

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic, name: str = "") -> None:
        self._capacity = float(per_minute)
        self._clock = clock
        self._name = name
        self._lock = threading.Lock()
        # Level, when it was so, and what was spent here that the others do not know of.
        self._buckets: OrderedDict[str, tuple[float, float, int]] = OrderedDict()
        self._untold: set[str] = set()
        self._telling: dict[str, int] = {}
        if name:
            peers.shared[name] = self

    def take(self, key: str) -> float:
        """0.0 when the event passes, else the seconds until the next one would."""
        with self._lock:
            now = self._clock()
            shared = bool(self._name) and peers.count > 1
            capacity = peers.share(self._capacity) if shared and not peers.together else self._capacity
            level, seen, untold = self._buckets.pop(key, (capacity, now, 0))
            level = min(capacity, level + (now - seen) * capacity / 60)
            wait = 0.0 if level >= 1 else (1 - level) * 60 / capacity
            if shared and peers.together and not wait and untold >= peers.share(level + untold):
                wait = TELL_SECONDS
            if not wait:
                level -= 1
                untold += shared
            if untold and (wait or untold * TOLD_PARTS >= peers.share(self._capacity)):
                self._untold.add(key)
            self._keep(key, (level, now, untold))
            return wait

    def _keep(self, key: str, bucket: tuple[float, float, int]) -> None:
        self._buckets[key] = bucket
        # The first are the longest untouched. After so long they are full again, and forgetting them changes nothing.
        for _ in range(2):
            if len(self._buckets) > KEYS_KEPT or bucket[1] - next(iter(self._buckets.values()))[1] > FULL_AFTER_SECONDS:
                self._buckets.popitem(last=False)

    # -- what the doorbell asks and brings (lib/peers.py) ---------------------------------------------------------------
    def to_tell(self) -> Told:
        with self._lock:
            told = [(key, self._buckets[key][2]) for key in self._untold if key not in self._telling and key in self._buckets]
            self._untold.intersection_update(self._telling)
            self._telling.update(told)
            return told

    def settled(self, told: Told) -> None:
        with self._lock:
            for key, spent in told:
                self._telling.pop(key, None)
                if key in self._buckets:
                    level, seen, untold = self._buckets[key]
                    self._buckets[key] = (level, seen, max(0, untold - spent))

    def lost(self) -> None:
        """Told again when the bell rings again: rather counted twice than not at all."""
        with self._lock:
            self._untold.update(self._telling)
            self._telling.clear()

    def heard(self, peer: str, told: Told) -> None:
        with self._lock:
            for key, spent in told:
                level, seen, untold = self._buckets.pop(key, (self._capacity, self._clock(), 0))
                self._keep(key, (max(level - spent, -self._capacity), seen, untold))

    def joined(self) -> None:
        return None

    def left(self, peer: str) -> None:
        """What it spent stays spent."""
