"""Where a job is done: claims a ready row, runs the function of its name, settles the outcome. Used by worker.py's thread, and through
`run_ready` by commands and tests. This is the door of every job: what it raises is logged here and goes no further.
"""

import logging
import os
import secrets
import socket
import time
from dataclasses import dataclass

from widget.jobs import queue, retries
from widget.jobs.errors import UnknownJobError
from widget.jobs.queue import Held
from widget.jobs.tasks import Job, job_named
from widget.lib import metrics

log = logging.getLogger(__name__)
done = metrics.counter("kanal_jobs_total", "Attempts at background jobs in this process, by job and outcome.", ["job", "outcome"])


@dataclass(frozen=True)
class Current:
    """The attempt in hand. `since` is monotonic time."""

    held: Held
    job: Job
    since: float

    def overdue(self, now: float) -> bool:
        return now - self.since >= self.job.seconds


class Desk:
    """One worker id, one lane, one job at a time. Another thread may read `current` and may switch `open` off."""

    def __init__(self, lane: str = queue.QUICK) -> None:
        self.lane = lane
        self.worker_id = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(6)}"
        self.current: Current | None = None
        self.open = True

    def work(self) -> None:
        """One job after another until none is ready or the desk is closed."""
        while self.open and (held := queue.claim(self.worker_id, self.lane)):
            self._attempt(held)

    def _attempt(self, held: Held) -> None:
        try:
            job = job_named(held.name)
        except UnknownJobError as error:
            retries.settle_failure(held, None, error)
            return
        self.current = Current(held, job, time.monotonic())
        try:
            job.run(*held.args)
        except (Exception, SystemExit) as error:
            log.debug("Job %s raised", held.name, exc_info=True)
            done.inc(held.name, "failed")
            retries.settle_failure(held, job, error)
        else:
            done.inc(held.name, "done")
            queue.finish(held)
        finally:
            self.current = None


def run_ready() -> None:
    """Runs everything that is ready, in this thread, one lane after the other."""
    for lane in queue.LANES:
        Desk(lane).work()
