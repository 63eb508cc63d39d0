"""Promises about the disk and the database: locked, full, gone, read-only, damaged (R21-R23).

The line must tell the truth all the while: what was acknowledged is there afterwards, what was not stays with the visitor and arrives once.
"""

import asyncio
import json
import os
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, closing, contextmanager, suppress
from pathlib import Path

import aiohttp

from tests.promises import filling
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import Visitor, until_all

# Readiness must have turned red, and the visitor must have been told, after so long.
RED_WITHIN, BACK_WITHIN = 5.0, 60.0
AT_ONCE = 5
DATABASE = "kanal.sqlite3"
_STORED = "SELECT client_id, COUNT(*) FROM widget_message WHERE author = 'visitor' GROUP BY client_id"


# -- R21 ------------------------------------------------------------------------------------------------------------
async def lock_out(ground: Ground, trials: int, seconds: Sequence[float] = (5.0, 60.0)) -> Result:
    """Another process holds the database: a short time costs only time, a long one is told and nothing is lost."""
    result = Result("R21", f"another process holds the database for {' and '.join(f'{held:.0f}' for held in seconds)} s")
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(AT_ONCE)]
        while result.trials < trials:
            for held in seconds:
                with _exclusive(ground):
                    began = time.monotonic()
                    asked = [(visitor, await visitor.say(f"terkunci {result.trials}-{held}")) for visitor in visitors]
                    await asyncio.sleep(held)
                    acknowledged = [message_id for visitor, message_id in asked if message_id in visitor.acknowledged]
                    told = [message_id for visitor, message_id in asked if message_id in visitor.told_later]
                result.faults += ["acknowledged while nobody could write"] * len(acknowledged)
                if held < 20 and told:
                    result.faults.append("a short lock was told as a failure")
                if held > 30 and len(told) < len(asked):
                    result.faults.append(f"{len(asked) - len(told)} of {len(asked)} visitors were told nothing in {held:.0f} s")
                await _all_arrive(asked, result)
                result.longest_wait = max(result.longest_wait, time.monotonic() - began - held)
                result.trials += len(asked)
        await _count_stored(ground, visitors, result)
    return result


