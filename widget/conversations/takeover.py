"""Who handles a conversation: a person steps in, hands it on or back, closes, reopens or snoozes it; a visitor asks for a person.

Called by the admin (sync), by the operator's line and by realtime/visitor.py (on database threads). Each function is one transaction under the
conversation's lock: once `handler` is human, no turn can append text, even one that is running (turns.finish asks). All raise ConversationGoneError.
Whether the user may do it at this site is asked by the caller.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from widget.conversations import presence, turns
from widget.conversations.errors import EmptyReplyError, TakenError
from widget.conversations.locking import locked, ring_after_commit
from widget.conversations.log import NewRow, Row, append, new_row_id
from widget.conversations.models import Conversation
from widget.jobs.tasks import enqueue


def take(conversation_id: int, user: AbstractBaseUser) -> bool:
    """True: you are the handler, now or already. False: somebody else is, and nothing changed. Of two at once exactly one gets True."""
    with transaction.atomic():
        handler, operator_id = _held(conversation_id)
        if handler == "human" and operator_id not in (None, user.pk):
            return False
        _give_to(conversation_id, user)
    presence.seen(user.pk)
    return True


def take_from(conversation_id: int, user: AbstractBaseUser) -> None:
    """Takes it over whoever has it: only when the user said so."""
    with transaction.atomic():
        locked(conversation_id)
        _give_to(conversation_id, user)
    presence.seen(user.pk)


def assign(conversation_id: int, user: AbstractBaseUser, to_user: AbstractBaseUser) -> None:
    """Gives it to somebody of the team, whoever has it."""
    with transaction.atomic():
        locked(conversation_id)
        _give_to(conversation_id, to_user)
    presence.seen(user.pk)


def reply_as_operator(conversation_id: int, user: AbstractBaseUser, text: str, row_id: str = "", force: bool = True) -> Row:
    """Appends the person's text and makes them the handler. The same `row_id` twice stores once.

    Raises EmptyReplyError, and TakenError when somebody else has the conversation and `force` is not set; nothing is stored then.
    """
    text = text.strip()
    if not text:
        raise EmptyReplyError
    with transaction.atomic():
        appended = append(conversation_id, NewRow(row_id or new_row_id(), "operator", text, "person", shown_name(user)))
        if not appended.duplicate:
            handler, operator_id = _held(conversation_id)
            if not force and handler == "human" and operator_id not in (None, user.pk):
                raise TakenError(operator_id)
            _give_to(conversation_id, user, operator_read_seq=appended.row.seq)
    presence.seen(user.pk)
    return appended.row


def hand_back(conversation_id: int, user: AbstractBaseUser) -> None:
    """The assistant answers again, also the question that came last and that nobody answered."""
    with transaction.atomic():
        locked(conversation_id).update(handler="bot", operator=None, waiting_since=None, snoozed_until=None)
        turns.queue_open_question(conversation_id)
        ring_after_commit(conversation_id)


def close(conversation_id: int, user: AbstractBaseUser) -> None:
    """Nobody waits any more. What comes after it is a new talk in the same place: it begins with the assistant, which knows nothing of before."""
    with transaction.atomic():
        held = locked(conversation_id)
        held.filter(closed_at=None).update(closings=F("closings") + 1)
        held.update(handler="bot", operator=None, waiting_since=None, snoozed_until=None, closed_at=timezone.now(), fresh_from=F("seq"))
        turns.give_up(conversation_id)
        ring_after_commit(conversation_id)


def reopen(conversation_id: int, user: AbstractBaseUser) -> None:
    """Whoever reopens a closed conversation has it. One that is open stays as it is."""
    with transaction.atomic():
        if locked(conversation_id).filter(closed_at__isnull=False).exists():
            _give_to(conversation_id, user)
    presence.seen(user.pk)


def snooze(conversation_id: int, user: AbstractBaseUser, until: datetime | None) -> None:
    """It rests until then, or until the visitor writes; None or a moment that is over wakes it. Whoever has it keeps it, else it is the user's."""
    with transaction.atomic():
        handler, operator_id = _held(conversation_id)
        if handler != "human" or operator_id is None:
            _give_to(conversation_id, user)
        locked(conversation_id).update(snoozed_until=until if until is not None and until > timezone.now() else None)
        ring_after_commit(conversation_id)
    presence.seen(user.pk)


def request_person(conversation_id: int) -> bool:
    """The visitor asks for a person. False when one is there or already asked for."""
    with transaction.atomic():
        changed = locked(conversation_id).filter(handler="bot").update(handler="waiting", waiting_since=Coalesce("waiting_since", Now()), closed_at=None)
        if changed:
            announce_wait(conversation_id)
            ring_after_commit(conversation_id)
    return bool(changed)


def announce_wait(conversation_id: int) -> None:
    """Tells the owner, once per wait. Call it in the transaction that makes the conversation wait."""
    # Named by its beginning: of two waits without a word between them each is told.
    since = Conversation.objects.values_list("waiting_since", flat=True).get(pk=conversation_id)
    enqueue("alert.visitor_waits", conversation_id, key=f"wait:{conversation_id}:{since.isoformat() if since else ''}")


def shown_name(user: AbstractBaseUser) -> str:
    """What visitors see: a first name, never an account's name."""
    return str(getattr(user, "first_name", ""))[:80]


def _held(conversation_id: int) -> tuple[str, int | None]:
    """Who has it, read under its lock."""
    found: tuple[str, int | None] = locked(conversation_id).values_list("handler", "operator_id").get()
    return found


def _give_to(conversation_id: int, user: AbstractBaseUser, **besides: Any) -> None:
    """Under the lock: from here on no row of the assistant can follow."""
    owned = {"handler": "human", "operator": user, "waiting_since": None, "closed_at": None, "snoozed_until": None}
    Conversation.objects.filter(pk=conversation_id).update(**owned, **besides)
    turns.give_up(conversation_id)
    ring_after_commit(conversation_id)
