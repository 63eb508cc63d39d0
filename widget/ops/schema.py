"""Whether this code and the database belong together, said in one sentence before anything is served. Called by `manage.py serve`.

A database ahead of the code (an update undone by hand, an old copy started by mistake) would be written to by code that does not know its columns.
"""

import logging

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from widget.lib import secrets
from widget.lib.secrets import LostSecret
from widget.ops.backup.manifest import missing_migrations, unknown_migrations
from widget.ops.errors import NewerDatabaseError, OlderDatabaseError

log = logging.getLogger(__name__)


def refuse_another_schema() -> None:
    """Raises NewerDatabaseError or OlderDatabaseError."""
    applied = tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))
    if unknown := unknown_migrations(applied):
        raise NewerDatabaseError(migration=unknown[-1])
    if missing_migrations(applied):
        raise OlderDatabaseError


def warn_of_lost_secrets() -> int:
    """Says how many stored secrets no key opens: the key file was lost. Serving goes on without them."""
    lost = sum(isinstance(secret, LostSecret) for model, name in secrets.encrypted_fields() for secret in model._base_manager.values_list(name, flat=True))
    if lost:
        log.warning(
            "%s stored secrets (keys of models, tokens of alerts) cannot be read: FIELD_KEY is not the one they were stored with. "
            "Put the old field.key back, or type them again in the admin; everything else goes on.",
            lost,
        )
    return lost