@contextmanager
def _exclusive(ground: Ground) -> Iterator[None]:
    with closing(sqlite3.connect(ground.server.data_dir / DATABASE, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


# -- R22 ------------------------------------------------------------------------------------------------------------
async def fill_up(ground: Ground, trials: int, tmpfs: bool = True) -> Result:
    """The storage is full: first by SQLite's own limit, then on a real small disk where one can be mounted."""
    result = Result("R22", "the storage is full")
    await ground.serve_altered(filling)
    order = ground.server.data_dir / filling.ORDER
    await _rounds_of_fullness(ground, trials, result, lambda: order.touch(), order.unlink)
    if tmpfs:
        await _on_a_small_disk(trials, result)
    return result


async def _on_a_small_disk(trials: int, result: Result) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if await asyncio.to_thread(_run, "mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder):
            result.note = "no disk of 8 MB could be mounted"
            return
        try:
            small = Ground(Path(folder) / "data")
            small.server.env["DISK_FLOOR_MB"] = "0"
            async with small:
                filler = small.server.data_dir / "filler"
                await _rounds_of_fullness(small, trials, result, lambda: _fill(filler), filler.unlink)
                await small.kill()
                _fill(filler)
                result.faults += _refused_start(small)
        finally:
            await asyncio.to_thread(_run, "umount", "-l", folder)


def _run(*command: str) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode


async def _rounds_of_fullness(ground: Ground, trials: int, result: Result, fill: Callable[[], None], free: Callable[[], None]) -> None:
    until = result.trials + trials
    process = ground.server.process
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(AT_ONCE)]
        while result.trials < until:
            refused = sum(len(visitor.told_later) for visitor in visitors)
            # One answer is being written when the disk fills up: its text so far cannot be saved either.
            await ground.play("tokens:60@30")
            await visitors[0].say(f"sebelum {result.trials}")
            await visitors[0].until(lambda: visitors[0].reply is not None, BACK_WITHIN)
            fill()
            asked = [(visitor, await visitor.say(f"penuh {result.trials} " + "x" * 3000)) for visitor in visitors]
            # A message for which there was just room is rightly acknowledged: at the end it must be there.
            await _told(asked)
            result.faults += await _still_reads(ground, visitors[1])
            result.faults += await _readiness(ground, red=True)
            free()
            if sum(len(visitor.told_later) for visitor in visitors) == refused:
                result.faults.append("the storage was never full")
            await _all_arrive(asked, result)
            result.faults += await _readiness(ground, red=False)
            result.trials += len(asked)
        if ground.server.process is not process or process is None or process.poll() is not None:
            result.faults.append("the server ended")
        await _count_stored(ground, visitors, result)


def _fill(filler: Path) -> None:
    """To the last byte."""
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)


def _refused_start(ground: Ground) -> list[str]:
    """A full disk at the start is one sentence."""
    with suppress(RuntimeError) as _:
        ground.server.output.clear()
        ground.server.start()
        return []
    said = [line for line in ground.server.output if line.strip()]
    return [] if len(said) == 1 else [f"a start on a full disk said {len(said)} lines: {''.join(said)[:300]}"]


# -- R23 ------------------------------------------------------------------------------------------------------------
async def lose_database(ground: Ground, trials: int) -> Result:
    """The database's file is moved away, made read-only or damaged while Kanal serves."""
    result = Result("R23", "the database is gone, read-only or damaged")
    file = ground.server.data_dir / DATABASE
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(ground.visitor(seed=n)) for n in range(AT_ONCE)]
        while result.trials < trials:
            aside = file.with_name("aside")
            os.rename(file, aside)
            asked = [(visitor, await visitor.say(f"hilang {result.trials}")) for visitor in visitors]
            result.faults += await _readiness(ground, red=True)
            await _told(asked)
            result.faults += ["acknowledged what could not be stored" for visitor, message_id in asked if message_id in visitor.acknowledged]
            result.faults += await _offers_another_way(ground)
            os.rename(aside, file)
            await _all_arrive(asked, result)
            result.faults += await _readiness(ground, red=False)
            result.trials += len(asked)
        await _count_stored(ground, visitors, result)
        result.faults += await _read_only(ground, visitors)
        result.faults += await _damaged(ground, visitors)
        result.trials += 2 * len(visitors)
    return result


async def _offers_another_way(ground: Ground) -> list[str]:
    """Who opens the chat now is not left in the dark: an error that names another way, then a close after which the widget shows its own."""
    async with aiohttp.ClientSession() as session, session.ws_connect(ground.address(), origin="https://toko.example") as socket:
        await socket.send_json({"type": "hello", "protocol": 1, "locale": "id"})
        frame = await socket.receive(timeout=10)
        ending = await socket.receive(timeout=10)
    told = json.loads(frame.data) if frame.type == aiohttp.WSMsgType.TEXT else {}
    faults = [] if told.get("code") == "retry" and "wa.me/6281" in told.get("message", "") else [f"a new visitor was told {told or frame}"]
    return faults if ending.data == 4412 else [*faults, f"a new visitor's socket ended with {ending.data}"]


async def _read_only(ground: Ground, visitors: Sequence[Visitor]) -> list[str]:
    """The right to write is taken away: whoever opens the file anew cannot write. What is acknowledged over the file that is open stands in it."""
    if os.geteuid() == 0:
        # Root may write anywhere, unless it starts without that right.
        ground.server.wrapper = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
        await ground.kill()
        await ground.start()
    file = ground.server.data_dir / DATABASE
    file.chmod(0o400)
    faults = await _readiness(ground, red=True)
    for visitor in visitors:
        await visitor.say("hanya baca")
    await until_all(visitors, lambda visitor: not visitor.outbox or bool(visitor.told_later), 30)
    file.chmod(0o600)
    faults += await _readiness(ground, red=False)
    await until_all(visitors, lambda visitor: not visitor.outbox, BACK_WITHIN)
    await ground.kill()
    stored = dict(ground.rows(_STORED))
    faults += ["lost from a read-only database" for visitor in visitors for message_id in visitor.acknowledged if stored.get(message_id) != 1]
    await ground.start()
    return faults


