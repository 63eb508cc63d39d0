"""kill -9 in the middle of a job: another process does it again."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tests.waiting import eventually
from widget.jobs import tasks

SCRIPT = Path(__file__).parent / "mortal_worker.py"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def start_process() -> Iterator[Callable[[str], "subprocess.Popen[str]"]]:
    started: list[subprocess.Popen[str]] = []

    def start(mode: str) -> "subprocess.Popen[str]":
        command = [sys.executable, str(SCRIPT), str(connection.settings_dict["NAME"]), mode]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_a_job_whose_process_was_killed_runs_again(register: Callable[..., None], start_process: Callable[[str], "subprocess.Popen[str]"]) -> None:
    register("test.mortal", lambda: None)
    tasks.enqueue("test.mortal")
    first = start_process("hang")
    assert first.stdout is not None
    assert first.stdout.readline() == "begun\n"
    first.kill()
    first.wait()
    second = start_process("finish")
    assert second.stdout is not None
    assert second.stdout.readline() == "begun\n"
    eventually(lambda: DBTaskResult.objects.get().status == "SUCCESSFUL")
    assert len(DBTaskResult.objects.get().worker_ids) == 2
