"""`manage.py db_worker` while PostgreSQL is away, at the start and later: one sentence each time, and it goes on by itself."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.driver import Server
from tests.engines import Postgres, postgres_server
from tests.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.postgres]


@contextmanager
def worker_of(server: Server) -> Iterator[tuple["subprocess.Popen[str]", list[str]]]:
    """The running command and what it said so far."""
    command = [sys.executable, *server.program, "db_worker"]
    process = subprocess.Popen(command, env=server.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: list[str] = []
    assert process.stdout is not None
    listening = threading.Thread(target=said.extend, args=(process.stdout,), daemon=True)
    listening.start()
    try:
        yield process, said
    finally:
        process.kill()
        process.wait(10)
        listening.join(5)
        process.stdout.close()


def times(said: list[str], words: str) -> int:
    return sum(words in line for line in said)


def finished(cluster: Postgres) -> int:
    with psycopg.connect(cluster.url, autocommit=True) as database:
        found = database.execute(
            "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'SUCCESSFUL' AND args_kwargs::text LIKE '%jobs.prune%'"
        )
        return int(found.fetchall()[0][0])


def does_a_job(server: Server, cluster: Postgres) -> None:
    before = finished(cluster)
    server.python("from widget.jobs.tasks import enqueue; enqueue('jobs.prune')")
    eventually(lambda: finished(cluster) > before, 20)


@pytest.mark.promise("R24")
def test_a_database_that_is_away_is_one_sentence_and_waited_for(tmp_path: Path) -> None:
    with postgres_server() as cluster:
        server = Server(tmp_path, env={"DATABASE_URL": cluster.url})
        server.manage("migrate", "-v", "0")
        cluster.stop()
        with worker_of(server) as (process, said):
            eventually(lambda: times(said, "cannot be reached: Connection refused. Background jobs wait and go on by themselves") == 1, 20)
            cluster.start()
            eventually(lambda: times(said, "Running background jobs.") == 1, 20)
            does_a_job(server, cluster)
            for round, mode in enumerate(["fast", "immediate"], 1):
                cluster.stop(mode)
                eventually(lambda round=round: times(said, "Background jobs wait, because PostgreSQL cannot be reached") == round, 20)  # type: ignore[misc]
                # Long enough for both threads to have tried more than once.
                threading.Event().wait(6)
                cluster.start()
                does_a_job(server, cluster)
                eventually(lambda round=round: times(said, "PostgreSQL is back after") == round, 20)  # type: ignore[misc]
            cluster.stop()
            process.terminate()
            assert process.wait(20) == 0
        assert times(said, "Traceback") == 0
        assert len([line for line in said if "WARNING" in line or "ERROR" in line]) <= 6, said


def test_a_worker_that_waits_for_its_database_ends_when_told_to(tmp_path: Path) -> None:
    with worker_of(Server(tmp_path, env={"DATABASE_URL": "postgres://kanal:x@127.0.0.1:1/kanal"})) as (process, said):
        eventually(lambda: times(said, "cannot be reached") == 1, 20)
        process.terminate()
        assert process.wait(10) == 0
    assert times(said, "Traceback") == 0 and len(said) == 1, said


def test_a_database_without_our_tables_is_one_sentence_and_the_end(tmp_path: Path) -> None:
    with postgres_server() as cluster:
        server = Server(tmp_path, env={"DATABASE_URL": cluster.url})
        with pytest.raises(subprocess.CalledProcessError) as refused:
            server.manage("db_worker")
    assert "is not prepared for this version" in refused.value.stderr and "Traceback" not in refused.value.stderr
