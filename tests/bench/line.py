"""The visitor's side of the line, small enough not to be what a benchmark measures: a WebSocket client of one asyncio protocol.

Used by load.py. It speaks what a bench needs (hello, message.send, reply.stop) to our server and to relay.py alike, and takes the model's time
stamps out of the deltas without parsing them as JSON.
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

STAMP = re.compile(rb"\d{10,19}(?= )")
_DELTA = b'{"type":"reply.delta"'
_ADDED = b'{"type":"message.added"'
_STORED = b'{"type":"message.stored"'
_WELCOME = b'{"type":"welcome"'
_ERROR = b'{"type":"error"'
_TEXT, _CLOSE, _PING = 1, 8, 9


@dataclass(slots=True)
class Record:
    """What all lines of a run have seen while `counting`: times in nanoseconds, deltas as frames and tokens."""

    counting: bool = False
    frames: int = 0
    tokens: int = 0
    lags: list[int] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    by_others: int = 0
    longest_gap: int = 0
    trouble: list[str] = field(default_factory=list)


class Line(asyncio.Protocol):
    """One visitor's socket. `on_welcome` and `on_answer` are called with the line; a question is `ask`ed only after its answer came."""

    __slots__ = (
        "_asked_at",
        "_first_seen",
        "_heard_at",
        "_host",
        "_origin",
        "_path",
        "_record",
        "_rest",
        "_shaken",
        "_transport",
        "answering",
        "on_answer",
        "on_welcome",
        "open",
    )

    def __init__(self, host: str, path: str, record: Record, origin: str = "") -> None:
        self._host, self._path, self._record = host, path, record
        self._origin = origin or f"http://{host}"
        self._rest = b""
        self._shaken = False
        self._asked_at = self._heard_at = 0
        self._first_seen = False
        self.answering = False
        self.open = False
        self.on_welcome: Callable[[Line], None] = _ignore
        self.on_answer: Callable[[Line], None] = _ignore

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        lines = f"GET {self._path} HTTP/1.1", f"Host: {self._host}", f"Origin: {self._origin}", "Upgrade: websocket", "Connection: Upgrade"
        self._transport.write("\r\n".join((*lines, "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: a2FuYWwtYmVuY2gtbGluZQ==", "\r\n")).encode())

    def connection_lost(self, error: Exception | None) -> None:
        if self.open or not self._shaken:
            self._record.trouble.append(f"connection lost: {error}")
        self.open = False

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        if self._rest:
            data = self._rest + data
        place = 0 if self._shaken else self._shake(data)
        end = len(data)
        while end - place >= 2:
            size, head = data[place + 1], 2
            if size > 125:
                head = 4 if size == 126 else 10
                size = int.from_bytes(data[place + 2 : place + head], "big") if end - place >= head else end
            if end - place < head + size:
                break
            self._take(data[place] & 15, data[place + head : place + head + size], now)
            place += head + size
        self._rest = data[place:]

    def ask(self, text: str) -> None:
        self.answering, self._first_seen = True, False
        self._asked_at = time.monotonic_ns()
        self.send({"type": "message.send", "id": str(uuid.uuid4()), "text": text})

    def stop_reply(self) -> None:
        if self.answering:
            self.send({"type": "reply.stop"})

    def send(self, frame: dict[str, object]) -> None:
        self._write(_TEXT, json.dumps(frame).encode())

    def leave(self) -> None:
        """A polite goodbye."""
        self.open = False
        self._write(_CLOSE, b"\x03\xe9")
        self._transport.close()

    def abort(self) -> None:
        self.open = False
        self._transport.abort()

    def _shake(self, data: bytes) -> int:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return 0
        if not data.startswith(b"HTTP/1.1 101"):
            self._record.trouble.append(data[:40].decode("latin-1"))
            self._transport.abort()
            return len(data)
        self._shaken = True
        self.send({"type": "hello", "protocol": 1, "locale": "id"})
        return end + 4

    def _write(self, opcode: int, payload: bytes) -> None:
        """Masked with zeros, which is allowed and leaves the payload as it is."""
        size = len(payload)
        head = bytes((0x80 | opcode, 0x80 | size)) if size < 126 else bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
        self._transport.write(head + b"\0\0\0\0" + payload)

    def _take(self, opcode: int, payload: bytes, now: int) -> None:
        if opcode == _TEXT:
            if payload.startswith(_DELTA):
                self._take_delta(payload, now)
            else:
                self._take_other(payload, now)
        elif opcode == _PING:
            self._write(10, payload)
        elif opcode == _CLOSE:
            self._record.trouble.append(f"closed with {int.from_bytes(payload[:2], 'big')}")
            self.abort()

    def _take_delta(self, payload: bytes, now: int) -> None:
        record = self._record
        if not self._first_seen:
            self._first_seen = True
            if record.counting:
                record.first.append(now - self._asked_at)
        elif now - self._heard_at > record.longest_gap:
            record.longest_gap = now - self._heard_at
        self._heard_at = now
        if record.counting:
            record.frames += 1
            stamps = STAMP.findall(payload)
            record.tokens += len(stamps)
            for stamp in stamps:
                record.lags.append(now - int(stamp))

    def _take_other(self, payload: bytes, now: int) -> None:
        record = self._record
        if payload.startswith(_STORED):
            if record.counting:
                record.acknowledged.append(now - self._asked_at)
        elif payload.startswith(_ADDED):
            self.answering = False
            if record.counting:
                record.whole.append(now - self._asked_at)
                if b'"answered_by":"model"' not in payload:
                    record.by_others += 1
            self.on_answer(self)
        elif payload.startswith(_WELCOME):
            self.open = True
            self.on_welcome(self)
        elif payload.startswith(_ERROR):
            record.trouble.append(payload.decode())


def _ignore(line: Line) -> None:
    return None
