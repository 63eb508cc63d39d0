"""Restarts under load: two processes one after the other with hundreds of sockets (R34), and thousands who come back at the same moment (R36)."""

import asyncio
import random
import resource
import time
from contextlib import AsyncExitStack

from tests.bench.line import Line, Record
from tests.driver import Server
from tests.promises.ground import KEY, Ground
from tests.promises.oracle import Result, compare
from tests.promises.scaled_ground import ScaledGround
from tests.promises.visitor import ORIGIN, Visitor

SOCKETS = 500
BACK_WITHIN = 10.0
CLIENTS = 2000
HANDSHAKE_WITHIN = 5.0
MEMORY_BYTES = 512 * 2**20
# As static/widget/src/backoff.js.
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 30.0


async def roll(ground: Ground, trials: int, sockets: int = SOCKETS) -> Result:
    """R34: each trial restarts both processes, one after the other, while every visitor asks something and hears long answers."""
    result = Result("R34", f"rolling restart of two processes with {sockets} sockets")
    assert isinstance(ground, ScaledGround)
    await ground.play("tokens:20@10")
    away: list[float] = []
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=number)) for number in range(sockets)]
        for _ in range(trials):
            asking = asyncio.create_task(_ask_all(visitors, sockets / 50))
            for server in (ground.server, ground.second):
                await ground.restart_gently(server)
            await asking
            await asyncio.gather(*(_all_answered(visitor) for visitor in visitors))
            result.trials += 1
        compare(ground, visitors, result)
        away = sorted(seconds for visitor in visitors for seconds in visitor.away)
    result.longest_wait = away[-1]
    back = away[int(len(away) * 0.95)]
    result.note = f"{len(away)} lines lost, back p50 {away[len(away) // 2]:.2f} s, p95 {back:.2f} s"
    if back > BACK_WITHIN:
        result.faults.append(result.note)
    return result


async def _ask_all(visitors: list[Visitor], seconds: float) -> None:
    for number, visitor in enumerate(random.sample(visitors, len(visitors))):
        await visitor.say(f"ceritakan sesuatu {number}")
        await asyncio.sleep(seconds / len(visitors))


async def _all_answered(visitor: Visitor) -> None:
    try:
        await visitor.until(lambda: sum(row["author"] == "assistant" for row in visitor.rows) == len(visitor.sent_at), 60)
    except TimeoutError:
        visitor.faults.append("not every question was answered")


async def stampede(ground: Ground, trials: int) -> Result:
    """R36: so many clients are cut off by a kill -9 and come back as the widget does, into a process that has just started."""
    result = Result("R36", f"{trials} clients come back at once")
    record = Record()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for _ in range(trials):
        await _open(ground.server, record)
    await ground.kill()
    coming = [asyncio.create_task(_come_back(ground.server, record)) for _ in range(trials)]
    await ground.start()
    waits = sorted(await asyncio.gather(*coming))
    result.trials, result.longest_wait = len(waits), waits[-1]
    p99, peak = waits[int(len(waits) * 0.99)], ground.server.peak_rss()
    result.note = f"handshake p50 {waits[len(waits) // 2]:.2f} s, p99 {p99:.2f} s, the server's memory at most {peak / 2**20:.0f} MiB"
    if p99 > HANDSHAKE_WITHIN or peak > MEMORY_BYTES:
        result.faults.append(result.note)
    return result


async def _open(server: Server, record: Record) -> Line:
    """From the first byte to the welcome; raises TimeoutError."""
    loop = asyncio.get_running_loop()
    welcomed = loop.create_future()
    line = Line(f"127.0.0.1:{server.port}", f"/ws/chat/{KEY}", record, ORIGIN)
    line.on_welcome = lambda _: welcomed.done() or welcomed.set_result(None)
    async with asyncio.timeout(60):
        await loop.create_connection(lambda: line, "127.0.0.1", server.port)
        await welcomed
    return line


async def _come_back(server: Server, record: Record) -> float:
    """Tries after a random part of half a second, of one, of two ...: the handshake that succeeds is the one that is timed."""
    wait = FIRST_RETRY_SECONDS
    while True:
        await asyncio.sleep(random.uniform(0, wait))
        wait = min(2 * wait, LONGEST_RETRY_SECONDS)
        began = time.monotonic()
        try:
            await _open(server, record)
        except ConnectionError:
            continue
        return time.monotonic() - began


GROUND = ScaledGround
FULL = {"R34": (roll, 20), "R36": (stampede, CLIENTS)}
