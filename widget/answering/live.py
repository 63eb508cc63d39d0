"""The text of an answer while it is being written: collects the model's deltas, shows them, withdraws them.

Made by runner.py for each attempt; sends through the delivery port, each delta at once: the provider's wire already merges
what comes faster than an eye can follow.
"""

import time

from widget.answering.handover import HandoverFilter
from widget.answering.links import LinkFilter, Links
from widget.conversations.delivery import Sink
from widget.conversations.log import new_row_id
from widget.conversations.trace import Call
from widget.conversations.turns import Claim, Partial
from widget.lib import metrics
from widget.providers.chat import ProviderSettings

first_words = metrics.histogram(
    "kanal_first_token_seconds", "From a process taking a turn to the first words of a model shown.", [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20]
)


class LiveReply:
    """One running answer. `shown` is what the visitor has been sent, `calls` the providers asked so far."""

    __slots__ = ("_begun", "_filter", "_first_shown", "_links", "_offset", "_shown", "_since", "_sink", "_vet", "calls", "claim", "reply_id")

    def __init__(self, claim: Claim, sink: Sink) -> None:
        self.claim = claim
        self.reply_id = claim.reply_id
        self._sink = sink
        self._filter = HandoverFilter()
        self._links = Links()
        self._vet = LinkFilter(self._links)
        self._shown: list[str] = []
        self._offset = 0
        self._begun = self._first_shown = False
        self._since = time.monotonic()
        self.calls: list[Call] = []

    @property
    def shown(self) -> str:
        return "".join(self._shown)

    @property
    def person_wanted(self) -> bool:
        return self._filter.wanted

    def age(self) -> float:
        """Seconds since this process took the turn."""
        return time.monotonic() - self._since

    def note_call(self, provider: ProviderSettings, outcome: str, since: float) -> None:
        """A provider came to its end ("ok" or the code of its failure); `since`: when it was asked, on the monotonic clock."""
        self.calls.append(Call(provider.name, provider.model, outcome, round((time.monotonic() - since) * 1000)))

    def partial(self) -> Partial:
        return Partial(self.claim.turn_id, self.claim.fence, self.reply_id, self.shown)

    def let_link(self, links: Links) -> None:
        """Where the answer may lead; nowhere, until this is said."""
        self._links, self._vet = links, LinkFilter(links)

    async def begin(self) -> None:
        self._begun = True
        await self._sink.started(self.claim.conversation, self.reply_id, self.claim.question_seq)

    async def add(self, text: str) -> None:
        piece = self._vet.feed(self._filter.feed(text))
        if not self._shown:
            piece = piece.lstrip()
        if piece:
            await self._show(piece)

    async def end(self) -> None:
        """The stream is over: shows what was held back."""
        held = self._vet.feed(self._filter.end()) + self._vet.end()
        if held:
            await self._show(held)

    async def _show(self, piece: str) -> None:
        if not self._first_shown:
            self._first_shown = True
            first_words.observe(self.age())
        self._shown.append(piece)
        offset, self._offset = self._offset, self._offset + len(piece)
        await self._sink.delta(self.claim.conversation, self.reply_id, offset, piece)

    async def withdraw(self, code: str) -> None:
        """Takes back what was shown, if anything was; the next attempt writes under a new id."""
        self._filter, self._vet = HandoverFilter(), LinkFilter(self._links)
        if self._shown:
            await self.withdraw_for_good(code)
            self.reply_id = new_row_id()
            await self.begin()

    async def withdraw_for_good(self, code: str) -> None:
        """Takes back what was announced; nothing follows from this process."""
        self._shown.clear()
        self._offset = 0
        if self._begun:
            self._begun = False
            await self._sink.dropped(self.claim.conversation, self.reply_id, code)
