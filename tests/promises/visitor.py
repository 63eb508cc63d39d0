"""A visitor's side of the line in Python, as the widget behaves: an outbox, resending, resuming by seq and offset. Keeps a journal for the oracle.

Used by every promise; one `Visitor` is one browser, connecting through whatever address it is given (a server or a proxy).
"""

import asyncio
import json
import random
import ssl
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.promises.detour import Detour

ORIGIN = "https://toko.example"
BACKOFF_SECONDS = (0.02, 0.3)


@dataclass
class Reply:
    """The answer being written, as shown; `grown` holds (time.monotonic(), length) after each delta."""

    id: str
    text: str = ""
    grown: list[tuple[float, int]] = field(default_factory=list)


class Visitor:
    """`rows` is what the visitor sees; `acknowledged[id]` every seq an acknowledgement named;
    `faults` what the line did wrong; `close_codes` how each socket ended."""

    def __init__(self, address: Callable[[], str], cut_chance: float = 0.0, seed: int = 0, origin: str = ORIGIN, way: str = "socket") -> None:
        self._origin, self._way = origin, way
        self._address, self._cut_chance, self._random = address, cut_chance, random.Random(seed)
        self.token = self.conversation = ""
        self.rows: list[dict[str, Any]] = []
        self.reply: Reply | None = None
        self.outbox: dict[str, str] = {}
        self.sent_at: dict[str, float] = {}
        self.acknowledged: dict[str, list[int]] = {}
        self.errors: list[str] = []
        self.faults: list[str] = []
        self.close_codes: list[int | None] = []
        # When the server said of a message that it is not sent yet.
        self.told_later: dict[str, list[float]] = {}
        self._resending: asyncio.Future[None] | None = None
        self.resets = self.connections = 0
        # Seconds from each loss of the line to the next welcome, and when each row was first seen.
        self.away: list[float] = []
        self.seen_at: dict[str, float] = {}
        self._lost_at = 0.0
        # When the assistant was last heard writing.
        self.heard_at = 0.0
        # Whom to believe behind wss.
        self.tls: ssl.SSLContext | None = None
        self.changed = asyncio.Event()
        self._socket: ClientConnection | Detour | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._socket is not None

    @property
    def seq(self) -> int:
        return int(self.rows[-1]["seq"]) if self.rows else 0

    async def __aenter__(self) -> "Visitor":
        self._task = asyncio.create_task(self._live())
        await self.until(lambda: bool(self.token), 30)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, true: Callable[[], bool], seconds: float) -> None:
        """Waits for something this visitor sees. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():
                self.changed.clear()
                await self.changed.wait()

    async def say(self, text: str, message_id: str = "") -> str:
        """Puts a message into the outbox and sends it if the line is there. Returns its id."""
        message_id = message_id or str(uuid.uuid4())
        self.outbox[message_id] = text
        self.sent_at[message_id] = time.monotonic()
        await self._send("message.send", id=message_id, text=text)
        return message_id

    def answer_to(self, message_id: str) -> dict[str, Any] | None:
        """The assistant's row that answers: the n-th answer belongs to the n-th question."""
        mine = [row["id"] for row in self.rows if row["author"] == "visitor"]
        answers = [row for row in self.rows if row["author"] == "assistant"]
        return answers[mine.index(message_id)] if message_id in mine and mine.index(message_id) < len(answers) else None

    async def answered(self, message_id: str, seconds: float = 30) -> None:
        """Waits for the answer to a message. Raises TimeoutError."""
        await self.until(lambda: self.answer_to(message_id) is not None, seconds)

    def cut(self) -> None:
        """The phone loses its network: no close frame."""
        if self._socket is not None:
            self._socket.transport.abort()

    def forget_shown(self) -> None:
        """A page reload: the token is kept, what was shown is not."""
        self.rows, self.reply = [], None

    async def _live(self) -> None:
        while True:
            with suppress(OSError, WebSocketException, aiohttp.ClientError, TimeoutError, EOFError):
                async with self._line() as socket:
                    self._socket = socket
                    self.connections += 1
                    await self._hello()
                    self.changed.set()
                    try:
                        async for raw in socket:
                            if self._unlucky():
                                break
                            await self._take(json.loads(raw))
                    finally:
                        self.close_codes.append(socket.close_code)
                        self._lost_at = time.monotonic()
                        self.changed.set()
            self._socket = None
            await asyncio.sleep(self._random.uniform(*BACKOFF_SECONDS))

    def _line(self) -> Any:
        """The browser's socket, or what stands in for it: the way `events` or `poll`."""
        if self._way != "socket":
            return Detour(self._address(), self._origin, self._greeting, self._way == "poll")
        return connect(self._address(), origin=self._origin, ping_interval=None, close_timeout=0.1, open_timeout=10, max_size=None, proxy=None, ssl=self.tls)  # type: ignore[arg-type]

    def _greeting(self) -> dict[str, Any]:
        fields: dict[str, Any] = {"protocol": 1, "locale": "id"}
        if self.token:
            fields["token"] = self.token
        if self.rows:
            fields["after"] = {"seq": self.seq, "id": self.rows[-1]["id"]}
        if self.reply:
            fields["reply"] = {"id": self.reply.id, "offset": len(self.reply.text)}
        return fields

    async def _hello(self) -> None:
        await self._send("hello", **self._greeting())

    async def _send(self, kind: str, **fields: Any) -> None:
        socket = self._socket
        if socket is None:
            return
        with suppress(OSError, WebSocketException):
            await socket.send(json.dumps({"type": kind, **fields}))
            self._unlucky()

    def _unlucky(self) -> bool:
        """Cuts the line with the visitor's chance, for each frame in either direction."""
        if self._cut_chance and self._random.random() < self._cut_chance:
            self.cut()
            return True
        return False

    async def _take(self, frame: dict[str, Any]) -> None:
        handler = getattr(self, "_on_" + frame["type"].replace(".", "_"), None)
        if handler is not None:
            await handler(frame)
        self.changed.set()

    async def _on_welcome(self, frame: dict[str, Any]) -> None:
        if self._lost_at:
            self.away.append(time.monotonic() - self._lost_at)
            self._lost_at = 0.0
        self.token, self.conversation = frame["token"], frame["conversation"]
        if frame["reset"]:
            self.resets += 1
            self.rows, self.reply = [], None
        for row in frame["messages"]:
            self._append(row)
        reply = frame.get("reply")
        if reply is None:
            self.reply = None
        elif self.reply is None or self.reply.id != reply["id"]:
            self._begin(reply["id"])
        if reply is not None:
            await self._grow(reply.get("offset", 0), reply["text"])
        for message_id, text in list(self.outbox.items()):
            await self._send("message.send", id=message_id, text=text)

    async def _on_message_stored(self, frame: dict[str, Any]) -> None:
        self.acknowledged.setdefault(frame["id"], []).append(frame["seq"])
        text = self.outbox.pop(frame["id"], None)
        if text is not None and frame["seq"] > self.seq:
            if frame["seq"] > self.seq + 1 and self.rows:
                await self._hello()
            else:
                self._append({"seq": frame["seq"], "id": frame["id"], "author": "visitor", "text": text})

    async def _on_message_added(self, frame: dict[str, Any]) -> None:
        if self.rows and frame["seq"] > self.seq + 1:
            await self._hello()
        else:
            self._append(frame)

    async def _on_reply_started(self, frame: dict[str, Any]) -> None:
        if self.reply is None or self.reply.id != frame["id"]:
            self._begin(frame["id"])

    async def _on_reply_delta(self, frame: dict[str, Any]) -> None:
        if self.reply is None or self.reply.id != frame["id"]:
            if any(row["id"] == frame["id"] for row in self.rows):
                return
            self._begin(frame["id"])
        await self._grow(frame["offset"], frame["text"])

    async def _on_reply_dropped(self, frame: dict[str, Any]) -> None:
        if self.reply is not None and self.reply.id == frame["id"]:
            self.reply = None

    async def _on_error(self, frame: dict[str, Any]) -> None:
        self.errors.append(frame["code"])
        if frame["code"] == "retry" and frame.get("id") in self.outbox:
            self.told_later.setdefault(frame["id"], []).append(time.monotonic())
            asyncio.get_running_loop().call_later(frame["retry_after"], self._again, frame["id"])

    def _again(self, message_id: str) -> None:
        """As the widget does when the server said that it could not store a message now."""
        if message_id in self.outbox:
            self._resending = asyncio.ensure_future(self._send("message.send", id=message_id, text=self.outbox[message_id]))

    def _begin(self, reply_id: str) -> None:
        self.reply = Reply(reply_id)

    async def _grow(self, offset: int, text: str) -> None:
        assert self.reply is not None
        self.heard_at = time.monotonic()
        missing = offset - len(self.reply.text)
        if missing > 0:
            await self._hello()
            return
        self.reply.text = self.reply.text[:offset] + text if -missing <= len(text) else self.reply.text
        self.reply.grown.append((time.monotonic(), len(self.reply.text)))

    def _append(self, row: dict[str, Any]) -> None:
        if row["seq"] <= self.seq:
            return
        if self.reply is not None and row["id"] == self.reply.id:
            if not row["text"].startswith(self.reply.text.rstrip()):
                self.faults.append(f"the finished text of {row['id']} is not what was shown")
            self.reply = None
        self.rows.append(row)
        self.seen_at.setdefault(row["id"], time.monotonic())
        self.outbox.pop(row["id"], None)


async def until_all(visitors: Iterable[Visitor], true: Callable[[Visitor], bool], seconds: float) -> None:
    """Waits until it is true of each of them. Raises TimeoutError."""
    await asyncio.gather(*(visitor.until(partial(true, visitor), seconds) for visitor in visitors))
