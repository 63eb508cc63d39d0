"""Whether this code and the database belong together, said in one sentence before anything is served. Called by `manage.py serve` and `db_worker`.

A database ahead of the code (an update undone by hand, an old copy started by mistake) would be written to by code that does not know its columns.
"""

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from widget.ops.backup.manifest import missing_migrations, unknown_migrations
from widget.ops.errors import NewerDatabaseError, OlderDatabaseError


def refuse_another_schema() -> None:
    """Raises NewerDatabaseError or OlderDatabaseError."""
    applied = tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))
    if unknown := unknown_migrations(applied):
        raise NewerDatabaseError(migration=unknown[-1])
    if missing_migrations(applied):
        raise OlderDatabaseError
