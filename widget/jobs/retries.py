"""What becomes of an attempt that failed: again after a growing pause, or given up with the last failure kept. Called by worker.py and reaper.py."""

import logging
import random

from widget.jobs import queue
from widget.jobs.queue import Held
from widget.jobs.tasks import Job

log = logging.getLogger(__name__)
FIRST_PAUSE_SECONDS = 10
PAUSE_GROWTH = 4
LONGEST_PAUSE_SECONDS = 3600


def pause_after(attempt: int) -> float:
    """10 s, 40 s, 160 s ... an hour, shortened by up to a fifth so that jobs that failed together do not come back together."""
    pause = min(FIRST_PAUSE_SECONDS * PAUSE_GROWTH ** (attempt - 1), LONGEST_PAUSE_SECONDS)
    return pause * random.uniform(0.8, 1.0)


def settle_failure(held: Held, job: Job | None, error: BaseException, pause: float | None = None) -> None:
    """`job` is None for a name this version does not know; `pause` overrules the back-off, as does the error's own `retry_after`."""
    retryable = job is not None and getattr(error, "retryable", True) and held.attempt < job.attempts
    if not retryable:
        log.error("Job %s failed for good at attempt %d: %s", held.name, held.attempt, _said(error))
        queue.give_up(held, error)
        return
    seconds = _pause(held, error) if pause is None else pause
    log.warning("Job %s failed at attempt %d, again in %.0f s: %s", held.name, held.attempt, seconds, _said(error))
    queue.put_back(held, error, seconds)


def _pause(held: Held, error: BaseException) -> float:
    asked = getattr(error, "retry_after", None)
    return pause_after(held.attempt) if asked is None else min(max(float(asked), 1), LONGEST_PAUSE_SECONDS)


def _said(error: BaseException) -> str:
    return str(error) or error.__doc__ or type(error).__name__
