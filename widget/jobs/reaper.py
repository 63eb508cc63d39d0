"""Gives back what nobody works on any more: jobs of a dead worker, and jobs over their time limit. Run by worker.py's second thread.

Death is told by a beat that stays unchanged on the observer's own monotonic clock, so a wall clock that jumps kills nobody.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from widget.jobs import queue, retries
from widget.jobs.errors import JobError, OvertimeError, UnknownJobError, WorkerLostError
from widget.jobs.models import WorkerBeat
from widget.jobs.queue import Held
from widget.jobs.tasks import Job, job_named

DEAD_AFTER_SECONDS = 20.0


@dataclass
class _Seen:
    since: float
    beat: int
    beat_since: float


class Reaper:
    """What this process has seen of running jobs. `dead_after`: seconds without a change of the holder's beat."""

    def __init__(self, dead_after: float = DEAD_AFTER_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._dead_after = dead_after
        self._clock = clock
        self._seen: dict[tuple[UUID, int], _Seen] = {}

    def sweep(self) -> int:
        """Looks at every running job once; returns how many were given back."""
        running = queue.running()
        beats = dict(WorkerBeat.objects.filter(pk__in=[held.holder for held in running]).values_list("pk", "beat")) if running else {}
        now = self._clock()
        self._seen = {(held.id, held.attempt): self._look(held, beats.get(held.holder, 0), now) for held in running}
        return sum(self._judge(held, self._seen[held.id, held.attempt], now) for held in running)

    def _look(self, held: Held, beat: int, now: float) -> _Seen:
        seen = self._seen.get((held.id, held.attempt))
        if seen is None:
            return _Seen(now, beat, now)
        if seen.beat != beat:
            seen.beat, seen.beat_since = beat, now
        return seen

    def _judge(self, held: Held, seen: _Seen, now: float) -> bool:
        job = _job(held)
        if now - seen.beat_since >= self._dead_after:
            error: JobError = WorkerLostError("The process that ran this job ended in the middle of it.")
        elif job is not None and now - seen.since >= job.seconds:
            error = OvertimeError(f"The job ran longer than {job.seconds:.0f} seconds.")
        else:
            return False
        retries.settle_failure(held, job, error, pause=0)
        return True


def reap_all() -> int:
    """Gives back every running job at once. Only for a caller who knows that no other worker lives."""
    running = queue.running()
    for held in running:
        retries.settle_failure(held, _job(held), WorkerLostError("The process that ran this job ended in the middle of it."), pause=0)
    return len(running)


def beat(worker_id: str) -> None:
    if not WorkerBeat.objects.filter(pk=worker_id).update(beat=F("beat") + 1):
        WorkerBeat.objects.bulk_create([WorkerBeat(worker_id=worker_id, beat=1)], ignore_conflicts=True)


def _job(held: Held) -> Job | None:
    try:
        return job_named(held.name)
    except UnknownJobError:
        return None
