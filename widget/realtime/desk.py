"""The operators' sockets of this process, and what they are told without asking: conversations that changed, at most twenty times a second, merged.

Made by operator_socket.py. Every ring of the delivery port, of the doorbell and of the watermark touches a conversation here; a round then reads all
touched ones in one go for all desks (through board.py) and tells each desk what is of its sites. Without a desk nothing of this runs.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from django.db import DatabaseError

from widget.conversations import presence
from widget.conversations.log import Row
from widget.lib import database, metrics
from widget.lib.loops import call_on
from widget.lib.periodic import Periodic
from widget.realtime.admission import Seat
from widget.realtime.board import Item, Round, Talk, board
from widget.realtime.hub import hub
from widget.realtime.online import online
from widget.realtime.protocol import BAD_TOKEN, frame
from widget.realtime.watch import Watch
from widget.sites.members import Access

log = logging.getLogger(__name__)
VIEW, CHANGE = "widget.view_conversation", "widget.change_conversation"
ROUND_SECONDS = 0.05
# What a round reads together; what is more waits for the next.
TOUCHED_AT_ONCE = 100
SEQS_KEPT = 10_000
# A session's word is good for so long; those who only listen are looked at as often.
CHECK_SECONDS = 2.0


class Desk:
    """One operator's socket. `session` is the key of the session that admitted it, `access` what its person may do as last read."""

    def __init__(self, send: Callable[[dict[str, Any]], Awaitable[None]], session: str, access: Access, locale: str, seat: Seat) -> None:
        self._send = send
        self.session = session
        self.access = access
        self.locale = locale
        self.seat = seat
        self.checked_at = time.monotonic()
        self.open = True
        self.watch: Watch | None = None
        # Ids of messages under way, which come back as `message.stored` and not as `message.added`.
        self.sending: set[str] = set()

    async def send_text(self, text: str) -> None:
        if self.open:
            await self._send({"type": "websocket.send", "text": text})

    async def tell(self, kind: str, **fields: Any) -> None:
        await self.send_text(frame(kind, **fields))

    async def close(self, code: int) -> None:
        if self.open:
            self.leave()
            self.open = False
            await self._send({"type": "websocket.close", "code": code})

    def leave(self) -> None:
        """Nothing is open any more."""
        watch, self.watch = self.watch, None
        if watch is not None:
            hub.unwatch(watch)

    def sees(self, site_id: int) -> bool:
        return self.access.may(VIEW, site_id)

    def online(self, conversation: str) -> bool:
        """Whether the visitor has the chat open."""
        return online.has(conversation)

    async def show_note(self, conversation: str, note: dict[str, Any]) -> None:
        if self.watch is not None and self.watch.conversation == conversation:
            self.watch.notes.add(note["id"])
        await self.tell("note.added", **note)


