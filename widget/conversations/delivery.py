"""The delivery port: how an answer reaches the visitor, whatever the channel.

Each channel (web, later Telegram and WhatsApp) puts its sink into `sinks` through wiring.py. answering/runner.py streams
into it; log writers ring it after their commit. `listeners` hear every ring too: the runner learns of a takeover so, and other processes of everything.
"""

from collections.abc import Callable
from typing import Protocol

from widget.conversations.log import Row
from widget.lib import line_counts


class Sink(Protocol):
    """One channel. The coroutines run on the event loop; `rung` may be called from any thread."""

    async def started(self, conversation: str, reply_id: str, question: int) -> None: ...

    async def delta(self, conversation: str, reply_id: str, offset: int, text: str) -> None: ...

    async def dropped(self, conversation: str, reply_id: str, code: str) -> None: ...

    def rung(self, conversation: str, row: Row | None, changed: bool) -> None:
        """Something was committed: `row` if the ringer has it at hand, and, if `changed`, also who handles the conversation."""


class _Nowhere:
    """For a channel that is not connected: what is in the log stays there until somebody asks."""

    async def started(self, conversation: str, reply_id: str, question: int) -> None:
        return None

    async def delta(self, conversation: str, reply_id: str, offset: int, text: str) -> None:
        return None

    async def dropped(self, conversation: str, reply_id: str, code: str) -> None:
        return None

    def rung(self, conversation: str, row: Row | None, changed: bool) -> None:
        return None


sinks: dict[str, Sink] = {}
listeners: list[Callable[[str, Row | None, bool], None]] = []
_NOWHERE = _Nowhere()


def sink_of(channel: str) -> Sink:
    return sinks.get(channel, _NOWHERE)


def ring(channel: str, conversation: str, row: Row | None = None, changed: bool = False) -> None:
    """Call after the commit, from any thread. Never raises."""
    if row is not None:
        line_counts.messages.inc(row.author)
    sink_of(channel).rung(conversation, row, changed)
    for listener in listeners:
        listener(conversation, row, changed)
