"""A socket that is none: frames in by the body of a request, frames out as its response. Made by events.py for networks that refuse WebSockets.

Whoever serves a socket (consumer.py, operator_socket.py) is run over it unchanged, so checks, limits and close codes are the same. Sending to it
never waits: what the client does not read is kept here up to UNSENT_BYTES, and then the client is given up.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from typing import Any

from django.conf import settings

from widget.lib import line_counts
from widget.realtime.protocol import RESTARTING, TOO_SLOW, frame

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Door = Callable[[dict[str, Any], Receive, Send], Coroutine[Any, Any, None]]
# Less than any proxy's patience, so that a quiet line is not taken for a dead one.
COMMENT_SECONDS = 15.0
# How long a poll is held, and how long it waits for more once it has something.
POLL_SECONDS = 25.0
GATHER_SECONDS = 0.2
_MUCH = 16_384
# As many as a socket's client may have waiting (ops/socket_guard.py), and a request more.
WAITING_FRAMES = 16
_COMMENT = b":\n\n"
_CONNECT: Message = {"type": "websocket.connect"}
_DISCONNECT: Message = {"type": "websocket.disconnect", "code": 1001}
_LEAVING_SECONDS = 5.0


class Stream:
    """One virtual socket whose frames leave as server-sent events, for as long as the client stays."""

    __slots__ = ("__weakref__", "_given", "_http_receive", "_http_send", "_on_its_way", "_parts", "_size", "_waiter", "over")

    def __init__(self, receive: Receive, send: Send, frames: Sequence[str]) -> None:
        self._http_receive, self._http_send = receive, send
        self._given: Iterator[Message] | None = _as_messages(frames)
        self._parts: list[str] = []
        # Of what waits here, and of what the server is handing over now.
        self._size = self._on_its_way = 0
        self._waiter: asyncio.Future[None] | None = None
        self.over = False

    async def run(self, door: Door, scope: dict[str, Any]) -> None:
        """Until the client leaves or the door closes; the response has been started."""
        talk = asyncio.get_running_loop().create_task(door(scope, self.receive, self.send))
        talk.add_done_callback(self._wake)
        streams.add(self)
        try:
            await self._write_all(talk)
        finally:
            self.over = True
            streams.discard(self)
            # What has the end of the response as its end comes to it now.
            await asyncio.wait([talk], timeout=_LEAVING_SECONDS)
            talk.cancel()
        if talk.done() and not talk.cancelled():
            talk.result()

    async def receive(self) -> Message:
        """The door's side: the frames of the body, then silence until the client is gone."""
        if self._given is not None:
            for message in self._given:
                return message
            self._given = None
        while (await self._http_receive())["type"] != "http.disconnect":
            continue
        return _DISCONNECT

    async def send(self, message: Message) -> None:
        """The door's side. Never waits for the reader."""
        if self.over:
            return
        if message["type"] == "websocket.send":
            self._put(message["text"])
            if self._size > _MUCH and not self._on_its_way:
                # Fifty rows in a row: let them go, so that only what nobody reads counts as unread.
                await asyncio.sleep(0)
        elif message["type"] == "websocket.close":
            self.end(message["code"])

    def end(self, code: int) -> None:
        """Says why, and ends."""
        if not self.over:
            self.over = True
            self._parts.append(_event(frame("closed", code=code)))
            self._wake()

    def _put(self, text: str) -> None:
        part = _event(text)
        self._size += len(part)
        if self._size + self._on_its_way > settings.UNSENT_BYTES:
            line_counts.closed.inc(str(TOO_SLOW))
            self._parts = []
            self.end(TOO_SLOW)
            return
        self._parts.append(part)
        self._wake()

    async def _write_all(self, talk: "asyncio.Task[None]") -> None:
        expires = asyncio.get_running_loop().time() + settings.SOCKET_HOURS * 3600 * (1 + (id(self) >> 4) % 64 / 640)
        while not self.over and not talk.done():
            await self.something(COMMENT_SECONDS)
            if asyncio.get_running_loop().time() > expires:
                self.end(RESTARTING)
            if not self.over:
                await self._write(self.taken() or _COMMENT, more=True)
        await self._write(self.taken(), more=False)

    async def _write(self, body: bytes, more: bool) -> None:
        self._on_its_way = len(body)
        await self._http_send({"type": "http.response.body", "body": body, "more_body": more})
        self._on_its_way = 0

    def taken(self) -> bytes:
        """What waits, which waits no more."""
        parts, self._parts, self._size = self._parts, [], 0
        return "".join(parts).encode()

    async def something(self, seconds: float) -> None:
        """Returns when something waits to be written, the talk has ended, or after so long."""
        if not self._parts and not self.over:
            await self.pause(seconds)

    async def pause(self, seconds: float) -> None:
        """Until the door says something, ends, or so long."""
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = loop.call_later(seconds, self._wake)
        try:
            await self._waiter
        finally:
            timer.cancel()
            self._waiter = None

    def _wake(self, _talk: object = None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class FedStream(Stream):
    """The same for a socket that remembers what was asked: frames of later requests reach it as if they had come over it. `owner` says whose."""

    __slots__ = ("_gone", "_heard", "owner")

    def __init__(self, receive: Receive, send: Send, frames: Sequence[str], owner: str) -> None:
        super().__init__(receive, send, ())
        self.owner = owner
        self._gone: asyncio.Task[Message] | None = None
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        for message in _as_messages(frames):
            self._heard.put_nowait(message)
        self._given = None

    async def receive(self) -> Message:
        if self._gone is None:
            self._gone = asyncio.get_running_loop().create_task(super().receive())
            self._gone.add_done_callback(lambda _: self._heard.put_nowait(_DISCONNECT))
        return await self._heard.get()

    def feed(self, frames: Sequence[str]) -> bool:
        """False when too much waits already."""
        if self.over or self._heard.qsize() > WAITING_FRAMES:
            return False
        for text in frames:
            self._heard.put_nowait({"type": "websocket.receive", "text": text})
        return True


class Poll(Stream):
    """The same for one answer at a time: held until the door says something new, and told whole, for networks that hold a response back until its end.

    `is_news` is asked of each frame; None: whatever comes first is told at once.
    """

    __slots__ = ("_is_news", "_news")

    def __init__(self, receive: Receive, send: Send, frames: Sequence[str], is_news: Callable[[dict[str, Any]], bool] | None) -> None:
        super().__init__(receive, send, frames)
        self._is_news = is_news
        self._news = False

    def _put(self, text: str) -> None:
        self._news = self._news or self._is_news is None or self._is_news(json.loads(text))
        super()._put(text)

    async def _write_all(self, talk: "asyncio.Task[None]") -> None:
        clock = asyncio.get_running_loop().time
        until = clock() + POLL_SECONDS
        while not (self._news or self.over or talk.done()) and clock() < until:
            await self.pause(until - clock())
        if self._news and self._is_news is not None and not self.over:
            # A growing answer brings its next words at once: a few together make fewer questions.
            await asyncio.sleep(GATHER_SECONDS)
        self.over = True
        await self._write(self.taken(), more=False)


class Streams:
    """The streams that are open in this process."""

    def __init__(self) -> None:
        self._open: set[Stream] = set()

    def add(self, stream: Stream) -> None:
        self._open.add(stream)

    def discard(self, stream: Stream) -> None:
        self._open.discard(stream)

    def __len__(self) -> int:
        return len(self._open)

    def of(self, owner: str) -> list[FedStream]:
        return [stream for stream in self._open if isinstance(stream, FedStream) and stream.owner == owner]

    async def end_all(self) -> None:
        """The last step of a drain: everybody is asked to come back, and may read it."""
        for stream in list(self._open):
            line_counts.closed.inc(str(RESTARTING))
            stream.end(RESTARTING)


async def answers(door: Door, scope: dict[str, Any], frames: Sequence[str]) -> list[str]:
    """What the door says to these frames, one after the other, to somebody who leaves after the last."""
    said: list[str] = []
    given = _as_messages(frames)

    async def receive() -> Message:
        return next(given, _DISCONNECT)

    async def send(message: Message) -> None:
        if message["type"] == "websocket.send":
            said.append(message["text"])
        elif message["type"] == "websocket.close":
            said.append(frame("closed", code=message["code"]))

    await door(scope, receive, send)
    return said


def _as_messages(frames: Sequence[str]) -> Iterator[Message]:
    yield _CONNECT
    for text in frames:
        yield {"type": "websocket.receive", "text": text}


def _event(text: str) -> str:
    """One server-sent event (WHATWG HTML, 9.2.6). A frame holds no line break: JSON escapes them."""
    return f"data: {text}\n\n"


streams = Streams()
