"""Whether the backups that a timer makes into BACKUP_DIR really come: the age of the newest, and a note beside them while one runs or after it failed.

`manage.py backup` writes the note; wiring.py makes `trouble` a readiness check, so that the watcher logs it and tells the owner.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from widget.lib import metrics
from widget.ops.backup.errors import BackupError

# A night and a half: one that is made at another hour is no trouble, one that was left out is.
FRESH_SECONDS = 36 * 3600.0
# The unit ends a backup after two.
LONGEST_SECONDS = 3 * 3600.0
NOTE = ".unfinished"
# When the newest backup was written, as of the last look.
_newest: float | None = None

age = metrics.gauge(
    "kanal_backup_age_seconds",
    "Age of the newest backup in BACKUP_DIR, as of the last readiness check; absent without that setting or without any backup.",
    lambda: {} if _newest is None else {(): max(time.time() - _newest, 0.0)},
)


def trouble() -> str | None:
    """A readiness check. A folder that never held a backup is as old as itself, so that a new server has a night for its first one."""
    global _newest
    folder = Path(settings.BACKUP_DIR)
    try:
        _newest = max((file.stat().st_mtime for file in folder.glob("*.kanal") if file.is_file()), default=None)
        last = folder.stat().st_mtime if _newest is None else _newest
    except OSError as error:
        return f"The folder of the backups {folder} cannot be read: {error.strerror}."
    failed = _failed(folder / NOTE)
    if failed:
        return failed
    if time.time() - last <= FRESH_SECONDS:
        return None
    found = "There is no backup" if _newest is None else f"The newest backup is {(time.time() - last) / 3600:.0f} hours old"
    return f"{found} in {folder}: what should make them every night does not."


def _failed(note: Path) -> str:
    """What the note says, unless a backup came after it: somebody made one by hand."""
    try:
        written, said = note.stat().st_mtime, note.read_text("utf-8", errors="replace").strip()
    except OSError:
        return ""
    if _newest is not None and _newest >= written:
        return ""
    if said:
        return f"The last backup failed: {said}"
    return "The last backup did not come to its end, nor to an error: it was cut short." if time.time() - written > LONGEST_SECONDS else ""


@contextmanager
def noted(folder: Path) -> Iterator[None]:
    """Around a backup into BACKUP_DIR; around one into any other folder it does nothing."""
    if not settings.BACKUP_DIR or folder.resolve() != Path(settings.BACKUP_DIR).resolve():
        yield
        return
    note = folder / NOTE
    _write(note, "")
    try:
        yield
    except BackupError as error:
        _write(note, str(error))
        raise
    with suppress(OSError):
        note.unlink(missing_ok=True)


def _write(note: Path, text: str) -> None:
    # Where not even this can be written, the age of the newest backup tells.
    with suppress(OSError):
        note.write_text(text, "utf-8")
