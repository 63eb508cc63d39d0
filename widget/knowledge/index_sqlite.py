"""The search index in SQLite: an FTS5 table over our own normalised words, how many documents know each word, and the words by their trigrams.

Called through stored.py by indexing.py (writing) and search.py (reading), always on the caller's connection and inside its transaction. The tables are made
by the migration 0002_search_index. Everything is filed under a scope, so that one site never finds or counts another's words.
"""

import json
from collections.abc import Iterable, Sequence
from secrets import randbits

from django.db import connection
from django.db.backends.utils import CursorWrapper

from widget.knowledge import filing
from widget.knowledge.filing import ALL, NORMALISER_SCOPE, SHORTEST_SPELLING, SIMILAR, VERSION, Row
from widget.knowledge.ranking import Text, Wanted, text_of
from widget.knowledge.spelling import slips

# Up to this size the index is put in order after every change: a second or third segment doubles the cost of asking.
SMALL = 2_000


class StoredIndex:
    """One scope of the stored index, read by SQL; for sites too large to keep in memory."""

    def __init__(self, scope: str, documents: int) -> None:
        self.documents = documents
        self._scope = scope

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """How many documents hold each word; words that none holds are missing."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, documents FROM knowledge_word WHERE scope = %s AND word IN (SELECT value FROM json_each(%s))",
                [self._scope, json.dumps(list(words))],
            )
            return dict(cursor.fetchall())

    def candidates(self, wanted: Sequence[Wanted], limit: int) -> list[Text]:
        """The best documents by weighted BM25: with any of the words where that is cheap, else with all of them, then with any of the rarest."""
        counts = self.counts(filing.forms_of(wanted))
        if filing.postings(wanted, counts) <= filing.CHEAP_POSTINGS:
            return self._matching(_any_of(wanted), limit)
        found = self._matching(" AND ".join(_any_of([term]) for term in wanted), limit)
        if len(found) < filing.ENOUGH:
            seen = {text.entry_id for text in found}
            found += [text for text in self._matching(_any_of(filing.rarest(wanted, counts)), limit) if text.entry_id not in seen]
        return found

    def similar(self, word: str) -> list[str]:
        """Words that could be meant by a misspelt one: with swapped or surplus letters, else those that share the most runs of three letters."""
        near = list(self.counts(slips(word)))
        if near or len(word) < SHORTEST_SPELLING:
            return near
        trigrams = " OR ".join(f'"{trigram}"' for trigram in filing.trigrams(word))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT w.word FROM (SELECT word FROM knowledge_spelling WHERE knowledge_spelling MATCH %s ORDER BY rank LIMIT %s) AS found"
                " JOIN knowledge_word w ON w.scope = %s AND w.word = trim(found.word, '_')",
                [trigrams, SIMILAR, self._scope],
            )
            return [row[0] for row in cursor.fetchall()]

    def _matching(self, expression: str, limit: int) -> list[Text]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rowid, asked, answered FROM knowledge_index WHERE knowledge_index MATCH %s ORDER BY rank LIMIT %s",
                [f"scope:{self._scope} AND {expression}", limit],
            )
            return [text_of(*row) for row in cursor.fetchall()]


def size_and_version(scope: str) -> tuple[int, int]:
    """How many documents a scope has, and a number that is another after every change of it, in whichever process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, documents FROM knowledge_word WHERE scope = %s AND word IN (%s, %s)", [scope, ALL, VERSION])
        found = dict(cursor.fetchall())
    return found.get(ALL, 0), found.get(VERSION, 0)


