"""The lock every change of a conversation is made under, and the ring that follows its commit. Called by the other modules of this package."""

from django.db import transaction
from django.db.models import QuerySet

from widget.conversations import delivery
from widget.conversations.errors import ConversationGoneError
from widget.conversations.models import Conversation


def locked(conversation_id: int) -> QuerySet[Conversation]:
    """The conversation's row, held until the transaction ends. Raises ConversationGoneError."""
    conversations = Conversation.objects.filter(pk=conversation_id)
    if not conversations.select_for_update().values_list("pk").first():
        raise ConversationGoneError
    return conversations


def ring_after_commit(conversation_id: int) -> None:
    """Everybody who shows the conversation looks again. What changed is not said: a note must never travel the way of rows."""
    ring_name_after_commit(*Conversation.objects.values_list("public_id", "channel").get(pk=conversation_id))


def ring_name_after_commit(conversation: str, channel: str = "web") -> None:
    """The same for one that may have no row, or none any more."""
    # Without the row: whoever hears it reads the log and the new handler together.
    # Robust: a failing ring must not look like a failed commit to the writes that share the transaction.
    transaction.on_commit(lambda: delivery.ring(channel, conversation, changed=True), robust=True)
