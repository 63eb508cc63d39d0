"""The durable turn: the duty to answer one question, held by one process at a time.

Called inside transactions by answering/ (begin with the question, save, finish, take over) and takeover.py (give up).
Every write names the fence its holder was given; a holder that was replaced finds no row to change. The conversation's
row is always locked before its turns, so no two writers wait for each other.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from widget.conversations.errors import SupersededError
from widget.conversations.log import NewRow, Row, insert, new_row_id
from widget.conversations.trace import Trace, pack

_BEGIN = """
INSERT INTO widget_turn (conversation_id, question_seq, state, holder, beat, fence, attempts, reply_id, partial, stop_requested,
  provider, model, failures, created_at)
SELECT %s, %s, CASE WHEN busy.waiting THEN 'queued' ELSE 'running' END, CASE WHEN busy.waiting THEN '' ELSE %s END, 0,
  CASE WHEN busy.waiting THEN 0 ELSE 1 END, CASE WHEN busy.waiting THEN 0 ELSE 1 END, CASE WHEN busy.waiting THEN '' ELSE %s END,
  '', %s, '', '', '[]', %s
FROM (SELECT EXISTS (SELECT 1 FROM widget_turn WHERE conversation_id = %s AND state IN ('queued', 'running')) AS waiting) AS busy
RETURNING id, state
"""
_CLAIM = """
UPDATE widget_turn SET state = 'running', holder = %s, fence = fence + 1, attempts = attempts + 1, reply_id = %s, partial = '', beat = beat + 1
WHERE {condition} RETURNING id, conversation_id, question_seq, fence, reply_id, attempts
"""
_CLAIM_NEXT = _CLAIM.format(
    condition="""state = 'queued' AND id = (SELECT id FROM widget_turn WHERE conversation_id = %s AND state IN ('queued', 'running')
  ORDER BY question_seq LIMIT 1)"""
)
_TAKE_OVER = _CLAIM.format(condition="id = %s AND fence = %s AND beat = %s AND state IN ('queued', 'running')")
_LET_GO = "UPDATE widget_turn SET holder = '' WHERE holder = %s AND state = 'running'"
_WHERE_FROM = "SELECT public_id, channel, site_id, locale FROM widget_conversation WHERE id = %s"
_HEADS = """
SELECT id, fence, beat, holder FROM widget_turn AS head WHERE state IN ('queued', 'running') AND NOT EXISTS (
  SELECT 1 FROM widget_turn WHERE conversation_id = head.conversation_id AND state IN ('queued', 'running') AND question_seq < head.question_seq)
"""
_UNFINISHED = """
SELECT c.id, c.public_id, c.seq, t.id, t.state, t.holder, t.reply_id, t.question_seq, t.partial
FROM widget_turn AS t JOIN widget_conversation AS c ON c.id = t.conversation_id
WHERE t.conversation_id IN ({marks}) AND t.state IN ('queued', 'running') ORDER BY t.question_seq DESC
"""
_SAVE = "UPDATE widget_turn SET partial = %s, reply_id = %s, beat = beat + 1 WHERE id = %s AND fence = %s AND state = 'running'"
_LOCK_FOR_ANSWER = """
UPDATE widget_conversation SET seq = seq + 1, last_at = %s, handler = CASE WHEN %s THEN 'waiting' ELSE handler END,
  waiting_since = CASE WHEN %s THEN COALESCE(waiting_since, %s) ELSE waiting_since END
WHERE id = %s AND handler <> 'human' RETURNING seq, handler, CASE WHEN waiting_since = %s THEN 1 ELSE 0 END
"""
_FINISH = """
UPDATE widget_turn SET state = %s, answer_seq = %s, reply_id = %s, partial = '', provider = %s, model = %s, failures = %s, tokens_in = %s,
  tokens_out = %s, cost = %s, first_token_ms = %s, trace = %s, finished_at = %s WHERE id = %s AND fence = %s AND state = 'running'
