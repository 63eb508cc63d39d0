"""Daily jobs: once a day, caught up once, never twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
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
