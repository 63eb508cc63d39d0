"""The short form of what backups and updates promise; `make promises` tries the full counts."""

from pathlib import Path

import pytest

from tests.promises import backups
from tests.promises.ground import Ground

# About the file of SQLite, how it is kept and put back.
pytestmark = [pytest.mark.live, pytest.mark.sqlite]


async def test_backups_hold_what_was_acknowledged_and_older_ones_can_be_put_back(tmp_path: Path) -> None:
    async with Ground(tmp_path / "data") as ground:
        written = await backups.back_up_while_writing(ground, trials=1)
        assert written.kept, written
        restored = await backups.restore_an_older_backup(ground, trials=5)
        assert restored.kept, restored
