"""What visitors think of single answers. Called by realtime/ on database threads; read by the inbox and its counts."""

from django.db import transaction

from widget.conversations.errors import RatingError
from widget.conversations.locking import locked, ring_after_commit
from widget.conversations.models import Message, Rating

VALUES = (1, -1)


def rate(conversation_id: int, seq: int, value: int) -> None:
    """The last word counts. Raises RatingError when there is no answer at `seq` or the value is neither 1 nor -1, and ConversationGoneError."""
    if value not in VALUES:
        raise RatingError
    with transaction.atomic():
        locked(conversation_id)
        if not Message.objects.filter(conversation=conversation_id, seq=seq, author__in=("assistant", "operator")).exists():
            raise RatingError
        Rating.objects.update_or_create(conversation_id=conversation_id, seq=seq, defaults={"value": value})
        ring_after_commit(conversation_id)


def of(conversation_id: int) -> dict[int, int]:
    """seq -> 1 or -1."""
    return dict(Rating.objects.filter(conversation=conversation_id).values_list("seq", "value"))
