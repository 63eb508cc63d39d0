"""What the doors of visitors and of operators share: the handshake, the first frame in time, how large a frame may be, what a refusal says, and a close
that is counted. Called by consumer.py and operator_socket.py; knows no frame by its name.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import translation

from widget.lib import lifecycle, line_counts
from widget.lib.logs import new_request_id, request_id
from widget.lib.refusals import RefusedError
from widget.realtime.connection import Send
from widget.realtime.errors import Closing, FrameError, MalformedError, TooLargeError
from widget.realtime.protocol import RESTARTING, TOO_LARGE, TOO_SLOW

log = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
REFUSALS_UNTIL_CLOSE = 30
LANGUAGES = ("id", "en")


class SocketDoor:
    """Around all that one socket does: opens it, and ends it with the code of the Closing that came out of it. `whose` is for the log.

    No generator: one of them would sit in memory for every idle visitor.
    """

    __slots__ = ("_receive", "_send", "_whose")

    def __init__(self, receive: Receive, send: Send, whose: str) -> None:
        self._receive, self._send, self._whose = receive, send, whose

    async def __aenter__(self) -> None:
        await self._receive()
        request_id.set(new_request_id())
        await self._send({"type": "websocket.accept"})
        line_counts.opened.inc()

    async def __aexit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None) -> bool:
        if failure is None:
            line_counts.closed.inc("left")
        elif isinstance(failure, Closing):
            await self._close(failure.close_code)
        elif isinstance(failure, DatabaseError):
            log.warning("The socket of a %s could not be served by the database", self._whose, exc_info=failure)
            await self._close(RESTARTING)
        else:
            return False
        return True

    async def _close(self, code: int) -> None:
        line_counts.closed.inc(str(code))
        await self._send({"type": "websocket.close", "code": code})


def refuse_while_draining() -> None:
    """Raises Closing when this process is about to end: the next one takes the socket."""
    if lifecycle.is_draining():
        raise Closing(RESTARTING)


async def first_frame(receive: Receive) -> str | bytes | None:
    """The first frame, which must come in time; None when the client left before."""
    try:
        async with asyncio.timeout(settings.HELLO_SECONDS):
            return await next_frame(receive)
    except TimeoutError:
        raise Closing(TOO_SLOW) from None


async def next_frame(receive: Receive) -> str | bytes | None:
    """The next frame as it came; None when the client is gone."""
    event = await receive()
    if event["type"] != "websocket.receive":
        return None
    text = event.get("text")
    return text if text is not None else event.get("bytes") or b""


def text_of(raw: str | bytes) -> str:
    """The frame's text, if it is one of a size we read."""
    if len(raw) > settings.FRAME_BYTES * 2:
        raise Closing(TOO_LARGE)
    if not isinstance(raw, str):
        raise MalformedError
    if len(raw) > settings.FRAME_BYTES or len(raw.encode("utf-8", "replace")) > settings.FRAME_BYTES:
        raise TooLargeError
    return raw


def language_of(locale: str, fallback: str) -> str:
    """The language of ours that a client's locale stands for."""
    language = locale[:2].lower()
    return language if language in LANGUAGES else fallback


def refusal(error: FrameError | RefusedError, locale: str, frame_id: str = "", more: Callable[[], str] = str) -> dict[str, Any]:
    """The fields of the error frame, in the client's language; counted. What `more` gives is said after its sentence."""
    line_counts.refused.inc(error.code)
    fields: dict[str, Any] = {"code": error.code}
    with translation.override(locale or settings.LANGUAGE_CODE):
        fields["message"] = f"{error.sentence} {more()}".rstrip()
    if frame_id:
        fields["id"] = frame_id
    if isinstance(error, RefusedError):
        return fields | error.fields
    if error.retry_after:
        fields["retry_after"] = round(error.retry_after + 0.05, 1)
    return fields
