"""The stored index of the database in use. The one place of knowledge/ that asks which database that is; indexing.py and search.py take it from here."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.db import connection

from widget.knowledge.index.base import StoredIndex
from widget.knowledge.index.postgres import PostgresIndex
from widget.knowledge.index.sqlite import SqliteIndex
from widget.knowledge.ranking import Text, Wanted


class SiteIndex(Protocol):
    """What search.py asks of an index, stored or compiled."""

    documents: int
    version: tuple[tuple[str, int], ...]

    def counts(self, words: Iterable[str]) -> dict[str, int]: ...
    def candidates(self, wanted: Sequence[Wanted], limit: int) -> list[Text]: ...
    def similar(self, word: str) -> list[str]: ...


stored: StoredIndex = PostgresIndex(connection) if connection.vendor == "postgresql" else SqliteIndex(connection)
