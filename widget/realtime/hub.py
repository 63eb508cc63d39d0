"""This process's open connections by conversation, and the way from the delivery port to them: the web's entry in delivery.py.

Tokens go straight from the runner to the sockets. Rows go straight too when a socket stands just before them; whoever
missed something reads the log. consumer.py makes and removes the connections, operator.py the looks of operators (watch.py): these are told
what visitors are told, and nothing that is only for operators comes through here.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from itertools import chain
from typing import Any

from django.db import DatabaseError

from widget.answering.sentences import person_answers
from widget.conversations import log as conversation_log
from widget.conversations import record
from widget.conversations.customers import may_see
from widget.conversations.log import Row
from widget.conversations.record import Standing
from widget.lib import database, metrics
from widget.lib.loops import call_on
from widget.realtime.connection import Connection, Listener, ShownReply
from widget.realtime.overdue import nobody_came
from widget.realtime.protocol import BAD_TOKEN, RESTARTING, delta_frame, frame, row_fields
from widget.realtime.watch import Watch

log = logging.getLogger(__name__)
ROWS_AT_ONCE = 50


def _nobody(conversation: str, conversation_id: int) -> None:
    return None


class Hub:
    """A sink of the delivery port. Everything but `rung` runs on the event loop.

    `elsewhere` is told of a conversation that another process may be answering now (set by following.py).
    """

    def __init__(self) -> None:
        self.elsewhere: Callable[[str, int], None] = _nobody
        self._connections: dict[str, list[Connection]] = {}
        self._watches: dict[str, list[Watch]] = {}
        self._replies: dict[str, ShownReply] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, connection: Connection) -> None:
        self._loop = asyncio.get_running_loop()
        self._connections.setdefault(connection.conversation, []).append(connection)

    def remove(self, connection: Connection) -> None:
        held = self._connections.get(connection.conversation, [])
        if connection in held:
            held.remove(connection)
        if not held:
            self._connections.pop(connection.conversation, None)

    def watch(self, watch: Watch) -> None:
        """An operator looks on: told every row and the answer as it is written, as the visitor is."""
        self._loop = asyncio.get_running_loop()
        self._watches.setdefault(watch.conversation, []).append(watch)

    def unwatch(self, watch: Watch) -> None:
        watch.ready = False
        held = self._watches.get(watch.conversation, [])
        if watch in held:
            held.remove(watch)
        if not held:
            self._watches.pop(watch.conversation, None)

    def watched(self, conversation: str) -> list[Watch]:
        return self._watches.get(conversation, [])

    def is_behind(self, conversation: str, seq: int) -> bool:
        """Whether somebody who is ready has not been sent the row `seq`."""
        return any(one.ready and one.seq < seq for one in self._listeners(conversation))

    def connections(self) -> Iterator[Connection]:
        return chain.from_iterable(self._connections.values())

    def not_with_assistant(self) -> dict[str, str]:
        """Who handles the conversations of those who wait for a person or have one, as their sockets were told."""
        return {name: held[0].handler for name, held in self._connections.items() if held[0].handler != "bot"}

    def count(self, conversation: str) -> int:
        return len(self._connections.get(conversation, ()))

    def has_onlookers(self, conversation: str) -> bool:
        """Whether anybody in this process, visitor or operator, sees the conversation."""
        return conversation in self._connections or conversation in self._watches

    def pass_on(self, conversation: str, text: str, to_visitors: bool) -> None:
        """A frame for the one side of a conversation only: its visitors, or the operators who look on."""
        held = self._connections.get(conversation, ()) if to_visitors else self._watches.get(conversation, ())
        for one in held:
            if one.ready:
                self._spawn(one.send_text(text))

    def open_sockets(self) -> int:
        return sum(map(len, self._connections.values()))

    def reply_of(self, conversation: str) -> ShownReply | None:
        return self._replies.get(conversation)

    def adopt(self, conversation: str, reply: ShownReply | None) -> None:
        """An answer of another process as far as it is saved, given to a visitor in the welcome; None forgets it."""
        if reply is not None:
            self._replies[conversation] = reply
        else:
            self._replies.pop(conversation, None)

    def is_past(self, conversation: str, seq: int) -> bool:
        """Whether somebody was sent more than the row `seq`."""
        return any(one.seq > seq for one in self._listeners(conversation))

    # -- the delivery port ------------------------------------------------------------------------------------------
    async def started(self, conversation: str, reply_id: str, question: int) -> None:
        before = self._replies.get(conversation)
        if before is not None and before.id != reply_id:
            await self.dropped(conversation, before.id, "superseded")
        self._replies[conversation] = ShownReply(reply_id, question, [])
        await self._send_all(conversation, frame("reply.started", id=reply_id, question=question))

    async def delta(self, conversation: str, reply_id: str, offset: int, text: str) -> None:
        reply = self._replies.get(conversation)
        if reply is None or reply.id != reply_id:
            return
        reply.parts.append(text)
        reply.length += len(text)
        await self._send_all(conversation, delta_frame(reply_id, offset, text))

    async def dropped(self, conversation: str, reply_id: str, code: str) -> None:
        reply = self._replies.get(conversation)
        if reply is not None and reply.id == reply_id:
            del self._replies[conversation]
        await self._send_all(conversation, frame("reply.dropped", id=reply_id, code=code))
        onlooker = next(iter(self._listeners(conversation)), None)
        if onlooker is not None and code == "superseded":
            self.elsewhere(conversation, onlooker.conversation_id)

    def heard(self, conversation: str, seq: int, changed: bool) -> None:
        """Another process committed something: the row `seq`, if any, and, if `changed`, who handles the conversation."""
        behind = [one for one in self._listeners(conversation) if changed or not one.ready or one.seq < seq]
        if behind:
            self._spawn(self._tell(behind, None, changed))

    def rung(self, conversation: str, row: Row | None, changed: bool) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            call_on(loop, self._ring, conversation, row, changed)

    # ---------------------------------------------------------------------------------------------------------------
    def _ring(self, conversation: str, row: Row | None, changed: bool) -> None:
        if row is not None and row.author == "assistant":
            self._replies.pop(conversation, None)
        behind = [one for one in self._listeners(conversation) if row is None or one.seq < row.seq or _begins_again(one, row)]
        if behind:
            self._spawn(self._tell(behind, row, changed))

    def _listeners(self, conversation: str) -> list[Listener]:
        """Visitors first: nobody waits for an operator's socket but the operator."""
        return [*self._connections.get(conversation, ()), *self._watches.get(conversation, ())]

    async def _tell(self, behind: list[Listener], row: Row | None, changed: bool) -> None:
        text = frame("message.added", **row_fields(row)) if row is not None else ""
        for one in behind:
            if row is not None and one.ready and one.reading is None and one.seq == row.seq - 1:
                await one.send_row(row, text)
                if changed:
                    await self.catch_up(one)
            elif row is None or one.seq < row.seq or _begins_again(one, row):
                await self.catch_up(one)

    async def catch_up(self, one: Listener) -> None:
        """Sends what the log has after the listener's seq, and to visitors who handles the conversation if that changed. Returns when it was sent."""
        one.dirty = True
        if not one.ready:
            return
        if one.reading is None:
            one.reading = asyncio.get_running_loop().create_task(self._read_all(one))
        # Whoever comes while it is being read waits for the same end: rows leave in the order of the log.
        await asyncio.shield(one.reading)

    async def catch_up_all(self, conversation: str) -> None:
        for one in self._listeners(conversation):
            await self.catch_up(one)

    async def _read_all(self, one: Listener) -> None:
        try:
            while one.dirty:
                one.dirty = False
                await self._read_on(one)
        except DatabaseError:
            # The socket stays behind; the next ring, or the client's next hello, reads again.
            log.warning("A connection could not be brought up to date", exc_info=True)
        finally:
            one.reading = None

    async def _read_on(self, one: Listener) -> None:
        standing, rows, is_theirs = await database.read(_standing_and_rows, one)
        if not is_theirs:
            # An operator who looks on is told by desk.py.
            if isinstance(one, Connection):
                # A visitor who became a customer in another tab, or a customer who signed out: whoever sits there now starts anew. Where it was
                # removed and begun again meanwhile, it goes on with what there is.
                await one.close(RESTARTING if standing is not None and may_see(one.session, standing) else BAD_TOKEN)
            return
        for row in rows:
            if row.seq > one.seq:
                await one.send_row(row, frame("message.added", **row_fields(row)))
                if row.author == "assistant":
                    self._replies.pop(one.conversation, None)
        if len(rows) == ROWS_AT_ONCE:
            one.dirty = True
        elif isinstance(one, Connection):
            await self._tell_standing(one, standing, rows)
        elif standing is not None and standing.handler != "human":
            self.elsewhere(one.conversation, standing.id)

    async def _tell_standing(self, connection: Connection, standing: Standing | None, rows: list[Row]) -> None:
        before = connection.handler
        if standing is not None and (standing.handler, standing.contact_given) != (connection.handler, connection.contact_given):
            connection.handler, connection.contact_given = standing.handler, standing.contact_given
            fields = changed_fields(standing)
            if standing.handler != "human":
                connection.addressed = False
            elif before != "human" and not connection.addressed:
                # What the visitor was just reading of the assistant's goes away, and no word of the person says why.
                fields["notice"] = person_answers(standing.operator, connection.locale)
            await connection.send_text(frame("conversation.changed", **fields))
        if standing is not None and standing.overdue and (notice := await nobody_came(connection, standing)):
            await self._send_all(connection.conversation, frame("conversation.changed", **changed_fields(standing), notice=notice))
        if standing is not None and standing.handler != "human" and (before == "human" or (rows and rows[-1].author == "visitor")):
            # A question that this process was not asked: whoever was is answering it.
            connection.conversation_id = connection.conversation_id or standing.id
            self.elsewhere(connection.conversation, standing.id)

    async def _send_all(self, conversation: str, text: str) -> None:
        held = self._connections.get(conversation)
        if held:
            message = {"type": "websocket.send", "text": text}
            for connection in held if len(held) == 1 else list(held):
                if connection.ready:
                    await connection.send(message)
        if self._watches:
            for watch in list(self._watches.get(conversation, ())):
                if watch.ready:
                    await watch.send_text(text)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _begins_again(one: Listener, row: Row) -> bool:
    """Whether what the listener was shown may be of a conversation that was removed since: its log has a first row once more."""
    return row.seq == 1 < one.seq


def changed_fields(standing: Standing) -> dict[str, Any]:
    fields: dict[str, Any] = {"handler": standing.handler, "contact_given": standing.contact_given}
    if standing.operator:
        fields["operator"] = standing.operator
    return fields


def _standing_and_rows(one: Listener) -> tuple[Standing | None, list[Row], bool]:
    """The last: whether the listener may be shown it (still)."""
    standing = record.find(one.site_id, one.conversation)
    # Gone although this socket has seen it: removed, or joined to what its visitor, now a customer, said before.
    gone = one.conversation_id not in (0, standing.id if standing else -1)
    if gone or (isinstance(one, Connection) and not may_see(one.session, standing)):
        return standing, [], False
    return standing, [] if standing is None else conversation_log.since(standing.id, one.seq, ROWS_AT_ONCE), True


hub = Hub()
open_sockets = metrics.gauge("kanal_open_sockets", "Visitors' sockets that said hello and are open in this process.", hub.open_sockets)
