"""`backup` and `restore` of a SQLite installation: what is in the file, what nobody can read in it, and every way in which it can go wrong."""

import io
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.driver import ROOT
from widget.ops.backup import making
from widget.ops.backup.manifest import Manifest
from widget.ops.single_instance import hold_lock

pytestmark = pytest.mark.sqlite
CANARY = b"CANARY"


@pytest.fixture
def back_up(installed: Path, passphrase_file: str, tmp_path: Path) -> Callable[..., Path]:
    def make(name: str = "toko.kanal") -> Path:
        call_command("backup", str(tmp_path / name), passphrase_file=passphrase_file, stdout=io.StringIO())
        return tmp_path / name

    return make


@pytest.fixture
def restore(passphrase_file: str) -> Callable[[Path], str]:
    def put_back(file: Path) -> str:
        said = io.StringIO()
        call_command("restore", str(file), passphrase_file=passphrase_file, stdout=said, stderr=said)
        return said.getvalue()

    return put_back


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


def test_what_was_backed_up_comes_back_and_what_was_there_is_kept(installed: Path, back_up: Callable[..., Path], restore: Callable[[Path], str]) -> None:
    file = back_up()
    (installed / "uploads" / "2026" / "foto.jpg").write_bytes(b"newer")
    (installed / "uploads" / "later.jpg").write_bytes(b"later")
    (installed / "kanal.sqlite3").write_bytes(b"what was there")
    (installed / "field.key").write_text("CANARY-field-key")
    said = restore(file)
    assert (installed / "uploads" / "2026" / "foto.jpg").read_bytes() == b"CANARY-upload" * 1000
    assert not (installed / "uploads" / "later.jpg").exists()
    assert (installed / "secret.key").read_text() == "CANARY-secret-key\nCANARY-older-key"
    with closing(sqlite3.connect(installed / "kanal.sqlite3")) as database:
        assert database.execute("SELECT name FROM widget_site").fetchall() == [("CANARY-site",)]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    former = next(installed.glob("before-restore-*"))
    assert str(former) in said
    assert (former / "kanal.sqlite3").read_bytes() == b"what was there"
    assert (former / "uploads" / "later.jpg").read_bytes() == b"later"
    assert not list(installed.glob(".restore-*"))


@pytest.mark.promise("S63")
def test_nobody_reads_anything_in_the_file_and_no_copy_stays_behind(installed: Path, back_up: Callable[..., Path]) -> None:
    before = everything_in(installed)
    file = back_up()
    raw = file.read_bytes()
    assert CANARY not in raw and b"SQLite format" not in raw and b"widget_" not in raw
    assert file.stat().st_mode & 0o777 == 0o600
    assert everything_in(installed) == before
    assert sorted(path.name for path in file.parent.iterdir()) == ["data", "passphrase", "toko.kanal"]


def test_backups_in_the_data_folder_are_in_no_later_backup(installed: Path, restore: Callable[[Path], str], passphrase_file: str) -> None:
    (installed / "uploads" / "noise").write_bytes(os.urandom(1 << 20))
    files = [installed / "first.kanal", installed / "uploads" / "by-hand", installed / "third.kanal"]
    for file in files:
        call_command("backup", str(file), passphrase_file=passphrase_file, stdout=io.StringIO())
    assert files[2].stat().st_size < files[0].stat().st_size + 100_000
    restore(files[2])
    assert files[0].exists() and files[2].exists() and not (installed / "uploads" / "by-hand").exists()
    assert (next(installed.glob("before-restore-*")) / "uploads" / "by-hand").exists()


