"""Which files of DATA_DIR belong into a backup beside the database: uploads and whatever else later parts of Kanal keep there.

Called by making.py and restoring.py. Left out: the database and its companions, locks, what is made anew (static files), hidden working folders, older
copies, and backups, of which each would hold all before it. The keys travel apart, because they need not lie in this folder.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from widget.ops.backup.sealing import MAGIC

DATABASE = "kanal.sqlite3"
KEYS = ("secret.key", "field.key")
BEFORE = "before-restore-"
_LEFT_OUT = ("static", "backups", "test.sqlite3")
# The name of a backup until it is whole: the one being made has nothing in it yet to know it by.
_UNFINISHED = re.compile(r"\.[0-9a-f]{8}\.part$")


def key_values() -> dict[str, str]:
    """The keys in use, by the file they would lie in, older ones behind the first as the settings take them."""
    return dict(zip(KEYS, ("\n".join([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]), str(settings.FIELD_KEY)), strict=True))


def kept_entries(folder: Path) -> list[Path]:
    """The files and folders directly below `folder` that a backup holds, and that a restore moves aside."""
    return sorted(entry for entry in folder.iterdir() if _is_kept(entry))


def kept_files(folder: Path) -> Iterator[Path]:
    """Every regular file in them, at any depth. Links are not followed."""
    for entry in kept_entries(folder):
        found = [entry] if entry.is_file() else sorted(entry.rglob("*"))
        yield from (path for path in found if path.is_file() and not path.is_symlink() and not _is_backup(path))


def _is_kept(entry: Path) -> bool:
    name = entry.name
    companion = name.startswith((DATABASE, "test.sqlite3"))
    aside = name in (*KEYS, *_LEFT_OUT) or name.startswith((".", BEFORE)) or name.endswith(".lock") or entry.is_symlink()
    return not (companion or aside or (entry.is_file() and _is_backup(entry)))


def _is_backup(path: Path) -> bool:
    """Whatever it is called. What cannot be read is taken for a file like any other, and reported by whoever needs its content."""
    try:
        with path.open("rb") as file:
            return bool(_UNFINISHED.search(path.name)) or file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False
