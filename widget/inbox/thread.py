"""A conversation's log as its page shows it: each row with who wrote it, and each answer with what it took.

Called by talk_page.py. Reads Message and Turn of conversations/; holds only plain values, so the template cannot reach further.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from widget.conversations.models import Conversation, Message, Turn
from widget.inbox.contact import web_link
from widget.inbox.story import tell
from widget.providers.errors import describe

# A page of the log; earlier rows are one tap away.
ROWS_SHOWN = 200


@dataclass(frozen=True)
class Source:
    title: str
    url: str


@dataclass(frozen=True)
class Receipt:
    """What one answer took. `failures` are the providers that were asked before."""

    provider: str
    model: str
    failures: tuple[str, ...]
    tokens_in: int | None
    tokens_out: int | None
    cost: Decimal | None
    first_token_ms: int | None
    attempts: int
    story: tuple[str, ...]

    @property
    def is_worth_showing(self) -> bool:
        return bool(self.provider or self.failures or self.attempts > 1 or self.story)


@dataclass(frozen=True)
class Row:
    """One message. `day` is set on the first row of a day."""

    seq: int
    author: str
    author_label: str
    answered_by: str
    answered_by_label: str
    name: str
    text: str
    at: datetime
    sources: tuple[Source, ...]
    receipt: Receipt | None
    day: date | None


@dataclass(frozen=True)
class Thread:
    """The rows shown, oldest first; how many came earlier; the text so far of an answer under way (None: none is)."""

    rows: tuple[Row, ...]
    earlier: int
    partial: str | None


def read_thread(conversation: Conversation, whole: bool = False) -> Thread:
    messages = Message.objects.filter(conversation=conversation)
    first = 1 if whole else max(1, conversation.seq - ROWS_SHOWN + 1)
    turns = list(Turn.objects.filter(conversation=conversation, question_seq__gte=first - 1))
    answers: dict[int | None, Turn] = {turn.answer_seq: turn for turn in turns if turn.answer_seq}
    running = next((turn for turn in turns if turn.state in Turn.UNFINISHED), None)
    rows = tuple(_rows(messages.filter(seq__gte=first).order_by("seq"), answers))
    return Thread(rows, first - 1, running.partial if running else None)


def _rows(messages: Iterable[Message], answers: Mapping[int | None, Turn]) -> Iterable[Row]:
    day_before = None
    for message in messages:
        day = timezone.localdate(message.at)
        yield Row(
            seq=message.seq,
            author=message.author,
            author_label=message.get_author_display(),
            answered_by=message.answered_by,
            answered_by_label=message.get_answered_by_display(),
            name=message.name,
            text=message.text,
            at=message.at,
            sources=tuple(_sources(message.sources)),
            receipt=_receipt(answers.get(message.seq)),
            day=day if day != day_before else None,
        )
        day_before = day


def _sources(stored: list[dict[str, str]]) -> Iterable[Source]:
    for source in stored:
        url = web_link(source.get("url", ""))
        yield Source(source.get("title", "") or url, url)


def _failure(stored: str) -> str:
    """ "Groq: timeout" with the code in words."""
    name, _colon, code = stored.rpartition(": ")
    return f"{name}: {describe(code)}" if name else describe(code)


def _receipt(turn: Turn | None) -> Receipt | None:
    if turn is None:
        return None
    failures = tuple(_failure(str(failure)) for failure in turn.failures)
    return Receipt(turn.provider, turn.model, failures, turn.tokens_in, turn.tokens_out, turn.cost, turn.first_token_ms, turn.attempts, tell(turn))
