"""PostgreSQL taken away under load, and its connections counted: R24 and R25. Each trial starts a server of its own, which it may end."""

import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from tests import databases
from tests.engines import Postgres, postgres_server
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import Visitor

VISITORS = 10
# The promise is ten seconds until it works again; then the answer itself is written, and a turn whose save was lost may wait for its lease.
RECOVERED_WITHIN, ANSWERED_WITHIN = 10.0, 40.0
AWAY_SECONDS = 2.0
DATABASE_THREADS, REQUEST_THREADS, WORKER = 4, 8, 2
SCRIPT = "tokens:10@30"
Fault = Callable[[Postgres], None]


class OnPostgres(Ground):
    """An installation on a PostgreSQL of its own."""

    def __init__(self, folder: Path, cluster: Postgres) -> None:
        super().__init__(folder)
        self.server.env |= {"DATABASE_URL": cluster.url, "DATABASE_THREADS": str(DATABASE_THREADS), "REQUEST_THREADS": str(REQUEST_THREADS)}
        self._cluster = cluster

    def rows(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        return databases.rows_at(self._cluster.url, statement, *arguments)


@asynccontextmanager
async def on_postgres() -> AsyncIterator[tuple[OnPostgres, Postgres]]:
    with tempfile.TemporaryDirectory() as folder, postgres_server() as cluster:
        async with OnPostgres(Path(folder), cluster) as ground:
            await ground.play(SCRIPT)
            yield ground, cluster


def terminate(cluster: Postgres) -> None:
    cluster.terminate_connections()


def restart(cluster: Postgres) -> None:
    cluster.restart("fast")


def crash(cluster: Postgres) -> None:
    cluster.restart("immediate")


def no_place_left(cluster: Postgres) -> None:
    """Others have taken every connection, for a while."""
    cluster.limit_connections(0)
    cluster.terminate_connections()
    threading.Event().wait(AWAY_SECONDS)
    cluster.limit_connections(-1)


FAULTS: Sequence[Fault] = (terminate, restart, crash, no_place_left)


async def lose_the_database(_ground: Ground, trials: int) -> Result:
    """R24: questions are asked before, during and after; one trial is one question of a round with a fault in it."""
    result = Result("R24", "PostgreSQL restarted, crashed, full, its connections ended, under load")
    async with on_postgres() as (ground, cluster), AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(VISITORS)]
        for number in range(-(-trials // VISITORS)):
            await _one_fault(cluster, FAULTS[number % len(FAULTS)], visitors, result)
        compare(ground, visitors, result)
    return result


async def _one_fault(cluster: Postgres, fault: Fault, visitors: Sequence[Visitor], result: Result) -> None:
    asked = [(visitor, await visitor.say("ceritakan sesuatu")) for visitor in visitors[::2]]
    await asyncio.sleep(0.1)
    striking = asyncio.create_task(asyncio.to_thread(fault, cluster))
    asked += [(visitor, await visitor.say("ceritakan sesuatu")) for visitor in visitors[1::2]]
    await striking
    back = time.monotonic()
    for visitor, message_id in asked:
        try:
            await visitor.until(lambda v=visitor, m=message_id: m in v.acknowledged, ANSWERED_WITHIN)  # type: ignore[misc]
            result.longest_wait = max(result.longest_wait, time.monotonic() - back)
            await visitor.answered(message_id, ANSWERED_WITHIN)
        except TimeoutError:
            result.faults.append(f"{fault.__name__}: no answer within {ANSWERED_WITHIN:.0f} s")
    if result.longest_wait > RECOVERED_WITHIN:
        result.faults.append(f"{fault.__name__}: it took {result.longest_wait:.1f} s to store a message again")
    result.trials += len(asked)


async def bounded_connections(_ground: Ground, trials: int) -> Result:
    """R25: so many open sockets, a fifth of them with an answer being written, and the admin asked beside; PostgreSQL says who is connected."""
    most = 2 * DATABASE_THREADS + REQUEST_THREADS + WORKER
    result = Result("R25", f"connections to PostgreSQL under load, at most {most}")
    async with on_postgres() as (ground, cluster), AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(trials)]
        talking = visitors[: max(1, trials // 5)]
        asked = [(visitor, await visitor.say("ceritakan sesuatu")) for visitor in talking]
        pages = [asyncio.create_task(_open_page(ground)) for _ in range(4 * REQUEST_THREADS)]
        seen = 0
        for visitor, message_id in asked:
            while visitor.answer_to(message_id) is None:
                seen = max(seen, await asyncio.to_thread(cluster.connections, "kanal"))
                await asyncio.sleep(0.05)
        await asyncio.gather(*pages)
        compare(ground, talking, result)
        result.trials, result.note = trials, f"most seen: {seen}"
        if seen > most:
            result.faults.append(f"{seen} connections, {most} allowed")
    return result


async def _open_page(ground: Ground) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", ground.server.port)
    writer.write(b"GET /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    await reader.read()
    writer.close()


FULL = {"R24": (lose_the_database, 400), "R25": (bounded_connections, 1000)}
