"""What each frame of a visitor does. Called by consumer.py; calls answering/intake.py, the log and takeover on database threads.

Handlers are short: nothing here waits for a model. Errors are raised as FrameError and answered by consumer.py.
"""

from collections.abc import Awaitable, Callable
from time import monotonic

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from widget.answering import intake, sentences
from widget.answering.runner import runner
from widget.conversations import delivery, ratings, record, takeover, turns
from widget.conversations import log as conversation_log
from widget.conversations.customers import is_current, show_claims
from widget.conversations.errors import ConflictError, RatingError
from widget.conversations.record import PageSeen
from widget.lib import database, line_counts
from widget.lib.ratelimit import RateLimit
from widget.realtime import signs
from widget.realtime.admission import Seat
from widget.realtime.connection import Connection
from widget.realtime.errors import AlreadyGreetedError, Closing, DuplicateError, EmptyError, MalformedError, RateLimitedError, TooLargeError
from widget.realtime.following import reply_now
from widget.realtime.hub import changed_fields, hub
from widget.realtime.online import online
from widget.realtime.protocol import BAD_TOKEN, RESTARTING, TOO_MANY, Frame, frame, is_uuid, moment, row_fields, short_text, whole_number
from widget.realtime.refusing import refuse
from widget.realtime.signing_in import set_identity, who_is
from widget.realtime.socket_door import language_of
from widget.realtime.welcome import reply_fields, resume_visitor, welcome_fields
from widget.sites.registry import SiteSettings

CONTACT_FORM = "contact"
TYPING_EVERY_SECONDS = 1.0
Handler = Callable[[Connection, SiteSettings, Frame], Awaitable[None]]
messages_per_minute = RateLimit(settings.MESSAGES_PER_MINUTE, name="messages")


async def greet(connection: Connection, site: SiteSettings, hello: Frame, seat: Seat) -> None:
    """The first frame, or a later one of a client that noticed a gap."""
    who = await who_is(connection, site, hello, seat)
    conversation = who.conversation
    if connection.conversation not in ("", conversation):
        raise AlreadyGreetedError
    if not connection.conversation:
        if not seat.sit(conversation):
            raise Closing(TOO_MANY)
        connection.conversation = conversation
        connection.session = who.session
        hub.add(connection)
    connection.ready = False
    connection.locale = language_of(hello.text("locale"), site.language)
    connection.page = _page(hello.object("page"), connection.device)
    after = hello.object("after")
    resumption = await database.read(resume_visitor, site.id, conversation, whole_number(after.get("seq")), short_text(after.get("id"), 36), who.session)
    if resumption.foreign:
        # What is a customer's is shown to nobody who does not prove to be it.
        raise Closing(BAD_TOKEN)
    if resumption.standing is not None:
        connection.conversation_id, connection.handler = resumption.standing.id, resumption.standing.handler
        connection.contact_given = resumption.standing.contact_given
        connection.seq = resumption.rows[-1].seq if resumption.rows else resumption.standing.seq
    fields = welcome_fields(resumption, who.token(site.key), conversation, site, connection.locale)
    if who.session is not None:
        fields["signed_in"] = True
    reply = reply_now(conversation, resumption)
    if reply is not None:
        fields["reply"] = reply_fields(reply, hello)
    await connection.send_text(frame("welcome", **fields))
    connection.ready = True
    if who.refusal is not None:
        await refuse(connection, who.refusal)
    if connection.conversation_id:
        online.changed(conversation)
    if connection.dirty or resumption.more or (resumption.standing is not None and resumption.standing.overdue):
        await hub.catch_up(connection)


async def send_message(connection: Connection, site: SiteSettings, sent: Frame) -> None:
    message_id, text = sent.text("id"), sent.text("text").strip()
    if not is_uuid(message_id):
        raise MalformedError
    if not text:
        raise EmptyError(message_id)
    await _check_session(connection)
    if len(text) > settings.MESSAGE_CHARACTERS:
        raise TooLargeError(message_id)
    wait = messages_per_minute.take(connection.conversation)
    if wait:
        line_counts.limited.inc("messages")
        raise RateLimitedError(message_id, wait)
    incoming = intake.Incoming(site, connection.conversation, connection.conversation_id, message_id, text, connection.locale, connection.page)
    try:
        stored = await intake.take_in(incoming)
    except ConflictError as error:
        raise DuplicateError(message_id) from error
    removed = connection.conversation_id not in (0, stored.conversation_id)
    await _note_row(connection, stored.conversation_id)
    if connection.seq < stored.row.seq - 1:
        await hub.catch_up(connection)
    connection.seq = max(connection.seq, stored.row.seq)
    await connection.send_text(frame("message.stored", id=message_id, seq=stored.row.seq, at=moment(stored.row.at)))
    if not stored.duplicate:
        delivery.ring("web", connection.conversation, stored.row)
        intake.answer(stored, site)
        if stored.handler != connection.handler:
            await hub.catch_up(connection)
    if removed:
        # What the visitor sees is of a conversation that is no more: the next welcome starts the page from what there is.
        raise Closing(RESTARTING)


