"""A database whose file is moved, removed or replaced while it is open: nothing is acknowledged that stands in a file nobody opens again."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from widget.lib import database, database_file
from widget.lib.database_file import DatabaseGoneError
from widget.lib.database_load import condition

pytestmark = pytest.mark.sqlite  # whose file it is about


@pytest.fixture
def file(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An own database with one table, which the door opens."""
    path = tmp_path / "own.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    path.touch()
    database.close()
    asyncio.run(database.write(execute, "CREATE TABLE note (text TEXT)"))
    yield path
    database.close()
    condition.reopened()


def execute(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def damage(file: Path) -> None:
    """Leaves the first page, in which SQLite keeps what it looks at first."""
    content = bytearray(file.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    file.write_bytes(content)


async def write(text: str) -> None:
    await database.write(execute, f"INSERT INTO note VALUES ('{text}')")


async def notes() -> list[tuple[object, ...]]:
    return await database.read(execute, "SELECT text FROM note ORDER BY rowid")


async def test_a_file_that_was_moved_takes_no_write_and_comes_back_whole(file: Path) -> None:
    await write("before")
    os.rename(file, aside := file.with_name("aside"))
    for _ in range(2):
        with pytest.raises(DatabaseGoneError):
            await write("lost")
        with pytest.raises(DatabaseGoneError):
            await notes()
    assert file.name not in os.listdir(file.parent), "an empty database was made in its place"
    assert "moved" in (condition.trouble() or "")
    os.rename(aside, file)
    await write("after")
    assert await notes() == [("before",), ("after",)]
    assert condition.trouble() is None


async def test_a_write_into_a_file_that_goes_away_under_it_is_not_acknowledged(file: Path) -> None:
    def write_and_lose() -> None:
        execute("INSERT INTO note VALUES ('half')")
        os.rename(file, file.with_name("aside"))

    with pytest.raises(DatabaseGoneError):
        await database.write(write_and_lose)


async def test_a_file_that_was_replaced_is_opened_anew(file: Path) -> None:
    await write("in the backup")
    database.close()
    shutil.copy(file, backup := file.with_name("backup"))
    await write("after the backup")
    database.close()
    await write("and more")
    os.replace(backup, file)
    for leftover in ("-wal", "-shm"):
        file.with_name(file.name + leftover).unlink(missing_ok=True)
    await write("new")
    assert await notes() == [("in the backup",), ("new",)]


async def test_damage_stays_a_trouble_until_the_file_is_replaced(file: Path) -> None:
    for number in range(200):
        await write(f"{number}" * 50)
    database.close()
    damage(file)
    with pytest.raises(Exception, match="malformed"):
        await notes()
    assert "damaged" in (condition.trouble() or "")


def test_the_path_of_a_database_is_found_in_both_spellings(file: Path) -> None:
    assert database_file.file_of(connection) == str(file)
    database_file.never_make_one()
    assert "mode=rw" in str(connection.settings_dict["NAME"])
    assert database_file.file_of(connection) == str(file)


async def test_a_small_write_that_fits_does_not_hide_that_the_disk_is_full(file: Path) -> None:
    def overflow() -> None:
        execute("PRAGMA max_page_count=1")
        execute(f"INSERT INTO note VALUES ('{'x' * 100_000}')")

    with pytest.raises(OperationalError, match="full"):
        await database.write(overflow)
    await write("small")
    assert "full" in (condition.trouble() or "")
