"""How long this process itself stood still: stopped by a signal, asleep with its laptop, frozen with its virtual machine, starved of CPU.

Started by wiring.py through the lifecycle. Asked by providers/failover.py, so that nobody else is blamed for the time we slept. The clock counts
a machine's sleep too, which Python's monotonic clock leaves out on Linux.
"""

import asyncio
import time

TICK_SECONDS = 0.5
# Lateness that a busy loop knows too; only what goes beyond counts as a standstill.
LATE_SECONDS = 1.0


def _clock() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Standstill:
    """One per process: `seconds` only grows. A timer of the loop alone, since a task would cost ten times as much."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        if self._timer is None:
            self._arm()

    async def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        self._due = _clock() + TICK_SECONDS
        self._timer = asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        late = _clock() - self._due
        if late > LATE_SECONDS:
            self.seconds += late
        self._arm()


standstill = Standstill()