async def get_history(connection: Connection, site: SiteSettings, asked: Frame) -> None:
    limit = max(1, min(asked.number("limit", 30), 50))
    rows = []
    if connection.conversation_id:
        rows = await database.read(conversation_log.before, connection.conversation_id, asked.number("before"), limit)
    more = bool(rows) and rows[0].seq > 1
    await connection.send_text(frame("history.page", messages=[row_fields(row) for row in rows], more=more))


async def set_page(connection: Connection, site: SiteSettings, seen: Frame) -> None:
    connection.page = _page(seen.values, connection.device)
    if connection.conversation_id:
        await database.write(record.note_page, connection.conversation_id, connection.page, durable=False)
        signs.give(connection.conversation, "seen", "visitor")


async def take_form(connection: Connection, site: SiteSettings, sent: Frame) -> None:
    if sent.text("id") != CONTACT_FORM:
        raise MalformedError
    values = sent.object("values")
    name, contact = short_text(values.get("name"), 80), short_text(values.get("contact"), 120)
    await _ensure_row(connection, site)
    await database.write(record.note_contact, connection.conversation_id, name, contact)
    connection.contact_given = connection.contact_given or bool(contact)
    signs.give(connection.conversation, "seen", "visitor")
    with translation.override(connection.locale):
        notice = _("Thank you, we have noted your contact and will get back to you.") % {"you": site.address}
    await _send_standing(connection, site, notice)


async def stop_reply(connection: Connection, site: SiteSettings, sent: Frame) -> None:
    if not runner.stop(connection.conversation) and connection.conversation_id:
        # Another process may be answering: it reads the wish at its next save, and the ring brings that forward.
        await database.write(turns.request_stop, connection.conversation_id)
        delivery.ring("web", connection.conversation, changed=True)


async def request_human(connection: Connection, site: SiteSettings, sent: Frame) -> None:
    await _ensure_row(connection, site)
    changed = await database.write(takeover.request_person, connection.conversation_id)
    if changed:
        connection.handler = "waiting"
        await _send_standing(connection, site, await database.read(sentences.person_called, site, connection.locale))


async def set_read(connection: Connection, site: SiteSettings, read: Frame) -> None:
    if connection.conversation_id and await database.write(record.note_visitor_read, connection.conversation_id, read.number("seq"), durable=False):
        signs.give(connection.conversation, "read", "visitor", read.number("seq"))


async def set_typing(connection: Connection, site: SiteSettings, typed: Frame) -> None:
    """At most one a second goes further; that the visitor stopped always does."""
    on, now = typed.flag("on"), monotonic()
    if connection.conversation_id and (not on or now - connection.typed_at >= TYPING_EVERY_SECONDS):
        connection.typed_at = now if on else 0.0
        signs.give(connection.conversation, "typing", "visitor", int(on))


async def set_rating(connection: Connection, site: SiteSettings, rated: Frame) -> None:
    if connection.conversation_id:
        try:
            await database.write(ratings.rate, connection.conversation_id, rated.number("seq"), rated.number("value"))
        except RatingError as error:
            raise MalformedError from error


async def answer_ping(connection: Connection, site: SiteSettings, ping: Frame) -> None:
    await connection.send_text(frame("pong", t=ping.number("t")))


HANDLERS: dict[str, Handler] = {
    "message.send": send_message,
    "history.get": get_history,
    "page.set": set_page,
    "form.send": take_form,
    "reply.stop": stop_reply,
    "human.request": request_human,
    "typing.set": set_typing,
    "read.set": set_read,
    "rating.set": set_rating,
    "identity.set": set_identity,
    "ping": answer_ping,
}


async def _ensure_row(connection: Connection, site: SiteSettings) -> None:
    if not connection.conversation_id:
        await _check_session(connection)
        arguments = (site.id, connection.conversation, connection.locale, connection.page)
        await _note_row(connection, await database.write(record.open_conversation, *arguments))


async def _check_session(connection: Connection) -> None:
    """Before a customer's first words: that they are still signed in, and that another device has not begun their conversation under another name."""
    if connection.session is not None and not connection.conversation_id and not await database.read(is_current, connection.session):
        raise Closing(BAD_TOKEN)


async def _note_row(connection: Connection, conversation_id: int) -> None:
    """The conversation is stored now, so that operators of other processes may be told that its visitor is there."""
    if connection.conversation_id != conversation_id:
        if connection.session is not None and not connection.conversation_id:
            await database.write(show_claims, connection.conversation)
        connection.conversation_id = conversation_id
        online.changed(connection.conversation)


async def _send_standing(connection: Connection, site: SiteSettings, notice: str) -> None:
    standing = await database.read(record.find, site.id, connection.conversation)
    if standing is not None:
        await connection.send_text(frame("conversation.changed", **changed_fields(standing), notice=notice))


def _page(values: dict[str, object], device: str) -> PageSeen:
    return PageSeen(short_text(values.get("url"), 500), short_text(values.get("title"), 200), device)
