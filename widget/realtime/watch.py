"""One operator's look at one conversation. Made by operator.py for `talk.open`, kept by hub.py beside the visitors' connections.

It is told the same rows and the same streamed text as the visitor. Notes and the rest of what only operators see go from desk.py to the desk itself.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from widget.conversations.log import Row
from widget.realtime.connection import Listener


class Watch(Listener):
    """`own`: ids of messages that this desk is sending: it learns their seq from `message.stored`. `talk`, `notes`: what was told of them last."""

    __slots__ = ("_send", "notes", "own", "talk", "typed_at")

    def __init__(self, send: Callable[[str], Awaitable[None]], conversation: str, own: set[str]) -> None:
        super().__init__(0)
        self._send = send
        self.conversation = conversation
        self.own = own
        self.talk: dict[str, Any] = {}
        self.notes: set[str] = set()
        self.typed_at = float("-inf")

    async def send_text(self, text: str) -> None:
        await self._send(text)

    async def send_row(self, row: Row, text: str) -> None:
        self.seq = row.seq
        if row.id not in self.own:
            await self._send(text)
