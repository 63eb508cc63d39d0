"""Notes people write to each other about a conversation. Called by the operator's line on database threads, by no code of visitors (tested)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from widget.conversations.errors import ConflictError, EmptyReplyError
from widget.conversations.locking import locked, ring_after_commit
from widget.conversations.models import Note

NOTES_SHOWN = 500


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as people see it; `id` is the sender's, `after_seq` the message it stands after."""

    id: str
    text: str
    author_id: int | None
    author: str
    after_seq: int
    at: datetime


def add(conversation_id: int, user: AbstractBaseUser, text: str, client_id: str) -> NoteRow:
    """The same id twice is the same note. Raises EmptyReplyError, ConflictError (the id was used with another text) and ConversationGoneError."""
    text = text.strip()
    if not text:
        raise EmptyReplyError
    with transaction.atomic():
        seq = locked(conversation_id).values_list("seq", flat=True).get()
        written = {"author": user, "author_name": named(user), "text": text, "after_seq": seq}
        note, made = Note.objects.get_or_create(conversation_id=conversation_id, client_id=client_id, defaults=written)
        if note.text != text:
            raise ConflictError
        if made:
            ring_after_commit(conversation_id)
    return _row(note)


def of(conversation_id: int) -> list[NoteRow]:
    """The last NOTES_SHOWN of them, oldest first."""
    latest = Note.objects.filter(conversation_id=conversation_id).order_by("-id")[:NOTES_SHOWN]
    return [_row(note) for note in reversed(latest)]


def named(user: AbstractBaseUser) -> str:
    """What colleagues see: the full name where there is one, else the account's."""
    full = getattr(user, "get_full_name", str)()
    return str(full or user.get_username())[:150]


def _row(note: Note) -> NoteRow:
    return NoteRow(note.client_id, note.text, note.author_id, note.author_name, note.after_seq, note.at)
