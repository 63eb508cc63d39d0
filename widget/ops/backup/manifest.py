"""What a backup says about itself: who made it, what the database looked like, and how many rows each table had.

Written by making.py, judged by restoring.py; ops/schema.py asks the same of the database before serving.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from widget.lib.version import VERSION
from widget.ops.backup.errors import BrokenBackupError, NewerBackupError, OtherEngineError

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Manifest:
    """`migrations` are "app.name" of every applied migration, `counts` rows by table."""

    version: str
    made_at: str
    engine: str
    migrations: tuple[str, ...]
    counts: Mapping[str, int]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, raw: bytes, path: Path) -> "Manifest":
        try:
            fields = json.loads(raw)
            return cls(fields["version"], fields["made_at"], fields["engine"], tuple(fields["migrations"]), dict(fields["counts"]))
        except (ValueError, KeyError, TypeError):
            raise BrokenBackupError(file=path, reason="its manifest cannot be read") from None


def describe(counts: Mapping[str, int]) -> Manifest:
    """The manifest of this installation as it is now."""
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return Manifest(VERSION, timezone.now().isoformat(timespec="seconds"), connection.vendor, tuple(applied), counts)


def refuse_what_does_not_fit(manifest: Manifest, path: Path) -> None:
    """Raises NewerBackupError or OtherEngineError when this code and this installation cannot take the backup."""
    if manifest.engine != connection.vendor:
        raise OtherEngineError(file=path, theirs=ENGINES.get(manifest.engine, manifest.engine), ours=ENGINES.get(connection.vendor, connection.vendor))
    unknown = unknown_migrations(manifest.migrations)
    if unknown:
        raise NewerBackupError(file=path, version=manifest.version, migration=unknown[-1])


def missing_migrations(applied: tuple[str, ...]) -> list[str]:
    """Migrations of this code that a database has not seen."""
    loader = MigrationLoader(None)
    return sorted(name for app, migration in loader.disk_migrations if (name := f"{app}.{migration}") not in applied)


def unknown_migrations(applied: tuple[str, ...]) -> list[str]:
    """Migrations that a database has seen and this code has not: the database is of a newer version. Only of apps that this code has."""
    loader = MigrationLoader(None)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    known = {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}
    return [one for one in applied if one.partition(".")[0] in loader.migrated_apps and one not in known]
