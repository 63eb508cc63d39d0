"""What an operator's frames do that are about conversations: the list, sending, taking over and handing back. wiring.py puts HANDLERS on the operator's line.

Each handler goes once through the door to the database; there the person's rights are read anew, in the transaction that changes something.
What may not be seen is refused as what is not there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from widget.conversations import notes, tags, takeover
from widget.conversations.errors import EmptyReplyError, TakenError
from widget.conversations.log import Row
from widget.conversations.models import Conversation
from widget.conversations.notes import NoteRow
from widget.inbox import acts, audit, listing, returning, search, talks
from widget.inbox.listing import Fields, Page, Wish
from widget.knowledge.models import Entry
from widget.knowledge.search import direct_answers
from widget.lib import database
from widget.lib.refusals import RefusedError
from widget.sites.members import Access, access_of
from widget.sites.models import Language, Site

CHANGE, LEARN = "widget.change_conversation", "widget.add_entry"
LONGEST_TITLE = 200
PATIENCE = 5


class Desk(Protocol):
    """The operator's socket, as far as it matters here."""

    sending: set[str]

    @property
    def access(self) -> Access: ...

    def online(self, conversation: str) -> bool: ...

    async def tell(self, kind: str, **fields: Any) -> None: ...

    async def show_note(self, conversation: str, note: Fields) -> None: ...


class Asked(Protocol):
    """A frame that has its documented shape."""

    def text(self, name: str) -> str: ...
    def number(self, name: str, default: int = 0) -> int: ...
    def flag(self, name: str) -> bool: ...


def not_found() -> RefusedError:
    return RefusedError("not_found", _("This conversation is not here any more."))


def ready(access: Access) -> Fields:
    """The fields of the first frame."""
    sites = Site.objects.filter(active=True).order_by("name", "pk")
    allowed = access.sites(listing.VIEW)
    if allowed is not None:
        sites = sites.filter(pk__in=allowed)
    return {
        "me": {"id": access.user_id, "name": access.name},
        "sites": [_site(site, access) for site in sites],
        "people": listing.people_of(access),
        "tags": [asdict(tag) for tag in tags.for_sites(allowed)],
        "canned": listing.canned_of(allowed),
        "counts": listing.tally().counts(access),
        "limits": {"message_characters": settings.MESSAGE_CHARACTERS},
    }


def _site(site: Site, access: Access) -> Fields:
    """`patience`: minutes after which a wait is overdue there, also where the visitor is never told so."""
    patience, may_answer = site.accept_minutes or PATIENCE, access.may(CHANGE, site.pk)
    return {"id": site.pk, "key": site.key, "name": site.name, "accent": site.accent, "may_answer": may_answer, "patience": patience}


async def get_list(desk: Desk, asked: Asked) -> None:
    wish = _wish(asked)
    page: Page = await database.read(search.page_of, desk.access, wish)
    fields: Fields = {"view": wish.view, "items": [{**item.fields, "online": desk.online(item.conversation)} for item in page.items]}
    fields["more"] = bool(page.after)
    if page.after:
        fields["after"] = page.after
    if wish.query:
        fields["query"] = wish.query
    await desk.tell("list.page", **fields)


