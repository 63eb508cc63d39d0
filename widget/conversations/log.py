"""The log of a conversation: append a row, read everything after a row. Hand-written SQL, one text for both databases.

Called inside a transaction by answering/intake.py, turns.py and takeover.py (append) and by realtime/ and answering/
(since, latest). The UPDATE that raises `seq` locks the conversation's row, so numbers are gapless and in commit order.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from widget.conversations.errors import ConflictError, ConversationGoneError

_COLUMNS = "seq, client_id, author, answered_by, name, text, sources, at"
_FIND = f"SELECT {_COLUMNS} FROM widget_message WHERE conversation_id = %s AND client_id = %s"
_SINCE = f"SELECT {_COLUMNS} FROM widget_message WHERE conversation_id = %s AND seq > %s ORDER BY seq LIMIT %s"
_BEFORE = f"SELECT {_COLUMNS} FROM widget_message WHERE conversation_id = %s AND seq < %s ORDER BY seq DESC LIMIT %s"
# The talk since the last closing; the question itself even then.
_TALK_BEFORE = f"""
SELECT {_COLUMNS} FROM widget_message WHERE conversation_id = %s AND seq < %s
  AND (seq > (SELECT fresh_from FROM widget_conversation WHERE id = %s) OR seq = %s) ORDER BY seq DESC LIMIT %s
"""
_INSERT = f"INSERT INTO widget_message (conversation_id, {_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
# Where processes write at the same time, one that looked before the lock may find the row there once it has it.
_INSERT_ONCE = _INSERT + " ON CONFLICT (conversation_id, client_id) DO NOTHING"
_GIVE_BACK = "UPDATE widget_conversation SET seq = seq - 1 WHERE id = %s"
# A visitor who writes into a closed conversation opens it again, with the assistant; into a snoozed one wakes it, and its person keeps it.
_NEXT_FOR_VISITOR = """
UPDATE widget_conversation SET seq = seq + 1, last_at = %s, closed_at = NULL, snoozed_until = NULL,
  handler = CASE WHEN closed_at IS NULL THEN handler ELSE 'bot' END,
  operator_id = CASE WHEN closed_at IS NULL THEN operator_id ELSE NULL END
WHERE id = %s RETURNING seq, handler
"""
_NEXT = "UPDATE widget_conversation SET seq = seq + 1, last_at = %s WHERE id = %s RETURNING seq, handler"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer was taken from; `url` may be empty."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class NewRow:
    """A message to append. `id` is the sender's: the same id twice is the same message."""

    id: str
    author: str
    text: str
    answered_by: str = ""
    name: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A message as it stands in the log."""

    seq: int
    id: str
    author: str
    answered_by: str
    name: str
    text: str
    sources: tuple[Source, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Appended:
    """The stored row, who handles the conversation, and whether the row was there before."""

    row: Row
    handler: str
    duplicate: bool = False


def new_row_id() -> str:
    return str(uuid.uuid4())


def append(conversation_id: int, new: NewRow) -> Appended:
    """Stores the row under the next seq. Raises ConflictError when its id was used with another text and
    ConversationGoneError when the conversation was removed."""
    with connection.cursor() as cursor:
        if (known := _known(cursor, conversation_id, new)) is not None:
            return known
        at = timezone.now()
        stored_at = connection.ops.adapt_datetimefield_value(at)
        cursor.execute(_NEXT_FOR_VISITOR if new.author == "visitor" else _NEXT, (stored_at, conversation_id))
        allotted = cursor.fetchone()
        if allotted is None:
            raise ConversationGoneError
        seq, handler = allotted
        row = insert(cursor, conversation_id, seq, new, at, _INSERT_ONCE)
        if cursor.rowcount == 1:
            return Appended(row, handler)
        cursor.execute(_GIVE_BACK, (conversation_id,))
        known = _known(cursor, conversation_id, new)
        assert known is not None
        return known


def _known(cursor: Any, conversation_id: int, new: NewRow) -> Appended | None:
    """The row of this id if it stands in the log. Raises ConflictError when it says something else."""
    cursor.execute(_FIND, (conversation_id, new.id))
    found = cursor.fetchone()
    if found is None:
        return None
    if found[5] != new.text or found[2] != new.author:
        raise ConflictError
    return Appended(_row(found), "", duplicate=True)


def insert(cursor: Any, conversation_id: int, seq: int, new: NewRow, at: datetime, statement: str = _INSERT) -> Row:
    """Writes the row under a seq the caller has just allotted in this transaction."""
    sources = json.dumps([{"title": source.title, "url": source.url} for source in new.sources]) if new.sources else "[]"
    stored_at = connection.ops.adapt_datetimefield_value(at)
    cursor.execute(statement, (conversation_id, seq, new.id, new.author, new.answered_by, new.name, new.text, sources, stored_at))
    return Row(seq, new.id, new.author, new.answered_by, new.name, new.text, new.sources, at)


def since(conversation_id: int, seq: int, limit: int) -> list[Row]:
    """The rows after `seq`, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, (conversation_id, seq, limit))
        return [_row(found) for found in cursor.fetchall()]


def before(conversation_id: int, seq: int, limit: int) -> list[Row]:
    """The last `limit` rows before `seq`, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, (conversation_id, seq, limit))
        return [_row(found) for found in reversed(cursor.fetchall())]


def talk_before(conversation_id: int, seq: int, limit: int) -> list[Row]:
    """What the assistant may know: the last `limit` rows before `seq` of the talk that goes on, oldest first, the row before `seq` always."""
    with connection.cursor() as cursor:
        cursor.execute(_TALK_BEFORE, (conversation_id, seq, conversation_id, seq - 1, limit))
        return [_row(found) for found in reversed(cursor.fetchall())]


def id_at(conversation_id: int, seq: int) -> str:
    """The id of the row at `seq`, or an empty string."""
    rows = since(conversation_id, seq - 1, 1)
    return rows[0].id if rows and rows[0].seq == seq else ""


def _row(found: tuple[Any, ...]) -> Row:
    seq, row_id, author, answered_by, name, text, sources, at = found
    parsed = tuple(Source(source["title"], source.get("url", "")) for source in json.loads(sources)) if sources != "[]" else ()
    # SQLite's driver gives the moment without its zone; what stands in the column is UTC.
    return Row(seq, row_id, author, answered_by, name, text, parsed, at if at.tzinfo else at.replace(tzinfo=UTC))
