"""Stores pieces as entries by hand-written SQL: an import of a hundred thousand spends a third of its time in the ORM otherwise.

Called by filling.py inside its transaction. The columns are the model's own; a test holds what is written here equal to what the model writes.
"""

import json
from collections.abc import Container, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils import timezone

from widget.knowledge.models import Entry, Source
from widget.knowledge.reading.piece import Piece

# SQLite takes no more than 32,766 values in one statement.
ROWS_AT_ONCE = 500
COLUMNS = (
    "site_id", "source_id", "generation", "key", "place", "title", "answer", "other_ways", "tags", "products",
    "language", "url", "state", "valid_from", "valid_until", "facts", "updated_at",
)  # fmt: skip


def insert(source: Source, generation: int, pieces: Sequence[Piece], off: Container[str] = ()) -> Mapping[str, int]:
    """The id of each new entry by its piece's key; those whose keys are `off` are drafts."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    ids: dict[str, int] = {}
    with connection.cursor() as cursor:
        for first in range(0, len(pieces), ROWS_AT_ONCE):
            some = pieces[first : first + ROWS_AT_ONCE]
            values: list[Any] = []
            for piece in some:
                values += (source.site_id, source.pk, generation, piece.key, piece.place, piece.title, piece.text, piece.other_ways, piece.tags)
                values.append(piece.products)
                state = Entry.State.DRAFT if piece.key in off else Entry.State.APPROVED
                values += (piece.language, piece.url, state.value, piece.valid_from and piece.valid_from.isoformat())
                values += (piece.valid_until and piece.valid_until.isoformat(), json.dumps(dict(piece.facts)), now)
            cursor.execute(_statement(len(some)), values)
            ids.update(cursor.fetchall())
    return ids


@lru_cache(maxsize=64)
def _statement(rows: int) -> str:
    row = f"({', '.join(['%s'] * len(COLUMNS))})"
    return f"INSERT INTO widget_entry ({', '.join(COLUMNS)}) VALUES {', '.join([row] * rows)} RETURNING key, id"
