"""The way around for networks that refuse WebSockets: `POST .../events`, answered by a stream of frames, and `POST .../frames`, answered at once.

Put before Django by chatsite/asgi.py through routing.py, which names the addresses. Each address stands for a socket of ours and runs the very
function of that socket (virtual_socket.py); here is only what HTTP adds: the body, who may read the answer (CORS), the headers. The two are in ways.py.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from widget.lib import metrics
from widget.realtime.origin import header_values
from widget.realtime.protocol import BAD_TOKEN, TOO_MANY, frame
from widget.realtime.virtual_socket import Door, FedStream, Poll, Receive, Send, Stream, answers, streams

Scope = dict[str, Any]
FRAMES_AT_ONCE = 20
# How long a browser may remember that it may ask.
_PREFLIGHT_SECONDS = b"7200"
# What comes by the stream, also to whoever caused it.
_BY_THE_STREAM = frozenset({"welcome", "ready", "message.added", "typing.shown", "read.shown", "list.changed", "talk.changed"})
requests = metrics.counter("kanal_fallback_requests_total", "Requests of visitors and operators whose network refuses WebSockets.", ["way"])
open_streams = metrics.gauge("kanal_open_streams", "Streams open in this process in place of WebSockets.", lambda: float(len(streams)))


class RequestError(Exception):
    """A request that is not answered by frames."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Asked:
    """What the body and its headers ask. `hello` is what the first frame holds."""

    frames: Sequence[str]
    hello: Mapping[str, Any]
    token: str


@dataclass(frozen=True)
class Way:
    """One socket of ours and how its fallback differs from others.

    `reader` says which origin may read the answers ("" none but our own) and raises RequestError where a request is none of ours; `hello` makes the
    first frame of a request apart from its stream, or None where it must not be served; `is_news` says, for a poll, whether the first frame told
    something that its hello did not know; `owner` whose stream it is, where frames of later requests belong into it.
    """

    door: Door
    reader: Callable[[Scope], Awaitable[str]]
    hello: Callable[[Scope, Asked], Awaitable[dict[str, Any] | None]]
    is_news: Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
    owner: Callable[[Scope], str] | None = None


def serve_events(way: Way) -> Any:
    """`POST .../events`: an ASGI callable. The body is `hello`, or a list that begins with it."""
    return _with_cors(way, _events)


def serve_frames(way: Way) -> Any:
    """`POST .../frames`: an ASGI callable. The body is a list of frames, the answer a list of the frames that answer them; may come to any process."""
    return _with_cors(way, _frames)


async def _events(way: Way, scope: Scope, receive: Receive, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
    asked = _read(await _body(receive), scope)
    poll = bool(asked.hello.get("poll"))
    requests.inc("poll" if poll else "events")
    kinds = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store, no-transform"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, *kinds]})
    if poll:
        # Who does not say what it shows wants to know it now.
        is_news = _told_to(way, asked.hello) if asked.hello.get("handler") else None
        stream: Stream = Poll(receive, send, asked.frames, is_news)
    elif way.owner is not None:
        stream = FedStream(receive, send, asked.frames, way.owner(scope))
    else:
        stream = Stream(receive, send, asked.frames)
    await stream.run(way.door, _as_socket(scope))


async def _frames(way: Way, scope: Scope, receive: Receive, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
    asked = _read(await _body(receive), scope)
    requests.inc("frames")
    said = await _said(way, scope, asked)
    await _answer(send, 200, f"[{','.join(said)}]", [*headers, (b"content-type", b"application/json")])


async def _said(way: Way, scope: Scope, asked: Asked) -> list[str]:
    rest = asked.frames[1:] if asked.hello else asked.frames
    streams_here = streams.of(way.owner(scope)) if way.owner is not None else []
    if len(streams_here) == 1:
        # Nobody knows which of two pages asks; of one it is known, and the answers come by its stream.
        return [] if streams_here[0].feed(rest) else [frame("closed", code=TOO_MANY)]
    hello = await way.hello(scope, asked)
    if hello is None:
        return [frame("closed", code=BAD_TOKEN)]
    said = await answers(way.door, _as_socket(scope), [json.dumps(hello), *rest])
    return [text for text in said if not _is_of_the_stream(text)]


def _told_to(way: Way, hello: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], bool]:
    return lambda told: way.is_news(hello, told)


def _is_of_the_stream(text: str) -> bool:
    kind = json.loads(text)["type"]
    return kind in _BY_THE_STREAM or kind.startswith("reply.")


def _as_socket(scope: Scope) -> Scope:
    """What the door of a socket reads. Its own, since it may empty it."""
    return {"type": "websocket", **{name: scope.get(name) for name in ("path", "headers", "client", "scheme", "url_route")}}


async def _body(receive: Receive) -> bytes:
    """Within the time a socket's hello has, and within the size that may wait for a socket."""
    body = b""
    try:
        async with asyncio.timeout(settings.HELLO_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise RequestError(400, "The body never came.")
                body += message.get("body", b"")
                if len(body) > settings.UNSENT_BYTES:
                    raise RequestError(413, "The body is too large.")
                if not message.get("more_body"):
                    return body
    except TimeoutError:
        raise RequestError(408, "The body was too slow.") from None


def _read(body: bytes, scope: Scope) -> Asked:
    """A single frame goes on as it came, whatever it is: the socket's own reader refuses it."""
    try:
        text = body.decode()
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise RequestError(400, "The body is not JSON.") from None
    listed = read if isinstance(read, list) else [read]
    if not listed or len(listed) > FRAMES_AT_ONCE + 1 or not all(isinstance(one, dict) for one in listed):
        raise RequestError(400, f"The body must be a frame, or a list of at most {FRAMES_AT_ONCE}.")
    frames = [json.dumps(one, ensure_ascii=False) for one in listed] if isinstance(read, list) else [text]
    given = header_values(scope["headers"], b"authorization")
    token = given[0].removeprefix("Bearer ") if len(given) == 1 and given[0].startswith("Bearer ") else ""
    return Asked(frames, listed[0] if listed[0].get("type") == "hello" else {}, token)


def _with_cors(way: Way, answer: Callable[..., Awaitable[None]]) -> Any:
    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        headers: list[tuple[bytes, bytes]] = [(b"vary", b"Origin"), (b"x-content-type-options", b"nosniff")]
        try:
            reader = await way.reader(scope)
            if reader:
                headers.append((b"access-control-allow-origin", reader.encode("latin-1")))
            if scope["method"] == "OPTIONS":
                await _answer_preflight(send, reader, headers)
            elif scope["method"] != "POST":
                await _answer(send, 405, "Only POST.", [*headers, (b"allow", b"POST, OPTIONS")])
            else:
                await answer(way, scope, receive, send, headers)
        except RequestError as error:
            await _answer(send, error.status, str(error), headers)
        except DatabaseError:
            await _answer(send, 503, "Not now. Try again.", headers)

    return served


async def _answer_preflight(send: Send, reader: str, headers: list[tuple[bytes, bytes]]) -> None:
    if not reader:
        await _answer(send, 403, "This website may not.", headers)
        return
    asked = [(b"methods", b"POST"), (b"headers", b"authorization, content-type"), (b"max-age", _PREFLIGHT_SECONDS)]
    await _answer(send, 204, "", [*headers, *((b"access-control-" + (b"" if name == b"max-age" else b"allow-") + name, value) for name, value in asked)])


async def _answer(send: Send, status: int, text: str, headers: list[tuple[bytes, bytes]]) -> None:
    body = text.encode()
    counted = [] if status == 204 else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"cache-control", b"no-store"), *counted]})
    await send({"type": "http.response.body", "body": body})
