"""Runs due jobs in threads of this process. Started and stopped by lib/lifecycle.py in the serving process, or by `manage.py db_worker`.

Three threads: one for each lane runs jobs, one keeps (beats while a job runs, reaps, looks at the daily schedule, replaces a thread whose job hangs).
Idle, the process costs two small reads a second and no write.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connections

from widget.jobs import child, queue, reaper, retries, schedule
from widget.jobs.desk import Current, Desk
from widget.jobs.errors import OvertimeError
from widget.jobs.outage import Outage
from widget.jobs.tasks import bells, ring
from widget.lib import lifecycle

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0
KEEP_SECONDS = 5.0
SCHEDULE_SECONDS = 60.0
# Jobs that hang keep their thread until the process ends; with this many of them something is wrong that more threads do not mend.
HUNG_THREADS = 3
# The keeper looks around every KEEP_SECONDS, or waits for a lock for 20 s at most.
SILENT_SECONDS = 60.0
# Short, since answers in mid-stream wait behind it when the server is told to stop.
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Seat:
    """A desk and the thread that sits at it."""

    desk: Desk
    thread: threading.Thread


class JobWorker:
    """The worker of one process. `sole`: no other worker uses this database, so whatever is running at the start belongs to the dead.

    `show`: done at every look around, on the keeper's connection: what the process tells the others of itself.
    """

    def __init__(
        self,
        poll: float = POLL_SECONDS,
        keep: float = KEEP_SECONDS,
        dead_after: float = reaper.DEAD_AFTER_SECONDS,
        sole: bool = False,
        show: Callable[[], object] | None = None,
    ) -> None:
        self._poll = poll
        self._keep = keep
        self._sole = sole
        self._show = show
        self._outage = Outage()
        self._reaper = reaper.Reaper(dead_after)
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._guard, args=(self._keep_house,), name="jobs-keeper", daemon=True)
        self._seats = [self._seat(lane) for lane in queue.LANES]
        self._hung: list[threading.Thread] = []
        self._schedule_at = 0.0
        self._looked_at = time.monotonic()

    def trouble(self) -> str | None:
        """One sentence when nothing goes on here any more."""
        silent = time.monotonic() - self._looked_at
        if silent > SILENT_SECONDS:
            return f"The worker of background jobs has not looked around for {silent:.0f} s."
        if sum(thread.is_alive() for thread in self._hung) >= HUNG_THREADS:
            return f"{HUNG_THREADS} background jobs hang; restart Kanal to go on with the others."
        return None

    def start(self) -> None:
        self._keeper.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Lets the job in hand finish for so long; one that does not is given back for the next start."""
        until = time.monotonic() + seconds
        self._ending.set()
        self._close_desks()
        child.end_all()
        self._keeper.join(seconds)
        # The keeper may have changed the desks just before it ended.
        self._close_desks()
        for seat in self._seats:
            if seat.thread.ident is not None:
                seat.thread.join(max(until - time.monotonic(), 0.1))
            self._give_back(seat.desk.current)

    def _close_desks(self) -> None:
        for seat in self._seats:
            seat.desk.open = False
            bells[seat.desk.lane].set()

    def _give_back(self, current: Current | None) -> None:
        if current is not None:
            error = OvertimeError("The server stopped before this job was done.")
            self._safely(lambda: retries.settle_failure(current.held, current.job, error, pause=0))

    # -- the thread that works -----------------------------------------------------------------------------------

    def _seat(self, lane: str) -> Seat:
        desk = Desk(lane)
        return Seat(desk, threading.Thread(target=self._guard, args=(lambda: self._work(desk),), name=f"jobs-{lane}", daemon=True))

    def _work(self, desk: Desk) -> None:
        bell = bells[desk.lane]
        while desk.open:
            bell.wait(self._poll)
            bell.clear()
            if self._safely(lambda: queue.any_ready(desk.lane)):
                self._safely(desk.work)

    # -- the thread that keeps -----------------------------------------------------------------------------------

    def _keep_house(self) -> None:
        if self._sole:
            self._safely(reaper.reap_all)
        for seat in self._seats:
            bells[seat.desk.lane].set()
            seat.thread.start()
        while True:
            self._safely(self._tidy)
            if self._ending.wait(self._keep):
                return

    def _tidy(self) -> None:
        now = self._looked_at = time.monotonic()
        if self._show is not None:
            self._show()
        for place, seat in enumerate(self._seats):
            current = seat.desk.current
            if current is not None and current.overdue(now):
                self._leave_seat(place, current)
            elif current is not None:
                reaper.beat(seat.desk.worker_id)
        if self._reaper.sweep():
            ring()
        if now >= self._schedule_at:
            self._schedule_at = now + SCHEDULE_SECONDS
            schedule.enqueue_due()

    def _leave_seat(self, place: int, current: Current) -> None:
        """The hanging thread ends by itself after its job, if ever: its desk is closed and its row is fenced."""
        self._hung = [thread for thread in self._hung if thread.is_alive()]
        if len(self._hung) >= HUNG_THREADS:
            log.error("%d jobs hang; no further job runs until one of them ends.", len(self._hung) + 1)
            return
        left = self._seats[place]
        self._hung.append(left.thread)
        left.desk.open = False
        retries.settle_failure(current.held, current.job, OvertimeError(f"The job ran longer than {current.job.seconds:.0f} seconds."), pause=0)
        self._seats[place] = self._seat(left.desk.lane)
        self._seats[place].thread.start()

    # -- both ----------------------------------------------------------------------------------------------------

    def _safely(self, step: Callable[[], object]) -> object:
        """A database that is away or locked must not end a thread: outage.py says it, and it is tried again after a pause."""
        try:
            done = step()
        except Exception as error:
            self._outage.met(error)
            connections.close_all()
            self._ending.wait(self._keep)
            return None
        self._outage.over()
        return done

    def _guard(self, loop: Callable[[], None]) -> None:
        try:
            loop()
        finally:
            connections.close_all()


_worker: JobWorker | None = None


async def start() -> None:
    """The start step of the serving process."""
    global _worker
    if settings.RUN_JOBS and _worker is None:
        _worker = JobWorker(sole=lifecycle.is_sole())
        _worker.start()


def trouble() -> str | None:
    """For the readiness check: None when this process's worker is well, or when jobs run elsewhere."""
    return None if _worker is None else _worker.trouble()


async def stop() -> None:
    """The drain step: waits for the job in hand without holding up the event loop."""
    global _worker
    worker, _worker = _worker, None
    if worker is not None:
        await asyncio.to_thread(_stop, worker)


def _stop(worker: JobWorker) -> None:
    try:
        worker.stop()
    finally:
        connections.close_all()
