"""Failed attempts: the pause grows, the cap holds, the last failure stays readable."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from widget.jobs import queue, retries, tasks
from widget.jobs.desk import run_ready
from widget.jobs.errors import JobError

pytestmark = pytest.mark.django_db


class BusyError(JobError):
    """The other side is busy."""

    retry_after = 120


class RefusedError(JobError):
    """The other side refuses."""

    retryable = False


def _failing(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def _hurry() -> None:
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))


def _pause(row: DBTaskResult) -> float:
    return (row.run_after - timezone.now()).total_seconds()


def test_a_failed_job_comes_back_later_with_its_failure_kept(register: Callable[..., None]) -> None:
    register("test.fail", _failing(OSError("no route")))
    tasks.enqueue("test.fail")
    run_ready()
    row = DBTaskResult.objects.get()
    assert row.status == "READY"
    assert "OSError: no route" in row.traceback
    assert row.exception_class_path == "builtins.OSError"
    assert 7 < _pause(row) <= 10


def test_after_the_last_attempt_it_stays_failed(register: Callable[..., None]) -> None:
    register("test.fail", _failing(OSError("no route")), attempts=3)
    tasks.enqueue("test.fail")
    for _ in range(5):
        _hurry()
        run_ready()
    row = DBTaskResult.objects.get()
    assert (row.status, len(row.worker_ids)) == ("FAILED", 3)
    assert "no route" in row.traceback


def test_a_success_after_a_failure_clears_it(register: Callable[..., None]) -> None:
    outcomes = iter([OSError("once"), None])

    def try_it() -> None:
        if error := next(outcomes):
            raise error

    register("test.flaky", try_it)
    tasks.enqueue("test.flaky")
    run_ready()
    _hurry()
    run_ready()
    row = DBTaskResult.objects.get()
    assert (row.status, row.traceback) == ("SUCCESSFUL", "")


def test_an_error_that_says_it_is_final_is_not_tried_again(register: Callable[..., None]) -> None:
    register("test.fail", _failing(RefusedError()))
    tasks.enqueue("test.fail")
    run_ready()
    assert DBTaskResult.objects.get().status == "FAILED"


def test_the_other_sides_own_pause_is_honoured(register: Callable[..., None]) -> None:
    register("test.fail", _failing(BusyError()))
    tasks.enqueue("test.fail")
    run_ready()
    assert 115 < _pause(DBTaskResult.objects.get()) <= 120


def test_a_job_that_exits_does_not_take_the_worker_along(register: Callable[..., None]) -> None:
    register("test.exit", _failing(SystemExit(1)))
    tasks.enqueue("test.exit")
    run_ready()
    assert DBTaskResult.objects.get().status == "READY"


def test_a_job_of_an_older_version_is_given_up_with_a_reason(register: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    register("test.gone", lambda: None)
    tasks.enqueue("test.gone")
    monkeypatch.delitem(tasks._jobs, "test.gone")
    run_ready()
    row = DBTaskResult.objects.get()
    assert row.status == "FAILED"
    assert "no job test.gone" in row.traceback


def test_the_pause_grows_to_an_hour_and_no_further() -> None:
    pauses = [retries.pause_after(attempt) for attempt in (1, 2, 3, 9)]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 3600


def test_a_late_word_of_an_earlier_attempt_changes_nothing(register: Callable[..., None]) -> None:
    register("test.note", lambda: None)
    tasks.enqueue("test.note")
    DBTaskResult.objects.get().claim("first")
    [first] = queue.running()
    assert queue.put_back(first, OSError(), 0)
    DBTaskResult.objects.get().claim("second")
    [second] = queue.running()
    assert not queue.finish(first)
    assert not queue.give_up(first, OSError())
    assert queue.finish(second)