"""
_MORE = "SELECT 1 FROM widget_turn WHERE conversation_id = %s AND state = 'queued' LIMIT 1"
_GIVE_UP = "UPDATE widget_turn SET state = 'yielded', fence = fence + 1, finished_at = %s WHERE conversation_id = %s AND state IN ('queued', 'running')"
_LAST = """
SELECT message.seq, author FROM widget_message AS message JOIN widget_conversation AS conversation ON conversation.id = conversation_id
WHERE conversation_id = %s AND message.seq > fresh_from ORDER BY message.seq DESC LIMIT 1
"""
_REOPEN = """
INSERT INTO widget_turn (conversation_id, question_seq, state, holder, beat, fence, attempts, reply_id, partial, stop_requested,
  provider, model, failures, created_at)
VALUES (%s, %s, 'queued', '', 0, 0, 0, '', '', false, '', '', '[]', %s)
ON CONFLICT (conversation_id, question_seq) DO UPDATE SET state = 'queued', holder = '', fence = widget_turn.fence + 1, finished_at = NULL
WHERE widget_turn.state = 'yielded'
"""
_STOP = "UPDATE widget_turn SET stop_requested = %s WHERE conversation_id = %s AND state = 'running'"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to answer one question, as long as nobody raised the fence."""

    turn_id: int
    conversation_id: int
    conversation: str
    channel: str
    site_id: int
    locale: str
    question_seq: int
    fence: int
    reply_id: str
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Where:
    """The conversation a turn belongs to: its row, public id, channel, site and language."""

    conversation_id: int
    conversation: str
    channel: str
    site_id: int
    locale: str


@dataclass(frozen=True, slots=True)
class Head:
    """The oldest unfinished turn of a conversation, as last seen."""

    turn_id: int
    fence: int
    beat: int
    holder: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The oldest unfinished turn of a conversation, with its text as last saved; `seq` is the conversation's at the same moment."""

    conversation_id: int
    conversation: str
    seq: int
    turn_id: int
    state: str
    holder: str
    reply_id: str
    question_seq: int
    partial: str


@dataclass(frozen=True, slots=True)
class Partial:
    """Text so far of a running turn."""

    turn_id: int
    fence: int
    reply_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the answer took: which provider, which failed before it, tokens, money (USD), time to the first token (ms); what happened inside."""

    provider: str = ""
    model: str = ""
    failures: tuple[str, ...] = ()
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None
    first_token_ms: int | None = None
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer's row and how the conversation stands after it; `more` when another question waits, `wait_began` when this row began a wait."""

    row: Row
    handler: str
    more: bool
    wait_began: bool


@dataclass(slots=True)
class Saved:
    """What a save told: turns somebody else holds or gave up, and turns whose visitor asked to stop."""

    lost: set[int] = field(default_factory=set)
    stopped: set[int] = field(default_factory=set)


def begin(where: Where, question_seq: int, holder: str) -> Claim | None:
    """Stores the turn of a question just appended. None when it must wait for an earlier one."""
    reply_id = new_row_id()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, (where.conversation_id, question_seq, holder, reply_id, False, now, where.conversation_id))
        turn_id, state = cursor.fetchone()
    if state != "running":
        return None
    return Claim(turn_id, where.conversation_id, where.conversation, where.channel, where.site_id, where.locale, question_seq, 1, reply_id)


def claim_next(conversation_id: int, holder: str) -> Claim | None:
    """Takes the oldest waiting turn, unless one of this conversation still runs."""
    return _claim(_CLAIM_NEXT, holder, (conversation_id,))


def take_over(head: Head, holder: str) -> Claim | None:
    """Takes a turn whose holder went silent. None when it moved since it was seen."""
    return _claim(_TAKE_OVER, holder, (head.turn_id, head.fence, head.beat))


def let_go(holder: str) -> None:
    """The process stops: its turns belong to nobody, so others need not wait until it counts as silent."""
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, (holder,))


def unfinished_heads() -> list[Head]:
    with connection.cursor() as cursor:
        cursor.execute(_HEADS)
        return [Head(*found) for found in cursor.fetchall()]


