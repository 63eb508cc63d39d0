"""A lock file that lets one serving process at a time use the data folder. Taken by `manage.py serve` where the database is SQLite.

The kernel gives the lock back when the process ends, however it ends; the file itself stays and means nothing.
"""

import fcntl
import os
from pathlib import Path
from typing import TextIO

from widget.ops.errors import AlreadyServingError, FolderUnusableError


def hold_lock(path: Path) -> TextIO:
    """Takes the lock for as long as the returned file stays open. Raises AlreadyServingError when another process has it, FolderUnusableError."""
    try:
        return _hold(path)
    except OSError as error:
        raise FolderUnusableError(path=path, reason=error.strerror) from None


def _hold(path: Path) -> TextIO:
    file = open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="utf-8")  # noqa: SIM115 (closing it gives the lock back)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = file.read(20).strip()
        file.close()
        raise AlreadyServingError(folder=path.parent, process=f" (process {holder})" if holder.isdigit() else "") from None
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file
