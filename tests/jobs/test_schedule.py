"""Daily jobs: once a day, caught up once, never twice."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django_tasks_db.models import DBTaskResult

from widget.jobs import schedule

pytestmark = pytest.mark.django_db
# 02.00 in Jakarta, an hour before the job's time.
BEFORE = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nightly(register: Callable[..., None]) -> None:
    register("test.nightly", lambda: None)
    schedule.register_daily("test.nightly", 3)


def test_a_new_installation_begins_with_the_next_day() -> None:
    assert schedule.enqueue_due(BEFORE) == []
    assert schedule.enqueue_due(BEFORE) == []
    assert schedule.enqueue_due(BEFORE + timedelta(hours=1)) == ["test.nightly"]


def test_a_day_is_done_once_however_often_one_asks() -> None:
    schedule.enqueue_due(BEFORE)
    for hour in range(1, 24):
        schedule.enqueue_due(BEFORE + timedelta(hours=hour))
    assert DBTaskResult.objects.count() == 1


def test_several_missed_days_are_caught_up_once() -> None:
    schedule.enqueue_due(BEFORE)
    assert schedule.enqueue_due(BEFORE + timedelta(days=4)) == ["test.nightly"]
    assert schedule.enqueue_due(BEFORE + timedelta(days=4, minutes=1)) == []


def test_a_clock_that_goes_back_runs_nothing_again() -> None:
    schedule.enqueue_due(BEFORE + timedelta(days=2))
    assert schedule.enqueue_due(BEFORE + timedelta(days=1)) == []
    assert schedule.enqueue_due(BEFORE + timedelta(days=2)) == []


def test_an_hour_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="24"):
        schedule.register_daily("test.nightly", 24)


@pytest.mark.django_db(transaction=True)
def test_many_processes_that_ask_at_the_same_moment_enqueue_it_once() -> None:
    """Threads with connections of their own stand for the processes; the row decides, whatever the database."""
    schedule.enqueue_due(BEFORE)
    gate, won = threading.Barrier(8), list[str]()

    def ask() -> None:
        try:
            for day in range(1, 6):
                gate.wait(10)
                won.extend(schedule.enqueue_due(BEFORE + timedelta(days=day)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert won == ["test.nightly"] * 5 and DBTaskResult.objects.count() == 5
