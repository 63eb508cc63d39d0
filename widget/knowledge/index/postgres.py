"""The search index in PostgreSQL: our own normalised words as text search vectors, how many documents know each word, and the words by their trigrams.

Made by stored.py where the database is PostgreSQL, used through it by indexing.py (writing) and search.py (reading). The tables are made by the
migration 0002_search_index; none needs an extension, which a normal role may not make. Vectors are written out here, so that PostgreSQL's own
parser never sees a text: words of the question or title weigh A, all others B.
"""

from collections.abc import Iterable, Mapping, Sequence
from secrets import randbits
from typing import Any

from widget.knowledge.index import filing
from widget.knowledge.index.base import FORGET_WORDS, StoredIndex, StoredScopes
from widget.knowledge.index.filing import SIMILAR, VERSION, Row
from widget.knowledge.index.scopes import Standing
from widget.knowledge.ranking import BY_ROOT, IN_ANSWER, Text, Wanted, text_of
from widget.knowledge.spelling import most_slips

# One writer at a time, so that two who file the same words in another order never wait for each other. The number is ours alone.
_WRITER = "SELECT pg_advisory_xact_lock(7160510201)"
# The planner does not know what unpacking a vector costs, and would rather read the whole table than its index.
_PLANNED = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; "
# Each vector is unpacked once, where the index has found it, and not again for every word that is looked for in it.
_BEST = """
WITH found AS MATERIALIZED (
  SELECT entry_id, asked, answered, words || ''::tsvector AS words FROM knowledge_index WHERE words @@ %s::tsquery LIMIT %s)
SELECT entry_id, asked, answered FROM found ORDER BY {covered} DESC, entry_id LIMIT %s
"""
_SIMILAR = """
SELECT word FROM knowledge_spelling JOIN knowledge_word USING (word) WHERE trigram = ANY(%s) AND scope = ANY(%s) AND length(word) BETWEEN %s AND %s
GROUP BY word ORDER BY count(DISTINCT trigram) DESC, abs(length(word) - %s), word LIMIT %s
"""
_ADD = """
INSERT INTO knowledge_index (entry_id, scope, asked, answered, words)
SELECT entry_id, scope, asked, answered, words::tsvector FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
  AS new (entry_id, scope, asked, answered, words)
"""
_ADD_COUNTS = """
INSERT INTO knowledge_word (scope, word, documents) SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[])
ON CONFLICT (scope, word) DO UPDATE SET documents = knowledge_word.documents + excluded.documents
"""
_COUNTS = "SELECT word, sum(documents)::bigint FROM knowledge_word WHERE scope = ANY(%s) AND word = ANY(%s) GROUP BY word"
_TAKE_COUNTS = """
UPDATE knowledge_word AS kept SET documents = kept.documents - gone.documents
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS gone (scope, word, documents) WHERE kept.scope = gone.scope AND kept.word = gone.word
"""
_ADD_SPELLINGS = "INSERT INTO knowledge_spelling (trigram, word) SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING"
_RENEW = "INSERT INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s) ON CONFLICT (scope, word) DO UPDATE SET documents = excluded.documents"


class PostgresScopes(StoredScopes):
    """Ranked by how much of what is wanted a document covers."""

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        with self._connection.cursor() as cursor:
            if len(self._scopes) == 1:
                cursor.execute("SELECT word, documents FROM knowledge_word WHERE scope = %s AND word = ANY(%s)", [self._scopes[0], list(words)])
            else:
                cursor.execute(_COUNTS, [list(self._scopes), list(words)])
            return dict(cursor.fetchall())

    def _best(self, groups: Sequence[Sequence[Wanted]], wanted: Sequence[Wanted], limit: int) -> list[Text]:
        under = " | ".join(_lexeme(_mark(scope)) for scope in self._scopes)
        query = " & ".join([f"({under})", *map(_any_of, groups)])
        covered, worths = _covered(wanted)
        with self._connection.cursor() as cursor:
            cursor.execute(_PLANNED + _BEST.format(covered=covered), [query, filing.MOST_RANKED, *worths, limit])
            while cursor.description is None:
                cursor.nextset()
            return [text_of(*row) for row in cursor.fetchall()]

    def _spelt_like(self, word: str) -> list[str]:
        length, most = len(word), most_slips(word)
        with self._connection.cursor() as cursor:
            cursor.execute(_SIMILAR, [filing.trigrams(word), list(self._scopes), length - most, length + most, length, SIMILAR])
            return [row[0] for row in cursor.fetchall()]


