"""Makes a backup while Kanal serves: copies the database, checks the copy, and writes it with files and keys into one encrypted file.

Called by `manage.py backup`; calls sqlite_copy.py or postgres_copy.py, contents.py and sealing.py. Written aside and renamed, so a backup is whole or absent.
"""

import gzip
import hashlib
import io
import json
import os
import secrets
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection

from widget.ops.backup import contents, postgres_copy, sqlite_copy
from widget.ops.backup.errors import NoRoomError, NotWrittenError, TargetTakenError, UnsoundDatabaseError, WeakPassphraseError
from widget.ops.backup.manifest import Manifest, describe
from widget.ops.backup.sealing import SealedWriter

LEAST_PASSPHRASE = 10
MANIFEST, DATABASE, SUMS, FILES, KEYS = "manifest.json", "database", "sha256.json", "files/", "keys/"
_SCRATCH = ".backup-"
_DAY = 86_400


@dataclass
class _Parts:
    """The archive being written, and the sha256 of every part in it."""

    tar: tarfile.TarFile
    sums: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, file: BinaryIO, size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        reader = _HashingReader(file, size)
        self.tar.addfile(info, reader)  # type: ignore[arg-type]
        self.sums[name] = reader.sum.hexdigest()

    def add_bytes(self, name: str, data: bytes) -> None:
        self.add(name, io.BytesIO(data), len(data))

    def add_file(self, name: str, path: Path) -> None:
        with suppress(FileNotFoundError), path.open("rb") as file:
            self.add(name, file, os.fstat(file.fileno()).st_size)


class _HashingReader:
    """Gives exactly `size` bytes, so that a file that grows meanwhile does not break the archive; one that shrinks is filled up with zeros."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left, self.sum = file, size, hashlib.sha256()

    def read(self, size: int) -> bytes:
        wanted = min(size, self._left)
        data = self._file.read(wanted).ljust(wanted, b"\0")
        self._left -= wanted
        self.sum.update(data)
        return data


def make_backup(target: Path, passphrase: str) -> Manifest:
    """Writes `target` and returns what is in it. Raises BackupError with the sentence; then no file is left."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise WeakPassphraseError(least=LEAST_PASSPHRASE)
    if target.exists():
        raise TargetTakenError(file=target)
    try:
        _refuse_without_room(target.parent)
        with _scratch_folder() as scratch:
            copy = scratch / "database"
            manifest = describe(_copy_database(copy))
            with _written_aside(target) as file:
                _write(file, passphrase, manifest, copy)
    except OSError as error:
        raise NotWrittenError(file=target, reason=error.strerror or str(error)) from None
    except sqlite3.OperationalError as error:
        raise NotWrittenError(file=target, reason=str(error)) from None
    except sqlite3.DatabaseError as error:
        raise UnsoundDatabaseError(reason=str(error)) from None
    return manifest


def _copy_database(copy: Path) -> dict[str, int]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    if connection.vendor == "postgresql":
        return postgres_copy.copy_database(copy, tables)
    sqlite_copy.copy_database(copy)
    damage = sqlite_copy.find_damage(copy)
    if damage:
        raise UnsoundDatabaseError(reason=damage)
    return sqlite_copy.count_rows(copy, tables)


def _refuse_without_room(folder: Path) -> None:
    """Before a backup fills the disk that the serving process writes to, or ends after minutes for want of the last megabyte.

    Two copies of the database: one to work on in DATA_DIR, and one with the files in the backup. A dump of PostgreSQL leaves the indexes out and is
    packed already, so where both lie on one disk they fit into the size of the database.
    """
    home = Path(settings.DATA_DIR)
    database = (postgres_copy if connection.vendor == "postgresql" else sqlite_copy).size()
    files = sum(_size(path) for path in contents.kept_files(home))
    needs = [(home, database), (folder, database + files)]
    if home.stat().st_dev == folder.stat().st_dev:
        needs = [(folder, files + database * (1 if connection.vendor == "postgresql" else 2))]
    for place, needed in needs:
        free = shutil.disk_usage(place).free
        if needed > free:
            raise NoRoomError(needed=needed / 1e6, free=free / 1e6, folder=place)


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _write(file: BinaryIO, passphrase: str, manifest: Manifest, copy: Path) -> None:
    sealed = SealedWriter(file, passphrase)
    packed: Any = gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=3, mtime=0)
    with packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        parts = _Parts(tar)
        parts.add_bytes(MANIFEST, manifest.to_json())
        parts.add_file(DATABASE, copy)
        for name, key in contents.key_values().items():
            parts.add_bytes(KEYS + name, key.encode())
        folder = Path(settings.DATA_DIR)
        for path in contents.kept_files(folder):
            parts.add_file(FILES + str(path.relative_to(folder)), path)
        parts.add_bytes(SUMS, json.dumps(parts.sums).encode())
    sealed.close()


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    """For the copy of the database, on the same disk and as private as the original. What a killed backup left there a day ago is removed."""
    folder = Path(settings.DATA_DIR)
    for left in folder.glob(_SCRATCH + "*"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - _DAY:
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=folder) as scratch:
        yield Path(scratch)


@contextmanager
def _written_aside(target: Path) -> Iterator[BinaryIO]:
    """A file of mode 600 that takes its name only once all of it is on the disk."""
    aside = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.rename(target)
    finally:
        aside.unlink(missing_ok=True)
