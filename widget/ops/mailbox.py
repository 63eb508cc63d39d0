"""The queue between a WebSocket and its application, for one reader. Made by ops/server.py for every visitor who has a page open.

asyncio.Queue holds three double-ended queues, two kilobytes for what is almost always empty; this holds a list when it must.
"""

import asyncio
from typing import Any

Message = dict[str, Any]


class Mailbox:
    """What arrived and was not yet taken, in order."""

    __slots__ = ("_messages", "_reader")

    def __init__(self) -> None:
        self._messages: list[Message] | None = None
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, message: Message) -> None:
        if self._messages is None:
            self._messages = []
        self._messages.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> Message:
        """The oldest message, when there is one. One reader at a time."""
        while not self._messages:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        message = self._messages.pop(0)
        self._messages = self._messages or None
        return message

    def qsize(self) -> int:
        return len(self._messages or ())

    def bytes(self) -> int:
        """Of all frames that wait; looked at only when one arrives, so counting is cheaper than keeping count."""
        return sum(len(message.get("text") or message.get("bytes") or "") for message in self._messages or ())

    def empty(self) -> bool:
        return not self._messages