async def _damaged(ground: Ground, visitors: Sequence[Visitor]) -> list[str]:
    """Bytes are flipped all over the file, the first page excepted: what is acknowledged from now on must be readable by whoever opens it next."""
    file = ground.server.data_dir / DATABASE
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b", buffering=0) as open_file:
        size = file.stat().st_size
        for page in range(4096, size, 4096):
            open_file.seek(page)
            flipped = bytes(byte ^ 0xFF for byte in open_file.read(512))
            open_file.seek(page)
            open_file.write(flipped)
    faults = await _readiness(ground, red=True)
    before = {message_id for visitor in visitors for message_id in visitor.acknowledged}
    for visitor in visitors:
        await visitor.say("rusak")
    await asyncio.sleep(2)
    acknowledged = {message_id for visitor in visitors for message_id in visitor.acknowledged} - before
    if acknowledged:
        readable: set[str] = set()
        with suppress(sqlite3.DatabaseError):
            readable = {row[0] for row in ground.rows(_STORED)}
        faults += ["acknowledged into a damaged database and not readable"] * len(acknowledged - readable)
    return faults


# -- what they share ------------------------------------------------------------------------------------------------
def _at_rest(visitor: Visitor) -> bool:
    """Nothing of theirs is on its way, and every question has its answer."""
    authors = [row["author"] for row in visitor.rows]
    return not visitor.outbox and bool(authors) and authors.count("visitor") == authors.count("assistant")


async def _told(asked: Sequence[tuple[Visitor, str]]) -> None:
    """Every visitor hears how it stands with their message."""
    async with asyncio.timeout(30):
        while not all(message_id in visitor.told_later or message_id in visitor.acknowledged for visitor, message_id in asked):
            await asyncio.sleep(0.02)


async def _all_arrive(asked: Sequence[tuple[Visitor, str]], result: Result) -> None:
    try:
        await asyncio.gather(*(visitor.until(lambda v=visitor, m=message_id: m in v.acknowledged, BACK_WITHIN) for visitor, message_id in asked))  # type: ignore[misc]
    except TimeoutError:
        result.faults.append(f"not everything was sent within {BACK_WITHIN:.0f} s")


async def _count_stored(ground: Ground, visitors: Sequence[Visitor], result: Result) -> None:
    """Everything was answered once; and after a kill -9 and a new start, what was acknowledged is there, once."""
    with suppress(TimeoutError):
        await until_all(visitors, _at_rest, BACK_WITHIN)
    compare(ground, visitors, result)
    await ground.kill()
    stored = dict(ground.rows(_STORED))
    for visitor in visitors:
        result.lost += sum(message_id not in stored for message_id in visitor.acknowledged)
        result.duplicated += sum(stored.get(message_id, 0) > 1 for message_id in visitor.sent_at)
    await ground.start()


async def _readiness(ground: Ground, red: bool) -> list[str]:
    """Waits until /readyz says so; the time is counted from now."""
    began = time.monotonic()
    limit = RED_WITHIN if red else BACK_WITHIN
    async with aiohttp.ClientSession() as session:
        while time.monotonic() - began < limit:
            async with session.get(f"{ground.server.address}/readyz") as answer:
                if (answer.status == 503) == red:
                    return []
            await asyncio.sleep(0.1)
    return [f"/readyz was not {'red' if red else 'green'} within {limit:.0f} s"]


async def _still_reads(ground: Ground, visitor: Visitor) -> list[str]:
    """Somebody who comes back meanwhile sees the whole conversation."""
    rows, connections = len(visitor.rows), visitor.connections
    visitor.forget_shown()
    visitor.cut()
    try:
        await visitor.until(lambda: visitor.connections > connections and len(visitor.rows) >= rows, 10)
    except TimeoutError:
        return ["the conversation could not be read meanwhile"]
    return []


Trial = Callable[[Ground, int], Awaitable[Result]]
FULL: dict[str, tuple[Trial, int]] = {
    "R21": (lock_out, 30),
    "R22": (fill_up, 50),
    "R23": (lose_database, 50),
}
