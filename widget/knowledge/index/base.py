"""What the stored indexes of both databases share: the table of words with its marks, and in which order documents are asked for.

sqlite.py and postgres.py derive from these classes and say the rest in the SQL of their database. An index works on the connection it is
given, inside the caller's transaction. Everything is filed under a scope (scopes.py), so that one site never finds or counts another's words. What
people write is filed and counted in one step; a generation of a source is filed bit by bit and counted at its end, since nobody looks in it before.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.backends.base.base import BaseDatabaseWrapper

from widget.knowledge.index import filing, scopes
from widget.knowledge.index.filing import ALL, NORMALISER_SCOPE, SHORTEST_SPELLING, VERSION, Row
from widget.knowledge.index.scopes import Standing
from widget.knowledge.ranking import RELATED, Text, Wanted
from widget.knowledge.spelling import slips

# Asked at every search: a source's row names the generation in use, so no other is ever looked in. Spelt as scopes.of_generation does.
_STANDING = (
    f"SELECT scope, word, documents FROM knowledge_word WHERE scope = %s AND word IN ('{ALL}', '{VERSION}') UNION ALL"
    f" SELECT scope, word, documents FROM widget_source s JOIN knowledge_word ON scope = 'g' || s.id || 'x' || generation AND word IN ('{ALL}', '{VERSION}')"
    " WHERE site_id = %s AND state = 'on' AND generation > 0"
)
# The mark of a scope goes last: by it the nightly job finds what a broken attempt left.
FORGET_WORDS = "DELETE FROM knowledge_word WHERE scope = %s AND word IN (SELECT word FROM knowledge_word WHERE scope = %s AND word <> %s LIMIT %s)"


class StoredScopes(ABC):
    """All that one site's search looks in, read by SQL; for sites too large to keep in memory."""

    def __init__(self, connection: BaseDatabaseWrapper, standing: Standing) -> None:
        self.documents = standing.documents
        self.version = standing.version
        self._connection = connection
        self._scopes = standing.scopes

    @abstractmethod
    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """How many documents hold each word; words that none holds are missing."""

    def candidates(self, wanted: Sequence[Wanted], limit: int) -> list[Text]:
        """The best documents: with any of the words, then, where those are few and it is cheap, with any related one."""
        direct = [term for term in wanted if term.forms]
        found = self._with(direct, limit) if direct else []
        related = [replace(term, forms=term.related, information=term.information * RELATED) for term in wanted if term.related]
        if related and len(found) < filing.ENOUGH and filing.postings(related, self.counts(filing.forms_of(related))) <= filing.CHEAP_POSTINGS:
            seen = {text.entry_id for text in found}
            found += [text for text in self._best([related], related, limit) if text.entry_id not in seen]
        return found

    def _with(self, wanted: Sequence[Wanted], limit: int) -> list[Text]:
        """With any of the words where that is cheap, else with all of them, then with any of the rarest."""
        counts = self.counts(filing.forms_of(wanted))
        if filing.postings(wanted, counts) <= filing.CHEAP_POSTINGS:
            return self._best([wanted], wanted, limit)
        found = self._best([[term] for term in wanted], wanted, limit)
        if len(found) < filing.ENOUGH:
            seen = {text.entry_id for text in found}
            found += [text for text in self._best([filing.rarest(wanted, counts)], wanted, limit) if text.entry_id not in seen]
        return found

    def similar(self, word: str) -> list[str]:
        """Words that could be meant by a misspelt one: with swapped or surplus letters, else those that share the most runs of three letters."""
        near = list(self.counts(slips(word)))
        return near if near or len(word) < SHORTEST_SPELLING else self._spelt_like(word)

    @abstractmethod
    def _best(self, groups: Sequence[Sequence[Wanted]], wanted: Sequence[Wanted], limit: int) -> list[Text]:
        """The documents that have a word of each group, those first that say most of what is wanted."""

    @abstractmethod
    def _spelt_like(self, word: str) -> list[str]: ...


class StoredIndex(ABC):
    """The whole stored index of one database."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    @abstractmethod
    def within(self, standing: Standing) -> StoredScopes:
        """What a site's search looks in."""

    @abstractmethod
    def every_text(self, scopes: Sequence[str]) -> list[Text]:
        """All documents of these scopes."""

    @abstractmethod
    def file(self, rows: Sequence[Row]) -> None:
        """Files documents that are not in the index yet, without counting their words."""

    @abstractmethod
    def count(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Adds to the number of documents that hold each word, by (scope, word), and files the words by their spelling."""

    @abstractmethod
    def renew(self, scopes: Iterable[str]) -> None:
        """Gives scopes that changed another version. The last step of every change, so that memory follows."""

    @abstractmethod
    def remove(self, entry_ids: Sequence[int]) -> None:
        """Takes documents out; ids that are not in the index are passed over."""

    @abstractmethod
    def unfile(self, entry_ids: Sequence[int]) -> None:
        """Takes documents of scopes out that nobody looks in any more; their words are left for `forget_words`."""

    @abstractmethod
    def filed_under(self, scope: str, limit: int) -> list[int]:
        """Some documents of a scope, by the ids of their entries."""

    @abstractmethod
    def filed_after(self, entry_id: int, limit: int) -> list[int]:
        """The ids of the next entries that something is filed of, in rising order."""

    @abstractmethod
    def forget_words(self, scope: str, limit: int) -> int:
        """Takes out so many words of a scope that holds no document any more, its mark last; returns how many there were."""

    @abstractmethod
    def clear(self) -> None:
        """Empties the index, its mark too."""

    def lock(self) -> None:
        """Until the transaction ends nobody else takes documents in or out. On SQLite any transaction that writes is alone."""
        return

    def write_much(self) -> None:
        """Prepares the connection of a process that writes much of what can be written again."""
        return

    def settle(self) -> bool:
        """Puts a part of a large index in order, for quicker asking. False when nothing was left to do."""
        return False

    def add(self, rows: Sequence[Row]) -> None:
        """Files and counts documents that are not in the index yet."""
        self.file(rows)
        self.count(filing.count(rows))
        self.renew({row.scope for row in rows})

    def standing(self, site_id: int) -> Standing:
        """What this site's searches look in now: one small query."""
        with self._connection.cursor() as cursor:
            cursor.execute(_STANDING, [scopes.of_site(site_id), site_id])
            return scopes.standing(cursor.fetchall())

    def scopes(self) -> list[str]:
        """Everything that something is filed under."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT scope FROM knowledge_word WHERE word = %s AND scope <> %s", [VERSION, NORMALISER_SCOPE])
            return [row[0] for row in cursor.fetchall()]

    def mark(self, normaliser: int) -> None:
        """Keeps which version of the normaliser an empty index is filled by; a filled one keeps its mark."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO knowledge_word (scope, word, documents) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", [NORMALISER_SCOPE, VERSION, normaliser]
            )

    def remark(self, normaliser: int) -> None:
        """Keeps that the whole index is filled by this version of the normaliser."""
        with self._connection.cursor() as cursor:
            cursor.execute("DELETE FROM knowledge_word WHERE scope = %s", [NORMALISER_SCOPE])
        self.mark(normaliser)

    def normaliser_version(self) -> int:
        """Of the normaliser that the index was made with; 0 where nothing was ever filed."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT documents FROM knowledge_word WHERE scope = %s AND word = %s", [NORMALISER_SCOPE, VERSION])
            row = cursor.fetchone()
        return row[0] if row else 0
