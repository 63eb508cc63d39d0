"""Waits that nobody ends: a visitor whom nobody takes over, a person who vanished in mid-talk, a snooze that is over. A look in every process.

Started and ended by wiring.py through the lifecycle. What is found is changed under the conversation's lock and asked again there, so any number
of processes may look. It only marks and rings: whoever holds the visitor's socket tells them (realtime/hub.py), and `claim_telling` says who is the one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from widget.conversations import turns
from widget.conversations.errors import ConversationGoneError
from widget.conversations.locking import locked, ring_after_commit
from widget.conversations.models import Conversation, Message
from widget.conversations.takeover import announce_wait
from widget.jobs.tasks import enqueue
from widget.lib import database
from widget.lib.periodic import Periodic
from widget.lib.speech.forms import Role, words
from widget.sites.models import Site

LOOK_EVERY_SECONDS = 5.0
# In one look; what is left is found by the next.
AT_ONCE = 100
# A question nobody looked at for longer is not taken up again: after an update or a long outage the assistant must not wake sleeping talks.
OPEN_FOR = timedelta(hours=24)
LONGEST_COURTESY = 120

_FIRST_TIME = Q(overdue_at=None) | Q(overdue_at__lt=F("waiting_since"))
_NOT_TOLD = Q(handler="waiting", overdue_at__gte=F("waiting_since")) & (Q(told_at=None) | Q(told_at__lt=F("waiting_since")))
# For queries of others: whether the visitor has still to be told that nobody came.
UNTOLD = Case(When(_NOT_TOLD, then=Value(True)), default=Value(False), output_field=BooleanField())


class Waits:
    """One per process."""

    def __init__(self) -> None:
        self.looks = Periodic("waits nobody ends", LOOK_EVERY_SECONDS, self.look)

    async def look(self) -> None:
        overdue, left_alone, rested = await database.read(_found, timezone.now())
        for conversation_id in overdue:
            await database.write(mark_overdue, conversation_id)
        for conversation_id in left_alone:
            await database.write(take_from_the_vanished, conversation_id)
        for conversation_id in rested:
            await database.write(wake, conversation_id)


def mark_overdue(conversation_id: int) -> bool:
    """Nobody came in time: the team is alerted again, and the visitor is to be told. Once per wait."""
    with transaction.atomic():
        if not _still(conversation_id, _overdue(timezone.now())):
            return False
        Conversation.objects.filter(pk=conversation_id).update(overdue_at=timezone.now())
        _alert_again(conversation_id)
        ring_after_commit(conversation_id)
    return True


def take_from_the_vanished(conversation_id: int) -> bool:
    """Its person is gone and the visitor asked something: they wait for people again, and the assistant answers meanwhile."""
    with transaction.atomic():
        now = timezone.now()
        if not _still(conversation_id, _left_alone(now)):
            return False
        # A wait that begins overdue: they have waited already.
        Conversation.objects.filter(pk=conversation_id).update(handler="waiting", operator=None, waiting_since=now, overdue_at=now, snoozed_until=None)
        turns.queue_open_question(conversation_id)
        announce_wait(conversation_id)
        ring_after_commit(conversation_id)
    return True


def wake(conversation_id: int) -> bool:
    """The snooze is over."""
    with transaction.atomic():
        if not _still(conversation_id, _rested(timezone.now())):
            return False
        Conversation.objects.filter(pk=conversation_id).update(snoozed_until=None)
        ring_after_commit(conversation_id)
    return True


def claim_telling(conversation_id: int) -> bool:
    """Whether the caller is the one who tells the visitor that nobody came. True once per wait, whatever the number of tabs and processes."""
    with transaction.atomic():
        return bool(Conversation.objects.filter(_NOT_TOLD, pk=conversation_id).update(told_at=timezone.now()))


def _found(now: datetime) -> tuple[list[int], list[int], list[int]]:
    overdue, rested = (list(found.values_list("pk", flat=True)[:AT_ONCE]) for found in (_overdue(now), _rested(now)))
    left_alone = [pk for pk, text in _left_alone(now).values_list("pk", "last_text")[:AT_ONCE] if _asks(text)]
    return overdue, left_alone, rested


def _still(conversation_id: int, found: QuerySet[Conversation]) -> bool:
    """Asked again under the lock."""
    try:
        locked(conversation_id)
    except ConversationGoneError:
        return False
    return found.filter(pk=conversation_id).exists()


def _overdue(now: datetime) -> QuerySet[Conversation]:
    """Waits as long as their site allows, marked neither yet."""
    waiting = Conversation.objects.filter(_FIRST_TIME, handler="waiting", closed_at=None, waiting_since__gte=now - OPEN_FOR)
    return waiting.filter(_any(_patience(now, "waiting_since")))


def _left_alone(now: datetime) -> QuerySet[Any]:
    """With a person who is gone as long as the site allows, or for good, and the visitor's word is the last."""
    gone = Q(operator=None) | Q(operator__is_active=False) | _any(_patience(now, "operator__presence__seen_at"))
    last = Message.objects.filter(conversation=OuterRef("pk"), seq=OuterRef("seq"))
    held = Conversation.objects.filter(gone, handler="human", closed_at=None, snoozed_until=None, last_at__gte=now - OPEN_FOR, site__accept_minutes__gt=0)
    told = held.annotate(last_author=Subquery(last.values("author")[:1]), last_text=Subquery(last.values("text")[:1]))
    return told.filter(last_author="visitor").order_by("-last_at")


def _rested(now: datetime) -> QuerySet[Conversation]:
    return Conversation.objects.filter(snoozed_until__lte=now)


def _patience(now: datetime, since: str) -> Iterator[Q]:
    """Per length of patience that any site has: older than that. Few sites differ, and so no database has to count in minutes."""
    for minutes in Site.objects.filter(accept_minutes__gt=0).values_list("accept_minutes", flat=True).distinct().order_by():
        yield Q(**{"site__accept_minutes": minutes, f"{since}__lte": now - timedelta(minutes=minutes)})


def _any(conditions: Iterator[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def _asks(text: str) -> bool:
    """A thank-you or a thumb needs no answer."""
    said = words(text[: 4 * LONGEST_COURTESY])
    return len(text) > LONGEST_COURTESY or any(not word.courtesy and word.role > Role.STOP for word in said)


def _alert_again(conversation_id: int) -> None:
    since = Conversation.objects.values_list("waiting_since", flat=True).get(pk=conversation_id)
    enqueue("alert.nobody_accepts", conversation_id, key=f"overdue:{conversation_id}:{since.isoformat() if since else ''}")


waits = Waits()
