"""Keeps the SQLite database to its user, also where it was made before and DATA_DIR is open to all. Called by serve.py once it holds the lock.

Files made by our commands are private from the start: manage.py sets the mask.
"""

from contextlib import suppress
from pathlib import Path


def keep_private(database: Path) -> None:
    """SQLite gives later companions the mode of the file; those of an earlier connection are there already."""
    for companion in ("", "-wal", "-shm"):
        path = database.with_name(f"{database.name}{companion}")
        # Not there, or another user's, who then decides.
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
