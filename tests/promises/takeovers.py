"""Two people take the same conversation over at the same moment, while the assistant is writing: R43.

Each of them acts in a process of its own that nobody hears: the process that answers learns of it from the database alone, which is the slowest way there is.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from tests.driver import ROOT
from tests.promises.agent import AT_ONCE
from tests.promises.ground import Ground
from tests.promises.oracle import Result
from tests.promises.scaled_ground import ScaledGround
from tests.promises.visitor import Visitor

SILENT_WITHIN = 1.0
# About as long as an answer takes, so that some races meet its very end.
WITHIN_SECONDS = 1.5
SCRIPT = "tokens:50@25"
NAMES = ("sari", "budi")
_STATE = "SELECT handler, operator_id FROM widget_conversation WHERE public_id = ?"
_AFTER = """
SELECT message.seq FROM widget_message AS message JOIN widget_conversation AS conversation ON conversation.id = message.conversation_id
WHERE conversation.public_id = ? AND message.author = 'assistant' AND message.seq > ?
"""


class Person:
    """Somebody of the team."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._orders: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, ground: Ground, name: str) -> "Person":
        command = [sys.executable, "-m", "tests.promises.agent", name]
        person = cls(await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=ground.server.env, stdin=PIPE, stdout=PIPE))
        assert await person._line() == "ready"
        person._listening = asyncio.create_task(person._listen())
        return person

    async def act(self, order: str, conversation: str, at: float) -> dict[str, Any]:
        assert self._process.stdin is not None
        number = len(self._orders)
        self._orders[number] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps([number, order, conversation, at]).encode() + b"\n")
        async with asyncio.timeout(60):
            return await self._orders[number]

    async def leave(self) -> None:
        assert self._process.stdin is not None and self._listening is not None
        self._process.stdin.close()
        await self._listening
        await self._process.wait()

    async def _listen(self) -> None:
        while (said := await self._line()) is not None:
            number, answer = said
            self._orders[number].set_result(answer)

    async def _line(self) -> Any:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        return json.loads(line) if line else None


async def race(ground: Ground, trials: int) -> Result:
    """R43: exactly one owner, the assistant silent within a second, and no row of it after the takeover's."""
    result = Result("R43", "two people take over while the assistant writes")
    chance = random.Random(43)
    await ground.play(SCRIPT)
    async with AsyncExitStack() as stack:
        pair = await asyncio.gather(*(Person.start(ground, name) for name in NAMES))
        for person in pair:
            stack.push_async_callback(person.leave)
        for first in range(0, trials, AT_ONCE):
            await asyncio.gather(*(_race_once(ground, pair, chance, number, result) for number in range(first, min(first + AT_ONCE, trials))))
    result.note = f"longest until silent {result.longest_wait:.2f} s"
    return result


async def _race_once(ground: Ground, pair: list[Person], chance: random.Random, number: int, result: Result) -> None:
    async with ground.visitor(seed=number) as visitor:
        await visitor.say(f"ceritakan sesuatu {number}")
        await visitor.until(lambda: visitor.reply is not None and bool(visitor.reply.text), 30)
        at = time.monotonic() + chance.uniform(0.02, WITHIN_SECONDS)
        taken = await asyncio.gather(*(person.act("take", visitor.conversation, at) for person in pair))
        await asyncio.sleep(max(0.0, taken[0]["done"] + SILENT_WITHIN + 0.3 - time.monotonic()))
        # What is said now is the person's to answer.
        await visitor.say("masih di sana?")
        await visitor.until(lambda: not visitor.outbox, 10)
        _judge(ground, visitor, taken, result)
        result.trials += 1


def _judge(ground: Ground, visitor: Visitor, taken: list[dict[str, Any]], result: Result) -> None:
    name = visitor.conversation
    winners = [one for one in taken if one["won"]]
    if len(winners) != 1:
        result.faults.append(f"{name}: {len(winners)} people won")
        return
    winner = winners[0]
    state = ground.rows(_STATE, name)
    if state != [("human", winner["user"])]:
        result.faults.append(f"{name}: {state} after {winner['user']} won")
    result.faults += [f"{name}: row {seq} of the assistant after the takeover's {winner['seq']}" for (seq,) in ground.rows(_AFTER, name, winner["seq"])]
    late = visitor.heard_at - winner["done"]
    result.longest_wait = max(result.longest_wait, late)
    if late > SILENT_WITHIN or visitor.reply is not None:
        result.faults.append(f"{name}: the assistant spoke {late:.2f} s after the takeover")


async def race_on_both(ground: Ground, trials: int) -> Result:
    """As many races again on PostgreSQL, where two processes serve."""
    result = await race(ground, trials)
    with tempfile.TemporaryDirectory() as folder:
        async with ScaledGround(Path(folder) / "data") as scaled:
            part = await race(scaled, trials)
    result.add(part)
    result.longest_wait = max(result.longest_wait, part.longest_wait)
    result.note = f"SQLite, and two processes on PostgreSQL: longest until silent {result.longest_wait:.2f} s"
    return result


FULL = {"R43": (race_on_both, 1000)}
