"""The only file that knows the insides of django-tasks-db: the table its backend stores tasks in.

Called by tasks.py (insert), desk.py (claim, finish), retries.py and reaper.py (settling), ops/ (backlog). A row stands for one job through all its
attempts: `worker_ids` holds one id per attempt, so its length is the number of the attempt and the whole list is the fence: who settles a
row must name the list it claimed, and a late word of an earlier attempt changes nothing. Their worker is not used: it cannot retry, writes
its result even when somebody else holds the row by now, and takes the write lock at each poll.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from traceback import format_exception
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

READY, RUNNING, SUCCESSFUL, FAILED = "READY", "RUNNING", "SUCCESSFUL", "FAILED"
TRACEBACK_CHARACTERS = 20_000
# Two lanes, each with a thread of its own, so that whoever waits for an alert never waits behind a website that is being read.
QUICK, SLOW = "default", "slow"
LANES = (QUICK, SLOW)
# The one generic task, by the path django-tasks finds it at.
TASK_PATH = "widget.jobs.tasks.run_job"


@dataclass(frozen=True)
class Held:
    """One attempt at one job. `holders` are the worker ids of all attempts so far, this one's last."""

    id: UUID
    name: str
    args: tuple[int | str, ...]
    holders: tuple[str, ...]

    @property
    def attempt(self) -> int:
        return len(self.holders)

    @property
    def holder(self) -> str:
        return self.holders[-1] if self.holders else ""


def insert(job_id: UUID, name: str, args: tuple[int | str, ...], run_after: datetime, lane: str = QUICK) -> None:
    """Stores a job; one that has this id already stays as it is. One statement, safe inside any transaction."""
    row = DBTaskResult(
        id=job_id,
        args_kwargs={"args": [name, *args], "kwargs": {}},
        task_path=TASK_PATH,
        run_after=run_after,
        queue_name=lane,
        backend_name="default",
    )
    DBTaskResult.objects.bulk_create([row], ignore_conflicts=True)


@dataclass(frozen=True)
class Backlog:
    """How many jobs wait (due only), run and were given up, and how long the oldest that is due has waited, in seconds.

    In the slow lane one waits for the other by intention: those do not count as waiting.
    """

    ready: int
    running: int
    failed: int
    lag: float


def backlog() -> Backlog:
    ours = DBTaskResult.objects.filter(task_path=TASK_PATH).order_by()
    due = ours.filter(status=READY, queue_name=QUICK, run_after__lte=timezone.now()).aggregate(count=Count("id"), oldest=Min("run_after"))
    lag = (timezone.now() - due["oldest"]).total_seconds() if due["oldest"] else 0.0
    return Backlog(due["count"], ours.filter(status=RUNNING).count(), ours.filter(status=FAILED).count(), lag)


def any_ready(lane: str = QUICK) -> bool:
    """A read only, so that an idle worker never takes the write lock."""
    return DBTaskResult.objects.ready().filter(task_path=TASK_PATH, queue_name=lane).exists()


def is_pending(job_id: UUID) -> bool:
    """Whether a job waits or runs."""
    return DBTaskResult.objects.filter(pk=job_id, status__in=[READY, RUNNING]).exists()


def claim(worker_id: str, lane: str = QUICK) -> Held | None:
    """Takes the next ready job. On PostgreSQL rows that another worker is taking are passed over; SQLite has one writer at a time."""
    with transaction.atomic():
        row = DBTaskResult.objects.ready().filter(task_path=TASK_PATH, queue_name=lane).get_locked()
        if row is None:
            return None
        row.claim(worker_id)
    return _held(row)


def running() -> list[Held]:
    return [_held(row) for row in DBTaskResult.objects.running().filter(task_path=TASK_PATH)]


def finish(held: Held) -> bool:
    """True if the row was still this attempt's."""
    return _settle(held, status=SUCCESSFUL, finished_at=timezone.now(), exception_class_path="", traceback="")


def put_back(held: Held, error: BaseException, delay_seconds: float) -> bool:
    """Ready again after a while; the failure stays readable in the row until an attempt succeeds."""
    return _settle(held, status=READY, run_after=timezone.now() + timedelta(seconds=delay_seconds), **_failure(error))


def give_up(held: Held, error: BaseException) -> bool:
    return _settle(held, status=FAILED, finished_at=timezone.now(), **_failure(error))


def run_again(job_id: UUID) -> bool:
    """A job that was given up begins anew, with all its attempts."""
    given_up = DBTaskResult.objects.failed().filter(pk=job_id)
    return given_up.update(status=READY, worker_ids=[], run_after=timezone.now(), finished_at=None) == 1


def prune(done_before: datetime, failed_before: datetime) -> int:
    """Forgets finished jobs, and with them their keys. Returns how many."""
    done = DBTaskResult.objects.successful().filter(finished_at__lt=done_before)
    failed = DBTaskResult.objects.failed().filter(finished_at__lt=failed_before)
    return sum(rows.delete()[0] for rows in (done, failed))


def _held(row: DBTaskResult) -> Held:
    name, *args = row.args_kwargs["args"]
    return Held(row.id, name, tuple(args), tuple(row.worker_ids))


def _settle(held: Held, **fields: Any) -> bool:
    return DBTaskResult.objects.filter(pk=held.id, status=RUNNING, worker_ids=list(held.holders)).update(**fields) == 1


def _failure(error: BaseException) -> dict[str, str]:
    path = f"{type(error).__module__}.{type(error).__qualname__}"
    return {"exception_class_path": path, "traceback": "".join(format_exception(error))[-TRACEBACK_CHARACTERS:]}
