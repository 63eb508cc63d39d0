"""Backups that a timer should make: their age is a number, a failed or missing one is told, and a good one ends it."""

import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.driver import Server
from tests.ops.test_serve import MakeServer, get
from widget.lib import metrics
from widget.ops.backup import freshness

HOUR = 3600


@pytest.fixture
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """BACKUP_DIR, just made."""
    folder = tmp_path / "backups"
    folder.mkdir()
    settings.BACKUP_DIR = str(folder)
    monkeypatch.setattr(freshness, "_newest", None)
    return folder


@pytest.fixture
def back_up(installed: Path, folder: Path, passphrase_file: str) -> Callable[[], None]:
    return lambda: call_command("backup", str(folder), passphrase_file=passphrase_file, stdout=io.StringIO())


def shown() -> float | None:
    """What /metrics says."""
    found = re.search(r"^kanal_backup_age_seconds (\S+)$", metrics.render(), re.M)
    return float(found[1]) if found else None


def let_pass(path: Path, hours: float) -> None:
    then = path.stat().st_mtime - hours * HOUR
    os.utime(path, (then, then))


@pytest.mark.sqlite
def test_a_backup_that_came_is_well_and_its_age_is_shown(back_up: Callable[[], None], folder: Path) -> None:
    assert (freshness.trouble(), shown()) == (None, None)
    back_up()
    assert [path.suffix for path in folder.iterdir()] == [".kanal"]
    assert freshness.trouble() is None and (shown() or 99) < 60


def test_a_backup_that_stays_away_is_told_after_a_night_and_a_half(folder: Path) -> None:
    for name in ("kanal-20261120-023000.kanal", "kanal-20261121-023000.kanal"):
        (folder / name).write_text("a backup")
    let_pass(folder / "kanal-20261120-023000.kanal", 60)
    let_pass(folder / "kanal-20261121-023000.kanal", 35.9)
    assert freshness.trouble() is None
    let_pass(folder / "kanal-20261121-023000.kanal", 1)
    assert freshness.trouble() == f"The newest backup is 37 hours old in {folder}: what should make them every night does not."
    assert shown() == pytest.approx(36.9 * HOUR, abs=60)


def test_a_new_server_has_a_night_for_its_first_backup(folder: Path) -> None:
    assert freshness.trouble() is None
    let_pass(folder, 37)
    assert "There is no backup in" in (freshness.trouble() or "") and shown() is None
    folder.rmdir()
    assert "cannot be read: No such file" in (freshness.trouble() or "")


@pytest.mark.sqlite
def test_a_failed_backup_is_told_at_once_until_one_succeeds(back_up: Callable[[], None], folder: Path, passphrase_file: str, settings: Any) -> None:
    passphrase = Path(passphrase_file).read_text()
    back_up()
    Path(passphrase_file).write_text("short")
    with pytest.raises(CommandError):
        back_up()
    assert (freshness.trouble() or "").startswith("The last backup failed: A passphrase needs at least 10 characters")
    Path(passphrase_file).write_text(passphrase)
    # By hand, by somebody whose environment names no such folder: newer than the failure.
    settings.BACKUP_DIR = ""
    (folder / "by-hand.kanal").unlink(missing_ok=True)
    call_command("backup", str(folder / "by-hand.kanal"), passphrase_file=passphrase_file, stdout=io.StringIO())
    settings.BACKUP_DIR = str(folder)
    assert freshness.trouble() is None
    let_pass(folder / "by-hand.kanal", 1)
    assert freshness.trouble()
    (folder / "by-hand.kanal").unlink()
    next(folder.glob("kanal-*.kanal")).unlink()
    back_up()
    assert freshness.trouble() is None and not (folder / freshness.NOTE).exists()


def test_a_backup_that_was_killed_is_told_once_it_cannot_run_any_more(folder: Path) -> None:
    (folder / freshness.NOTE).touch()
    assert freshness.trouble() is None
    let_pass(folder / freshness.NOTE, 3.1)
    assert "it was cut short" in (freshness.trouble() or "")


@pytest.mark.sqlite
def test_a_backup_into_another_folder_leaves_no_note(installed: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("short")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(CommandError):
        call_command("backup", str(elsewhere), passphrase_file=str(tmp_path / "short"))
    assert not list(elsewhere.iterdir()) and freshness.trouble() is None


@pytest.mark.live
def test_only_a_server_with_such_a_folder_watches_it(make_server: MakeServer, tmp_path: Path) -> None:
    (tmp_path / "kanal.kanal").write_text("a backup")
    let_pass(tmp_path / "kanal.kanal", 40)
    for environment, degraded in (({"BACKUP_DIR": str(tmp_path)}, True), ({}, False)):
        server: Server = make_server(env=environment).start()
        checks, text = (get(server, page).body.decode() for page in ("/readyz", "/metrics"))  # type: ignore[attr-defined]
        checks = json.loads(checks)["checks"]
        assert ("backups" in checks and not checks["backups"]["ok"]) is degraded
        assert ("\nkanal_backup_age_seconds 1" in text) is degraded
