"""Several processes on PostgreSQL and Redis: what the bell costs those who stream, how long it takes, and what a second process brings.

Called by __main__.py; starts engines of its own (tests/engines.py). The first two run pairs in one breath: with Redis and a sibling, and without.
"""

import asyncio
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager

from tests import engines
from tests.bench.processes import SITE, Installation, Target
from tests.bench.report import Row, middle
from tests.bench.scenarios import LAG_LIMIT_MS, Bench, Measured, listen, sound
from tests.driver import Server
from tests.promises.visitor import Visitor

# Two servers, the model and the visitors of both: with fewer cores a second process only takes from the first.
CORES_FOR_TWO = 4


@contextmanager
def two(bench: Bench, url: str, redis: str, name: str = "scaled", with_model: bool = True) -> Iterator[tuple[Target, Target]]:
    """Two processes of one installation."""
    settings = {"DATABASE_URL": url, **({"REDIS_URL": redis} if redis else {})}
    installation = Installation(bench.folder / name, bench.model if with_model else None, settings=settings)
    second = Server(installation.folder, env=installation.server.env)
    try:
        with installation.started() as first:
            second.start()
            assert second.process is not None
            yield first, Target("ours", second.port, first.path, second.process.pid)
    finally:
        second.kill()


def redis(bench: Bench) -> list[Row]:
    """CPU per token of a process with a sibling on Redis, against one on the same PostgreSQL server that knows of no other."""
    with_bell, without = list[Measured](), list[Measured]()
    with ExitStack() as started:
        server = started.enter_context(engines.postgres_server())
        bell = started.enter_context(engines.redis())
        ringing, _sibling = started.enter_context(two(bench, started.enter_context(engines.new_database(server.url)), bell.url))
        alone, _other = started.enter_context(two(bench, started.enter_context(engines.new_database(server.url)), "", "alone"))
        for number in range(max(3, bench.rounds)):
            pair = [(with_bell, ringing), (without, alone)]
            for seen, target in pair if number % 2 else pair[::-1]:
                seen.append(sound(listen(bench, 30, 30, bench.seconds(8))(target), target))
        delays = asyncio.run(_bell_delays(ringing, _sibling, 60 if bench.quick else 300))
    share = middle(with_bell, "cost") / middle(without, "cost")
    return [
        Row("CPU per 1000 tokens with Redis on, against off", "x", share, None, 1.05),
        Row("  with Redis on", "ms", middle(with_bell, "cost")),
        Row("  off", "ms", middle(without, "cost")),
        Row("  lag p99 with Redis on", "ms", middle(with_bell, "lag_p99")),
        *(Row(f"the bell, from the acknowledgement here to the frame there, {what}", "ms", value) for what, value in delays.items()),
    ]


async def _bell_delays(first: Target, second: Target, count: int) -> dict[str, float]:
    """Two tabs of one visitor at two processes; at rest, and while twenty pairs write at the same time."""
    found: dict[str, float] = {}
    for name, pairs in (("at rest", 1), ("20 visitors at once", 20)):
        seen: list[float] = []
        async with AsyncExitStack() as stack:
            tabs = [await _tabs(stack, first, second) for _ in range(pairs)]
            await asyncio.gather(*(_write(here, there, max(5, count // pairs), seen) for here, there in tabs))
        seen.sort()
        found |= {f"{name} p50": seen[len(seen) // 2] * 1000, f"{name} p99": seen[int(len(seen) * 0.99)] * 1000}
    return found


async def _tabs(stack: AsyncExitStack, first: Target, second: Target) -> tuple[Visitor, Visitor]:
    def address(target: Target) -> str:
        return f"ws://127.0.0.1:{target.port}/ws/chat/{SITE}"

    here = await stack.enter_async_context(Visitor(lambda: address(first), origin=f"http://127.0.0.1:{first.port}"))
    there = Visitor(lambda: address(second), origin=f"http://127.0.0.1:{second.port}")
    there.token = here.token
    await stack.enter_async_context(there)
    await there.until(lambda: bool(there.conversation), 20)
    return here, there


async def _write(here: Visitor, there: Visitor, count: int, seen: list[float]) -> None:
    for number in range(count):
        message = await here.say(f"halo {number}")
        await asyncio.gather(*(tab.until(lambda tab=tab, message=message: message in tab.seen_at, 20) for tab in (here, there)))  # type: ignore[misc]
        seen.append(max(0.0, there.seen_at[message] - here.seen_at[message]))
        await asyncio.sleep(random.uniform(0.05, 0.35))


def processes(bench: Bench) -> list[Row]:
    """The most streams of two processes against one, each with visitors of its own."""
    with ExitStack() as started:
        url = started.enter_context(engines.postgres())
        bell = started.enter_context(engines.redis())
        both = started.enter_context(two(bench, url, bell.url))
        one = _most(bench, both[:1])
        pair = _most(bench, both)
    cores = os.cpu_count() or 1
    enough = cores >= CORES_FOR_TWO
    note = "" if enough else f" (shown from {CORES_FOR_TWO} cores on, here are {cores}: two servers, the model and the visitors share them)"
    return [
        Row(f"streams of 2 processes against 1{note}", "x", pair / max(1, one), None, 1.8 if enough else None, more_is_better=True),
        Row("  one process", "", one),
        Row("  two processes", "", pair),
    ]


def _most(bench: Bench, targets: tuple[Target, ...]) -> float:
    """In steps of a quarter up or down."""
    carried, failed, count = 0, 0, 150 * len(targets)
    while not (carried and failed) and count >= 20:
        if _carry(bench, targets, count):
            carried, count = count, int(count * 1.25)
        else:
            failed, count = count, int(count / 1.25)
    return float(carried)


def _carry(bench: Bench, targets: tuple[Target, ...], count: int) -> bool:
    each = count // len(targets)
    measure = listen(bench, each, 30, 2.0 if bench.quick else 4.0, ramp=count / 150, settle=1.5)
    with ThreadPoolExecutor(len(targets)) as threads:
        results = list(threads.map(measure, targets))
    for result in results:
        print(f"    {len(targets)} x {each}: p99 {result['lag_p99']:.0f} ms, {result['arrived']:.0%} arrived", flush=True)
    return all(0 <= result["lag_p99"] < LAG_LIMIT_MS and result["arrived"] > 0.97 and not result["trouble"] for result in results)
