"""Readings of sources from outside: start one, stop one, and the job that runs it in a child process.

Called by the pages and due.py (start, stop); `run` is the job `knowledge.run`, registered by wiring.py in the slow lane. However often child or server are
killed, the job begins anew and adds nothing twice; what was in use answers meanwhile.
"""

import logging
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from widget.jobs.child import End, Outcome, Step, run_child
from widget.jobs.tasks import enqueue, is_pending
from widget.knowledge.models import Run, Source
from widget.knowledge.reading.errors import ReadingError
from widget.knowledge.sources import attempt, generations
from widget.knowledge.sources.errors import GivenUpError, ReadingLostError, TooLongError, TooMuchMemoryError

log = logging.getLogger(__name__)
JOB = "knowledge.run"
CHILD = "widget.knowledge.sources.child"
# A website of 5,000 pages at one a second takes an hour and a half.
SECONDS = 3 * 3600.0
MEMORY_BYTES = 768 * 2**20
# A restart of the server costs an attempt of the job, a child that was lost one of the run.
JOB_ATTEMPTS = 50
MOST_LOST = 5


def start(source_id: int, asked: bool = True) -> int:
    """Has a source read soon; returns the run's id. One that waits or runs already is that run. Raises Source.DoesNotExist.

    `asked`: somebody wants it read, so that also what was taken back may be put into use; else its day has come.
    """
    Source.objects.only("pk").get(pk=source_id)
    if asked:
        generations.welcome(source_id)
    try:
        with transaction.atomic():
            run = Run.objects.create(source_id=source_id)
            enqueue(JOB, run.pk, key=str(run.pk))
            return run.pk
    except IntegrityError:
        return Run.objects.get(source=source_id, state__in=[Run.State.WAITING, Run.State.RUNNING]).pk


def stop(run_id: int) -> None:
    """Ends a run within a second or so; what was in use stays."""
    Run.objects.filter(pk=run_id, state=Run.State.WAITING).update(state=Run.State.STOPPED, stop_wanted=True, ended_at=timezone.now())
    running = Run.objects.filter(pk=run_id, state=Run.State.RUNNING)
    # One that no job runs belongs to a command; whether that still lives nobody knows, so it is over at once.
    running.update(stop_wanted=True, **({} if is_pending(JOB, str(run_id)) else {"state": Run.State.STOPPED, "ended_at": timezone.now()}))


def run(run_id: int, watch: Callable[[], None] = lambda: None) -> None:
    """The job. Raises ReadingLostError, to be run again. `watch` is called twice a second meanwhile."""

    def should_stop() -> bool:
        watch()
        return _is_over(run_id)

    # What an attempt that was lost had counted is not there any more.
    if Run.objects.filter(pk=run_id, state__in=[Run.State.WAITING, Run.State.RUNNING]).update(taken=0, skipped=0, visited=0, total=None):
        outcome = run_child(CHILD, [str(run_id)], SECONDS, MEMORY_BYTES, _heard, should_stop)
        _settle(run_id, outcome)
    source_id = Run.objects.filter(pk=run_id).values_list("source", flat=True).first()
    if source_id is not None:
        generations.clear(source_id)


def run_here(source_id: int, watch: Callable[[Run], None]) -> Run:
    """Reads a source now, without the jobs of a server: the reading that waits or runs already, or a new one."""
    generations.welcome(source_id)
    run_of = Run.objects.filter(source=source_id, state__in=[Run.State.WAITING, Run.State.RUNNING])
    begun = run_of.first() or Run.objects.create(source_id=source_id)
    for _attempt in range(MOST_LOST):
        try:
            run(begun.pk, lambda: watch(Run.objects.get(pk=begun.pk)))
            break
        except ReadingLostError:
            continue
    begun.refresh_from_db()
    return begun


def give_up_lost() -> int:
    """Runs whose job is gone: given up, or deleted by hand. Returns how many."""
    lost = [pk for pk in Run.objects.filter(state__in=[Run.State.WAITING, Run.State.RUNNING]).values_list("pk", flat=True) if not is_pending(JOB, str(pk))]
    for pk in lost:
        attempt.fail(pk, GivenUpError())
    return len(lost)


def _heard(step: Step) -> None:
    log.info("A source is read: %s", dict(step))


def _is_over(run_id: int) -> bool:
    """Also where somebody deleted the source."""
    return not Run.objects.filter(pk=run_id, stop_wanted=False).exists()


def _settle(run_id: int, outcome: Outcome) -> None:
    """The child ends its run by itself; what is left here are the ways in which it could not."""
    left = Run.objects.filter(pk=run_id, state__in=[Run.State.WAITING, Run.State.RUNNING]).first()
    if left is None:
        return
    if outcome.end is End.STOPPED or left.stop_wanted:
        Run.objects.filter(pk=run_id).update(state=Run.State.STOPPED, ended_at=timezone.now())
    elif outcome.end in _LIMITS:
        attempt.fail(run_id, _LIMITS[outcome.end]())
    elif outcome.end is End.ENDING:
        raise ReadingLostError("The server stopped.")
    else:
        _count_lost(left, outcome)


def _count_lost(left: Run, outcome: Outcome) -> None:
    log.error("The child process of run %s ended with code %s: %s", left.pk, outcome.code, outcome.output[-2_000:])
    Run.objects.filter(pk=left.pk).update(lost=F("lost") + 1)
    if left.lost + 1 < MOST_LOST:
        raise ReadingLostError(f"Code {outcome.code}.")
    attempt.fail(left.pk, GivenUpError())


_LIMITS: dict[End, type[ReadingError]] = {End.OVERTIME: TooLongError, End.OUT_OF_MEMORY: TooMuchMemoryError}
