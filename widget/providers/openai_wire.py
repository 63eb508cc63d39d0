"""Speaks with OpenAI-compatible servers: the only module that imports `openai`, 0.9 s and 40 MB of it, so wires.py loads it in a thread when it is needed.

Called by failover.py through the table of wires.py. The package gives addresses, authentication and headers, built by it once for each address and
key and kept by transport.py; the stream is read by our own reader (sse.py, chunks.py), because building the package's objects costs twenty times
what parsing the JSON does.
Unlike lib/outbound.py it connects to private addresses too: a model may run on the owner's own machine. Only superusers may edit providers.
"""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
import httpx2
import openai

from widget.providers.chat import Delta, Ending, Limits, Prompt, ProviderSettings
from widget.providers.chunks import ChunkReader, told_error
from widget.providers.errors import (
    CertificateError,
    CutError,
    EmptyError,
    FilteredError,
    GarbageError,
    ProviderError,
    RefusedConnectionError,
    RejectedError,
    SlowError,
    StalledError,
    UnauthorizedError,
    UnknownHostError,
)
from widget.providers.sse import EVENT_BYTES, EventReader
from widget.providers.transport import Body, Transport, close
from widget.providers.watch import Watch

# After the model said that it is done only its token counts can still come; a server that keeps the line open must not keep the visitor waiting.
GRACE_SECONDS = 1.0
DRAIN_SECONDS = 0.1
RECONNECT_SECONDS = 1.0
# After a read the next one waits so long, and what came meanwhile is read, shown and sent in one piece. Nobody sees the difference, but
# every read costs the same whether it brings one token or ten.
READ_EVERY_SECONDS = 0.05
# The package insists on a key; servers at home have none.
NO_KEY = "none"


@dataclass(frozen=True, slots=True)
class _Door:
    """The package's client for one base URL and key, and what carries its requests."""

    client: openai.AsyncOpenAI
    transport: Transport


_doors: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], _Door]]" = WeakKeyDictionary()


class _Reader(openai.AsyncStream[object]):  # type: ignore[misc]  # mypy does not follow the package
    """What the package hands us instead of its own stream: the response, unread."""

    def __init__(self, *, cast_to: Any, response: httpx2.Response, client: openai.AsyncOpenAI, options: Any = None) -> None:
        self.response = response


async def stream_chat(provider: ProviderSettings, fields: dict[str, Any], prompt: Prompt, limits: Limits, ending: Ending) -> AsyncGenerator[Delta]:
    """Asks for a chat completion with the optional `fields` and yields its text, one Delta per network read; fills `ending`.

    Raises ProviderError. Closing the iterator early closes the connection, so the provider stops working.
    """
    watch = Watch(limits.deadline)
    watch.start(limits.first)
    response: aiohttp.ClientResponse | None = None
    began = False
    try:
        response = await _open(provider, fields, prompt, limits, watch)
        async for text in _texts(response, watch, limits, ending):
            began = True
            yield Delta(text)
    except TimeoutError:
        raise (StalledError if began else SlowError)() from None
    finally:
        watch.stop()
        if response is not None:
            close(response)
    _judge(ending, began)


def _judge(ending: Ending, began: bool) -> None:
    if ending.reason is None:
        raise CutError("the stream ended without a finish_reason")
    if ending.reason == "content_filter":
        raise FilteredError
    if not began:
        raise EmptyError(ending.reason)


async def _open(provider: ProviderSettings, fields: dict[str, Any], prompt: Prompt, limits: Limits, watch: Watch) -> aiohttp.ClientResponse:
    messages = [{"role": message.role, "content": message.content} for message in prompt.messages]
    body = {"model": provider.model, "messages": messages, "stream": True, **fields}
    try:
        with watch:
            response = await _post(_door(provider, limits), body)
            if response.status < 300:
                return response
            told, status = await _read_refusal(response), response.status
    except openai.APIStatusError as error:
        told, status = error.body or error.message, error.status_code
    except (openai.OpenAIError, aiohttp.ClientError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError) as error:
        raise _network_error(error) from error
    raise _refusal(told, status, fields, provider.key)


async def _post(door: _Door, body: dict[str, Any]) -> aiohttp.ClientResponse:
    """Asked again once where a kept connection turns out to be dead, which shows at once."""
    started = time.monotonic()
    try:
        return await _send(door, body)
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
        if isinstance(error, aiohttp.ClientConnectorError) or time.monotonic() - started > RECONNECT_SECONDS:
            raise
    return await _send(door, body)


async def _send(door: _Door, body: dict[str, Any]) -> aiohttp.ClientResponse:
    if door.transport.knows_the_way:
        return await door.transport.repeat(json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())
    stream = await door.client.post("/chat/completions", cast_to=object, body=body, stream=True, stream_cls=_Reader)
    response: aiohttp.ClientResponse = stream.response.extensions["aiohttp"]
    return response


async def _read_refusal(response: aiohttp.ClientResponse) -> Any:
    """What a server says instead of an answer, taken apart as the package does."""
    try:
        text = (await _decoded(response).aread()).decode("utf-8", "replace").strip()
    finally:
        close(response)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return told.get("error", told) if isinstance(told, dict) else told


