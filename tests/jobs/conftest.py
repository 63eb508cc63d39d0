"""Jobs that tests register for themselves, and a worker quick enough for tests."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from widget.jobs import schedule, tasks
from widget.jobs.worker import JobWorker


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`tasks.register`, undone after the test."""
    monkeypatch.setattr(tasks, "_jobs", dict(tasks._jobs))
    monkeypatch.setattr(schedule, "_daily", {})
    return tasks.register


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[..., JobWorker]]:
    started: list[JobWorker] = []

    def start(**options: float | bool) -> JobWorker:
        worker = JobWorker(**{"poll": 0.05, "keep": 0.05, **options})  # type: ignore[arg-type]
        worker.start()
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.stop(5)
    connection.close()
