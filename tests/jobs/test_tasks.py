"""Enqueueing: what is stored, when it exists, and that a key is taken once."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from widget.jobs import tasks
from widget.jobs.desk import run_ready
from widget.jobs.errors import DuplicateJobError, UnknownJobError

pytestmark = pytest.mark.django_db


def test_a_job_runs_with_its_arguments(register: Callable[..., None]) -> None:
    ran: list[object] = []
    register("test.note", lambda *args: ran.append(args))
    tasks.enqueue("test.note", 7, "seven")
    run_ready()
    assert ran == [(7, "seven")]
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_the_same_key_is_enqueued_once_even_after_it_ran(register: Callable[..., None]) -> None:
    ran: list[int] = []
    register("test.note", ran.append)
    for _ in range(3):
        tasks.enqueue("test.note", 1, key="once")
        run_ready()
    tasks.enqueue("test.note", 2, key="another")
    run_ready()
    assert ran == [1, 2]


def test_one_key_may_serve_two_names(register: Callable[..., None]) -> None:
    register("test.one", lambda: None)
    register("test.two", lambda: None)
    tasks.enqueue("test.one", key="same")
    tasks.enqueue("test.two", key="same")
    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_transaction_that_failed_never_existed(register: Callable[..., None]) -> None:
    register("test.note", lambda: None)
    tasks.bells["default"].clear()
    with pytest.raises(RuntimeError), transaction.atomic():
        tasks.enqueue("test.note")
        raise RuntimeError
    assert not DBTaskResult.objects.exists()
    assert not tasks.bells["default"].is_set()


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_at_the_commit_and_not_before(register: Callable[..., None]) -> None:
    register("test.note", lambda: None)
    tasks.bells["default"].clear()
    with transaction.atomic():
        tasks.enqueue("test.note")
        assert not tasks.bells["default"].is_set()
    assert tasks.bells["default"].is_set()


def test_a_taken_key_does_not_break_the_callers_transaction(register: Callable[..., None]) -> None:
    register("test.note", lambda: None)
    with transaction.atomic():
        tasks.enqueue("test.note", key="once")
        tasks.enqueue("test.note", key="once")
        assert DBTaskResult.objects.count() == 1


def test_a_delayed_job_waits_for_its_time(register: Callable[..., None]) -> None:
    ran: list[int] = []
    register("test.note", ran.append)
    tasks.enqueue("test.note", 1, delay_seconds=60)
    run_ready()
    assert ran == []


def test_a_name_nobody_registered_is_refused_at_once(register: Callable[..., None]) -> None:
    with pytest.raises(UnknownJobError):
        tasks.enqueue("test.nothing")


def test_two_functions_cannot_share_a_name(register: Callable[..., None]) -> None:
    register("test.note", lambda: None)
    with pytest.raises(DuplicateJobError):
        register("test.note", lambda: None)
