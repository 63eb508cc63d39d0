"""The search index in PostgreSQL: our own normalised words as text search vectors, how many documents know each word, and the words by their trigrams.

Called through stored.py by indexing.py (writing) and search.py (reading), always on the caller's connection and inside its transaction. The tables
are made by the migration 0002_search_index; none needs an extension, which a normal role may not make. Vectors are written out here, so that
PostgreSQL's own parser never sees a text: words of the question or title weigh A, all others B.
"""

from collections.abc import Iterable, Sequence
from secrets import randbits
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from widget.knowledge import filing
from widget.knowledge.filing import ALL, NORMALISER_SCOPE, SIMILAR, VERSION, Row
from widget.knowledge.ranking import BY_ROOT, IN_ANSWER, Text, Wanted, text_of
from widget.knowledge.spelling import most_slips, slips

# One writer at a time, so that two who file the same words in another order never wait for each other. The number is ours alone.
_WRITER = "SELECT pg_advisory_xact_lock(7160510201)"
# Documents that are put in order before the best are taken; only questions of nothing but frequent words find more.
MOST_RANKED = filing.CHEAP_POSTINGS
# The planner does not know what unpacking a vector costs, and would rather read the whole table than its index.
_PLANNED = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; "
# Each vector is unpacked once, where the index has found it, and not again for every word that is looked for in it.
_BEST = """
WITH found AS MATERIALIZED (
  SELECT entry_id, asked, answered, words || ''::tsvector AS words FROM knowledge_index WHERE words @@ %s::tsquery LIMIT %s)
SELECT entry_id, asked, answered FROM found ORDER BY {covered} DESC, entry_id LIMIT %s
"""
_SIMILAR = """
SELECT word FROM knowledge_spelling JOIN knowledge_word USING (word) WHERE trigram = ANY(%s) AND scope = %s AND length(word) BETWEEN %s AND %s
GROUP BY word ORDER BY count(*) DESC, abs(length(word) - %s), word LIMIT %s
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
_TAKE_COUNTS = """
UPDATE knowledge_word AS kept SET documents = kept.documents - gone.documents
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS gone (scope, word, documents) WHERE kept.scope = gone.scope AND kept.word = gone.word
"""
_ADD_SPELLINGS = "INSERT INTO knowledge_spelling (trigram, word) SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING"
_RENEW = "INSERT INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s) ON CONFLICT (scope, word) DO UPDATE SET documents = excluded.documents"


class StoredIndex:
    """One scope of the stored index, read by SQL; for sites too large to keep in memory."""

    def __init__(self, scope: str, documents: int) -> None:
        self.documents = documents
        self._scope = scope

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """How many documents hold each word; words that none holds are missing."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT word, documents FROM knowledge_word WHERE scope = %s AND word = ANY(%s)", [self._scope, list(words)])
            return dict(cursor.fetchall())

    def candidates(self, wanted: Sequence[Wanted], limit: int) -> list[Text]:
        """The documents that cover most: with any of the words where that is cheap, else with all of them, then with any of the rarest."""
        counts = self.counts(filing.forms_of(wanted))
        if filing.postings(wanted, counts) <= filing.CHEAP_POSTINGS:
            return self._best(_any_of(wanted), wanted, limit)
        found = self._best(" & ".join(_any_of([term]) for term in wanted), wanted, limit)
        if len(found) < filing.ENOUGH:
            seen = {text.entry_id for text in found}
            found += [text for text in self._best(_any_of(filing.rarest(wanted, counts)), wanted, limit) if text.entry_id not in seen]
        return found

    def similar(self, word: str) -> list[str]:
        """Words that could be meant by a misspelt one: with swapped or surplus letters, else those that share the most runs of three letters."""
        near = list(self.counts(slips(word)))
        if near or len(word) < filing.SHORTEST_SPELLING:
            return near
        length, most = len(word), most_slips(word)
        with connection.cursor() as cursor:
            cursor.execute(_SIMILAR, [filing.trigrams(word), self._scope, length - most, length + most, length, SIMILAR])
            return [row[0] for row in cursor.fetchall()]

    def _best(self, query: str, wanted: Sequence[Wanted], limit: int) -> list[Text]:
        covered, worths = _covered(wanted)
        with connection.cursor() as cursor:
            cursor.execute(_PLANNED + _BEST.format(covered=covered), [f"{_lexeme(_mark(self._scope))} & {query}", MOST_RANKED, *worths, limit])
            while cursor.description is None:
                cursor.nextset()
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
        cursor.execute("SELECT entry_id, asked, answered FROM knowledge_index WHERE scope = %s ORDER BY entry_id", [scope])
        return [text_of(*row) for row in cursor.fetchall()]


