"""What this process takes from the machine, for /metrics: memory, files, threads, processor time, and how late its event loop is.

Started by wiring.py through the lifecycle. Read from /proc; where there is none, what the standard library knows.
"""

import asyncio
import os
import resource
import threading
import time
from pathlib import Path

from widget.lib import metrics

TICK_SECONDS = 0.5
_PAGE_BYTES = resource.getpagesize()
_began = time.time()


def _memory() -> float:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        # The peak, and in kilobytes: the best that every system tells.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _open_files() -> float:
    try:
        return len(os.listdir("/proc/self/fd")) - 1
    except OSError:
        return float("nan")


memory = metrics.gauge("process_resident_memory_bytes", "Memory of this process.", _memory)
open_files = metrics.gauge("process_open_fds", "Open files and sockets.", _open_files)
most_files = metrics.gauge("process_max_fds", "How many it may open.", lambda: resource.getrlimit(resource.RLIMIT_NOFILE)[0])
processor = metrics.gauge("process_cpu_seconds_total", "Processor time used.", time.process_time)
began = metrics.gauge("process_start_time_seconds", "When it began, in seconds since 1970.", lambda: _began)
threads = metrics.gauge("kanal_threads", "Threads of this process.", threading.active_count)
lag = metrics.histogram(
    "kanal_event_loop_lag_seconds", f"How late the event loop was, looked at every {TICK_SECONDS} s.", [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]
)


class LagWatch:
    """One per process; a timer rather than a task, since it does nothing but look at the clock."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._arm(loop)

    async def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + TICK_SECONDS
        self._timer = loop.call_at(due, self._tick, loop, due)

    def _tick(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        lag.observe(max(loop.time() - due, 0.0))
        self._arm(loop)


lag_watch = LagWatch()
