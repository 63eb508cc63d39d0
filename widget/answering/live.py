"""The text of an answer while it is being written: collects the model's deltas, shows them, withdraws them.

Made by runner.py for each attempt; sends through the delivery port. A delta is sent at once when the last one is old
enough; what comes faster is merged and sent by one timer for all answers of the process.
"""

import asyncio

from widget.answering.handover import HandoverFilter
from widget.conversations.delivery import Sink
from widget.conversations.log import new_row_id
from widget.conversations.turns import Claim, Partial

MERGE_SECONDS = 0.04


class LiveReply:
    """One running answer. `shown` is what the visitor has been sent or is about to be sent."""

    __slots__ = ("_begun", "_filter", "_flusher", "_last_sent", "_offset", "_shown", "_sink", "_unsent", "claim", "reply_id")

    def __init__(self, claim: Claim, sink: Sink, flusher: "Flusher") -> None:
        self.claim = claim
        self.reply_id = claim.reply_id
        self._sink = sink
        self._flusher = flusher
        self._filter = HandoverFilter()
        self._shown: list[str] = []
        self._unsent: list[str] = []
        self._offset = 0
        self._last_sent = 0.0
        self._begun = False

    @property
    def shown(self) -> str:
        return "".join(self._shown)

    @property
    def person_wanted(self) -> bool:
        return self._filter.wanted

    def partial(self) -> Partial:
        return Partial(self.claim.turn_id, self.claim.fence, self.reply_id, self.shown)

    async def begin(self) -> None:
        self._begun = True
        await self._sink.started(self.claim.conversation, self.reply_id, self.claim.question_seq)

    async def add(self, text: str, now: float) -> None:
        """`now` is the event loop's time."""
        piece = self._filter.feed(text)
        if not piece:
            return
        if not self._shown:
            piece = piece.lstrip()
            if not piece:
                return
        self._shown.append(piece)
        self._unsent.append(piece)
        if now - self._last_sent >= MERGE_SECONDS:
            await self.flush(now)
        else:
            self._flusher.notice(self)

    async def flush(self, now: float) -> None:
        if not self._unsent:
            return
        text = "".join(self._unsent)
        self._unsent.clear()
        self._last_sent = now
        offset, self._offset = self._offset, self._offset + len(text)
        await self._sink.delta(self.claim.conversation, self.reply_id, offset, text)

    async def end(self, now: float) -> None:
        """The stream is over: shows what was held back."""
        held = self._filter.end()
        if held:
            self._shown.append(held)
            self._unsent.append(held)
        await self.flush(now)

    async def withdraw(self, code: str) -> None:
        """Takes back what was shown, if anything was; the next attempt writes under a new id."""
        self._filter = HandoverFilter()
        if self._shown:
            await self.withdraw_for_good(code)
            self.reply_id = new_row_id()
            await self.begin()

    async def withdraw_for_good(self, code: str) -> None:
        """Takes back what was announced; nothing follows from this process."""
        self._shown.clear()
        self._unsent.clear()
        self._offset = 0
        if self._begun:
            self._begun = False
            await self._sink.dropped(self.claim.conversation, self.reply_id, code)


class Flusher:
    """The one timer that sends merged deltas; it runs only while some wait."""

    def __init__(self) -> None:
        self._waiting: set[LiveReply] = set()
        self._task: asyncio.Task[None] | None = None

    def notice(self, reply: LiveReply) -> None:
        self._waiting.add(reply)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                await asyncio.sleep(MERGE_SECONDS)
                waiting, self._waiting = self._waiting, set()
                for reply in waiting:
                    await reply.flush(loop.time())
        finally:
            self._task = None
