"""Writes one generation of a source: pieces become entries and documents of the index, in transactions of at most 50 ms.

Used by attempt.py in a child process. Texts are turned into words between the transactions, which is the rest that they ask for. Words are counted in
memory and stored at the end, since nobody looks in a generation before it is in use.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from widget.knowledge.index import filing, indexing, scopes
from widget.knowledge.index.filing import Row
from widget.knowledge.index.stored import stored
from widget.knowledge.models import Finding, Run, Source
from widget.knowledge.reading.piece import KEY_LENGTH, REMARKS, TEXT_LENGTH, TITLE_LENGTH, Piece, Read, Skipped
from widget.knowledge.sources import rows, switching
from widget.knowledge.sources.errors import SupersededError
from widget.lib.slices import Pace, in_slices
from widget.sites.models import Language

FINDINGS = 1_000
# Counted words that are kept in memory; with more of them some are stored before the end.
MOST_WORDS = 50_000
_SUMS = 2**256


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A piece as the table takes it, and its document without a number; none for what is switched off."""

    piece: Piece
    row: Row | None


class Filling:
    """One attempt at a run. `taken` and `skipped` count what was given, `digest` is the sum of what was taken, in whichever order it came."""

    def __init__(self, run: Run, source: Source, generation: int) -> None:
        self.taken = self.skipped = 0
        self.pace = Pace()
        self._run, self._source, self._generation = run, source, generation
        self._scope = scopes.of_generation(source.pk, generation)
        self._sum = 0
        self._off = switching.off_keys(source.pk)
        self._keys: set[bytes] = set()
        self._waiting: list[_Prepared] = []
        self._found: list[Finding] = []
        self._counts: Counter[tuple[str, str]] = Counter()

    @property
    def digest(self) -> str:
        return f"{self._sum:064x}"

    def take(self, read: Read) -> None:
        """Raises SupersededError, at the latest after a few more."""
        made = self._clean(read) if isinstance(read, Piece) else read
        if isinstance(made, Skipped):
            self.skipped += made.code not in REMARKS
            if self.skipped <= FINDINGS:
                self._found.append(Finding(run=self._run, place=_plain(made.place)[:500], code=made.code[:40], detail=_plain(made.detail)[:500]))
        else:
            self._prepare(made)
        if len(self._waiting) >= self.pace.size or len(self._found) >= self.pace.size:
            self._write()

    def finish(self) -> None:
        """Stores what waits, then the words, and puts the index in order."""
        self._write()
        self._store_words()
        self.pace.run(self._renew)
        while self.pace.run(lambda: int(stored.settle())):
            pass

    def _clean(self, piece: Piece) -> Read:
        """As the table takes it, or why it cannot be taken."""
        key, text = _plain(piece.key)[:KEY_LENGTH], _plain(piece.text).strip()[:TEXT_LENGTH]
        title = " ".join(_plain(piece.title).split())[:TITLE_LENGTH] or " ".join(text.split())[:TITLE_LENGTH]
        if not text or not key:
            return Skipped(piece.place, "empty")
        if piece.valid_from and piece.valid_until and piece.valid_from > piece.valid_until:
            return Skipped(piece.place, "bad_dates")
        mark = hashlib.blake2b(key.encode(), digest_size=10).digest()
        if mark in self._keys:
            return Skipped(piece.place, "duplicate", key)
        self._keys.add(mark)
        return replace(
            piece,
            key=key,
            title=title,
            text=text,
            url=piece.url if len(piece.url) <= 500 and urlsplit(piece.url).scheme in ("http", "https") else "",
            place=_plain(piece.place)[:300],
            language=piece.language if piece.language in Language.values else self._source.site.language,
            other_ways=_plain(piece.other_ways)[:2_000],
            tags=_plain(piece.tags)[:200],
            products=_plain(piece.products)[:1_000],
            facts={_plain(name): _plain(value) for name, value in piece.facts.items()},
        )

    def _prepare(self, piece: Piece) -> None:
        said = (piece.key, piece.title, piece.text, piece.other_ways, piece.tags, piece.language, piece.url, piece.place, piece.valid_from, piece.valid_until)
        # What was read before there were products keeps its sum.
        about = (piece.products,) if piece.products else ()
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(repr((said, sorted(piece.facts.items()), *about)).encode()).digest())) % _SUMS
        row = None
        if piece.key not in self._off:
            told = indexing.told(piece.title, piece.other_ways, piece.tags, piece.text, piece.products)
            row = indexing.row_of(indexing.Document(0, self._scope, True, *told))
            self._counts.update((row.scope, word) for word in {filing.ALL, *filing.words_in(f"{row.asked} {row.answered}")})
        self._waiting.append(_Prepared(piece, row))
        self.taken += 1
        if len(self._counts) >= MOST_WORDS:
            self._write()
            self._store_words()

    def _write(self) -> None:
        """All that waits, in transactions as large as the pace allows. Also with nothing to write it is asked whether this attempt still counts."""
        self._write_some()
        while self._waiting or self._found:
            self._write_some()

    def _write_some(self) -> None:
        some, found = self._waiting[: self.pace.size], self._found[: self.pace.size]
        self._step(lambda: self._file(some) + len(Finding.objects.bulk_create(found)))
        del self._waiting[: len(some)], self._found[: len(found)]

    def _file(self, some: Iterable[_Prepared]) -> int:
        prepared = list(some)
        ids = rows.insert(self._source, self._generation, [one.piece for one in prepared], self._off)
        stored.file([replace(one.row, entry_id=ids[one.piece.key]) for one in prepared if one.row])
        return len(prepared)

    def _store_words(self) -> None:
        words = sorted(self._counts.items())
        self._counts.clear()

        def store(limit: int) -> int:
            some = words[:limit]
            stored.count(dict(some))
            del words[:limit]
            return len(some)

        in_slices(store, first=200, most=20_000)

    def _renew(self) -> int:
        stored.renew([self._scope])
        return 1

    def _step(self, write: Callable[[], int]) -> None:
        """One transaction that begins by asking whether this attempt still counts, and tells how far it is."""

        def step() -> int:
            still = Run.objects.filter(pk=self._run.pk, generation=self._generation, state=Run.State.RUNNING)
            if not still.update(taken=self.taken, skipped=self.skipped):
                raise SupersededError
            return write()

        self.pace.run(step)


def _plain(text: str) -> str:
    """Without what no database takes: NUL, and halves of letters."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()
