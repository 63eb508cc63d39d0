"""The door to the database: writes that wait share a transaction, and one that fails harms no neighbour."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection

from widget.lib import database, database_writers
from widget.sites.models import Site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    database.close()


def make_site(key: str) -> int:
    return Site.objects.create(key=key, name=key).pk


def refuse(key: str) -> None:
    make_site(key)
    raise ValueError(key)


async def test_a_write_is_committed_when_it_returns() -> None:
    pk = await database.write(make_site, "a")
    assert await database.read(lambda: Site.objects.get(key="a").pk) == pk


@pytest.mark.sqlite
async def test_writes_that_wait_together_share_one_transaction() -> None:
    released, seen = threading.Event(), []

    def hold() -> None:
        released.wait(5)

    def note() -> int:
        # Rows of this very transaction are visible to it before any commit, rows of another would not be.
        seen.append(Site.objects.count())
        return make_site(f"site-{len(seen)}")

    statements = 0

    def count_begin(execute: Any, sql: str, *arguments: Any) -> Any:
        nonlocal statements
        statements += sql.startswith("BEGIN")
        return execute(sql, *arguments)

    def watch() -> None:
        connection.execute_wrappers.append(count_begin)

    await database.write(watch)
    holder = asyncio.ensure_future(database.write(hold))
    waiting = [asyncio.ensure_future(database.write(note)) for _ in range(10)]
    await asyncio.sleep(0)
    released.set()
    await asyncio.gather(holder, *waiting)
    assert seen == list(range(10))
    assert statements <= 2


async def test_a_failing_write_is_rolled_back_and_its_neighbours_are_kept() -> None:
    results = await asyncio.gather(*(database.write(refuse if n == 5 else make_site, f"s{n}") for n in range(10)), return_exceptions=True)
    assert [isinstance(result, ValueError) for result in results] == [n == 5 for n in range(10)]
    assert await database.read(lambda: sorted(Site.objects.values_list("key", flat=True))) == [f"s{n}" for n in range(10) if n != 5]


async def test_a_lost_race_for_a_unique_row_is_run_again_and_sees_the_winner() -> None:
    runs: list[int] = []

    def find_or_make() -> int:
        runs.append(1)
        found = Site.objects.filter(key="one").first()
        if found is None and len(runs) == 1:
            # Somebody else makes it between our look and our insert.
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            Site.objects.bulk_create([Site(key="one", name="theirs"), Site(key="one", name="ours")])
        return found.pk if found else make_site("one")

    assert await database.write(find_or_make)
    assert len(runs) == 2


@pytest.mark.sqlite
async def test_durable_writes_wait_for_the_disk_and_partial_saves_do_not() -> None:
    def mode() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous")
            return int(cursor.fetchone()[0])

    assert await database.write(mode, durable=False) == 1
    assert await database.write(mode) == 2


@pytest.mark.sqlite
async def test_a_database_that_gives_no_transaction_fails_the_waiting_writes_and_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_writers, "LOCK_SECONDS", 0.1)
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(OperationalError):
            await database.write(make_site, "waits")
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert await database.write(make_site, "afterwards")


async def test_closing_finishes_what_waits_and_the_next_call_starts_anew() -> None:
    waiting = [asyncio.ensure_future(database.write(make_site, f"w{n}")) for n in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    await asyncio.gather(*waiting)
    assert await database.read(lambda: Site.objects.count()) == 20


@pytest.mark.sqlite
async def test_a_write_waits_for_another_process_in_small_steps() -> None:
    await database.write(make_site, "warm")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    free = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    free.start()
    started = time.monotonic()
    await database.write(make_site, "b")
    waited = time.monotonic() - started
    free.join()
    other.close()
    assert 0.2 < waited < 3
    assert await database.read(Site.objects.count) == 2


@pytest.mark.sqlite
async def test_a_write_that_never_gets_its_turn_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_writers, "LOCK_SECONDS", 0.1)
    await database.write(make_site, "warm")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        await database.write(make_site, "b")
    other.execute("ROLLBACK")
    other.close()
    assert await database.write(make_site, "c")
