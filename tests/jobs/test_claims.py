"""Several workers on PostgreSQL: each job is claimed by one of them."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from widget.jobs import tasks
from widget.jobs.desk import run_ready

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_four_workers_run_each_of_a_hundred_jobs_once(register: Callable[..., None]) -> None:
    ran: list[int] = []
    hands: set[str] = set()

    def note(number: int) -> None:
        ran.append(number)
        hands.add(threading.current_thread().name)

    register("test.note", note)
    for number in range(100):
        tasks.enqueue("test.note", number)

    def work() -> None:
        try:
            run_ready()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(ran) == Counter(range(100))
    assert len(hands) > 1
