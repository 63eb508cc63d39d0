"""One visitor's socket as this process holds it, and the running answer as its sockets have it. Made by consumer.py and hub.py, kept by hub.py.

There is one of them for every visitor who has a page open, so it holds little.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from sys import intern
from typing import Any

from widget.conversations import record

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Connection:
    """One socket of one visitor. `seq` is the last row it was sent; it hears of new ones once it is `ready`."""

    __slots__ = (
        "contact_given",
        "conversation",
        "conversation_id",
        "dirty",
        "failures",
        "handler",
        "locale",
        "origin",
        "page",
        "reading",
        "ready",
        "send",
        "seq",
        "site_id",
        "site_key",
    )

    def __init__(self, send: Send, site_key: str, site_id: int, origin: str) -> None:
        self.send = send
        # One text for all visitors of a website.
        self.origin = intern(origin)
        self.site_key = site_key
        self.site_id = site_id
        self.conversation = ""
        self.conversation_id = 0
        self.seq = 0
        self.handler = "bot"
        self.contact_given = False
        self.locale = ""
        self.page = record.NO_PAGE
        self.ready = False
        self.reading: asyncio.Task[None] | None = None
        self.dirty = False
        # Frames in a row that the database could not carry out.
        self.failures = 0

    async def send_text(self, text: str) -> None:
        await self.send({"type": "websocket.send", "text": text})

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
