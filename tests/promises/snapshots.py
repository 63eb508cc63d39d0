"""Snapshots and what follows them: R15. Whoever comes in at any moment, with nothing or with what was true earlier, sees in the end what a newcomer sees.

Visitors and a person act at random (all that changes a conversation); tabs come and go in the same moments, over the way the ground says.
"""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Any

from tests.promises.desk import Desk, desk_at
from tests.promises.ground import Ground
from tests.promises.oracle import Result
from tests.promises.visitor import Visitor

TALKS = 4
STEPS_EACH = 12
TABS = 4
SETTLED_WITHIN = 20.0


class Tab(Visitor):
    """One tab of a visitor, with all that a snapshot tells of a conversation."""

    handler, operator, read = "bot", "", 0

    async def _on_welcome(self, frame: dict[str, Any]) -> None:
        self.handler, self.operator, self.read = frame["handler"], frame.get("operator", ""), frame["read"]
        await super()._on_welcome(frame)

    async def _on_conversation_changed(self, frame: dict[str, Any]) -> None:
        self.handler, self.operator = frame["handler"], frame.get("operator", "")

    async def _on_read_shown(self, frame: dict[str, Any]) -> None:
        if frame["author"] == "operator":
            self.read = max(self.read, frame["seq"])

    def _append(self, row: dict[str, Any]) -> None:
        if row["seq"] > self.seq and row["author"] == "operator":
            # Who answers has read what was said before.
            self.read = max(self.read, row["seq"])
        super()._append(row)

    async def do(self, kind: str, **fields: Any) -> None:
        await self._send(kind, **fields)

    def shown(self, rows: int) -> tuple[Any, ...]:
        """What this tab shows, of the log as much as the other one holds too."""
        running = self.reply.text if self.reply is not None else None
        return self.handler, self.operator, self.read, running, [(row["seq"], row["id"], row["author"], row["text"]) for row in self.rows[-rows:]]


class Talk:
    """One conversation with its tabs. `steps` counts what was done to it."""

    def __init__(self, ground: Ground, number: int, desk: Desk, stack: AsyncExitStack) -> None:
        self._ground, self._desk, self._stack = ground, desk, stack
        self._chance = random.Random(f"R15 {number}")
        self.first = Tab(ground.address, seed=number, way=ground.way)
        self.tabs = [self.first]
        self.steps = 0

    async def begin(self) -> None:
        await self._stack.enter_async_context(self.first)
        await self.first.answered(await self.first.say("ceritakan sesuatu"))

    async def act(self, steps: int) -> None:
        """Each step is begun while others may still be under way."""
        acts = (self._say, self._say, self._come_in, self._come_in, self._fall_behind, self._person_says, self._take, self._hand_back, self._see, self._stop)
        for _ in range(steps):
            self.steps += 1
            await self._chance.choice(acts)()
            await asyncio.sleep(self._chance.uniform(0, 0.02))

    async def _say(self) -> None:
        await self._chance.choice(self.tabs).say(f"ceritakan {self.steps}")

    async def _come_in(self) -> None:
        """A new tab with nothing but the token; the oldest one is closed where there are too many."""
        tab = Tab(self._ground.address, seed=self.steps, way=self._ground.way)
        tab.token = self.first.token
        self.tabs.append(tab)
        await self._stack.enter_async_context(tab)
        if len(self.tabs) > TABS:
            await self.tabs.pop(1).__aexit__()

    async def _fall_behind(self) -> None:
        """A tab that comes back with what it had."""
        self._chance.choice(self.tabs).cut()

    async def _person_says(self) -> None:
        await self._desk.reply(self.first.conversation, f"Saya bantu ya, Kak ({self.steps}).")

    async def _take(self) -> None:
        await self._desk.act(self.first.conversation, "take")

    async def _hand_back(self) -> None:
        await self._desk.act(self.first.conversation, "hand_back")

    async def _see(self) -> None:
        """The person looks at the conversation and reads it."""
        await self._desk.send("talk.open", conversation=self.first.conversation)
        await self._desk.send("read.set", seq=self.first.seq)

    async def _stop(self) -> None:
        await self._chance.choice(self.tabs).do("reply.stop")

    async def settle(self, result: Result) -> None:
        """In the end all tabs show what one sees that comes in now."""
        try:
            async with asyncio.timeout(SETTLED_WITHIN):
                while not await self._agree():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            result.faults.append(f"{self.first.conversation} after {self.steps} steps: {[tab.shown(3) for tab in self.tabs]}")
        result.faults += [fault for tab in self.tabs for fault in tab.faults]

    async def _agree(self) -> bool:
        if any(tab.reply is not None or tab.outbox or not tab.connected for tab in self.tabs):
            return False
        newcomer = Tab(self._ground.address, way=self._ground.way)
        newcomer.token = self.first.token
        async with newcomer:
            await newcomer.until(lambda: bool(newcomer.rows), 10)
        return newcomer.reply is None and all(self._same(tab, newcomer) for tab in self.tabs)

    @staticmethod
    def _same(tab: Tab, other: Tab) -> bool:
        rows = min(len(tab.rows), len(other.rows))
        return tab.shown(rows) == other.shown(rows)


async def meet(ground: Ground, trials: int) -> Result:
    """R15: `trials` steps, several conversations at once; after every few, all tabs are compared with a newcomer."""
    result = Result("R15", f"tabs that come in at any moment of {TALKS} conversations (steps)")
    await ground.play("tokens:10@100")
    async with desk_at(ground.server) as desk, AsyncExitStack() as stack:
        talks = [Talk(ground, number, desk, stack) for number in range(TALKS)]
        await asyncio.gather(*(talk.begin() for talk in talks))
        while result.trials < trials:
            await asyncio.gather(*(talk.act(STEPS_EACH) for talk in talks))
            await asyncio.gather(*(talk.settle(result) for talk in talks))
            result.trials = sum(talk.steps for talk in talks)
    result.note = f"{sum(talk.first.seq for talk in talks)} rows"
    return result


FULL = {"R15": (meet, 5000)}