class PostgresIndex(StoredIndex):
    def within(self, standing: Standing) -> PostgresScopes:
        return PostgresScopes(self._connection, standing)

    def every_text(self, scopes: Sequence[str]) -> list[Text]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT entry_id, asked, answered FROM knowledge_index WHERE scope = ANY(%s) ORDER BY entry_id", [list(scopes)])
            return [text_of(*row) for row in cursor.fetchall()]

    def file(self, rows: Sequence[Row]) -> None:
        with self._connection.cursor() as cursor:
            filed = [(row.entry_id, row.scope, row.asked, row.answered, _vector(row)) for row in rows]
            cursor.execute(_ADD, _columns(filed, 5))

    def count(self, counts: Mapping[tuple[str, str], int]) -> None:
        pairs = [(trigram, word) for word in filing.spelt(word for _, word in counts) for trigram in filing.trigrams(word)]
        with self._connection.cursor() as cursor:
            cursor.execute(_WRITER)
            cursor.execute(_ADD_COUNTS, _columns([(scope, word, number) for (scope, word), number in counts.items()], 3))
            # Words once met stay filed by their spelling: only those that a scope still holds are taken from there.
            cursor.execute(_ADD_SPELLINGS, _columns(pairs, 2))

    def renew(self, scopes: Iterable[str]) -> None:
        """A random number, not a counter: a transaction that is rolled back must not leave a version that another one reaches again."""
        with self._connection.cursor() as cursor:
            for scope in sorted(scopes):
                cursor.execute(_RENEW, [scope, VERSION, randbits(60)])

    def remove(self, entry_ids: Sequence[int]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(_WRITER)
            cursor.execute("DELETE FROM knowledge_index WHERE entry_id = ANY(%s) RETURNING entry_id, scope, asked, answered", [list(entry_ids)])
            rows = [Row(*row) for row in cursor.fetchall()]
            if not rows:
                return
            counts = filing.count(rows)
            cursor.execute(_TAKE_COUNTS, _columns([(scope, word, number) for (scope, word), number in counts.items()], 3))
            places = [list({row.scope for row in rows}), [word for _, word in counts]]
            cursor.execute("DELETE FROM knowledge_word WHERE documents <= 0 AND scope = ANY(%s) AND word = ANY(%s)", places)
        self.renew({row.scope for row in rows})

    def unfile(self, entry_ids: Sequence[int]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("DELETE FROM knowledge_index WHERE entry_id = ANY(%s)", [list(entry_ids)])

    def filed_under(self, scope: str, limit: int) -> list[int]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT entry_id FROM knowledge_index WHERE scope = %s LIMIT %s", [scope, limit])
            return [row[0] for row in cursor.fetchall()]

    def lock(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(_WRITER)

    def filed_after(self, entry_id: int, limit: int) -> list[int]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT entry_id FROM knowledge_index WHERE entry_id > %s ORDER BY entry_id LIMIT %s", [entry_id, limit])
            return [row[0] for row in cursor.fetchall()]

    def forget_words(self, scope: str, limit: int) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(_WRITER)
            cursor.execute(FORGET_WORDS, [scope, scope, VERSION, limit])
            if not cursor.rowcount:
                cursor.execute("DELETE FROM knowledge_word WHERE scope = %s", [scope])
            return max(int(cursor.rowcount), 0)

    def clear(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(_WRITER)
            for table in ("knowledge_index", "knowledge_word", "knowledge_spelling"):
                cursor.execute(f"DELETE FROM {table}")


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(width)]


def _vector(row: Row) -> str:
    """A text search vector as PostgreSQL writes it. Positions say nothing here: one of each weight is enough."""
    asked, answered = set(filing.words_in(row.asked)), set(filing.words_in(row.answered))
    heavy = [f"{_lexeme(word)}:1A" for word in sorted(asked)]
    return " ".join([_lexeme(_mark(row.scope)), *heavy, *(f"{_lexeme(word)}:1B" for word in sorted(answered - asked))])


def _mark(scope: str) -> str:
    """The scope as a word that no text holds."""
    return f"#{scope}"


def _lexeme(word: str) -> str:
    """Our words are small letters and digits only, so quoting them is enough."""
    return f"'{word}'"


def _any_of(terms: Sequence[Wanted]) -> str:
    return f"({' | '.join(map(_lexeme, filing.forms_of(terms)))})"


def _covered(wanted: Sequence[Wanted]) -> tuple[str, list[str | float]]:
    """How much of what is wanted a document covers, as compiled.py counts it: an expression and its values."""
    expressions, values = [], []
    for term in wanted:
        first, others = _lexeme(term.forms[0]), [_lexeme(form) for form in term.forms[1:]]
        places = [(first + ":A", 1.0), *((form + ":A", BY_ROOT) for form in others), (first, IN_ANSWER), *((form, IN_ANSWER * BY_ROOT) for form in others)]
        expressions.append(f"CASE {'WHEN words @@ %s::tsquery THEN %s ' * len(places)}ELSE 0 END")
        values += [value for query, share in places for value in (query, term.information * share)]
    return " + ".join(expressions), values
