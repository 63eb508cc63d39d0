"""Puts a backup back: everything is unpacked aside and checked first, then it changes places with what was there, which is kept.

Called by `manage.py restore` while nothing serves; calls sealing.py, manifest.py and the copy modules. Until then nothing that counts is touched.
"""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from widget.ops.backup import contents, postgres_copy, sqlite_copy
from widget.ops.backup.errors import BrokenBackupError, NotRestoredError, RunningError, SourceUnreadableError
from widget.ops.backup.making import DATABASE, FILES, KEYS, MANIFEST, SUMS
from widget.ops.backup.manifest import Manifest, refuse_what_does_not_fit
from widget.ops.backup.sealing import SealedReader
from widget.ops.errors import AlreadyServingError
from widget.ops.single_instance import hold_lock

_PIECE = 1 << 20


@dataclass(frozen=True)
class Restored:
    """What came back, where the former state is kept (on PostgreSQL the former database too, by name), and the key files the environment overrules."""

    manifest: Manifest
    former: Path
    other_keys: tuple[str, ...]
    former_database: str = ""


def restore_backup(source: Path, passphrase: str) -> Restored:
    """Raises BackupError with the sentence; then everything is as it was."""
    folder = Path(settings.DATA_DIR)
    former = folder / f"{contents.BEFORE}{timezone.now():%Y%m%d-%H%M%S}"
    former_database = f"{connection.settings_dict['NAME']}_{former.name}" if connection.vendor == "postgresql" else ""
    try:
        with ExitStack() as stack:
            stack.enter_context(_standing_still())
            aside = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".restore-", dir=folder)))
            manifest = _unpack(source, passphrase, aside)
            from_elsewhere = {file: key for file, key in contents.key_values().items() if _read(folder / file).split() != key.split()}
            _join_secret_keys(aside / KEYS / "secret.key")
            # On the disk before it takes the place of what is there: a power cut must not leave names without content.
            _sync(*aside.rglob("*"), aside)
            if connection.vendor == "postgresql":
                beside = stack.enter_context(postgres_copy.restored_beside(aside / DATABASE, aside.name.strip(".-").replace("-", "_")))
                _compare(manifest, postgres_copy.count_rows(beside, manifest.counts), source)
                _change_places(folder, aside, former, lambda: postgres_copy.swap(beside, former_database))
            else:
                _check_sqlite(manifest, aside / DATABASE, source)
                (aside / DATABASE).rename(aside / contents.DATABASE)
                connection.close()
                _change_places(folder, aside, former, lambda: None)
    except OSError as error:
        raise NotRestoredError(reason=error.strerror or str(error)) from None
    except DatabaseError as error:
        raise NotRestoredError(reason=postgres_copy.in_one_line(error)) from None
    return Restored(manifest, former, tuple(file for file, key in from_elsewhere.items() if _read(folder / file).split() != key.split()), former_database)


@contextmanager
def _standing_still() -> Iterator[None]:
    """Nobody serves meanwhile, and nobody can begin to."""
    if connection.vendor == "postgresql":
        postgres_copy.refuse_while_used()
        yield
        return
    try:
        lock = hold_lock(Path(settings.DATA_DIR) / "serve.lock")
    except AlreadyServingError:
        raise RunningError(who="") from None
    with lock:
        yield


def _unpack(source: Path, passphrase: str, aside: Path) -> Manifest:
    """Everything of the backup below `aside`, each part compared with its sum. The manifest comes first, so what does not fit is refused early."""
    sums: dict[str, str] = {}
    expected: dict[str, str] | None = None
    manifest = None
    try:
        with source.open("rb") as file:
            packed: Any = gzip.GzipFile(fileobj=SealedReader(file, passphrase, source), mode="rb")  # type: ignore[call-overload]
            with tarfile.open(fileobj=packed, mode="r|") as tar:
                for member in tar:
                    target = _place(aside, member, source)
                    sums[member.name] = _copy_out(tar, member, target)
                    if member.name == MANIFEST:
                        manifest = Manifest.from_json(target.read_bytes(), source)
                        refuse_what_does_not_fit(manifest, source)
                    elif member.name == SUMS:
                        expected = json.loads(target.read_bytes())
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
        raise BrokenBackupError(file=source, reason=str(error)) from None
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise SourceUnreadableError(file=source, reason=error.strerror) from None
    sums.pop(SUMS, None)
    if manifest is None or sums != expected or DATABASE not in sums:
        raise BrokenBackupError(file=source, reason="a part is missing or is not what was put in")
    return manifest


def _place(aside: Path, member: tarfile.TarInfo, source: Path) -> Path:
    """Where a part is unpacked. Whoever knows the passphrase may have packed anything, so only plain files with plain names are taken."""
    name = PurePosixPath(member.name)
    known = member.name in (MANIFEST, DATABASE, SUMS) or member.name.startswith((FILES, KEYS))
    if not known or not member.isreg() or name.is_absolute() or ".." in name.parts:
        raise BrokenBackupError(file=source, reason=f"it holds a part named {member.name!r}")
    target = aside.joinpath(*name.parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return target


def _copy_out(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    part = tar.extractfile(member)
    assert part is not None
    digest = hashlib.sha256()
    with target.open("xb") as file:
        target.chmod(0o600)
        while data := part.read(_PIECE):
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


def _check_sqlite(manifest: Manifest, copy: Path, source: Path) -> None:
    damage = sqlite_copy.find_damage(copy)
    if damage:
        raise BrokenBackupError(file=source, reason=damage)
    try:
        _compare(manifest, sqlite_copy.count_rows(copy, manifest.counts), source)
    except sqlite3.DatabaseError as error:
        raise BrokenBackupError(file=source, reason=str(error)) from None


def _join_secret_keys(file: Path) -> None:
    """Tokens given out since the backup stay believed: the keys in use come first, the backup's behind them."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS, *file.read_text("utf-8").split()]
    file.write_text("\n".join(dict.fromkeys(keys)), "utf-8")


def _compare(manifest: Manifest, counts: dict[str, int], source: Path) -> None:
    for table, rows in manifest.counts.items():
        if counts[table] != rows:
            raise BrokenBackupError(file=source, reason=f"{table} has {counts[table]} rows instead of {rows}")


def _change_places(folder: Path, aside: Path, former: Path, swap_database: Callable[[], None]) -> None:
    """Moves the old out and the new in by renaming, and everything back when one of the moves fails."""
    old = [*contents.kept_entries(folder), *folder.glob(f"{contents.DATABASE}*"), *(folder / key for key in contents.KEYS if (folder / key).exists())]
    new = [*(entry for part in (FILES, KEYS) if (aside / part).is_dir() for entry in (aside / part).iterdir()), *aside.glob(contents.DATABASE)]
    former.mkdir(mode=0o700)
    moved: list[tuple[Path, Path]] = []
    try:
        for entry, target in [*((entry, former / entry.name) for entry in old), *((entry, folder / entry.name) for entry in new)]:
            entry.rename(target)
            moved.append((target, entry))
        _sync(former, folder)
        swap_database()
    except BaseException:
        for target, entry in reversed(moved):
            target.rename(entry)
        shutil.rmtree(former, ignore_errors=True)
        raise


def _sync(*paths: Path) -> None:
    for path in paths:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _read(path: Path) -> str:
    return path.read_text("utf-8", errors="replace").strip() if path.exists() else ""
