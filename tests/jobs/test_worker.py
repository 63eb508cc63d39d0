"""The worker's threads: quick when a job is enqueued here, done when told to stop, not blocked by a job that hangs."""

import threading
import time
from collections.abc import Callable

import pytest
from django.core.management import get_commands
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from tests.waiting import eventually
from widget.jobs import queue, tasks, worker
from widget.jobs.models import WorkerBeat
from widget.jobs.worker import JobWorker

Start = Callable[..., JobWorker]


def _status() -> str:
    return DBTaskResult.objects.values_list("status", flat=True).get()


def test_a_job_enqueued_in_this_process_does_not_wait_for_the_poll(register: Callable[..., None], start_worker: Start) -> None:
    ran = threading.Event()
    register("test.note", ran.set)
    start_worker(poll=30)
    eventually(lambda: not tasks.bells["default"].is_set())
    tasks.enqueue("test.note")
    assert ran.wait(5)
    eventually(lambda: _status() == "SUCCESSFUL")


def test_a_job_of_another_process_is_found_by_the_poll(register: Callable[..., None], start_worker: Start) -> None:
    ran = threading.Event()
    register("test.note", ran.set)
    start_worker()
    tasks.enqueue("test.note")
    tasks.bells["default"].clear()
    assert ran.wait(5)


def test_stopping_lets_the_job_in_hand_finish(register: Callable[..., None], start_worker: Start) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        may_end.wait(5)

    register("test.wait", wait)
    running = start_worker()
    tasks.enqueue("test.wait")
    assert begun.wait(5)
    threading.Timer(0.1, may_end.set).start()
    running.stop(5)
    assert _status() == "SUCCESSFUL"


def test_a_job_that_outlasts_the_stop_is_given_back(register: Callable[..., None], start_worker: Start) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        may_end.wait(10)

    register("test.wait", wait)
    running = start_worker()
    tasks.enqueue("test.wait")
    assert begun.wait(5)
    running.stop(0.2)
    assert _status() == "READY"
    may_end.set()
    running.stop(5)
    assert _status() == "READY"


def test_a_job_that_hangs_neither_blocks_the_others_nor_overwrites_its_successor(register: Callable[..., None], start_worker: Start) -> None:
    may_end, others, hung = threading.Event(), threading.Event(), threading.Event()

    def hang_once() -> None:
        if not hung.is_set():
            hung.set()
            may_end.wait(10)
            raise OSError("late")

    register("test.hang", hang_once, seconds=0.2)
    register("test.note", others.set)
    start_worker()
    tasks.enqueue("test.hang", key="hang")
    assert hung.wait(5)
    tasks.enqueue("test.note")
    assert others.wait(5)
    eventually(lambda: not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists())
    may_end.set()
    eventually(lambda: not any(thread.name == "jobs-worker" and not thread.daemon for thread in threading.enumerate()))
    assert not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()


def test_a_worker_beats_while_it_runs_a_job_and_is_silent_when_idle(register: Callable[..., None], start_worker: Start) -> None:
    may_end = threading.Event()
    register("test.wait", lambda: may_end.wait(10))
    start_worker()
    tasks.enqueue("test.wait")
    eventually(lambda: WorkerBeat.objects.filter(beat__gt=2).exists())
    may_end.set()
    eventually(lambda: _status() == "SUCCESSFUL")


def test_what_a_dead_process_left_comes_back_at_once_for_a_worker_that_is_the_only_one(register: Callable[..., None], start_worker: Start) -> None:
    ran = threading.Event()
    register("test.note", ran.set)
    tasks.enqueue("test.note")
    DBTaskResult.objects.get().claim("dead")
    start_worker(sole=True)
    assert ran.wait(5)
    eventually(lambda: _status() == "SUCCESSFUL")


def test_two_workers_share_the_jobs_and_none_runs_twice(register: Callable[..., None], start_worker: Start) -> None:
    ran: list[int] = []
    register("test.note", ran.append)
    for number in range(30):
        tasks.enqueue("test.note", number)
    start_worker()
    start_worker()
    eventually(lambda: DBTaskResult.objects.filter(status="SUCCESSFUL").count() == 30)
    assert sorted(ran) == list(range(30))


def test_a_database_that_is_away_for_a_moment_only_delays(register: Callable[..., None], start_worker: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = threading.Event()
    register("test.note", ran.set)
    asked = threading.Event()

    def away(lane: str = "") -> bool:
        asked.set()
        raise OperationalError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(queue, "any_ready", away)
        start_worker()
        assert asked.wait(5)
    tasks.enqueue("test.note")
    assert ran.wait(5)


def test_an_idle_worker_costs_next_to_nothing(start_worker: Start) -> None:
    start_worker(poll=worker.POLL_SECONDS, keep=worker.KEEP_SECONDS)
    eventually(lambda: not tasks.bells["default"].is_set())
    before = time.process_time()
    threading.Event().wait(2.2)
    assert time.process_time() - before < 0.1


@pytest.mark.django_db(transaction=True)
async def test_the_lifecycle_steps_start_one_worker_and_end_it() -> None:
    await worker.start()
    await worker.start()
    assert sum(thread.name == "jobs-keeper" for thread in threading.enumerate()) == 1
    await worker.stop()
    assert not any(thread.name in ("jobs-keeper", "jobs-worker") for thread in threading.enumerate())


def test_db_worker_is_our_command() -> None:
    assert get_commands()["db_worker"] == "widget"


def test_a_job_of_the_slow_lane_keeps_no_other_waiting(register: Callable[..., None], start_worker: Start) -> None:
    may_end, begun, ran = threading.Event(), threading.Event(), threading.Event()

    def be_slow() -> None:
        begun.set()
        may_end.wait(10)

    register("test.slow", be_slow, lane=queue.SLOW)
    register("test.quick", ran.set)
    start_worker()
    tasks.enqueue("test.slow", key="one")
    assert begun.wait(5)
    tasks.enqueue("test.quick")
    assert ran.wait(5) and tasks.is_pending("test.slow", "one")
    may_end.set()
    eventually(lambda: not tasks.is_pending("test.slow", "one"))
