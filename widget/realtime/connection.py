"""One visitor's socket as this process holds it, and the running answer as its sockets have it. Made by consumer.py and hub.py, kept by hub.py.

`Listener` is what a visitor's socket and an operator's look at a conversation (watch.py) have in common.

There is one of them for every visitor who has a page open, so it holds little.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from sys import intern
from typing import Any

from widget.conversations import record
from widget.conversations.customers import SignedIn
from widget.conversations.log import Row

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Listener(ABC):
    """Whoever is told the rows of one conversation in their order. `seq` is the last row it was sent; it hears of new ones once it is `ready`."""

    __slots__ = ("conversation", "conversation_id", "dirty", "reading", "ready", "seq", "site_id")

    def __init__(self, site_id: int) -> None:
        self.site_id = site_id
        self.conversation = ""
        self.conversation_id = 0
        self.seq = 0
        self.ready = False
        self.reading: asyncio.Task[None] | None = None
        self.dirty = False

    @abstractmethod
    async def send_text(self, text: str) -> None:
        """The frame leaves, as text."""

    async def send_row(self, row: Row, text: str) -> None:
        """`text` is the frame that shows the row."""
        self.seq = row.seq
        await self.send_text(text)


class Connection(Listener):
    """One socket of one visitor."""

    __slots__ = ("addressed", "contact_given", "device", "failures", "handler", "locale", "origin", "page", "send", "session", "site_key", "typed_at")

    def __init__(self, send: Send, site_key: str, site_id: int, origin: str, device: str = "") -> None:
        super().__init__(site_id)
        self.send = send
        # One text for all visitors of a website.
        self.origin = intern(origin)
        self.device = intern(device)
        self.site_key = site_key
        self.handler = "bot"
        self.contact_given = False
        # Whether a person's words came since the assistant had the conversation last.
        self.addressed = False
        self.locale = ""
        self.page = record.NO_PAGE
        # Of a customer whom the website has signed in.
        self.session: SignedIn | None = None
        # Frames in a row that the database could not carry out.
        self.failures = 0
        self.typed_at = 0.0

    async def send_text(self, text: str) -> None:
        await self.send({"type": "websocket.send", "text": text})

    async def send_row(self, row: Row, text: str) -> None:
        self.addressed = self.addressed or row.author == "operator"
        await super().send_row(row, text)

    async def close(self, code: int) -> None:
        self.ready = False
        await self.send({"type": "websocket.close", "code": code})


@dataclass(slots=True)
class ShownReply:
    """The text of a running answer as the sockets have it; `length` counts code points."""

    id: str
    question: int
    parts: list[str]
    length: int = 0

    def text(self) -> str:
        return "".join(self.parts)
