"""The search index in SQLite: an FTS5 table over our own normalised words, how many documents know each word, and the words by their trigrams.

Made by stored.py where the database is SQLite, used through it by indexing.py (writing) and search.py (reading). The tables are made by the
migration 0002_search_index.
"""

import json
from collections.abc import Iterable, Sequence
from secrets import randbits

from django.db.backends.utils import CursorWrapper

from widget.knowledge import filing
from widget.knowledge.filing import ALL, SIMILAR, VERSION, Row
from widget.knowledge.index_base import StoredIndex, StoredScope
from widget.knowledge.ranking import Text, Wanted, text_of

# Up to this size the index is put in order after every change: a second or third segment doubles the cost of asking.
SMALL = 2_000


class SqliteScope(StoredScope):
    """Ranked by FTS5's weighted BM25."""

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, documents FROM knowledge_word WHERE scope = %s AND word IN (SELECT value FROM json_each(%s))",
                [self._scope, json.dumps(list(words))],
            )
            return dict(cursor.fetchall())

    def _best(self, groups: Sequence[Sequence[Wanted]], wanted: Sequence[Wanted], limit: int) -> list[Text]:
        expression = " AND ".join([f"scope:{self._scope}", *map(_any_of, groups)])
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT rowid, asked, answered FROM knowledge_index WHERE knowledge_index MATCH %s ORDER BY rank LIMIT %s", [expression, limit])
            return [text_of(*row) for row in cursor.fetchall()]

    def _spelt_like(self, word: str) -> list[str]:
        trigrams = " OR ".join(f'"{trigram}"' for trigram in filing.trigrams(word))
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT w.word FROM (SELECT word FROM knowledge_spelling WHERE knowledge_spelling MATCH %s ORDER BY rank LIMIT %s) AS found"
                " JOIN knowledge_word w ON w.scope = %s AND w.word = trim(found.word, '_')",
                [trigrams, SIMILAR, self._scope],
            )
            return [row[0] for row in cursor.fetchall()]


class SqliteIndex(StoredIndex):
    def scope(self, name: str, documents: int) -> SqliteScope:
        return SqliteScope(self._connection, name, documents)

    def every_text(self, scope: str) -> list[Text]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT rowid, asked, answered FROM knowledge_index WHERE knowledge_index MATCH %s", [f"scope:{scope}"])
            return [text_of(*row) for row in cursor.fetchall()]

    def add(self, rows: Sequence[Row]) -> None:
        counts = filing.count(rows)
        with self._connection.cursor() as cursor:
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

    def remove(self, entry_ids: Sequence[int]) -> None:
        with self._connection.cursor() as cursor:
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

    def forget(self, scope: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("DELETE FROM knowledge_index WHERE rowid IN (SELECT rowid FROM knowledge_index WHERE knowledge_index MATCH %s)", [f"scope:{scope}"])
            cursor.execute("DELETE FROM knowledge_word WHERE scope = %s", [scope])

    def clear(self) -> None:
        with self._connection.cursor() as cursor:
            for statement in (
                "DELETE FROM knowledge_index",
                "DELETE FROM knowledge_word",
                "DELETE FROM knowledge_spelt",
                "INSERT INTO knowledge_spelling (knowledge_spelling) VALUES ('delete-all')",
            ):
                cursor.execute(statement)


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