class Desks:
    """All of this process. Everything but `heard` runs on the event loop."""

    def __init__(self) -> None:
        self._desks: list[Desk] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        # Whether it is to be shown in the list too, or only where it is open and looks different.
        self._touched: dict[str, bool] = {}
        self._round: asyncio.Task[None] | None = None
        # The last message's number of the conversations that changed lately, and their sites.
        self._told: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._held: dict[str, tuple[str, int | None]] | None = None
        self._noted_at = float("-inf")
        self.looks = Periodic("rights of operators", CHECK_SECONDS, self.look)

    def __len__(self) -> int:
        return len(self._desks)

    def __iter__(self) -> Any:
        return iter(list(self._desks))

    def add(self, desk: Desk) -> None:
        self._loop = asyncio.get_running_loop()
        self._desks.append(desk)
        online.ask(True)

    def remove(self, desk: Desk) -> None:
        desk.leave()
        if desk in self._desks:
            self._desks.remove(desk)
        if not self._desks:
            online.ask(False)
            self._touched.clear()
            self._told.clear()
            self._held = None

    # -- what changed -------------------------------------------------------------------------------------------------
    def heard(self, conversation: str, row: Row | None = None, changed: bool = False) -> None:
        """A listener of the delivery port: something was committed. From any thread."""
        loop = self._loop
        if self._desks and loop is not None and not loop.is_closed():
            call_on(loop, self.touch, conversation)

    def touch(self, conversation: str, in_list: bool = True) -> None:
        if self._desks:
            self._touched[conversation] = in_list or self._touched.get(conversation, False)
            if self._round is None or self._round.done():
                self._round = asyncio.get_running_loop().create_task(self._rounds())

    async def _rounds(self) -> None:
        while self._touched:
            touched = dict(list(self._touched.items())[:TOUCHED_AT_ONCE])
            for conversation in touched:
                del self._touched[conversation]
            try:
                await self.tell_of(touched)
            except DatabaseError:
                log.warning("Operators could not be told of changes now; the next look finds them", exc_info=True)
            await asyncio.sleep(ROUND_SECONDS)

    async def tell_of(self, touched: dict[str, bool]) -> None:
        """One read for all desks, then each is told what it may see."""
        watched = [name for name in touched if hub.watched(name)]
        found: Round = await database.read(board.round, list(touched), watched)
        gone = touched.keys() - {item.conversation for item in found.items}
        for desk in self:
            await self._tell_gone(desk, gone, found.talks)
        self._note(found.items, gone)
        for desk in self:
            seen = [item for item in found.items if touched[item.conversation] and desk.sees(item.site_id)]
            if seen:
                items = [shown_item(desk, item) for item in seen]
                await desk.tell("list.changed", items=items, counts=found.counts(desk.access))
            watch = desk.watch
            if watch is not None and watch.conversation in found.talks:
                await self._tell_talk(desk, watch, found.talks[watch.conversation])

    def _note(self, items: Sequence[Item], gone: AbstractSet[str]) -> None:
        for item in items:
            self._told[item.conversation] = item.seq, item.site_id
            self._told.move_to_end(item.conversation)
        while len(self._told) > SEQS_KEPT:
            self._told.popitem(last=False)
        for name in gone:
            self._told.pop(name, None)

    async def _tell_gone(self, desk: Desk, gone: AbstractSet[str], talks: Mapping[str, Talk]) -> None:
        """Removed by retention or by hand, maybe begun again since under the same name. Told of nothing that the desk was not shown."""
        watch = desk.watch
        watched = watch.conversation if watch is not None and watch.ready else ""
        begun_again = watch is not None and watched in talks and talks[watched].pk != watch.conversation_id
        for name in {name for name in gone if name == watched or desk.sees(self._told.get(name, (0, 0))[1])} | ({watched} if begun_again else set()):
            if name == watched:
                desk.leave()
            await desk.tell("talk.gone", conversation=name)

    async def _tell_talk(self, desk: Desk, watch: Watch, talk: Talk) -> None:
        if not watch.ready or not desk.sees(talk.site_id):
            return
        fields = shown_talk(desk, talk)
        if fields != watch.talk:
            watch.talk = fields
            await desk.tell("talk.changed", talk=fields)
        for note in talk.notes:
            if note["id"] not in watch.notes:
                watch.notes.add(note["id"])
                await desk.tell("note.added", **note)

    def moved(self, seqs: dict[str, int], held: dict[str, tuple[str, int | None]]) -> None:
        """What a look through the log found (watermark.py): the numbers of conversations that moved lately, and who has those that people have."""
        before, self._held = self._held, held
        changed = {name for name, seq in seqs.items() if self._told.get(name, (-1, 0))[0] < seq}
        if before is not None:
            changed |= {name for name in before.keys() | held.keys() if before.get(name) != held.get(name)}
        for name in changed:
            self.touch(name)
        # Notes, tags and how far somebody has read move nothing that is looked for here.
        for desk in self._desks:
            if desk.watch is not None:
                self.touch(desk.watch.conversation, in_list=False)

    # -- who may stay -------------------------------------------------------------------------------------------------
    async def look(self) -> None:
        """Sessions, people and roles of all desks, read anew (S08), and that these people are still there."""
        if not self._desks:
            return
        asked = list(self)
        if time.monotonic() - self._noted_at >= presence.WRITE_SECONDS:
            self._noted_at = time.monotonic()
            for user_id in {desk.access.user_id for desk in asked}:
                await database.write(presence.seen, user_id, durable=False)
        await self.check(asked)

    async def check(self, asked: list[Desk]) -> None:
        """Closes those of these desks whose session or rights are gone."""
        standing = await database.read(board.standing, sorted({desk.session for desk in asked}))
        for desk in asked:
            await self._judge(desk, standing.get(desk.session))

    async def _judge(self, desk: Desk, access: Access | None) -> None:
        if access is None or access.user_id != desk.access.user_id or access.sites(VIEW) == frozenset():
            self.remove(desk)
            await desk.close(BAD_TOKEN)
            return
        desk.checked_at = time.monotonic()
        if access != desk.access:
            desk.access = access
            watch = desk.watch
            if watch is not None and not access.may(VIEW, watch.site_id):
                desk.leave()
            await greet(desk)


async def greet(desk: Desk) -> None:
    """Who the operator is and what they may do; said again when that changes."""
    await desk.tell("ready", **await database.read(board.ready, desk.access))


def shown_item(desk: Desk, item: Item) -> dict[str, Any]:
    return {**item.fields, "online": desk.online(item.conversation)}


def shown_talk(desk: Desk, talk: Talk) -> dict[str, Any]:
    return {**talk.fields, "online": desk.online(talk.conversation)}


desks = Desks()
open_desks = metrics.gauge("kanal_open_desks", "Operators' sockets open in this process.", lambda: float(len(desks)))
