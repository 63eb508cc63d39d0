"""Rows of background work are not kept for ever."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from widget.jobs import pruning, reaper, tasks
from widget.jobs.models import WorkerBeat

pytestmark = pytest.mark.django_db


def test_finished_jobs_go_after_two_weeks_and_failed_ones_after_two_months(register: Callable[..., None]) -> None:
    register("test.note", lambda *_: None)
    for number, (status, days) in enumerate([("SUCCESSFUL", 15), ("SUCCESSFUL", 13), ("FAILED", 15), ("FAILED", 61), ("READY", 90)]):
        tasks.enqueue("test.note", number, key=str(number))
        row = DBTaskResult.objects.get(args_kwargs__args=["test.note", number])
        DBTaskResult.objects.filter(pk=row.pk).update(status=status, finished_at=timezone.now() - timedelta(days=days))
    assert pruning.forget_finished() == 2
    assert sorted(row.args_kwargs["args"][1] for row in DBTaskResult.objects.all()) == [1, 2, 4]


def test_beats_of_workers_long_gone_are_forgotten() -> None:
    reaper.beat("old")
    reaper.beat("new")
    WorkerBeat.objects.filter(pk="old").update(started_at=timezone.now() - timedelta(days=20))
    pruning.forget_finished()
    assert list(WorkerBeat.objects.values_list("pk", flat=True)) == ["new"]
