"""Whether this process can do its work, as a table of checks: wiring.py and settings fill it, ops/health.py asks it for /readyz and /metrics.

A check is sync code that returns None when all is well, else one sentence for the operator. Checks run beside the event loop, each in a thread
of its own with a time limit; their answers are kept for a second, so nobody can hammer the database by asking.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

log = logging.getLogger(__name__)
Check = Callable[[], str | None]
KEPT_SECONDS = 1.0
TIME_LIMIT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check said. `trouble` is empty when all is well; without `essential` it makes the process degraded, not unready."""

    name: str
    trouble: str
    essential: bool


@dataclass(slots=True)
class _Entry:
    name: str
    check: Check
    essential: bool
    running: "_Run | None" = None


@dataclass(slots=True)
class _Run:
    """One asking of one check. A check that hangs is not asked again before it has ended."""

    done: threading.Event = field(default_factory=threading.Event)
    trouble: str = ""


_entries: dict[str, _Entry] = {}
_kept: tuple[float, tuple[Finding, ...]] | None = None
_asking: "asyncio.Task[tuple[Finding, ...]] | None" = None


def register(name: str, check: Check, essential: bool = True) -> None:
    """`check` returns None when all is well, else one sentence; without `essential` its trouble is told but Kanal still takes visitors."""
    _entries[name] = _Entry(name, check, essential)


def latest() -> tuple[Finding, ...]:
    """What was found last, however old: for the series that /metrics shows."""
    return _kept[1] if _kept is not None else ()


async def findings() -> tuple[Finding, ...]:
    """What every check says, at most KEPT_SECONDS old. Whoever asks meanwhile waits for the same answers."""
    global _asking
    if _kept is not None and time.monotonic() - _kept[0] < KEPT_SECONDS:
        return _kept[1]
    if _asking is None or _asking.done() or _asking.get_loop() is not asyncio.get_running_loop():
        _asking = asyncio.get_running_loop().create_task(_ask_all())
    return await asyncio.shield(_asking)


def forget() -> None:
    """The next question is asked anew; for tests."""
    global _kept, _asking
    _kept = _asking = None


async def _ask_all() -> tuple[Finding, ...]:
    global _kept
    found = await asyncio.to_thread(_ask_each)
    _kept = (time.monotonic(), found)
    return found


def _ask_each() -> tuple[Finding, ...]:
    """All at once and all within one time limit."""
    entries = list(_entries.values())
    until = time.monotonic() + TIME_LIMIT_SECONDS
    return tuple([Finding(entry.name, _await(run, until), entry.essential) for entry, run in [(entry, _begin(entry)) for entry in entries]])


def _begin(entry: _Entry) -> _Run:
    if entry.running is None or entry.running.done.is_set():
        run = entry.running = _Run()
        threading.Thread(target=_run, args=(entry, run), name=f"check-{entry.name}", daemon=True).start()
    return entry.running


def _run(entry: _Entry, run: _Run) -> None:
    try:
        run.trouble = entry.check() or ""
    except Exception:
        log.exception("The check %s could not be carried out", entry.name)
        run.trouble = "The check could not be carried out; the log says why."
    finally:
        run.done.set()


def _await(run: _Run, until: float) -> str:
    if run.done.wait(max(until - time.monotonic(), 0.0)):
        return run.trouble
    return f"No answer within {TIME_LIMIT_SECONDS:.0f} s."
