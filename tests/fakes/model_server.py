"""An OpenAI-compatible server that answers, stalls, cuts and lies as it is told. For tests in process and for benchmarks as a program of its own.

As a fixture: `model_server` (tests/fakes/fixtures.py), a running `ModelServer` in a thread of its own, for sync and async tests alike.
In a test: `async with ModelServer() as server` in the test's loop, or `with ModelServer.in_thread() as server`.
    server.url               base URL ending in /v1
    server.set(model, script), server.default = script, server.push(script, ...)   the next requests play these, then back to normal
    server.api_key = "sk"    others get 401
    server.requests          `Recorded(model, body, headers, path, script, at)` of every completion asked, server.reset() forgets
    server.connections, server.streaming   TCP connections and answers open now; server.accepted: connections ever made
As a program: `python -m tests.fakes.model_server --port 0 [--default SCRIPT]` prints its base URL on the first line; `GET /requests`,
`POST /control {"model"?, "script"?, "default"?, "push"?: [...], "api_key"?}`, `POST /reset` do the same from outside.

A model name that is a script is played; other models play `default` (echo). Words are joined by `+`:
    echo | obedient (does what SAY ..., REVEAL and CALL anywhere in its input ask for) | text:WORDS (last)
    tokens:N | tokens:N@RATE (per second) | tokens:N@RATE+stamp (each token is time.monotonic_ns() of its sending)
    big-chunk:BYTES | endless | flood (1 MB/s)
    slow-first:S (before the headers) | slow-token:S (after them) | stall-headers | stall | stall-after:N | pings:S, empties:S (for ever) | tool-call
    cut-after:N (socket closed) | end-after:N (ends properly, no finish_reason) | reset-after:N | garbage | garbage-after:N | error-in-stream[:N]
    html | json (a completion that is no stream) | malformed | redirect:URL
    status:CODE [+retry-after:S] [+code:NAME] [+detail | +plain] [+leak] | refuse-field:NAME (400) | unknown-field:NAME (422)
    no-done | no-finish | finish:REASON | usage-always | usage-with-choice | no-usage | null-content | role-with-content | no-role
    split-utf8 | crlf | comments | no-space | multi-line | named-events | repeat-chunk
"""

import argparse
import asyncio
import json
import signal
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from tests.fakes.model_script import End, Head, Script, Step, is_script, parse, play

