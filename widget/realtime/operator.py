"""What each frame of an operator does. Called by operator_socket.py. Frames about the socket itself are handled here.

All others are in `handlers`, which wiring.py fills with the functions of inbox/line.py. A handler raises RefusedError for what may not be,
and a conversation that is somebody else's is refused exactly as one that never was.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from widget.conversations import log as conversation_log
from widget.conversations import presence, record
from widget.lib import database
from widget.lib.refusals import RefusedError
from widget.realtime import signs
from widget.realtime.board import Talk, board
from widget.realtime.desk import CHANGE, Desk, desks, greet, shown_talk
from widget.realtime.following import reply_now
from widget.realtime.hub import hub
from widget.realtime.protocol import Frame, row_fields, short_text, whole_number
from widget.realtime.watch import Watch
from widget.realtime.welcome import Resumption, reply_fields, resume

Handler = Callable[[Desk, Frame], Awaitable[None]]
TYPING_EVERY_SECONDS = 1.0


def not_found() -> RefusedError:
    """Of what is not there, and of what is not theirs."""
    return RefusedError("not_found", _("This conversation is not here any more."))


async def open_talk(desk: Desk, asked: Frame) -> None:
    """From here on everything of this conversation is told, and nothing of the one before."""
    watch = Watch(desk.send_text, asked.text("conversation"), desk.sending)
    after = asked.object("after")
    # Before anything is read: what is rung meanwhile finds it, and is read when it is ready.
    hub.watch(watch)
    try:
        shown = await database.read(_talk_and_rows, desk, watch.conversation, whole_number(after.get("seq")), short_text(after.get("id"), 36))
        if shown is None:
            raise not_found()
    except BaseException:
        hub.unwatch(watch)
        raise
    desk.leave()
    desk.watch = watch
    talk, resumption = shown
    watch.site_id, watch.conversation_id, watch.talk = talk.site_id, talk.pk, shown_talk(desk, talk)
    watch.notes = {note["id"] for note in talk.notes}
    watch.seq = resumption.rows[-1].seq if resumption.rows else resumption.standing.seq if resumption.standing else 0
    await database.write(board.opened, desk.access.user_id, talk.pk, durable=False)
    await desk.tell("talk.shown", **_shown_fields(watch, talk, resumption, asked))
    watch.ready = True
    if watch.dirty or resumption.more:
        await hub.catch_up(watch)


def _talk_and_rows(desk: Desk, conversation: str, seq: int, row_id: str) -> tuple[Talk, Resumption] | None:
    talk = board.talk(desk.access, conversation)
    return None if talk is None else (talk, resume(talk.site_id, conversation, seq, row_id))


def _shown_fields(watch: Watch, talk: Talk, resumption: Resumption, asked: Frame) -> dict[str, Any]:
    standing = resumption.standing
    fields: dict[str, Any] = {
        "conversation": watch.conversation,
        "seq": standing.seq if standing else 0,
        "first": 1 if standing and standing.seq else 0,
        "reset": resumption.reset,
        "messages": [row_fields(row) for row in resumption.rows],
        "notes": list(talk.notes),
        "talk": watch.talk,
    }
    if resumption.more:
        fields["more"] = True
    reply = reply_now(watch.conversation, resumption)
    if reply is not None:
        fields["reply"] = reply_fields(reply, asked)
    return fields


async def leave_talk(desk: Desk, asked: Frame) -> None:
    desk.leave()


async def get_history(desk: Desk, asked: Frame) -> None:
    watch = _open(desk)
    limit = max(1, min(asked.number("limit", 30), 50))
    rows = await database.read(conversation_log.before, watch.conversation_id, asked.number("before"), limit)
    await desk.tell("history.page", messages=[row_fields(row) for row in rows], more=bool(rows) and rows[0].seq > 1)


async def set_typing(desk: Desk, asked: Frame) -> None:
    watch, now = _open(desk, CHANGE), time.monotonic()
    if not asked.flag("on") or now - watch.typed_at >= TYPING_EVERY_SECONDS:
        watch.typed_at = now if asked.flag("on") else float("-inf")
        signs.give(watch.conversation, "typing", "operator", int(asked.flag("on")))


async def set_read(desk: Desk, asked: Frame) -> None:
    """Only who may answer has read it for the visitor; somebody who looks over a shoulder has not."""
    watch, seq = _open(desk, CHANGE), asked.number("seq")
    if await database.write(record.note_operator_read, watch.conversation_id, seq, durable=False):
        signs.give(watch.conversation, "read", "operator", seq)


async def set_presence(desk: Desk, asked: Frame) -> None:
    """Colleagues see it with their next `ready`."""
    await database.write(presence.seen, desk.access.user_id, asked.flag("away"), durable=False)
    for other in desks:
        if other is not desk:
            await greet(other)


async def answer_ping(desk: Desk, ping: Frame) -> None:
    await desk.tell("pong", t=ping.number("t"))


handlers: dict[str, Handler] = {
    "talk.open": open_talk,
    "talk.leave": leave_talk,
    "history.get": get_history,
    "typing.set": set_typing,
    "read.set": set_read,
    "presence.set": set_presence,
    "ping": answer_ping,
}


def _open(desk: Desk, permission: str = "") -> Watch:
    """The open conversation. Refused like one that is not there when none is, or the rights are not."""
    watch = desk.watch
    if watch is None or not desk.sees(watch.site_id) or (permission and not desk.access.may(permission, watch.site_id)):
        raise not_found()
    return watch