def add(rows: Sequence[Row]) -> None:
    """Files documents that are not in the index yet."""
    counts = filing.count(rows)
    pairs = [(trigram, word) for word in filing.spelt(word for _, word in counts) for trigram in filing.trigrams(word)]
    with connection.cursor() as cursor:
        cursor.execute(_WRITER)
        filed = [(row.entry_id, row.scope, row.asked, row.answered, _vector(row)) for row in rows]
        cursor.execute(_ADD, _columns(filed, 5))
        cursor.execute(_ADD_COUNTS, _columns([(scope, word, number) for (scope, word), number in counts.items()], 3))
        # Words once met stay filed by their spelling: only those that a scope still holds are taken from there.
        cursor.execute(_ADD_SPELLINGS, _columns(pairs, 2))
        _renew(cursor, {row.scope for row in rows})


def remove(entry_ids: Sequence[int]) -> None:
    """Takes documents out; ids that are not in the index are passed over."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITER)
        cursor.execute("DELETE FROM knowledge_index WHERE entry_id = ANY(%s) RETURNING entry_id, scope, asked, answered", [list(entry_ids)])
        rows = [Row(*row) for row in cursor.fetchall()]
        if not rows:
            return
        counts = filing.count(rows)
        cursor.execute(_TAKE_COUNTS, _columns([(scope, word, number) for (scope, word), number in counts.items()], 3))
        places = [list({row.scope for row in rows}), [word for _, word in counts]]
        cursor.execute("DELETE FROM knowledge_word WHERE documents <= 0 AND scope = ANY(%s) AND word = ANY(%s)", places)
        _renew(cursor, {row.scope for row in rows})


def forget(scope: str) -> None:
    """Takes out everything that is filed under a scope."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITER)
        cursor.execute("DELETE FROM knowledge_index WHERE scope = %s", [scope])
        cursor.execute("DELETE FROM knowledge_word WHERE scope = %s", [scope])


def scopes() -> list[str]:
    """Everything that something is filed under."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT scope FROM knowledge_word WHERE word = %s AND scope <> %s", [VERSION, NORMALISER_SCOPE])
        return [row[0] for row in cursor.fetchall()]


def clear() -> None:
    """Empties the index, its mark too."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITER)
        for table in ("knowledge_index", "knowledge_word", "knowledge_spelling"):
            cursor.execute(f"DELETE FROM {table}")


def mark(normaliser: int) -> None:
    """Keeps which version of the normaliser an empty index is filled by; a filled one keeps its mark."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", [NORMALISER_SCOPE, VERSION, normaliser]
        )


def normaliser_version() -> int:
    """Of the normaliser that the index was made with; 0 where nothing was ever filed."""
    return size_and_version(NORMALISER_SCOPE)[1]


def _renew(cursor: CursorWrapper, scopes: set[str]) -> None:
    """A random number, not a counter: a transaction that is rolled back must not leave a version that another one reaches again."""
    for scope in sorted(scopes):
        cursor.execute(_RENEW, [scope, VERSION, randbits(60)])


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