def every_text(scope: str) -> list[Text]:
    """All documents of a scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid, asked, answered FROM knowledge_index WHERE knowledge_index MATCH %s", [f"scope:{scope}"])
        return [text_of(*row) for row in cursor.fetchall()]


def add(rows: Sequence[Row]) -> None:
    """Files documents that are not in the index yet."""
    counts = filing.count(rows)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO knowledge_index (rowid, scope, asked, answered) VALUES (%s, %s, %s, %s)",
            [(row.entry_id, row.scope, row.asked, row.answered) for row in rows],
        )
        cursor.executemany(
            "INSERT INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s)"
            " ON CONFLICT (scope, word) DO UPDATE SET documents = documents + excluded.documents",
            [(scope, word, number) for (scope, word), number in counts.items()],
        )
        # Words once met stay filed by their spelling: only those that a scope still holds are taken from there.
        cursor.executemany(
            "INSERT OR IGNORE INTO knowledge_spelt (word) VALUES (%s)",
            [(filing.padded(word),) for word in filing.spelt(word for _, word in counts)],
        )
        _renew(cursor, {row.scope for row in rows})


def remove(entry_ids: Sequence[int]) -> None:
    """Takes documents out; ids that are not in the index are passed over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid, scope, asked, answered FROM knowledge_index WHERE rowid IN (SELECT value FROM json_each(%s))", [json.dumps(list(entry_ids))]
        )
        rows = [Row(*row) for row in cursor.fetchall()]
        if not rows:
            return
        cursor.executemany("DELETE FROM knowledge_index WHERE rowid = %s", [(row.entry_id,) for row in rows])
        counts = [(number, scope, word) for (scope, word), number in filing.count(rows).items()]
        cursor.executemany("UPDATE knowledge_word SET documents = documents - %s WHERE scope = %s AND word = %s", counts)
        cursor.executemany("DELETE FROM knowledge_word WHERE scope = %s AND word = %s AND documents <= 0", [(scope, word) for _, scope, word in counts])
        _renew(cursor, {row.scope for row in rows})


def forget(scope: str) -> None:
    """Takes out everything that is filed under a scope."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM knowledge_index WHERE rowid IN (SELECT rowid FROM knowledge_index WHERE knowledge_index MATCH %s)", [f"scope:{scope}"])
        cursor.execute("DELETE FROM knowledge_word WHERE scope = %s", [scope])


def scopes() -> list[str]:
    """Everything that something is filed under."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT scope FROM knowledge_word WHERE word = %s AND scope <> %s", [VERSION, NORMALISER_SCOPE])
        return [row[0] for row in cursor.fetchall()]


def clear() -> None:
    """Empties the index, its mark too."""
    with connection.cursor() as cursor:
        for statement in (
            "DELETE FROM knowledge_index",
            "DELETE FROM knowledge_word",
            "DELETE FROM knowledge_spelt",
            "INSERT INTO knowledge_spelling (knowledge_spelling) VALUES ('delete-all')",
        ):
            cursor.execute(statement)


def mark(normaliser: int) -> None:
    """Keeps which version of the normaliser an empty index is filled by; a filled one keeps its mark."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT OR IGNORE INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s)", [NORMALISER_SCOPE, VERSION, normaliser])


def normaliser_version() -> int:
    """Of the normaliser that the index was made with; 0 where nothing was ever filed."""
    return size_and_version(NORMALISER_SCOPE)[1]


def _renew(cursor: CursorWrapper, scopes: set[str]) -> None:
    """A random number, not a counter: a transaction that is rolled back must not leave a version that another one reaches again."""
    for scope in scopes:
        cursor.execute("INSERT OR REPLACE INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s)", [scope, VERSION, randbits(60)])
    cursor.execute("SELECT COALESCE(SUM(documents), 0) FROM knowledge_word WHERE word = %s", [ALL])
    if cursor.fetchone()[0] <= SMALL:
        cursor.execute("INSERT INTO knowledge_index (knowledge_index) VALUES ('optimize')")


def _any_of(terms: Sequence[Wanted]) -> str:
    """An FTS5 expression. Our words are small letters and digits only, so quoting them is enough."""
    return "(" + " OR ".join(f'"{form}"' for form in filing.forms_of(terms)) + ")"