def unfinished_of(conversation_ids: Sequence[int]) -> dict[int, Unfinished]:
    """Which of the conversations wait for an answer, and how far it is."""
    with connection.cursor() as cursor:
        cursor.execute(_UNFINISHED.format(marks=", ".join(["%s"] * len(conversation_ids))), list(conversation_ids))
        # The oldest comes last and stays.
        return {found[0]: Unfinished(*found) for found in cursor.fetchall()}


def save_partials(partials: Sequence[Partial]) -> Saved:
    """Stores the text so far and the beat of every turn given, in one go."""
    saved = Saved()
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(partials))
        cursor.execute(f"SELECT id, fence, state, stop_requested FROM widget_turn WHERE id IN ({marks})", [partial.turn_id for partial in partials])
        known = {turn_id: (fence, state, stop) for turn_id, fence, state, stop in cursor.fetchall()}
        for partial in partials:
            fence, state, stop = known.get(partial.turn_id, (0, "", False))
            if fence != partial.fence or state != "running":
                saved.lost.add(partial.turn_id)
            elif stop:
                saved.stopped.add(partial.turn_id)
        # In one order, so that two processes that both believe they hold these turns never wait for each other crosswise.
        held = sorted((partial for partial in partials if partial.turn_id not in saved.lost), key=lambda partial: partial.turn_id)
        cursor.executemany(_SAVE, [(partial.text, partial.reply_id, partial.turn_id, partial.fence) for partial in held])
    return saved


def finish(claim: Claim, answer: NewRow, receipt: Receipt, stopped: bool = False, person_needed: bool = False) -> Finished:
    """Ends the turn with exactly one row. Raises SupersededError (roll back!) when the claim is no longer good."""
    now = timezone.now()
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_FOR_ANSWER, (at, person_needed, person_needed, at, claim.conversation_id, at))
        allotted = cursor.fetchone()
        if allotted is None:
            raise SupersededError
        seq, handler, wait_began = allotted
        cursor.execute(_FINISH, (*_ending(answer, receipt, seq, stopped), at, claim.turn_id, claim.fence))
        if cursor.rowcount != 1:
            raise SupersededError
        row = insert(cursor, claim.conversation_id, seq, answer, now)
        cursor.execute(_MORE, (claim.conversation_id,))
        return Finished(row, handler, cursor.fetchone() is not None, bool(wait_began))


def give_up(conversation_id: int) -> None:
    """A person has the conversation: no turn of it may write any more. The caller holds the conversation's lock."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, (connection.ops.adapt_datetimefield_value(timezone.now()), conversation_id))


def queue_open_question(conversation_id: int) -> None:
    """Makes the last row's question, if it is a visitor's and was left to a person, a duty again; a sweeper takes it up within seconds."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_LAST, (conversation_id,))
        last = cursor.fetchone()
        if last is not None and last[1] == "visitor":
            cursor.execute(_REOPEN, (conversation_id, last[0], now))


def request_stop(conversation_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STOP, (True, conversation_id))


def _ending(answer: NewRow, receipt: Receipt, seq: int, stopped: bool) -> tuple[Any, ...]:
    state = "stopped" if stopped else "done"
    cost = connection.ops.adapt_decimalfield_value(receipt.cost, 12, 6) if receipt.cost is not None else None
    failures = json.dumps(receipt.failures)
    trace = pack(receipt.trace) if receipt.trace else None
    told = (receipt.provider, receipt.model, failures, receipt.tokens_in, receipt.tokens_out, cost, receipt.first_token_ms, trace)
    return (state, seq, answer.id, *told)


def _claim(statement: str, holder: str, arguments: tuple[Any, ...]) -> Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, (holder, new_row_id(), *arguments))
        claimed = cursor.fetchone()
        if claimed is None:
            return None
        turn_id, conversation_id, question_seq, fence, reply_id, attempt = claimed
        cursor.execute(_WHERE_FROM, (conversation_id,))
        conversation, channel, site_id, locale = cursor.fetchone()
    return Claim(turn_id, conversation_id, conversation, channel, site_id, locale, question_seq, fence, reply_id, attempt)
