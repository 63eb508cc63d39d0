"""The conversation's own row: find it, open it, note what the visitor says about themselves.

Called inside database threads by realtime/visitor.py and answering/intake.py. The row is made with the first message,
so looking at a page stores nothing.
"""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from widget.conversations.errors import BadTokenError
from widget.conversations.models import Conversation
from widget.conversations.names import plain_name

# By hand, because it is asked at every welcome and for every answer, and the ORM takes ten times as long to write it.
_FIND = """
SELECT talk.id, seq, handler, operator_id, contact, operator_read_seq, CASE WHEN handler = 'waiting' AND overdue_at >= waiting_since
  AND (told_at IS NULL OR told_at < waiting_since) THEN 1 ELSE 0 END, owner.id, owner.sign_outs
FROM widget_conversation AS talk LEFT JOIN widget_customer AS owner ON owner.talk = talk.public_id WHERE talk.public_id = %s AND talk.site_id = %s
"""


@dataclass(frozen=True, slots=True)
class PageSeen:
    """The page the visitor writes from, and on what device; already cut to the columns' lengths."""

    url: str = ""
    title: str = ""
    device: str = ""


NO_PAGE = PageSeen()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands right now. `overdue`: nobody took the visitor over in time, and they were not told so yet.

    `owner` names the session of the signed-in customer whose it is (customers.py); whoever else asks must not be shown it. Empty: a visitor's.
    """

    id: int
    seq: int
    handler: str
    operator: str
    contact_given: bool
    read: int
    overdue: bool
    owner: str = ""


def find(site_id: int, public_id: str) -> Standing | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, (public_id, site_id))
        found = cursor.fetchone()
    if found is None:
        return None
    pk, seq, handler, operator_id, contact, read, overdue, owner, sign_outs = found
    whose = session_mark(owner, sign_outs) if owner else ""
    return Standing(pk, seq, handler, _first_name(operator_id) if handler == "human" and operator_id else "", bool(contact), read, bool(overdue), whose)


def session_mark(customer_id: int, sign_outs: int) -> str:
    """Names a signed-in customer until their next logout."""
    return f"{customer_id}.{sign_outs}"


def _first_name(user_id: int) -> str:
    return get_user_model().objects.filter(pk=user_id).values_list("first_name", flat=True).first() or ""


def open_conversation(site_id: int, public_id: str, locale: str, page: PageSeen, channel: str = "web") -> int:
    """The id of the conversation's row, made when it is not there yet. Two tabs at once get the same one.

    Raises BadTokenError when it belongs to another site: the token is from before this site got its key.
    """
    found = Conversation.objects.filter(site_id=site_id, public_id=public_id).values_list("pk", flat=True).first()
    if found is not None:
        return found
    with transaction.atomic():
        made, _created = Conversation.objects.get_or_create(
            public_id=public_id,
            defaults={"site_id": site_id, "locale": locale, "channel": channel, "page_url": page.url, "page_title": page.title, "device": page.device},
        )
    if made.site_id != site_id:
        raise BadTokenError
    return made.pk


def note_page(conversation_id: int, page: PageSeen) -> None:
    Conversation.objects.filter(pk=conversation_id).update(page_url=page.url, page_title=page.title, device=page.device)


def note_contact(conversation_id: int, name: str, contact: str) -> None:
    """Keeps what was given before where a field is empty now."""
    given = {field: value for field, value in (("name", plain_name(name)), ("contact", plain_name(contact))) if value}
    if given:
        Conversation.objects.filter(pk=conversation_id).update(**given)


def note_visitor_read(conversation_id: int, seq: int) -> bool:
    """False when the visitor had read as far before."""
    return bool(Conversation.objects.filter(pk=conversation_id, visitor_read_seq__lt=seq, seq__gte=seq).update(visitor_read_seq=seq))


def note_operator_read(conversation_id: int, seq: int) -> bool:
    """False when somebody had read as far before."""
    return bool(Conversation.objects.filter(pk=conversation_id, operator_read_seq__lt=seq, seq__gte=seq).update(operator_read_seq=seq))
