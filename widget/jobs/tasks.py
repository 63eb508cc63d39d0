"""The table of jobs and the way to enqueue one. Every floor calls `enqueue`; wiring.py fills the table; worker.py runs what is due.

All jobs go through one generic task, so a name stands in the database, never the path of a function. A job may run more than once
(at least once): it takes ids, looks at the present state and is idempotent.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from widget.jobs import queue
from widget.jobs.errors import DuplicateJobError, UnknownJobError


@dataclass(frozen=True)
class Job:
    """What is known about a job by its name. `attempts` is the cap, `seconds` the time one attempt may take, `lane` whom it may keep waiting."""

    name: str
    run: Callable[..., object]
    attempts: int
    seconds: float
    lane: str = queue.QUICK


_jobs: dict[str, Job] = {}
# Ring in the worker of this process when a job was committed here; other processes find it by their poll.
bells: Mapping[str, threading.Event] = {lane: threading.Event() for lane in queue.LANES}


def register(name: str, run: Callable[..., object], attempts: int = 5, seconds: float = 60, lane: str = queue.QUICK) -> None:
    known = _jobs.get(name)
    if known is not None and known.run is not run:
        raise DuplicateJobError(f"The job {name} is registered twice.")
    _jobs[name] = Job(name, run, attempts, seconds, lane)


def job_named(name: str) -> Job:
    try:
        return _jobs[name]
    except KeyError:
        raise UnknownJobError(f"There is no job {name} in this version.") from None


def enqueue(name: str, *args: int | str, key: str = "", delay_seconds: float = 0) -> None:
    """Stores a job; inside a transaction it exists when that commits. With a `key`, one job of this name and key is stored for as long as
    its row is kept (two weeks after its end); further calls do nothing. Raises UnknownJobError at once for a name nobody registered.
    """
    lane = job_named(name).lane
    job_id = _id_of(name, key) if key else uuid4()
    queue.insert(job_id, name, args, timezone.now() + timedelta(seconds=delay_seconds), lane)
    transaction.on_commit(bells[lane].set, robust=True)


def ring() -> None:
    """For jobs of any lane that became ready in another way than by `enqueue`."""
    for bell in bells.values():
        bell.set()


def is_pending(name: str, key: str) -> bool:
    """Whether the job of this name and key waits or runs."""
    return queue.is_pending(_id_of(name, key))


def _id_of(name: str, key: str) -> UUID:
    return uuid5(NAMESPACE_OID, f"{name}\n{key}")


@task()  # type: ignore[untyped-decorator]
def run_job(name: str, *args: int | str) -> None:
    """The one task of all jobs (queue.TASK_PATH). Our worker takes the job by its name; this body serves any other runner of django-tasks."""
    job_named(name).run(*args)
