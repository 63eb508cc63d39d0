"""What a dead or endless worker leaves behind comes back; what a living one holds does not."""

from collections.abc import Callable

import pytest
from django_tasks_db.models import DBTaskResult

from widget.jobs import reaper, tasks

pytestmark = pytest.mark.django_db


class Clock:
    """Monotonic time that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def held(register: Callable[..., None]) -> DBTaskResult:
    register("test.note", lambda: None, attempts=2, seconds=60)
    tasks.enqueue("test.note")
    row = DBTaskResult.objects.get()
    row.claim("other-1")
    return row


def test_a_worker_without_a_sign_of_life_loses_its_job(held: DBTaskResult, clock: Clock) -> None:
    watch = reaper.Reaper(20, clock)
    assert watch.sweep() == 0
    clock.now += 19
    assert watch.sweep() == 0
    clock.now += 1
    assert watch.sweep() == 1
    held.refresh_from_db()
    assert held.status == "READY"
    assert "WorkerLostError" in held.traceback


def test_a_worker_that_beats_keeps_its_job(held: DBTaskResult, clock: Clock) -> None:
    watch = reaper.Reaper(20, clock)
    for _ in range(5):
        watch.sweep()
        reaper.beat("other-1")
        clock.now += 11
    assert watch.sweep() == 0


def test_a_beating_worker_loses_a_job_over_its_time_limit(held: DBTaskResult, clock: Clock) -> None:
    watch = reaper.Reaper(20, clock)
    given_back = 0
    for _ in range(7):
        reaper.beat("other-1")
        given_back += watch.sweep()
        clock.now += 10
    assert given_back == 1
    held.refresh_from_db()
    assert "OvertimeError" in held.traceback


def test_a_job_that_kills_its_worker_each_time_is_given_up(held: DBTaskResult) -> None:
    assert reaper.reap_all() == 1
    held.refresh_from_db()
    held.claim("other-2")
    reaper.reap_all()
    held.refresh_from_db()
    assert held.status == "FAILED"


def test_a_second_attempt_is_watched_afresh(held: DBTaskResult, clock: Clock) -> None:
    watch = reaper.Reaper(20, clock)
    watch.sweep()
    clock.now += 20
    watch.sweep()
    held.refresh_from_db()
    held.claim("other-2")
    clock.now += 19
    assert watch.sweep() == 0
