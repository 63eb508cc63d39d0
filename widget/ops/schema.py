"""Whether this code and the database belong together, said in one sentence before anything is served. Called by `manage.py serve` and `db_worker`, and by
checks.py before anything migrates.

A database ahead of the code (an update undone by hand, an old copy started by mistake) would be written to by code that does not know its columns.
"""

import logging

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from widget.ops.backup.manifest import missing_migrations, unknown_migrations
from widget.ops.errors import NewerDatabaseError, OlderDatabaseError

log = logging.getLogger(__name__)


def refuse_another_schema() -> None:
    """Raises NewerDatabaseError or OlderDatabaseError."""
    refuse_newer_schema()
    if missing_migrations(_applied()):
        raise OlderDatabaseError


def refuse_newer_schema() -> None:
    """Raises NewerDatabaseError."""
    if unknown := unknown_migrations(_applied()):
        raise NewerDatabaseError(migration=unknown[-1])


def _applied() -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))


def warn_of_plain_letters() -> None:
    """Says that the inbox's search minds the case of letters such as É. Only a PostgreSQL built without ICU or a database not in UTF-8 knows A to Z alone."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT small_letters('É') = 'é'")
        if cursor.fetchone()[0]:
            return
    log.warning(
        "This PostgreSQL knows the case of the letters A to Z only: the inbox's search finds other letters (é, ñ) as they were written, and may cut words at "
        "them. Everything else works. To have that mended, move to a database in UTF-8 on a PostgreSQL with ICU (Debian's has it): back up here, restore there."
    )