def _refusal(body: Any, status: int, fields: dict[str, Any], key: str) -> ProviderError:
    told = told_error(body, status)
    if isinstance(told, RejectedError):
        told.fields = tuple(name for name in fields if name in f"{body}")
    if len(key) >= 4:
        told.detail = told.detail.replace(key, "•••")
    return told


async def _texts(response: aiohttp.ClientResponse, watch: Watch, limits: Limits, ending: Ending) -> AsyncGenerator[str]:
    """The text of each network read that brought some. What is no progress (comments, empty deltas) does not move the watch."""
    chunks, events, read = ChunkReader(ending), EventReader(), _read_of(response)
    piece = await _next(read, watch, ending)
    if not _is_stream(response, piece):
        if text := chunks.read([await _whole(piece, read, watch)]) + chunks.read_last([]):
            yield text
        return
    while piece:
        text = chunks.read(events.feed(piece))
        over = chunks.done or ending.reason is not None
        if over:
            watch.start(DRAIN_SECONDS if chunks.done else GRACE_SECONDS)
        elif chunks.alive:
            watch.start(limits.idle)
        if text:
            yield text
            if not over:
                with watch:
                    await asyncio.sleep(READ_EVERY_SECONDS)
        piece = await _next(read, watch, ending)
    if text := chunks.read_last(events.end()):
        yield text
    if not chunks.seen:
        raise GarbageError("the stream held no event")


def _read_of(response: aiohttp.ClientResponse) -> Callable[[], Awaitable[bytes]]:
    """The shortest way to the next bytes; b"" is the end."""
    if "content-encoding" not in response.headers:
        return response.content.readany
    pieces = _decoded(response).aiter_bytes()

    async def read() -> bytes:
        return await anext(pieces, b"")

    return read


def _decoded(response: aiohttp.ClientResponse) -> httpx2.Response:
    """The same for what may be compressed."""
    return httpx2.Response(response.status, headers=response.raw_headers, stream=Body(response))


async def _next(read: Callable[[], Awaitable[bytes]], watch: Watch, ending: Ending) -> bytes:
    """The next bytes; once the model has said why it ended, silence and a broken line are an end like any other."""
    try:
        with watch:
            return await read()
    except TimeoutError:
        if ending.reason is None:
            raise
    except (aiohttp.ClientError, httpx2.HTTPError, OSError) as error:
        if ending.reason is None:
            raise CutError(str(error)) from error
    return b""


def _is_stream(response: aiohttp.ClientResponse, start: bytes) -> bool:
    """Some servers send events under another content type, some a whole answer under that of a stream."""
    start = start.lstrip()[:6]
    if "event-stream" in response.headers.get("content-type", ""):
        return not start.startswith((b"{", b"<"))
    return start.startswith((b"data:", b"event:", b":"))


async def _whole(start: bytes, read: Callable[[], Awaitable[bytes]], watch: Watch) -> bytes:
    body = bytearray(start)
    while piece := await _next(read, watch, Ending()):
        body += piece
        if len(body) > EVENT_BYTES:
            raise GarbageError(f"the body is larger than {EVENT_BYTES} bytes")
    return bytes(body)


def _network_error(error: BaseException) -> ProviderError:
    """What kept us from a response. The package wraps the cause once."""
    cause = error.__cause__ if isinstance(error, openai.APIConnectionError) and error.__cause__ else error
    told = str(cause)
    if isinstance(cause, aiohttp.ClientSSLError | ssl.SSLError):
        return CertificateError(told)
    if isinstance(cause, aiohttp.ClientConnectorDNSError):
        return UnknownHostError(told)
    if isinstance(cause, TimeoutError | httpx2.TimeoutException):
        return SlowError(told)
    if isinstance(cause, aiohttp.ClientConnectorError | httpx2.ConnectError):
        return RefusedConnectionError(told)
    if isinstance(cause, aiohttp.ClientResponseError):
        return GarbageError("what answered does not speak HTTP")
    if isinstance(cause, ValueError | httpx2.InvalidURL):
        return UnauthorizedError("the key or the base URL holds characters that cannot be sent")
    return CutError(told or type(cause).__name__)


def _door(provider: ProviderSettings, limits: Limits) -> _Door:
    """One client, and so one pool of connections, for each base URL and key in each event loop."""
    doors = _doors.setdefault(asyncio.get_running_loop(), {})
    address = (provider.base_url, provider.key)
    if address not in doors:
        transport = Transport(limits.connect)
        carrier = openai.DefaultAioHttpClient(transport=transport, follow_redirects=False, timeout=None)
        client = openai.AsyncOpenAI(api_key=provider.key or NO_KEY, base_url=provider.base_url, max_retries=0, timeout=None, http_client=carrier)
        doors[address] = _Door(client, transport)
    return doors[address]


async def close_clients() -> None:
    """Closes the connections of the running loop. To be awaited before the loop ends."""
    doors = _doors.pop(asyncio.get_running_loop(), {})
    for door in doors.values():
        await door.client.close()
