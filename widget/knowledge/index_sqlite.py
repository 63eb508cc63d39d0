"""The search index in SQLite: an FTS5 table over our own normalised words, how many documents know each word, and the words by their trigrams.

Called by indexing.py (writing) and search.py (reading), always on the caller's connection and inside its transaction. The tables are made
by the migration 0002_search_index. Everything is filed under a scope, so that one site never finds or counts another's words.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

# Stands in the table of words for "all documents of this scope"; no text has it.
ALL = ""
VERSION_SCOPE = "version"
SHORTEST_SPELLING = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A document in normalised words; `asked` keeps its lines."""

    entry_id: int
    scope: str
    asked: str
    answered: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may answer, with the words it is judged by and what would be shown."""

    entry_id: int
    asked: str
    answered: str
    bm25: float
    title: str
    text: str
    url: str
    language: str


def add(rows: Sequence[Row]) -> None:
    """Files documents that are not in the index yet."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO knowledge_index (rowid, scope, asked, answered) VALUES (%s, %s, %s, %s)",
            [(row.entry_id, row.scope, row.asked, row.answered) for row in rows],
        )
        counts = _count(rows)
        cursor.executemany(
            "INSERT INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s)"
            " ON CONFLICT (scope, word) DO UPDATE SET documents = documents + excluded.documents",
            [(scope, word, number) for (scope, word), number in counts.items()],
        )
        _file_spellings(cursor, {word for _, word in counts})


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
        counts = [(number, scope, word) for (scope, word), number in _count(rows).items()]
        cursor.executemany("UPDATE knowledge_word SET documents = documents - %s WHERE scope = %s AND word = %s", counts)
        cursor.executemany("DELETE FROM knowledge_word WHERE scope = %s AND word = %s AND documents <= 0", [(scope, word) for _, scope, word in counts])


def clear(version: int) -> None:
    with connection.cursor() as cursor:
        for statement in (
            "DELETE FROM knowledge_index",
            "DELETE FROM knowledge_word",
            "DELETE FROM knowledge_spelt",
            "INSERT INTO knowledge_spelling (knowledge_spelling) VALUES ('delete-all')",
        ):
            cursor.execute(statement)
        cursor.execute("INSERT INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s)", [VERSION_SCOPE, ALL, version])


def version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents FROM knowledge_word WHERE scope = %s AND word = %s", [VERSION_SCOPE, ALL])
        row = cursor.fetchone()
    return row[0] if row else 0


def document_counts(scope: str, wanted: Iterable[str]) -> dict[str, int]:
    """How many documents of the scope hold each word; words that none holds are missing. Under ALL: how many documents there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, documents FROM knowledge_word WHERE scope = %s AND word IN (SELECT value FROM json_each(%s))", [scope, json.dumps([ALL, *wanted])]
        )
        return dict(cursor.fetchall())


def candidates(scope: str, query: str, limit: int, today: str) -> list[Candidate]:
    """The best documents by weighted BM25 for an FTS5 expression, those that may be shown on this day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT found.rowid, found.asked, found.answered, found.rank, e.title, e.answer, e.url, e.language"
            " FROM (SELECT rowid, asked, answered, rank FROM knowledge_index WHERE knowledge_index MATCH %s ORDER BY rank LIMIT %s) AS found"
            " JOIN widget_entry e ON e.id = found.rowid"
            " WHERE e.state = 'approved' AND (e.valid_from IS NULL OR e.valid_from <= %s) AND (e.valid_until IS NULL OR e.valid_until >= %s)",
            [f"scope:{scope} AND ({query})", limit, today, today],
        )
        return [Candidate(*row) for row in cursor.fetchall()]


def similar_words(scope: str, word: str, limit: int = 20) -> list[str]:
    """Words of the scope that share the most runs of three letters with a misspelt one."""
    padded = _padded(word)
    trigrams = " OR ".join(f'"{padded[start : start + 3]}"' for start in range(len(padded) - 2))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT trim(found.word, '_') FROM (SELECT word, rank FROM knowledge_spelling WHERE knowledge_spelling MATCH %s ORDER BY rank LIMIT %s) AS found"
            " JOIN knowledge_word w ON w.scope = %s AND w.word = trim(found.word, '_')",
            [trigrams, limit, scope],
        )
        return [row[0] for row in cursor.fetchall()]


def _count(rows: Iterable[Row]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts.update((row.scope, word) for word in {ALL, *row.asked.split(), *row.answered.split()})
    return counts


def _file_spellings(cursor: object, words: set[str]) -> None:
    """Words once met stay filed: the search only takes those that its scope still holds."""
    spellable = [_padded(word) for word in words if len(word) >= SHORTEST_SPELLING and word.isalpha()]
    cursor.executemany("INSERT OR IGNORE INTO knowledge_spelt (word) VALUES (%s)", [(word,) for word in spellable])  # type: ignore[attr-defined]


def _padded(word: str) -> str:
    """With a mark at both ends, so that beginnings and endings count as letters do."""
    return f"_{word}_"
