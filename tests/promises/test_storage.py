"""The short form of the promises about disk and database. `make promises` holds the database for a minute and fills a disk of its own."""

import asyncio
from pathlib import Path

import pytest

from tests.promises import storage, syncs
from tests.promises.ground import Ground
from tests.promises.test_short import check

# About the file of SQLite.
pytestmark = [pytest.mark.live, pytest.mark.sqlite]


async def test_a_sick_disk_or_database_costs_no_acknowledged_message(tmp_path: Path) -> None:
    """Most of the time is spent waiting, so two installations are tried side by side."""
    await asyncio.gather(_lock_and_lose(tmp_path / "one"), _fill(tmp_path / "two"))


async def _lock_and_lose(folder: Path) -> None:
    async with Ground(folder) as ground:
        synced = await syncs.sync_first(ground, trials=3)
        # Where strace is missing or may not look, only `make promises` says so.
        assert synced.kept or synced.note, synced
        check(await storage.lock_out(ground, trials=5, seconds=(1.0,)))
        check(await storage.lose_database(ground, trials=5))


async def _fill(folder: Path) -> None:
    async with Ground(folder) as ground:
        check(await storage.fill_up(ground, trials=5, tmpfs=False))
