"""The WebSocket of an operator, `/ws/inbox`: an ASGI callable under Channels' routing, as consumer.py is for visitors.

Lets in who comes from our own pages, with the cookie of a signed-in session and a ticket that this session fetched a moment ago, all three; then
hands each frame to operator.py. Whether the session still holds is asked before every frame. A door: what a handler raises is answered and logged.
"""

import logging
import time
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from widget.conversations import presence
from widget.conversations.errors import ConflictError, ConversationGoneError, EmptyReplyError
from widget.lib import database, line_counts
from widget.lib.client_address import client_address
from widget.lib.ratelimit import RateLimit
from widget.lib.refusals import RefusedError
from widget.realtime import operator
from widget.realtime.admission import take_seat
from widget.realtime.board import board
from widget.realtime.connection import Send
from widget.realtime.desk import CHECK_SECONDS, Desk, desks, greet
from widget.realtime.errors import AlreadyGreetedError, Closing, DuplicateError, EmptyError, FrameError, RateLimitedError, RetryError
from widget.realtime.operator_protocol import OPERATOR_FRAMES
from widget.realtime.origin import header_values, is_own
from widget.realtime.protocol import REFUSED, TOO_MANY, Frame, parse
from widget.realtime.socket_door import REFUSALS_UNTIL_CLOSE, Receive, SocketDoor, first_frame, language_of, next_frame, refusal, refuse_while_draining, text_of

log = logging.getLogger(__name__)
LONGEST_SESSION_KEY = 40
CHANGING = frozenset({"message.send", "note.add", "talk.act", "knowledge.add"})
frames_per_minute = RateLimit(settings.FRAMES_PER_MINUTE, name="frames of an operator")


async def inbox(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """One socket from handshake to its end."""
    async with SocketDoor(receive, send, "operator"):
        refuse_while_draining()
        session = session_of(scope["headers"])
        if not session or not from_our_page(scope["headers"]):
            raise Closing(REFUSED)
        await _serve(scope, session, receive, send)


def from_our_page(headers: list[tuple[bytes, bytes]]) -> bool:
    """A browser says truthfully which page asks; a visitor's website is never one of ours."""
    origins = header_values(headers, b"origin")
    if len(origins) != 1 or (settings.HTTPS and not origins[0].lower().startswith("https://")):
        return False
    return is_own(origins[0].lower(), headers)


def session_of(headers: list[tuple[bytes, bytes]]) -> str:
    """The key in the session's cookie; empty when there is none, or two that differ."""
    keys = set[str]()
    for value in header_values(headers, b"cookie"):
        for pair in value.split(";"):
            try:
                keys |= {morsel.value for name, morsel in SimpleCookie(pair.strip()).items() if name == settings.SESSION_COOKIE_NAME}
            except CookieError:
                continue
    key = keys.pop() if len(keys) == 1 else ""
    return key if key.isalnum() and key.isascii() and len(key) <= LONGEST_SESSION_KEY else ""


async def _serve(scope: dict[str, Any], session: str, receive: Receive, send: Send) -> None:
    seat = take_seat(client_address(scope))
    if seat is None:
        raise Closing(TOO_MANY)
    desk: Desk | None = None
    try:
        hello = await _expect_hello(receive)
        if hello is None:
            return
        access = await database.write(board.admit, session, hello.text("ticket"))
        if access is None:
            raise Closing(REFUSED)
        seat.prove()
        if not seat.sit(f"operator {access.user_id}"):
            raise Closing(TOO_MANY)
        desk = Desk(send, session, access, language_of(hello.text("locale"), settings.LANGUAGE_CODE), seat)
        await database.write(presence.seen, access.user_id, durable=False)
        await greet(desk)
        # Only now: `ready` is the first frame, and what changed before it stands in the list that is asked for next.
        desks.add(desk)
        await _obey_all(desk, receive)
    finally:
        seat.leave()
        if desk is not None:
            desks.remove(desk)
            await _say_left(desk)


async def _say_left(desk: Desk) -> None:
    """The last line of this person here was closed: colleagues need not wait until that is noticed."""
    if not any(other.access.user_id == desk.access.user_id for other in desks):
        with suppress(DatabaseError):
            await database.write(presence.left, desk.access.user_id, durable=False)


async def _expect_hello(receive: Receive) -> Frame | None:
    raw = await first_frame(receive)
    if raw is None:
        return None
    try:
        hello = _read(raw)
    except FrameError:
        raise Closing(REFUSED) from None
    if hello.type != "hello" or hello.number("protocol") != 1:
        raise Closing(REFUSED)
    return hello


async def _obey_all(desk: Desk, receive: Receive) -> None:
    refused = 0
    while (raw := await next_frame(receive)) is not None and desk.open:
        refused = refused + 1 if await _obey(desk, raw) else 0
        if not desk.open:
            return
        if refused >= REFUSALS_UNTIL_CLOSE:
            raise Closing(TOO_MANY)


async def _obey(desk: Desk, raw: str | bytes) -> bool:
    """Does what the frame asks. True when it was refused with an error frame."""
    frame_id = ""
    try:
        asked = _read(raw)
        frame_id = asked.text("id")
        wait = frames_per_minute.take(str(desk.access.user_id))
        if wait:
            raise RateLimitedError(frame_id, wait)
        if asked.type == "hello":
            raise AlreadyGreetedError
        # The session's word is good for a moment, but not for what changes something.
        if asked.type in CHANGING or time.monotonic() - desk.checked_at >= CHECK_SECONDS:
            await desks.check([desk])
            if not desk.open:
                return False
        line_counts.frames.inc(asked.type)
        await operator.handlers[asked.type](desk, asked)
    except (FrameError, RefusedError) as error:
        await _refuse(desk, error, frame_id)
    except ConversationGoneError:
        await _refuse(desk, operator.not_found(), frame_id)
    except ConflictError:
        await _refuse(desk, DuplicateError(), frame_id)
    except EmptyReplyError:
        await _refuse(desk, EmptyError(), frame_id)
    except Closing:
        raise
    except DatabaseError:
        log.warning("An operator's frame could not be carried out by the database", exc_info=True)
        await _refuse(desk, RetryError(retry_after=5.0), frame_id)
    except Exception:
        log.exception("An operator's frame broke its handler")
        await _refuse(desk, RetryError(retry_after=30.0), frame_id)
    else:
        return False
    return True


def _read(raw: str | bytes) -> Frame:
    return parse(text_of(raw), OPERATOR_FRAMES)


async def _refuse(desk: Desk, error: FrameError | RefusedError, frame_id: str) -> None:
    await desk.tell("error", **refusal(error, desk.locale, frame_id))
