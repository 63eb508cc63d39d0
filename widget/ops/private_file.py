"""Keeps the SQLite database to its user, also where DATA_DIR was made by somebody else and is open to all. Called on every new connection (apps.py)."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def keep_private(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """SQLite gives later companions the mode of the file; those of the first connection are there already."""
    if connection.vendor != "sqlite":
        return
    for companion in ("", "-wal", "-shm"):
        path = Path(f"{connection.settings_dict['NAME']}{companion}")
        # Not there, or another user's, who then decides.
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
