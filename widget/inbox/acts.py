"""What an operator can do with a conversation besides writing: take it, give it away or back, close, reopen, snooze, tag. Called by line.py.

Every act is a function of conversations/, under the conversation's lock, and one line of the audit log.
Whether the person may act at this site line.py has asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from widget.conversations import tags, takeover
from widget.conversations.errors import TagGoneError
from widget.conversations.models import Conversation, Tag
from widget.inbox import audit
from widget.inbox.audit import Action
from widget.lib.refusals import RefusedError
from widget.sites.members import access_of

CHANGE = "widget.change_conversation"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act with what it needs: the person to assign to, the moment to snooze until (ISO 8601, empty: wake), the tag."""

    action: str
    user: int = 0
    until: str = ""
    tag: int = 0


Act = Callable[[int, AbstractBaseUser, Wanted], None]


def malformed() -> RefusedError:
    return RefusedError("malformed", _("The message could not be read. Please reload the page."))


def taken(operator_id: int | None) -> RefusedError:
    person = get_user_model().objects.filter(pk=operator_id or 0).first()
    named = {"operator": {"id": person.pk, "name": person.first_name or person.username}} if person is not None else {}
    return RefusedError("taken", _("Somebody else has this conversation."), **named)


def take(pk: int, user: AbstractBaseUser, wanted: Wanted) -> None:
    if not takeover.take(pk, user):
        raise taken(Conversation.objects.values_list("operator", flat=True).filter(pk=pk).first())


def assign(pk: int, user: AbstractBaseUser, wanted: Wanted) -> None:
    """Only to somebody who may answer at this site; of anybody else nothing is told, not even that they are."""
    person = get_user_model().objects.filter(pk=wanted.user, is_active=True).first()
    site_id = Conversation.objects.values_list("site", flat=True).filter(pk=pk).first()
    if person is None or site_id is None or not access_of(person).may(CHANGE, site_id):
        raise RefusedError("unknown_person", _("This person cannot answer here (any more). Choose somebody else."))
    takeover.assign(pk, user, person)


def snooze(pk: int, user: AbstractBaseUser, wanted: Wanted) -> None:
    try:
        until = datetime.fromisoformat(wanted.until) if wanted.until else None
    except ValueError:
        raise malformed() from None
    takeover.snooze(pk, user, timezone.make_aware(until) if until is not None and timezone.is_naive(until) else until)


def tag(pk: int, user: AbstractBaseUser, wanted: Wanted) -> None:
    try:
        tags.put(pk, wanted.tag)
    except TagGoneError:
        raise RefusedError("unknown_tag", _("This tag is not there any more.")) from None


ACTS: dict[str, Act] = {
    "take": take,
    "take_from": lambda pk, user, wanted: takeover.take_from(pk, user),
    "hand_back": lambda pk, user, wanted: takeover.hand_back(pk, user),
    "close": lambda pk, user, wanted: takeover.close(pk, user),
    "reopen": lambda pk, user, wanted: takeover.reopen(pk, user),
    "assign": assign,
    "snooze": snooze,
    "tag": tag,
    "untag": lambda pk, user, wanted: tags.remove(pk, wanted.tag),
}

# What the audit log calls them.
_NAMES = {
    "take": Action.TOOK,
    "take_from": Action.TOOK,
    "hand_back": Action.HANDED_BACK,
    "close": Action.CLOSED,
    "reopen": Action.REOPENED,
    "assign": Action.ASSIGNED,
    "snooze": Action.SNOOZED,
    "tag": Action.TAGGED,
    "untag": Action.TAGGED,
}


def perform(talk: Conversation, user: AbstractBaseUser, wanted: Wanted) -> None:
    """Does it and notes it in the audit log, in the caller's transaction."""
    ACTS[wanted.action](talk.pk, user, wanted)
    audit.acted(user, _NAMES[wanted.action], talk, _detail(talk, wanted))


def _detail(talk: Conversation, wanted: Wanted) -> str:
    """Whom it went to, until when, which tag; nothing a visitor wrote."""
    if wanted.action == "assign":
        return "".join(User.objects.filter(pk=wanted.user).values_list("username", flat=True))
    if wanted.action in ("tag", "untag"):
        sign = "+" if wanted.action == "tag" else "–"
        return f"{sign} {''.join(Tag.objects.filter(pk=wanted.tag, site=talk.site_id).values_list('name', flat=True))}"
    return wanted.until[:40] if wanted.action == "snooze" else ""


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
