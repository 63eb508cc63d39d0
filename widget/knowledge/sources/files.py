"""Where the files of sources lie: what owners uploaded, and what the crawler remembers of a website. Below DATA_DIR, so that backups hold them.

Used by opening.py in the child process and by the pages that take uploads; due.py removes every night what no source names any more.
"""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from widget.knowledge.models import Source

# A file is there before its source is: younger ones are left alone.
YOUNG_SECONDS = 86_400


def folder() -> Path:
    found = Path(settings.DATA_DIR) / "knowledge"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def path_of(source: Source) -> Path:
    """The uploaded file; its name is ours alone, so nothing of it leads elsewhere."""
    return folder() / Path(source.file).name


def memory_of(source: Source) -> Path:
    return folder() / f"website-{source.pk}.memory"


def store(pieces: Iterable[bytes]) -> str:
    """Keeps an upload; returns what `Source.file` is to hold."""
    name = f"{uuid4().hex}.upload"
    path = folder() / name
    with ExitStack() as broken_off, path.open("xb") as file:
        broken_off.callback(path.unlink, missing_ok=True)
        for piece in pieces:
            file.write(piece)
        # A full disk may say so only when the last words leave the buffer.
        file.flush()
        broken_off.pop_all()
    return name


def remove_unknown() -> int:
    """Files of deleted sources. Returns how many."""
    sources = list(Source.objects.all())
    known = {path_of(source) for source in sources if source.file} | {memory_of(source) for source in sources}
    removed = 0
    for path in folder().iterdir():
        is_kept = any(path == one or path.name.startswith(f"{one.name}-") for one in known)
        if path.is_file() and not is_kept and path.stat().st_mtime < time.time() - YOUNG_SECONDS:
            path.unlink()
            removed += 1
    return removed