def _wish(asked: Asked) -> Wish:
    view = asked.text("view")
    if view not in listing.VIEWS:
        raise acts.malformed()
    return Wish(
        view,
        query=asked.text("query").strip(),
        site=asked.number("site"),
        tag=asked.number("tag"),
        since=_day(asked.text("since")),
        until=_day(asked.text("until")),
        after=asked.text("after"),
        limit=asked.number("limit"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise acts.malformed() from None


async def send_message(desk: Desk, asked: Asked) -> None:
    """Acknowledged after the commit; the same id again gives the same answer."""
    message_id, text = _id(asked), asked.text("text")
    if len(text) > settings.MESSAGE_CHARACTERS:
        raise RefusedError("too_large", _("That message is too long. Please send it in parts."))
    desk.sending.add(message_id)
    try:
        row: Row = await database.write(_send, desk.access.user_id, asked.text("conversation"), message_id, text, asked.flag("force"))
        await desk.tell("message.stored", id=message_id, seq=row.seq, at=listing.moment(row.at))
    finally:
        desk.sending.discard(message_id)


def _send(user_id: int, conversation: str, message_id: str, text: str, force: bool) -> Row:
    talk, user = allowed(user_id, conversation)
    try:
        row = takeover.reply_as_operator(talk.pk, user, text, message_id, force)
    except TakenError as error:
        raise acts.taken(error.operator_id) from None
    returning.answered(talk.pk, row.seq)
    audit.replied(user, talk, row)
    return row


async def add_note(desk: Desk, asked: Asked) -> None:
    note_id, text = _id(asked), asked.text("text")
    if len(text) > settings.MESSAGE_CHARACTERS:
        raise RefusedError("too_large", _("That message is too long. Please send it in parts."))
    note: NoteRow = await database.write(_note, desk.access.user_id, asked.text("conversation"), note_id, text)
    await desk.show_note(asked.text("conversation"), talks.note_fields(note))


def _note(user_id: int, conversation: str, note_id: str, text: str) -> NoteRow:
    talk, user = allowed(user_id, conversation)
    note = notes.add(talk.pk, user, text, note_id)
    audit.noted(user, talk, note)
    return note


async def add_knowledge(desk: Desk, asked: Asked) -> None:
    """An answer of a person becomes an entry; `found`: whether the search now gives it for the question. The same id again changes nothing."""
    arguments = (desk.access.user_id, asked.text("conversation"), _id(asked), asked.text("question").strip(), asked.text("answer").strip())
    entry, site_id = await database.write(_learn, *arguments)
    found = await database.read(_finds, site_id, asked.text("question"), entry)
    await desk.tell("knowledge.added", id=asked.text("id"), entry=entry, found=found)


def _learn(user_id: int, conversation: str, entry_id: str, question: str, answer: str) -> tuple[int, int]:
    talk, user = allowed(user_id, conversation)
    site_id, locale = talk.site_id, talk.locale
    if not access_of(user).may(LEARN, site_id):
        raise not_found()
    if not question or not answer:
        raise EmptyReplyError
    title = " ".join(question.split())[:LONGEST_TITLE]
    # Sent twice, it is the same entry.
    known = Entry.objects.filter(site=site_id, title=title, answer=answer).first()
    if known is None:
        known = Entry.objects.create(site_id=site_id, title=title, answer=answer, language=locale if locale in Language.values else "id")
        audit.note(user, audit.Action.ADDED, [site_id], known)
    return known.pk, site_id


def _finds(site_id: int, question: str, entry: int) -> bool:
    return entry in [found.entry_id for found in direct_answers(site_id, question)]


async def act(desk: Desk, asked: Asked) -> None:
    action, act_id = asked.text("action"), _id(asked)
    if action not in acts.ACTS:
        raise acts.malformed()
    await database.write(
        _act, desk.access.user_id, asked.text("conversation"), acts.Wanted(action, asked.number("user"), asked.text("until"), asked.number("tag"))
    )
    await desk.tell("talk.acted", id=act_id)


def _act(user_id: int, conversation: str, wanted: acts.Wanted) -> None:
    talk, user = allowed(user_id, conversation)
    acts.perform(talk, user, wanted)


def allowed(user_id: int, conversation: str) -> tuple[Conversation, AbstractBaseUser]:
    """The conversation and the person who may answer in it, both read now. Refuses all else alike."""
    user = get_user_model().objects.filter(pk=user_id).first()
    found = Conversation.objects.filter(public_id=conversation).only("site_id", "handler", "operator_id", "locale").first()
    if user is None or found is None or not access_of(user).may(CHANGE, found.site_id):
        raise not_found()
    return found, user


def _id(asked: Asked) -> str:
    message_id = asked.text("id")
    if not acts.is_uuid(message_id):
        raise acts.malformed()
    return message_id


HANDLERS: dict[str, Callable[[Any, Any], Awaitable[None]]] = {
    "list.get": get_list,
    "message.send": send_message,
    "note.add": add_note,
    "talk.act": act,
    "knowledge.add": add_knowledge,
}
