"""Shows visitors of this process an answer that another process writes, from the text it saves every half second.

Told of such conversations by visitor.py (a welcome in mid-answer) and by the hub (a question it was not asked itself); reads turns.py several times
a second while there are any, and speaks through the hub as a local answer would. It asks the database and not the bell, so it works the
same while Redis is away, and the process that answers has nothing to do for it.
"""

import asyncio
import logging

from django.conf import settings
from django.db import DatabaseError

from widget.answering.runner import Runner, runner
from widget.conversations.turns import Unfinished, unfinished_of
from widget.lib import database
from widget.realtime.connection import ShownReply
from widget.realtime.hub import Hub, hub
from widget.realtime.welcome import Resumption

log = logging.getLogger(__name__)
# So that one look stays one short statement; who comes later is followed when others are done.
FOLLOWED_AT_ONCE = 500


class Follower:
    """One per process."""

    def __init__(self, connections: Hub, runs: Runner) -> None:
        self._hub = connections
        self._runner = runs
        self._followed: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None
        connections.elsewhere = self.follow

    def follow(self, conversation: str, conversation_id: int) -> None:
        """Until its answer is finished, or nobody here looks on."""
        if conversation_id:
            self._followed[conversation] = conversation_id
            if self._task is None or self._task.done() or self._task.get_loop() is not asyncio.get_running_loop():
                self._task = asyncio.get_running_loop().create_task(self._run())

    def join(self, head: Unfinished | None) -> ShownReply | None:
        """For a visitor who comes in mid-answer: what another process has said so far, or None when there is nothing of the kind."""
        if head is None or head.holder == self._runner.holder:
            return None
        self.follow(head.conversation, head.conversation_id)
        if head.state != "running":
            return None
        reply = ShownReply(head.reply_id, head.question_seq, [head.partial], len(head.partial))
        self._hub.adopt(head.conversation, reply)
        return reply

    async def _run(self) -> None:
        while self._followed:
            try:
                await self.look()
            except DatabaseError:
                log.warning("The answers of other processes could not be read; trying again", exc_info=True)
            await asyncio.sleep(settings.PARTIAL_SAVE_SECONDS / 2)

    async def look(self) -> None:
        followed = dict(list(self._followed.items())[:FOLLOWED_AT_ONCE])
        heads = await database.read(unfinished_of, list(followed.values()))
        for conversation, conversation_id in followed.items():
            head = heads.get(conversation_id)
            if not self._hub.has_onlookers(conversation):
                self._leave(conversation)
                self._hub.adopt(conversation, None)
            elif head is None:
                self._leave(conversation)
                await self._finish(conversation)
            elif head.holder == self._runner.holder:
                self._leave(conversation)
            elif head.state == "running" and not self._hub.is_past(conversation, head.seq):
                await self._show(head)

    def _leave(self, conversation: str) -> None:
        self._followed.pop(conversation, None)

    async def _show(self, head: Unfinished) -> None:
        reply = self._hub.reply_of(head.conversation)
        if reply is not None and reply.id == head.reply_id and not head.partial.startswith(reply.text()):
            await self._hub.dropped(head.conversation, reply.id, "withdrawn")
            reply = None
        if reply is None or reply.id != head.reply_id:
            await self._hub.started(head.conversation, head.reply_id, head.question_seq)
            reply = self._hub.reply_of(head.conversation)
        if reply is not None and len(head.partial) > reply.length:
            await self._hub.delta(head.conversation, head.reply_id, reply.length, head.partial[reply.length :])

    async def _finish(self, conversation: str) -> None:
        """The row that ends the answer takes it off; where none came, a person has the conversation or it was given up."""
        reply = self._hub.reply_of(conversation)
        await self._hub.catch_up_all(conversation)
        if reply is not None and self._hub.reply_of(conversation) is reply:
            await self._hub.dropped(conversation, reply.id, "superseded")


def reply_now(conversation: str, resumption: Resumption) -> ShownReply | None:
    """The answer being written, here or elsewhere, for somebody who comes in; not one that ended before the rows were read."""
    reply = hub.reply_of(conversation)
    if reply is None:
        return follower.join(resumption.unfinished)
    standing = resumption.standing
    return None if resumption.unfinished is None and standing is not None and reply.question <= standing.seq else reply


follower = Follower(hub, runner)
