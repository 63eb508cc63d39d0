"""What the stored indexes of both databases share: the table of words with its marks, and in which order documents are asked for.

index_sqlite.py and index_postgres.py derive from these classes and say the rest in the SQL of their database. An index works on the connection it is
given, inside the caller's transaction. Everything is filed under a scope, so that one site never finds or counts another's words.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from widget.knowledge import filing
from widget.knowledge.filing import ALL, NORMALISER_SCOPE, SHORTEST_SPELLING, VERSION, Row
from widget.knowledge.ranking import Text, Wanted
from widget.knowledge.spelling import slips


class StoredScope(ABC):
    """One scope of a stored index, read by SQL; for sites too large to keep in memory."""

    def __init__(self, connection: BaseDatabaseWrapper, scope: str, documents: int) -> None:
        self.documents = documents
        self._connection = connection
        self._scope = scope

    @abstractmethod
    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """How many documents hold each word; words that none holds are missing."""

    def candidates(self, wanted: Sequence[Wanted], limit: int) -> list[Text]:
        """The best documents: with any of the words where that is cheap, else with all of them, then with any of the rarest."""
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
    def scope(self, name: str, documents: int) -> StoredScope:
        """One scope for searching; `documents` as `size_and_version` tells it."""

    @abstractmethod
    def every_text(self, scope: str) -> list[Text]:
        """All documents of a scope."""

    @abstractmethod
    def add(self, rows: Sequence[Row]) -> None:
        """Files documents that are not in the index yet."""

    @abstractmethod
    def remove(self, entry_ids: Sequence[int]) -> None:
        """Takes documents out; ids that are not in the index are passed over."""

    @abstractmethod
    def forget(self, scope: str) -> None:
        """Takes out everything that is filed under a scope."""

    @abstractmethod
    def clear(self) -> None:
        """Empties the index, its mark too."""

    def size_and_version(self, scope: str) -> tuple[int, int]:
        """How many documents a scope has, and a number that is another after every change of it, in whichever process."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT word, documents FROM knowledge_word WHERE scope = %s AND word IN (%s, %s)", [scope, ALL, VERSION])
            found = dict(cursor.fetchall())
        return found.get(ALL, 0), found.get(VERSION, 0)

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

    def normaliser_version(self) -> int:
        """Of the normaliser that the index was made with; 0 where nothing was ever filed."""
        return self.size_and_version(NORMALISER_SCOPE)[1]
