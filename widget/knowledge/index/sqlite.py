"""The search index in SQLite: an FTS5 table over our own normalised words, how many documents know each word, and the words by their trigrams.

Made by stored.py where the database is SQLite, used through it by indexing.py (writing) and search.py (reading). The tables are made by the
migration 0002_search_index.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from secrets import randbits

from widget.knowledge.index import filing
from widget.knowledge.index.base import FORGET_WORDS, StoredIndex, StoredScopes
from widget.knowledge.index.filing import SIMILAR, VERSION, Row
from widget.knowledge.index.scopes import Standing
from widget.knowledge.ranking import Text, Wanted, text_of

# Up to this size the index is put in order after every change: a second or third segment doubles the cost of asking.
SMALL = 2_000
# The texts of the best only; of more documents than MOST_RANKED the first are ranked, as PostgreSQL does.
_BEST = """
SELECT i.rowid, i.asked, i.answered FROM (SELECT rowid AS id, rank AS worth FROM knowledge_index WHERE knowledge_index MATCH %s LIMIT %s) AS found
JOIN knowledge_index i ON i.rowid = found.id ORDER BY found.worth, i.rowid LIMIT %s
"""
# What is put in order at once of a larger one.
MERGED_PAGES = 100
_COUNTS_OF_ONE = "SELECT word, documents FROM knowledge_word WHERE scope = %s AND word IN (SELECT value FROM json_each(%s))"
_COUNTS = """
SELECT word, SUM(documents) FROM knowledge_word
WHERE scope IN (SELECT value FROM json_each(%s)) AND word IN (SELECT value FROM json_each(%s)) GROUP BY word
"""


class SqliteScopes(StoredScopes):
    """Ranked by FTS5's weighted BM25."""

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        with self._connection.cursor() as cursor:
            if len(self._scopes) == 1:
                cursor.execute(_COUNTS_OF_ONE, [self._scopes[0], json.dumps(list(words))])
            else:
                cursor.execute(_COUNTS, [json.dumps(self._scopes), json.dumps(list(words))])
            return dict(cursor.fetchall())

    def _best(self, groups: Sequence[Sequence[Wanted]], wanted: Sequence[Wanted], limit: int) -> list[Text]:
        expression = " AND ".join([_under(self._scopes), *map(_any_of, groups)])
        with self._connection.cursor() as cursor:
            cursor.execute(_BEST, [expression, filing.MOST_RANKED, limit])
            return [text_of(*row) for row in cursor.fetchall()]

    def _spelt_like(self, word: str) -> list[str]:
        trigrams = " OR ".join(f'"{trigram}"' for trigram in filing.trigrams(word))
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT w.word FROM (SELECT word FROM knowledge_spelling WHERE knowledge_spelling MATCH %s ORDER BY rank LIMIT %s) AS found"
                " JOIN knowledge_word w ON w.scope IN (SELECT value FROM json_each(%s)) AND w.word = trim(found.word, '_')",
                [trigrams, SIMILAR, json.dumps(self._scopes)],
            )
            return [row[0] for row in cursor.fetchall()]


class SqliteIndex(StoredIndex):
    def within(self, standing: Standing) -> SqliteScopes:
        return SqliteScopes(self._connection, standing)

    def every_text(self, scopes: Sequence[str]) -> list[Text]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT rowid, asked, answered FROM knowledge_index WHERE knowledge_index MATCH %s", [_under(scopes)])
            return [text_of(*row) for row in cursor.fetchall()]

    def file(self, rows: Sequence[Row]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO knowledge_index (rowid, scope, asked, answered) VALUES (%s, %s, %s, %s)",
                [(row.entry_id, row.scope, row.asked, row.answered) for row in rows],
            )

    def count(self, counts: Mapping[tuple[str, str], int]) -> None:
        with self._connection.cursor() as cursor:
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

    def renew(self, scopes: Iterable[str]) -> None:
        """A random number, not a counter: a transaction that is rolled back must not leave a version that another one reaches again."""
        with self._connection.cursor() as cursor:
            cursor.executemany(
                "INSERT OR REPLACE INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s)",
                [(scope, VERSION, randbits(60)) for scope in scopes],
            )
            # The table in which FTS5 keeps the lengths of documents tells their number without looking at their words.
            cursor.execute("SELECT COUNT(*) FROM (SELECT 1 FROM knowledge_index_docsize LIMIT %s)", [SMALL + 1])
            if cursor.fetchone()[0] <= SMALL:
                cursor.execute("INSERT INTO knowledge_index (knowledge_index) VALUES ('optimize')")

    def remove(self, entry_ids: Sequence[int]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT rowid, scope, asked, answered FROM knowledge_index WHERE rowid IN (SELECT value FROM json_each(%s))", [json.dumps(list(entry_ids))]
            )
            rows = [Row(*row) for row in cursor.fetchall()]
            if not rows:
                return
            self.unfile([row.entry_id for row in rows])
            counts = [(number, scope, word) for (scope, word), number in filing.count(rows).items()]
            cursor.executemany("UPDATE knowledge_word SET documents = documents - %s WHERE scope = %s AND word = %s", counts)
            cursor.executemany("DELETE FROM knowledge_word WHERE scope = %s AND word = %s AND documents <= 0", [(scope, word) for _, scope, word in counts])
        self.renew({row.scope for row in rows})

    def unfile(self, entry_ids: Sequence[int]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany("DELETE FROM knowledge_index WHERE rowid = %s", [(entry_id,) for entry_id in entry_ids])

    def filed_under(self, scope: str, limit: int) -> list[int]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT rowid FROM knowledge_index WHERE knowledge_index MATCH %s LIMIT %s", [_under([scope]), limit])
            return [row[0] for row in cursor.fetchall()]

    def filed_after(self, entry_id: int, limit: int) -> list[int]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT rowid FROM knowledge_index WHERE rowid > %s ORDER BY rowid LIMIT %s", [entry_id, limit])
            return [row[0] for row in cursor.fetchall()]

    def forget_words(self, scope: str, limit: int) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(FORGET_WORDS, [scope, scope, VERSION, limit])
            if not cursor.rowcount:
                cursor.execute("DELETE FROM knowledge_word WHERE scope = %s", [scope])
            return max(int(cursor.rowcount), 0)

    def write_much(self) -> None:
        """A power cut may cost the last transactions, never the database: the disk need not be waited for at each, with all others behind."""
        with self._connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")

    def settle(self) -> bool:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT total_changes()")
            before = cursor.fetchone()[0]
            cursor.execute("INSERT INTO knowledge_index (knowledge_index, rank) VALUES ('merge', %s)", [MERGED_PAGES])
            cursor.execute("SELECT total_changes()")
            # As FTS5's documentation says it: fewer than two changes mean that there was nothing to merge.
            return bool(cursor.fetchone()[0] - before >= 2)

    def clear(self) -> None:
        with self._connection.cursor() as cursor:
            for statement in (
                "DELETE FROM knowledge_index",
                "DELETE FROM knowledge_word",
                "DELETE FROM knowledge_spelt",
                "INSERT INTO knowledge_spelling (knowledge_spelling) VALUES ('delete-all')",
            ):
                cursor.execute(statement)


def _under(scopes: Sequence[str]) -> str:
    """An FTS5 expression: filed under any of these."""
    return f"scope:({' OR '.join(scopes)})" if len(scopes) != 1 else f"scope:{scopes[0]}"


def _any_of(terms: Sequence[Wanted]) -> str:
    """An FTS5 expression. Our words are small letters and digits only, so quoting them is enough."""
    return "(" + " OR ".join(f'"{form}"' for form in filing.forms_of(terms)) + ")"
