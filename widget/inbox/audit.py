"""The audit log: who read, answered or took over a conversation, exported, changed or deleted what, signed in, got another role. Never what was written.

What Django's admin logs comes through `heard` (sites/admin_base.py tells it, wiring.py connects them); the rest is noted where it happens.
Shown by audit_admin.py; the daily job forgets what is older than a year.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Model
from django.utils import timezone

from widget.conversations.log import Row
from widget.conversations.models import Conversation
from widget.conversations.notes import NoteRow
from widget.inbox.models import AuditEntry
from widget.sites.members import site_of
from widget.sites.models import Member

Action = AuditEntry.Action
DAYS_KEPT = 365
# Rows of these are called by a name that staff gave them; of all others only the number is kept, since a visitor may have named them.
NAMED = ("auth.user", "widget.site", "widget.provider", "widget.rule")


def note(
    user: AbstractBaseUser | AnonymousUser | None, action: str, sites: Iterable[int | None], row: Model | None = None, detail: str = "", once: str = ""
) -> None:
    """One line for each site it concerns; None: it concerns superusers only. With `once`, the same key is noted a single time."""
    label = row._meta.label_lower if row else ""
    common: dict[str, Any] = {
        "user_id": user.pk if user else None,
        "name": user.get_username()[:150] if user else "",
        "action": action,
        "kind": label,
        "row": str(row.pk) if row else "",
        "subject": str(row)[:150] if row and label in NAMED else "",
        "detail": detail,
    }
    entries = [AuditEntry(site_id=site, once=f"{once}:{site or ''}" if once else None, **common) for site in dict.fromkeys(sites)]
    AuditEntry.objects.bulk_create(entries, ignore_conflicts=bool(once))


def heard(user: AbstractBaseUser | AnonymousUser, action: str, rows: Sequence[Model], detail: str) -> None:
    """What Django's admin writes into its own log of changes. Called before rows are deleted."""
    for row in rows:
        if isinstance(row, Conversation) and action == Action.CHANGED:
            # What is done with one is noted by its own name, for the admin's page and the operator's line alike.
            continue
        note(user, action, sites_of(row), row, detail)


def read(user: AbstractBaseUser | AnonymousUser, conversation: Conversation) -> None:
    """At most once per person, conversation and hour."""
    hour = timezone.now().strftime("%Y%m%d%H")
    note(user, Action.READ, [conversation.site_id], conversation, once=f"read:{user.pk}:{conversation.pk}:{hour}")


def opened(user_id: int, conversation_id: int) -> None:
    """The same, for the operator's line."""
    user, conversation = User.objects.filter(pk=user_id).first(), Conversation.objects.filter(pk=conversation_id).first()
    if user and conversation:
        read(user, conversation)


def replied(user: AbstractBaseUser, talk: Conversation, row: Row) -> None:
    """Call it in the reply's transaction, with the conversation as it was before. The same reply sent again is the same line."""
    had = talk.handler == "human" and talk.operator_id == user.pk
    note(user, Action.REPLIED if had else Action.REPLIED_TAKING, [talk.site_id], talk, f"#{row.seq}", once=once_of(talk.pk, row.id))


def once_of(conversation_id: int, row_id: str) -> str:
    """The key of the line about a reply."""
    return f"reply:{conversation_id}:{row_id}"


def noted(user: AbstractBaseUser, talk: Conversation, written: NoteRow) -> None:
    note(user, Action.NOTED, [talk.site_id], talk, once=f"note:{talk.pk}:{written.id}")


def acted(user: AbstractBaseUser, action: str, talk: Conversation, detail: str = "") -> None:
    """Something was done with a conversation. An act sent twice is two lines: by its id alone, somebody could keep the second one out."""
    note(user, action, [talk.site_id], talk, detail)


def exported(user: AbstractBaseUser | AnonymousUser, sites: Iterable[int], what: str) -> None:
    note(user, Action.EXPORTED, sites, detail=what)


def role_changed(user: AbstractBaseUser | AnonymousUser, member: Member, detail: str) -> None:
    note(user, Action.ROLE, [member.site_id], member.user, detail)


def signed_in(user: User, address: str) -> None:
    note(user, Action.SIGNED_IN, sites_of(user), user, address)


def sign_in_failed(account: str, address: str) -> None:
    """At most once per account and hour. What was typed is not kept: it may have been a password in the wrong field."""
    hour = timezone.now().strftime("%Y%m%d%H")
    user = User.objects.filter(username=account).first()
    note(None, Action.FAILED, sites_of(user) if user else [None], user, address, once=f"failed:{user.pk if user else ''}:{hour}")


def second_factor(user: AbstractBaseUser | AnonymousUser, person: User, detail: str) -> None:
    note(user, Action.SECOND_FACTOR, sites_of(person), person, detail)


def sites_of(row: Model) -> list[int | None]:
    """Whose owners it concerns: the row's site, or all sites a person works at."""
    if isinstance(row, User):
        return list(Member.objects.filter(user=row).values_list("site_id", flat=True)) or [None]
    return [site_of(row)]


def forget_old() -> int:
    """The daily job. Returns how many lines are gone."""
    return AuditEntry.objects.filter(at__lt=timezone.now() - timedelta(days=DAYS_KEPT)).delete()[0]
