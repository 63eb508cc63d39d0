"""Redis dies, is emptied, is out of reach or stands still while visitors talk over two processes: R18, R19, R20.

Each visitor has two tabs, one on each process: what is said in the one can only come to the other by the bell or by the look through the log.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from redis.asyncio import Redis as Client

from tests.promises.ground import KEY, Ground
from tests.promises.oracle import Result, compare
from tests.promises.scaled_ground import ScaledGround
from tests.promises.visitor import Visitor

AT_ONCE = 20
SHOWN_WITHIN_DOWN = 10.0
SHOWN_AFTER_HEAL = 5.0
Step = Callable[[ScaledGround], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tabs of one visitor; what is said in `here` is looked for in `there`."""

    here: Visitor
    there: Visitor


@dataclass(frozen=True, slots=True)
class Said:
    pair: Pair
    id: str

    def shown_at(self) -> float | None:
        return self.pair.there.seen_at.get(self.id)


async def _kill(ground: ScaledGround) -> None:
    await asyncio.to_thread(ground.redis.kill)


async def _start(ground: ScaledGround) -> None:
    await asyncio.to_thread(ground.redis.start)


async def _flush(ground: ScaledGround) -> None:
    async with Client.from_url(ground.redis.url) as client:
        await client.flushall()


async def _part(ground: ScaledGround) -> None:
    ground.way_to_redis.black_hole = True


async def _join(ground: ScaledGround) -> None:
    ground.way_to_redis.clear()


async def _freeze(ground: ScaledGround) -> None:
    ground.redis.freeze()


async def _thaw(ground: ScaledGround) -> None:
    ground.redis.thaw()


async def _nothing(ground: ScaledGround) -> None:
    return None


async def _end_subscriptions(ground: ScaledGround) -> None:
    async with Client.from_url(ground.redis.url) as client:
        await client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")


TROUBLES: dict[str, tuple[Step, Step]] = {"kill": (_kill, _start), "flush": (_flush, _nothing), "partition": (_part, _join), "freeze": (_freeze, _thaw)}


async def lose_redis(ground: Ground, trials: int, seconds: float = 8.0, troubles: Sequence[str] = tuple(TROUBLES)) -> Result:
    """R18: a third of the messages before each trouble, a third while it lasts, a third after it."""
    result = Result("R18", "Redis killed, emptied, cut off, frozen while visitors talk over two processes")
    assert isinstance(ground, ScaledGround)
    await ground.play("tokens:3@40")
    notes = []
    async with AsyncExitStack() as stack:
        pairs = [await _pair(ground, stack, number) for number in range(min(AT_ONCE, max(2, trials // 12)))]
        for name in troubles:
            spoil, heal = TROUBLES[name]
            each = max(1, trials // len(troubles) // 3)
            await _say(pairs, each, min(1.0, seconds))
            await spoil(ground)
            during = await _say(pairs, each, seconds)
            healed = time.monotonic()
            await heal(ground)
            after = await _say(pairs, each, min(2.0, seconds))
            await _shown([*during, *after])
            late = [_lateness(said) for said in during]
            result.longest_wait = max([result.longest_wait, *late])
            result.faults += [f"{name}: shown only after {wait:.1f} s" for wait in late if wait > SHOWN_WITHIN_DOWN]
            fault = f"{name}: not shown {SHOWN_AFTER_HEAL:.0f} s after it was over"
            result.faults += [fault for said in (*during, *after) if _after_heal(said, healed) > SHOWN_AFTER_HEAL]
            result.trials += 3 * each
            notes.append(f"{name} {max(late):.1f} s")
        await _settled(pairs)
        compare(ground, [tab for pair in pairs for tab in (pair.here, pair.there)], result)
    result.note = "longest until shown: " + ", ".join(notes)
    return result


async def drop_rings(ground: Ground, trials: int) -> Result:
    """R19: the subscriptions of all processes end in the moment of the message, so its ring is heard by nobody. R20 in its loud form is the same."""
    result = Result("R19", "a ring that nobody hears, because its subscription ended")
    assert isinstance(ground, ScaledGround)
    await ground.play("tokens:3@40")
    async with AsyncExitStack() as stack:
        pairs = [await _pair(ground, stack, number) for number in range(2)]
        while result.trials < trials:
            await _end_subscriptions(ground)
            said = await _say(pairs, len(pairs), 0.0)
            await _shown(said)
            waits = [_lateness(one) for one in said]
            result.longest_wait = max([result.longest_wait, *waits])
            result.faults += [f"shown only after {wait:.1f} s" for wait in waits if wait > SHOWN_WITHIN_DOWN]
            result.trials += len(said)
        await _settled(pairs)
        compare(ground, [tab for pair in pairs for tab in (pair.here, pair.there)], result)
    return result


async def _pair(ground: ScaledGround, stack: AsyncExitStack, number: int) -> Pair:
    servers = (ground.server, ground.second) if number % 2 else (ground.second, ground.server)
    here = await stack.enter_async_context(ground.visitor(seed=number, address=lambda: servers[0].line_address(KEY)))
    there = ground.visitor(seed=1000 + number, address=lambda: servers[1].line_address(KEY))
    there.token = here.token
    await stack.enter_async_context(there)
    await there.until(lambda: bool(there.conversation), 20)
    return Pair(here, there)


async def _say(pairs: Sequence[Pair], count: int, seconds: float) -> list[Said]:
    """So many messages, spread over the time."""
    said = []
    for number in range(count):
        pair = pairs[number % len(pairs)]
        said.append(Said(pair, await pair.here.say(f"pesan {number}")))
        await asyncio.sleep(seconds / count)
    return said


async def _shown(said: Sequence[Said]) -> None:
    async def one(message: Said) -> None:
        try:
            await message.pair.there.until(lambda: message.shown_at() is not None, 3 * SHOWN_WITHIN_DOWN)
        except TimeoutError:
            message.pair.there.faults.append(f"{message.id} was never shown")

    await asyncio.gather(*(one(message) for message in said))


def _lateness(said: Said) -> float:
    return (said.shown_at() or time.monotonic()) - said.pair.here.sent_at[said.id]


def _after_heal(said: Said, healed: float) -> float:
    return (said.shown_at() or time.monotonic()) - max(healed, said.pair.here.sent_at[said.id])


async def _settled(pairs: Sequence[Pair]) -> None:
    """Until every question has its answer in both tabs."""
    for pair in pairs:
        for tab in (pair.here, pair.there):
            asked = len(pair.here.sent_at)
            try:
                await tab.until(lambda tab=tab, asked=asked: sum(row["author"] == "assistant" for row in tab.rows) == asked, 60)  # type: ignore[misc]
            except TimeoutError:
                tab.faults.append("not every question was answered")


GROUND = ScaledGround
FULL = {"R18": (lose_redis, 1000), "R19": (drop_rings, 200)}
