"""The database is its user's alone, even in a folder that everybody may look into."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.driver import Server


@pytest.mark.live
@pytest.mark.sqlite
def test_in_an_open_folder_the_database_is_closed(make_server: Callable[..., Server]) -> None:
    server = make_server()
    server.data_dir.chmod(0o755)
    for file in server.data_dir.glob("kanal.sqlite3*"):
        file.chmod(0o644)
    server.start()
    modes = {file.name: file.stat().st_mode & 0o777 for file in server.data_dir.glob("kanal.sqlite3*")}
    assert "kanal.sqlite3" in modes and set(modes.values()) == {0o600}, modes
    assert server.terminate() == 0


@pytest.mark.live
@pytest.mark.sqlite
def test_a_new_database_in_an_open_folder_is_closed_from_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Server(tmp_path).manage("migrate", "-v", "0")
    assert (tmp_path / "kanal.sqlite3").stat().st_mode & 0o777 == 0o600
