"""How quiet the machine was while we measured: told beside every result, because nobody can compare numbers without it. Used by __main__.py."""

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Moment:
    """Counters of the kernel since the start of the machine, in seconds of one core; `stalled`: some task waited for a CPU."""

    at: float
    busy: float
    stolen: float
    stalled: float
    ours: float


def look() -> Moment:
    fields = [int(number) / TICKS for number in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    user, nice, system, _idle, _wait, interrupts, soft, stolen = fields
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ours = sum(one.ru_utime + one.ru_stime for one in used)
    return Moment(time.monotonic(), user + nice + system + interrupts + soft, stolen, _stalled(), ours)


def _stalled() -> float:
    try:
        return int(Path("/proc/pressure/cpu").read_text().split("total=")[1].split()[0]) / 1e6
    except (OSError, IndexError, ValueError):
        return 0.0


def describe(before: Moment, after: Moment) -> dict[str, float]:
    """Shares of the time between; to be asked when our processes have ended, since only then their CPU time is known."""
    seconds = after.at - before.at
    cores = os.cpu_count() or 1
    others = max(0.0, after.busy - before.busy - (after.ours - before.ours))
    return {
        "minutes": seconds / 60,
        "cores": cores,
        "load_average": os.getloadavg()[1],
        "busy": (after.busy - before.busy) / seconds / cores,
        "used_by_others": others / seconds / cores,
        "stolen": (after.stolen - before.stolen) / seconds / cores,
        "a_task_waited_for_a_cpu": (after.stalled - before.stalled) / seconds,
    }


def commit_milliseconds(folder: Path) -> float:
    """The median time in which this disk makes a few kilobytes safe: the floor of every stored message."""
    times = []
    with open(folder / "fsync-probe", "wb", buffering=0) as file:
        for _ in range(60):
            began = time.perf_counter()
            file.write(b"x" * 8192)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    (folder / "fsync-probe").unlink()
    return sorted(times)[len(times) // 2] * 1000
