"""The WebSocket of a visitor: an ASGI callable under Channels' routing, kept lean because it sits in memory once per idle visitor.

Admits or refuses, waits for `hello`, then hands each frame to visitor.py. This module is a door: what a handler raises is
answered with an error frame and logged, and the socket lives on.
"""

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from widget.conversations.errors import BadTokenError
from widget.lib import lifecycle, line_counts
from widget.lib.client_address import client_address
from widget.lib.ratelimit import RateLimit
from widget.lib.user_agents import device_of, user_agent_of
from widget.realtime import visitor
from widget.realtime.admission import Seat, take_seat
from widget.realtime.connection import Connection, Send
from widget.realtime.errors import Closing, FrameError, HelloExpectedError, RateLimitedError, RetryError
from widget.realtime.hub import hub
from widget.realtime.online import online
from widget.realtime.origin import admitted_origin, note_refusal, note_visit
from widget.realtime.protocol import BAD_TOKEN, REFUSED, RESTARTING, TOO_MANY, Frame, parse
from widget.realtime.refusing import refuse
from widget.realtime.signing_in import is_signed, still_proven
from widget.realtime.socket_door import REFUSALS_UNTIL_CLOSE, Receive, SocketDoor, first_frame, next_frame, refuse_while_draining, text_of
from widget.realtime.withdrawal import still_admits
from widget.sites.registry import SiteSettings, fresh_snapshot, site_by_key

log = logging.getLogger(__name__)
frames_per_minute = RateLimit(settings.FRAMES_PER_MINUTE, name="frames")
# An address can always invent another visitor, so what is counted by visitor is counted by address too.
new_visitors_of_address = RateLimit(settings.NEW_VISITORS_PER_ADDRESS, name="new visitors of an address")
messages_of_address = RateLimit(settings.MESSAGES_PER_ADDRESS, name="messages of an address")


async def chat(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """`/ws/chat/<site key>`: one connection from handshake to its end."""
    async with SocketDoor(receive, send, "visitor"):
        refuse_while_draining()
        address = client_address(scope)
        site, origin = await _admit(scope, address)
        seat = take_seat(address)
        if seat is None:
            raise Closing(TOO_MANY)
        device = device_of(user_agent_of(scope["headers"]))
        # What the handshake brought is not needed again, and each idle visitor would keep it.
        scope.clear()
        await _serve(Connection(send, site.key, site.id, origin, device), receive, seat)


async def _admit(scope: dict[str, Any], address: str) -> tuple[SiteSettings, str]:
    site = await site_by_key(scope["url_route"]["kwargs"]["key"])
    if site is None:
        raise Closing(REFUSED)
    origin = admitted_origin(site, scope["headers"])
    if origin is None:
        await note_refusal(site, scope["headers"], address)
        raise Closing(REFUSED)
    await note_visit(site, origin)
    return site, origin


async def _serve(connection: Connection, receive: Receive, seat: Seat) -> None:
    try:
        greeted = await _expect_hello(connection, receive, seat)
        refused = 0
        while greeted and (raw := await next_frame(receive)) is not None:
            refused = refused + 1 if await _obey(connection, raw, seat) else 0
            if refused >= REFUSALS_UNTIL_CLOSE:
                raise Closing(TOO_MANY)
    finally:
        seat.leave()
        hub.remove(connection)
        if connection.conversation_id:
            online.changed(connection.conversation)


async def _expect_hello(connection: Connection, receive: Receive, seat: Seat) -> bool:
    """The first frame decides: without a good hello in time the socket is closed and nothing was read. False when the visitor left before."""
    raw = await first_frame(receive)
    if raw is None:
        return False
    await _obey(connection, raw, seat)
    if not connection.ready:
        # A good hello that could not be carried out now may come again; anything else is not our client.
        raise Closing(RESTARTING if connection.conversation else REFUSED)
    return True


async def _obey(connection: Connection, raw: str | bytes, seat: Seat) -> bool:
    """Does what the frame asks. True when it was refused with an error frame."""
    try:
        await _dispatch(connection, raw, seat)
    except FrameError as error:
        await refuse(connection, error)
        return True
    except Closing:
        raise
    except BadTokenError as error:
        raise Closing(BAD_TOKEN) from error
    except DatabaseError:
        log.warning("A frame could not be carried out by the database", exc_info=True)
        connection.failures += 1
        await refuse(connection, RetryError(_id_in(raw), 5.0))
    except Exception:
        log.exception("A frame broke its handler")
        await refuse(connection, RetryError(_id_in(raw), 30.0))
    else:
        connection.failures = 0
    return False


async def _dispatch(connection: Connection, raw: str | bytes, seat: Seat) -> None:
    text = text_of(raw)
    if connection.conversation:
        wait = frames_per_minute.take(connection.conversation)
        if wait:
            line_counts.limited.inc("frames")
            raise RateLimitedError(retry_after=wait)
    asked = parse(text)
    line_counts.frames.inc(asked.type)
    known = fresh_snapshot(connection.site_key)
    site = known[1] if known is not None else await site_by_key(connection.site_key)
    if site is None or not still_admits(site, connection):
        raise Closing(REFUSED)
    if not still_proven(site, connection):
        raise Closing(BAD_TOKEN)
    _limit_address(site, asked, seat.address)
    if asked.type == "hello":
        await visitor.greet(connection, site, asked, seat)
    elif not connection.conversation:
        raise HelloExpectedError
    elif asked.type == "message.send" and lifecycle.is_draining():
        # Its answer could only wait for the next process: it stays in the client's outbox and is asked there.
        raise Closing(RESTARTING)
    else:
        await visitor.HANDLERS[asked.type](connection, site, asked)
        if connection.conversation_id:
            # Who has said something has shown as much as a token would: twenty phones that only opened the chat must not lock the next one out.
            seat.prove()


def _limit_address(site: SiteSettings, asked: Frame, address: str) -> None:
    # A customer comes to each page without a token of ours, and cannot be invented.
    if asked.type == "hello" and not asked.text("token") and not is_signed(site, asked.text("identity")) and new_visitors_of_address.take(address):
        line_counts.limited.inc("new visitors of an address")
        raise Closing(TOO_MANY)
    if asked.type == "message.send":
        wait = messages_of_address.take(address)
        if wait:
            line_counts.limited.inc("messages of an address")
            raise RateLimitedError(asked.text("id"), wait)


def _id_in(raw: str | bytes) -> str:
    try:
        return parse(raw).text("id") if isinstance(raw, str) else ""
    except FrameError:
        return ""
