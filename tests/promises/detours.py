"""A network that refuses WebSockets: R41. The promises of the line are tried again over what stands in for it, behind a proxy that answers each handshake 403.

Also where that network holds every stream back until its end (polls). What is compared is what the others compare.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.fakes.chaos_proxy import ChaosProxy
from tests.promises import backups, kills, lines, resends, snapshots
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import ORIGIN, Visitor

ANSWER_WITHIN = 5.0
# As static/widget/src/backoff.js waits after the first and the second try.
RETRY_SECONDS = (0.5, 1.0)
# What is tried again, with its part of all trials.
Part = Callable[[Ground, int], Awaitable[Result]]
OVER_STREAMS: tuple[tuple[Part, float], ...] = (
    (resends.lose_acknowledgements, 0.2),
    (resends.reuse_ids, 0.05),
    (resends.resend_in_parallel, 0.05),
    (resends.open_two_tabs, 0.05),
    (kills.kill_before_model, 0.1),
    (kills.kill_mid_stream, 0.2),
    (kills.kill_at_the_end, 0.05),
    (lines.reload_mid_stream, 0.1),
    (lines.cut_frames, 0.2),
    (lines.cut_sockets, 0.2),
    (backups.restore_an_older_backup, 0.04),
    (snapshots.meet, 0.5),
)
OVER_POLLS: tuple[tuple[Part, float], ...] = (
    (resends.lose_acknowledgements, 0.05),
    (lines.cut_frames, 0.05),
    (lines.cut_sockets, 0.05),
    (backups.restore_an_older_backup, 0.02),
    (snapshots.meet, 0.2),
)


@contextmanager
def going_by(ground: Ground, way: str) -> Iterator[None]:
    """Every visitor meanwhile comes by this way."""
    before, ground.way = ground.way, way
    try:
        yield
    finally:
        ground.way = before


async def refuse_sockets(ground: Ground, trials: int) -> Result:
    """R41: the first answer within five seconds of the first refused handshake; then R01 to R07, R11 to R15 over the fallback."""
    result = Result("R41", "WebSockets refused: streams and polls instead")
    await first_answers(ground, result, max(5, trials // 20))
    for way, parts in (("events", OVER_STREAMS), ("poll", OVER_POLLS)):
        for part, share in parts:
            with going_by(ground, way):
                result.add(await part(ground, max(10, int(trials * share))))
    with going_by(ground, "events"):
        result.add(await lines.come_back_late(ground, 1))
        result.add(await mix_ways(ground, max(5, trials // 20)))
    return result


async def first_answers(ground: Ground, result: Result, trials: int) -> None:
    """As the widget does: two handshakes, then the other way. Timed from the first handshake to the first whole answer."""
    await ground.play("tokens:5@50")
    chance = random.Random("R41")
    async with ChaosProxy("127.0.0.1", ground.server.port) as proxy:
        proxy.refusing_upgrades = True
        for number in range(trials):
            proxy.holding_back = way_is_poll = number % 2 == 1
            address = ground.address().replace(f":{ground.server.port}", f":{proxy.port}")
            began = time.monotonic()
            for wait in RETRY_SECONDS:
                await _knock(address, result)
                await asyncio.sleep(chance.uniform(0, wait))
            # That a stream is held back is seen after five seconds, once per page; here the page knows it.
            visitor = Visitor(lambda to=address: to, way="poll" if way_is_poll else "events")  # type: ignore[misc]
            async with visitor:
                await visitor.answered(await visitor.say("ada tas rotan?"))
                waited = time.monotonic() - began
                compare(ground, [visitor], result)
            result.longest_wait = max(result.longest_wait, waited)
            result.trials += 1
            if waited > ANSWER_WITHIN:
                result.faults.append(f"answered after {waited:.1f} s")


async def _knock(address: str, result: Result) -> None:
    try:
        async with connect(address, origin=ORIGIN, proxy=None):  # type: ignore[arg-type]
            result.faults.append("the proxy let a WebSocket through")
    except InvalidStatus:
        return


async def mix_ways(ground: Ground, trials: int) -> Result:
    """R16: one visitor with a tab over a socket, one over a stream and one over polls, writing in turns: the same list everywhere."""
    result = Result("R16", "tabs over a socket, a stream and polls")
    await ground.play("tokens:3@50")
    chance = random.Random("R16")
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(Visitor(ground.address))
        tabs = [first]
        for way in ("events", "poll"):
            tab = Visitor(ground.address, way=way)
            tab.token = first.token
            tabs.append(await stack.enter_async_context(tab))
        for number in range(trials):
            writer = chance.choice(tabs)
            message_id = await writer.say(f"pesan {number}")
            for tab in tabs:
                await tab.answered(message_id)
            result.trials += 1
        if len({tuple((row["seq"], row["id"], row["text"]) for row in tab.rows) for tab in tabs}) != 1:
            result.faults.append("the tabs show different lists")
        compare(ground, [first], result)
    return result


FULL = {"R41": (refuse_sockets, 1000)}
