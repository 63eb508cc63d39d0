"""What each page said at the last visit, so that a page that did not change is neither sent nor read again, and one that is ill for a day keeps its text.

A file beside the source's others, used by crawl.py alone; nothing in it is the truth, and a lost or damaged one only means reading everything again.
"""

import json
import sqlite3
import zlib
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from widget.knowledge.reading.piece import Piece
from widget.lib.version import VERSION


@dataclass(frozen=True, slots=True)
class PageRead:
    """What reading one page gave. `found`: where it stood, `address`: where it says it belongs. `code`: why it gives no pieces, if so; `body` and `text`:
    digests of what was sent and of what it says."""

    found: str
    address: str
    title: str = ""
    links: tuple[str, ...] = ()
    more_links: int = 0
    pieces: tuple[Piece, ...] = ()
    code: str = ""
    cut: bool = False
    body: str = ""
    text: str = ""
    etag: str = ""
    modified: str = ""

    def __str__(self) -> str:
        return json.dumps({**asdict(self), "pieces": [_shown(piece) for piece in self.pieces]}, ensure_ascii=False)


def _shown(piece: Piece) -> dict[str, str]:
    # What the crawler sets; the rest has its default.
    return {name: getattr(piece, name) for name in ("key", "title", "text", "url", "place", "language")}


def _parsed(text: str) -> PageRead:
    """Raises ValueError, TypeError on what another version wrote."""
    page: dict[str, Any] = json.loads(text)
    return replace(PageRead(**page), links=tuple(page["links"]), pieces=tuple(Piece(**piece) for piece in page["pieces"]))


class Memory:
    """Remembers by address. Without a path it remembers nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> "Memory":
        if self._path:
            try:
                self._file = self._opened(self._path)
            except sqlite3.DatabaseError:
                for name in (self._path.name, f"{self._path.name}-wal", f"{self._path.name}-shm"):
                    self._path.with_name(name).unlink(missing_ok=True)
                self._file = self._opened(self._path)
        return self

    def __exit__(self, *failure: object) -> None:
        if self._file:
            self._file.close()
            self._file = None

    @staticmethod
    def _opened(path: Path) -> sqlite3.Connection:
        path.touch(mode=0o600)
        file = sqlite3.connect(path, isolation_level=None)
        try:
            file.execute("PRAGMA journal_mode=WAL")
            file.execute("PRAGMA synchronous=NORMAL")
            file.execute("PRAGMA cache_size=-1000")
            file.execute("CREATE TABLE IF NOT EXISTS page (address TEXT PRIMARY KEY, version TEXT, run TEXT, kept BLOB)")
        except sqlite3.DatabaseError:
            file.close()
            raise
        return file

    def recall(self, address: str) -> PageRead | None:
        if not self._file:
            return None
        with suppress(ValueError, TypeError, KeyError, zlib.error, sqlite3.DatabaseError), closing(self._file.cursor()) as cursor:
            found = cursor.execute("SELECT kept FROM page WHERE address = ? AND version = ?", (address, VERSION)).fetchone()
            return _parsed(zlib.decompress(found[0]).decode()) if found else None
        return None

    def keep(self, asked: str, page: PageRead, run: str) -> None:
        """`asked`: the address that was visited, which may have led to `page.address`."""
        if self._file:
            with suppress(sqlite3.DatabaseError):
                kept = zlib.compress(str(page).encode("utf-8", "replace"), 1)
                self._file.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?)", (asked, VERSION, run, kept))

    def forget_all_but(self, run: str) -> None:
        """After a whole run: pages it did not meet are gone."""
        if self._file:
            with suppress(sqlite3.DatabaseError):
                self._file.execute("DELETE FROM page WHERE run != ?", (run,))
