"""A person steps in, hands back or closes; a visitor asks for a person.

Called by the admin (sync) and by realtime/visitor.py (on a database thread). Each function is one transaction under the
conversation's lock: once `handler` is human, no turn can append text, even one that is running (turns.finish asks).
"""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from widget.conversations import delivery, turns
from widget.conversations.errors import ConversationGoneError, EmptyReplyError
from widget.conversations.log import NewRow, Row, append, new_row_id
from widget.conversations.models import Conversation
from widget.jobs.tasks import enqueue


def reply_as_operator(conversation_id: int, user: AbstractBaseUser, text: str, row_id: str = "") -> Row:
    """Appends the person's text and makes them the handler. The same `row_id` twice stores once. Raises EmptyReplyError."""
    text = text.strip()
    if not text:
        raise EmptyReplyError
    with transaction.atomic():
        appended = append(conversation_id, NewRow(row_id or new_row_id(), "operator", text, "person", shown_name(user)))
        if not appended.duplicate:
            _locked(conversation_id).update(handler="human", operator=user, waiting_since=None, closed_at=None, operator_read_seq=appended.row.seq)
            turns.give_up(conversation_id)
            _ring_after_commit(conversation_id)
    return appended.row


def hand_back(conversation_id: int, user: AbstractBaseUser) -> None:
    """The assistant answers again, also the question that came last and that nobody answered."""
    with transaction.atomic():
        _locked(conversation_id).update(handler="bot", operator=None, waiting_since=None)
        turns.queue_open_question(conversation_id)
        _ring_after_commit(conversation_id)


def close(conversation_id: int, user: AbstractBaseUser) -> None:
    """Nobody waits any more; the visitor's next message opens it again, with the assistant."""
    with transaction.atomic():
        _locked(conversation_id).update(handler="bot", operator=None, waiting_since=None, closed_at=timezone.now())
        turns.give_up(conversation_id)
        _ring_after_commit(conversation_id)


def request_person(conversation_id: int) -> bool:
    """The visitor asks for a person. False when one is there or already asked for."""
    with transaction.atomic():
        changed = _locked(conversation_id).filter(handler="bot").update(handler="waiting", waiting_since=Coalesce("waiting_since", Now()), closed_at=None)
        if changed:
            announce_wait(conversation_id)
            _ring_after_commit(conversation_id)
    return bool(changed)


def announce_wait(conversation_id: int) -> None:
    """Tells the owner, once per wait. Call it in the transaction that makes the conversation wait."""
    seq = Conversation.objects.values_list("seq", flat=True).get(pk=conversation_id)
    enqueue("alert.visitor_waits", conversation_id, key=f"wait:{conversation_id}:{seq}")


def shown_name(user: AbstractBaseUser) -> str:
    """What visitors see: a first name, never an account's name."""
    return str(getattr(user, "first_name", ""))[:80]


def _locked(conversation_id: int) -> QuerySet[Conversation]:
    conversations = Conversation.objects.filter(pk=conversation_id)
    if not conversations.select_for_update().values_list("pk").first():
        raise ConversationGoneError
    return conversations


def _ring_after_commit(conversation_id: int) -> None:
    conversation, channel = Conversation.objects.values_list("public_id", "channel").get(pk=conversation_id)
    # Without the row: whoever hears it reads the log and the new handler together.
    # Robust: a failing ring must not look like a failed commit to the writes that share the transaction.
    transaction.on_commit(lambda: delivery.ring(channel, conversation, changed=True), robust=True)
