"""The door on PostgreSQL: it keeps so many connections and no more, and what a restarted server or a neighbour's lock breaks is done again."""

import asyncio
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from widget.lib import database
from widget.lib.database_patience import RECOVER_SECONDS, Patience
from widget.sites.models import Site

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    database.close()


def ask(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def ask_and_close(statement: str) -> list[tuple[object, ...]]:
    """On a thread of its own."""
    try:
        return ask(statement)
    finally:
        connection.close()


def own_pid() -> int:
    return int(str(ask("SELECT pg_backend_pid()")[0][0]))


def make_site(key: str) -> int:
    return Site.objects.create(key=key, name=key).pk


@pytest.mark.promise("R24")
async def test_connections_that_were_ended_are_made_anew_and_nothing_is_lost() -> None:
    await asyncio.gather(*(database.write(make_site, f"before-{n}") for n in range(4)), *(database.read(Site.objects.count) for _ in range(4)))
    # As long as it takes both kinds of threads to have been seen.
    doors = {pid for round in range(20) for pid in await asyncio.gather(database.write(own_pid), database.read(own_pid), database.write(own_pid))}
    ended = await asyncio.to_thread(ask_and_close, f"SELECT pg_terminate_backend(pid) {_OTHERS} AND pid IN ({', '.join(map(str, doors))})")
    assert len(ended) == len(doors) >= 2
    began = time.monotonic()
    await asyncio.gather(*(database.write(make_site, f"after-{n}") for n in range(20)), *(database.read(Site.objects.count) for _ in range(20)))
    assert time.monotonic() - began < 5
    assert await database.read(Site.objects.count) == 24


@pytest.mark.promise("R24")
async def test_a_connection_ended_in_the_middle_of_a_write_costs_one_more_run() -> None:
    runs = []

    def interrupted() -> int:
        made = make_site(f"run-{len(runs)}")
        runs.append(made)
        if len(runs) == 1:
            ask("SELECT pg_terminate_backend(pg_backend_pid())")
        return made

    assert await database.write(interrupted) == runs[1]
    assert await database.read(lambda: list(Site.objects.values_list("key", flat=True))) == ["run-1"]


@pytest.mark.promise("R25")
async def test_the_door_keeps_no_more_connections_than_it_has_threads() -> None:
    await asyncio.gather(*(database.write(make_site, f"s{n}") for n in range(100)), *(database.read(Site.objects.count) for _ in range(100)))
    # Seen from one connection more, and the test's own may be there.
    held = await asyncio.to_thread(ask_and_close, f"SELECT count(*) {_OTHERS} AND application_name = 'kanal'")
    assert int(str(held[0][0])) <= 2 * settings.DATABASE_THREADS + 1


async def test_writes_that_lock_the_same_rows_crosswise_are_both_done() -> None:
    """PostgreSQL ends one of them; it is run again."""
    first, second = await database.write(make_site, "a"), await database.write(make_site, "b")
    held: list[int] = []

    def rename(one: int, other: int, name: str) -> None:
        Site.objects.filter(pk=one).update(name=name)
        held.append(one)
        until = time.monotonic() + 1
        while len(set(held)) < 2 and time.monotonic() < until:
            ask("SELECT pg_sleep(0.01)")
        Site.objects.filter(pk=other).update(name=name)

    await asyncio.gather(database.write(rename, first, second, "x"), database.write(rename, second, first, "y"))
    assert len(held) == 3
    assert len(await database.read(lambda: set(Site.objects.values_list("name", flat=True)))) == 1


async def test_partial_saves_do_not_wait_for_the_disk_and_everything_else_does() -> None:
    def mode() -> object:
        return ask("SHOW synchronous_commit")[0][0]

    assert await database.write(mode, durable=False) == "off"
    assert await database.write(mode) == "on"


async def test_a_process_that_stands_still_loses_its_locks() -> None:
    assert await database.write(ask, "SHOW idle_in_transaction_session_timeout") == [("10s",)]


def test_a_server_that_stays_away_is_not_waited_for_by_each_call_in_turn() -> None:
    away = OperationalError("connection refused")
    away.__cause__ = psycopg.OperationalError("connection refused")
    now = time.monotonic()
    assert Patience(now).again(away) and Patience(now).hopeless() is None
    waited_its_time = Patience(now - RECOVER_SECONDS - 1)
    assert waited_its_time.hopeless() is away and not waited_its_time.again(away)


async def test_who_has_something_else_at_hand_does_not_wait_for_a_server_that_is_away() -> None:
    def refused() -> None:
        raise OperationalError("connection refused") from psycopg.OperationalError("connection refused")

    began, asked = time.monotonic(), list[str]()
    with pytest.raises(OperationalError):
        await database.read(refused, patient=False)
    # Nor is it asked again at once, behind those who wait for it.
    with pytest.raises(OperationalError):
        await database.read(asked.append, "now", patient=False)
    assert not asked and time.monotonic() - began < 1
    await database.read(asked.append, "in time")
    assert asked == ["in time"]


def test_a_full_disk_and_a_wrong_statement_are_not_waited_for() -> None:
    for cause in (psycopg.errors.DiskFull(), psycopg.errors.UndefinedTable(), psycopg.errors.QueryCanceled()):
        error = OperationalError("no")
        error.__cause__ = cause
        assert not Patience(time.monotonic()).again(error)
