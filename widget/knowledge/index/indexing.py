"""Keeps the search index in step with the entries: what is put here is found by the next search, in every process.

Called by Entry and its queryset inside their transaction, and by `manage.py rebuild_search`. Turns text into words (language.py)
and hands them to the index of the database in use (stored.py). The index holds no truth: `rebuild` makes it anew from the entries.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from widget.knowledge.index.filing import Row
from widget.knowledge.index.stored import stored
from widget.knowledge.language import index_text

# Raise it when the normaliser or its word lists change: a stale index is made anew by `rebuild_search --if-stale`.
VERSION = 4
BATCH = 500
# Sentences of an answer are kept apart, as lines: words that stand in one of them belong together.
_SENTENCE = re.compile(r"(?<=[.!?;:])\s")


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as the index sees it. `asked`: title and other ways to ask, one a line; `answered`: all other text. Not `live`: never found."""

    entry_id: int
    scope: str
    live: bool
    asked: str
    answered: str


def put(documents: Iterable[Document]) -> None:
    """Adds or replaces documents; those not live are taken out."""
    batch = list(documents)
    if not batch:
        return
    with transaction.atomic():
        mark()
        stored.remove([document.entry_id for document in batch])
        stored.add([row_of(document) for document in batch if document.live])


def mark() -> None:
    """Keeps by which normaliser an empty index is filled."""
    stored.mark(VERSION)


def remove(entry_ids: Iterable[int]) -> None:
    with transaction.atomic():
        stored.remove(list(entry_ids))


def told(title: str, other_ways: str, tags: str, answer: str, products: str = "") -> tuple[str, str]:
    """What of an entry is asked for, and what is answered. Without products the same words as ever: nothing that is filed grows stale by them."""
    about = f"{tags}\n{products}" if products else tags
    return f"{title}\n{other_ways}", f"{about}\n{answer}"


def row_of(document: Document) -> Row:
    """In normalised words."""
    return Row(document.entry_id, document.scope, index_text(document.asked), index_text(_SENTENCE.sub("\n", document.answered)))


def clear() -> None:
    """Empties the index; the caller puts everything again, in the same transaction."""
    stored.clear()


def is_stale() -> bool:
    """Whether the index was made by another version of the normaliser; an empty one never was."""
    return stored.normaliser_version() not in (0, VERSION)