TICK_SECONDS = 0.002
KEPT_REQUESTS = 10_000
PHRASES = frozenset(HTTPStatus)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One completion request as it arrived; `at` is time.monotonic()."""

    model: str
    body: dict[str, Any]
    headers: dict[str, str]
    path: str
    script: str
    at: float


class Ticker:
    """One timer for all streams: what is due within the same 2 ms runs in one turn of the loop, which is what makes a token cheap."""

    def __init__(self) -> None:
        self._slots: dict[int, list[Callable[[], None]]] = {}
        self._running = False

    def at(self, due: float, call: Callable[[], None]) -> None:
        self._slots.setdefault(int(due / TICK_SECONDS) + 1, []).append(call)
        if not self._running:
            self._running = True
            asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        now = int(time.monotonic() / TICK_SECONDS)
        for slot in sorted(slot for slot in self._slots if slot <= now):
            for call in self._slots.pop(slot):
                call()
        if self._slots:
            asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)
        else:
            self._running = False


class Connection(asyncio.Protocol):
    """One keep-alive HTTP/1.1 connection; requests carry a Content-Length, answers are chunked."""

    def __init__(self, server: "ModelServer") -> None:
        self._server, self._buffer = server, bytearray()
        self._steps: Iterator[Step] | None = None
        self._due, self._paused, self._streaming = 0.0, False, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._server.open.add(self)
        self._server.accepted += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.open.discard(self)
        self._leave()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._advance()

    def abort(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._steps is None:
            self._next_request()

    def _next_request(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length") or 0)
        if len(self._buffer) < end + 4 + length:
            return
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        method, target, _ = first.split(" ", 2)
        self._steps = self._server.respond(method, target.partition("?")[0], headers, body)
        self._due, self._streaming = time.monotonic(), True
        self._server.streaming += 1
        self._advance()

    def _advance(self) -> None:
        """Writes all that is due in one piece; the rest waits for the ticker or for the client to read."""
        out: list[bytes] = []
        if self._steps is None or self._paused:
            return
        for step in self._steps:
            if type(step) is bytes:
                out.append(b"%x\r\n%b\r\n" % (len(step), step) if step else b"")
            elif type(step) is float:
                self._due += step
                if self._due > time.monotonic():
                    self._server.ticker.at(self._due, self._advance)
                    break
                if len(out) > 64:
                    self._server.ticker.at(0, self._advance)
                    break
            elif isinstance(step, Head):
                out.append(_head(step))
            elif isinstance(step, End):
                self._end(step, out)
                return
        self._transport.write(b"".join(out))

    def _end(self, end: End, out: list[bytes]) -> None:
        if end is End.DONE:
            out.append(b"0\r\n\r\n")
        self._transport.write(b"".join(out))
        if end is End.STALL:
            return
        self._leave()
        if end is End.CLOSE:
            self._transport.close()
        elif end is End.RESET:
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()
        else:
            self._next_request()

    def _leave(self) -> None:
        self._steps = None
        if self._streaming:
            self._streaming = False
            self._server.streaming -= 1


def _head(head: Head) -> bytes:
    phrase = HTTPStatus(head.status).phrase if head.status in PHRASES else "Unknown"
    lines = [f"HTTP/1.1 {head.status} {phrase}", f"Content-Type: {head.content_type}", "Transfer-Encoding: chunked"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in head.extra), "\r\n"]).encode("latin-1")


def _answer(content: Any, status: int = 200) -> Iterator[Step]:
    return iter([Head(status, "application/json"), json.dumps(content).encode(), End.DONE])


class ModelServer:
    """See the module's docstring."""

    def __init__(self, default: str = "echo", port: int = 0) -> None:
        self.port, self.accepted, self.streaming = port, 0, 0
        self.ticker, self.open = Ticker(), set[Connection]()
        self._default = default
        self.reset()

    def reset(self) -> None:
        """Forgets scripts, requests and the key."""
        self.default, self.api_key = self._default, ""
        self.requests: deque[Recorded] = deque(maxlen=KEPT_REQUESTS)
        self._scripts: dict[str, str] = {}
        self._pushed: deque[str] = deque()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def connections(self) -> int:
        return len(self.open)

    def set(self, model: str, script: str) -> None:
        parse(script)
        self._scripts[model] = script

    def push(self, *scripts: str) -> None:
        for script in scripts:
            parse(script)
            self._pushed.append(script)

    def calls(self, model: str) -> int:
        return sum(request.model == model for request in self.requests)

    async def __aenter__(self) -> "ModelServer":
        await self.start()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.stop()

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(lambda: Connection(self), "127.0.0.1", self.port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for connection in list(self.open):
            connection.abort()
        await self._server.wait_closed()
        await asyncio.sleep(0)

    @classmethod
    @contextmanager
    def in_thread(cls, default: str = "echo") -> Iterator["ModelServer"]:
        """A server with its own loop and thread, for tests that are not async or must not share their loop."""
        server, ready, stop = cls(default), threading.Event(), asyncio.Event()

        async def run() -> None:
            nonlocal loop
            loop = asyncio.get_running_loop()
            async with server:
                ready.set()
                await stop.wait()

        loop: asyncio.AbstractEventLoop | None = None
        thread = threading.Thread(target=lambda: asyncio.run(run()), name="fake-model", daemon=True)
        thread.start()
        assert ready.wait(5) and loop
        try:
            yield server
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(5)

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Iterator[Step]:
        if path.endswith("/chat/completions") and method == "POST":
            return self._complete(path, headers, body)
        if path.endswith("/models"):
            return _answer({"object": "list", "data": [{"id": "fake", "object": "model"}]})
        if path == "/control" and method == "POST":
            return self._control(json.loads(body))
        if path == "/reset" and method == "POST":
            self.reset()
            return _answer({})
        if path == "/requests":
            rows = [{"model": one.model, "path": one.path, "script": one.script, "at": one.at, "body": one.body} for one in self.requests]
            return _answer({"count": len(rows), "streaming": self.streaming, "connections": self.connections, "requests": rows})
        return _answer({"error": {"message": f"no such path {path}", "type": "invalid_request_error", "code": None}}, 404)

    def _complete(self, path: str, headers: dict[str, str], body: bytes) -> Iterator[Step]:
        try:
            asked = json.loads(body)
        except ValueError:
            return iter([Head(500, "text/plain"), b"bad JSON", End.DONE])
        key = headers.get("authorization", "").removeprefix("Bearer ")
        if self.api_key and key != self.api_key:
            return play(parse("status:401+code:invalid_api_key+leak"), asked, key)
        model = str(asked.get("model", ""))
        script, name = self._script(model)
        self.requests.append(Recorded(model, asked, headers, path, name, time.monotonic()))
        return play(script, asked, key)

    def _script(self, model: str) -> tuple[Script, str]:
        usual = self._scripts.get(model) or (model if is_script(model) else self.default)
        name = self._pushed.popleft() if self._pushed else usual
        return parse(name), name

    def _control(self, order: dict[str, Any]) -> Iterator[Step]:
        try:
            if "script" in order:
                self.set(order["model"], order["script"])
            self.push(*order.get("push", []))
            self.default = order.get("default", self.default)
            parse(self.default)
        except (KeyError, ValueError) as error:
            return _answer({"error": str(error)}, 400)
        self.api_key = order.get("api_key", self.api_key)
        return _answer({})


async def _serve(port: int, default: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with ModelServer(default, port) as server:
        print(server.url, flush=True)
        await stop.wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="An OpenAI-compatible fake model")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--default", default="echo")
    chosen = arguments.parse_args()
    asyncio.run(_serve(chosen.port, chosen.default))