def test_a_backup_needs_a_passphrase_worth_the_name(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("rahasia")
    with pytest.raises(CommandError, match="at least 10 characters"):
        call_command("backup", str(tmp_path / "toko.kanal"), passphrase_file=str(tmp_path / "short"))
    with pytest.raises(CommandError, match=r"passphrase file .* cannot be read: No such file"):
        call_command("backup", str(tmp_path / "toko.kanal"), passphrase_file=str(tmp_path / "absent"))
    assert not (tmp_path / "toko.kanal").exists()


def test_an_older_backup_of_the_same_name_is_left_alone(back_up: Callable[..., Path]) -> None:
    file = back_up()
    before = file.read_bytes()
    with pytest.raises(CommandError, match="exists already"):
        back_up()
    assert file.read_bytes() == before


def test_only_the_newest_backups_of_a_kind_are_kept(back_up: Callable[..., Path], passphrase_file: str, tmp_path: Path) -> None:
    (tmp_path / "kanal-before-the-move.kanal").write_text("a person's")
    for day in range(3):
        call_command("backup", str(tmp_path / f"kanal-2026112{day}-023000.kanal"), passphrase_file=passphrase_file, keep=2, stdout=io.StringIO())
    call_command("backup", str(tmp_path / "kanal-2026.kanal"), passphrase_file=passphrase_file, keep=1, stdout=io.StringIO())
    assert sorted(path.name for path in tmp_path.glob("*.kanal")) == [
        "kanal-2026.kanal",
        "kanal-20261121-023000.kanal",
        "kanal-20261122-023000.kanal",
        "kanal-before-the-move.kanal",
    ]


def test_a_copy_that_would_fill_the_disk_is_not_begun(installed: Path, passphrase_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything_in(tmp_path)
    monkeypatch.setattr(making, "_scratch_folder", nothing_is_begun)
    monkeypatch.setattr(making.sqlite_copy, "size", lambda: 1 << 60)
    with pytest.raises(CommandError, match=r"needs up to \d+ MB on the disk of .*, where \d+ MB are free\. None was begun"):
        call_command("backup", str(tmp_path / "toko.kanal"), passphrase_file=passphrase_file)
    assert everything_in(tmp_path) == before


def nothing_is_begun() -> NoReturn:
    raise AssertionError("A copy was begun")


def test_the_uploads_and_both_copies_of_the_database_are_counted(
    installed: Path, passphrase_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = 2 * making.sqlite_copy.size() + len(b"CANARY-upload") * 1000
    free = [needed - 1]
    monkeypatch.setattr(making.shutil, "disk_usage", lambda place: SimpleNamespace(free=free[0]))
    with pytest.raises(CommandError, match="None was begun"):
        call_command("backup", str(tmp_path / "toko.kanal"), passphrase_file=passphrase_file)
    free[0] = needed
    call_command("backup", str(tmp_path / "toko.kanal"), passphrase_file=passphrase_file, stdout=io.StringIO())
    assert (tmp_path / "toko.kanal").exists()


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_without_a_terminal_one_sentence_says_which_setting_is_missing(command: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data")}
    arguments = [sys.executable, str(ROOT / "manage.py"), command, str(tmp_path / "toko.kanal")]
    # A session of its own has no terminal; what a pipe holds is not taken for a passphrase.
    ran = subprocess.run(arguments, env=environment, input=b"kuda-benar-baterai\n", capture_output=True, start_new_session=True, check=False)
    said = ran.stderr.decode()
    assert (ran.returncode, ran.stdout, said.count("\n")) == (1, b"", 1), said
    assert "Set BACKUP_PASSPHRASE_FILE to a file that holds it" in said and not list(tmp_path.glob("*.kanal"))


def test_without_a_terminal_nothing_is_asked(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_terminal(ask: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", no_terminal)
    with pytest.raises(CommandError, match=r"no terminal to ask for the passphrase at.*--passphrase-file"):
        call_command("backup", str(tmp_path / "toko.kanal"))


def test_a_folder_that_takes_no_file_ends_in_a_sentence(installed: Path, passphrase_file: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"could not be written to .*absent/toko\.kanal: No such file or directory\. Nothing was left behind"):
        call_command("backup", str(tmp_path / "absent" / "toko.kanal"), passphrase_file=passphrase_file)


def test_a_disk_that_fills_up_leaves_no_piece_behind(installed: Path, passphrase_file: str, tmp_path: Path) -> None:
    before = everything_in(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The kernel refuses to let any file grow beyond this, as a full disk would.
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(CommandError, match="could not be written"):
            call_command("backup", str(tmp_path / "toko.kanal"), passphrase_file=passphrase_file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert everything_in(tmp_path) == before


def refused(file: Path, restore: Callable[[Path], str], sentence: str) -> None:
    installed = file.parent / "data"
    before = everything_in(installed)
    with pytest.raises(CommandError, match=sentence) as said:
        restore(file)
    assert "\n" not in str(said.value)
    assert everything_in(installed) == before
    assert not list(installed.glob("before-restore-*")) and not list(installed.glob(".restore-*"))


def test_a_broken_cut_or_foreign_file_changes_nothing(back_up: Callable[..., Path], restore: Callable[[Path], str], tmp_path: Path) -> None:
    whole = back_up().read_bytes()
    for name, content, sentence in (
        ("cut.kanal", whole[:-200], "damaged or was cut short"),
        ("empty.kanal", b"", "is not a backup of Kanal"),
        ("foreign.kanal", b"PK\x03\x04 something else", "is not a backup of Kanal"),
        ("broken.kanal", whole[:5000] + b"?" + whole[5001:], "damaged or was cut short"),
    ):
        (tmp_path / name).write_bytes(content)
        refused(tmp_path / name, restore, sentence)
    refused(tmp_path / "absent.kanal", restore, "cannot be read: No such file or directory")


def test_a_wrong_passphrase_changes_nothing(back_up: Callable[..., Path], restore: Callable[[Path], str], passphrase_file: str) -> None:
    file = back_up()
    Path(passphrase_file).write_text("another-passphrase")
    refused(file, restore, "The passphrase does not open")


def test_a_running_server_is_not_restored_over(installed: Path, back_up: Callable[..., Path], restore: Callable[[Path], str]) -> None:
    file = back_up()
    with hold_lock(installed / "serve.lock"):
        refused(file, restore, "Kanal is running on this data.*stop it first")


def test_a_backup_of_a_newer_version_is_refused(back_up: Callable[..., Path], restore: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> None:
    described = making.describe
    monkeypatch.setattr(making, "describe", lambda counts: _newer(described(counts)))
    refused(back_up(), restore, r"made by a newer version of Kanal \(9\.0\.0, migration widget\.9999_later\)")


def _newer(manifest: Manifest) -> Manifest:
    return Manifest("9.0.0", manifest.made_at, manifest.engine, (*manifest.migrations, "widget.9999_later"), manifest.counts)


def test_a_backup_of_another_kind_of_database_is_refused(back_up: Callable[..., Path], restore: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> None:
    described = making.describe
    monkeypatch.setattr(making, "describe", lambda counts: Manifest("0.1.0", "now", "postgresql", described(counts).migrations, counts))
    refused(back_up(), restore, "holds a PostgreSQL database and this installation uses SQLite")


def test_rows_that_do_not_add_up_are_refused(back_up: Callable[..., Path], restore: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> None:
    described = making.describe
    monkeypatch.setattr(making, "describe", lambda counts: described({**counts, "widget_site": 7}))
    refused(back_up(), restore, "widget_site has 1 rows instead of 7")


def test_a_part_with_a_wicked_name_is_refused(back_up: Callable[..., Path], restore: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "FILES", "files/../../")
    refused(back_up(), restore, "it holds a part named 'files/../../uploads")


def test_a_database_that_fails_its_own_check_is_not_backed_up(installed: Path, passphrase_file: str, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("INSERT INTO widget_allowedorigin (site_id, origin) VALUES (4711, 'https://toko.id')")
    with pytest.raises(CommandError, match=r"found it damaged .* belongs to nothing"):
        call_command("backup", str(tmp_path / "toko.kanal"), passphrase_file=passphrase_file)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM widget_allowedorigin")


def test_a_key_that_the_environment_overrules_is_named(installed: Path, back_up: Callable[..., Path], restore: Callable[[Path], str], settings: Any) -> None:
    file = back_up()
    (installed / "field.key").unlink()
    settings.FIELD_KEY = "another key, from the environment"
    assert f"FIELD_KEY comes from the environment and is not the backup's, which lies in {installed / 'field.key'} now" in restore(file)


def test_a_failed_change_of_places_is_taken_back(
    installed: Path, back_up: Callable[..., Path], restore: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, rename = back_up(), Path.rename

    def refuse_uploads(self: Path, target: Path) -> Path:
        if self.name == "uploads" and ".restore-" in str(self):
            raise OSError(30, "Read-only file system")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_uploads)
    refused(file, restore, "could not be put in place: Read-only file system. Everything was left as it was")


def test_a_big_installation_needs_no_more_memory(installed: Path, back_up: Callable[..., Path], restore: Callable[[Path], str]) -> None:
    with open(installed / "uploads" / "video.mp4", "wb") as video:
        for _ in range(40):
            video.write(bytes(1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    restore(back_up())
    # scrypt takes 32 MiB for a moment, twice; the 40 MB of the file are never held whole.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
    assert (installed / "uploads" / "video.mp4").stat().st_size == 40 << 20
