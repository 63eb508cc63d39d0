"""Backups under visitors: R47, made while messages pour in, and R14, an older one put back under visitors who have seen more."""

import asyncio
import sqlite3
import time
from contextlib import AsyncExitStack, closing
from pathlib import Path

from tests.driver import Server
from tests.promises.ground import Ground
from tests.promises.oracle import Result, compare
from tests.promises.visitor import Visitor, until_all

PASSPHRASE = "kuda-benar-baterai"
MESSAGES_PER_SECOND = 50
TALKING = 10
ANSWERED_WITHIN = 60.0


async def back_up_while_writing(ground: Ground, trials: int) -> Result:
    """R47: `trials` backups while 50 messages a second are stored; each is restored elsewhere and holds all that was acknowledged before it began."""
    result = Result("R47", "backups at 50 messages a second, each restored and compared")
    await ground.play("tokens:1@100")
    passphrase, stored = _passphrase_file(ground), 0
    async with AsyncExitStack() as stack:
        talking = [await stack.enter_async_context(ground.visitor(seed=number)) for number in range(TALKING)]
        pouring = asyncio.create_task(_pour(talking))
        for number in range(trials):
            await asyncio.sleep(1)
            acknowledged = {message_id for visitor in talking for message_id in visitor.acknowledged}
            file = _beside(ground, f"backup-{number}.kanal")
            await asyncio.to_thread(ground.server.manage, "backup", str(file), "--passphrase-file", passphrase)
            held, sound = await asyncio.to_thread(_restored_elsewhere, ground, file, passphrase)
            result.lost += len(acknowledged - held)
            result.faults += [] if sound == "ok" else [f"backup {number}: {sound}"]
            stored = len(acknowledged)
            result.trials += 1
        pouring.cancel()
        began = time.monotonic()
        pace = sum(len(visitor.sent_at) for visitor in talking)
        await asyncio.gather(pouring, return_exceptions=True)
        await until_all(talking, lambda visitor: not visitor.outbox, ANSWERED_WITHIN)
        result.longest_wait = time.monotonic() - began
    result.note = f"{pace} messages sent, {stored} acknowledged before the last backup began"
    return result


async def _pour(talking: list[Visitor]) -> None:
    """Each visitor waits for nothing; the pace is that of the clock."""
    began, sent = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - began) * MESSAGES_PER_SECOND)
        while sent < due:
            await talking[sent % len(talking)].say(f"pesan {sent}")
            sent += 1
        await asyncio.sleep(0.01)


def _restored_elsewhere(ground: Ground, file: Path, passphrase: str) -> tuple[set[str], str]:
    """The ids of the messages in the backup, restored into an empty folder, and what SQLite says of it."""
    other = Server(file.with_suffix(".restored"), env=ground.server.env | {"DATA_DIR": str(file.with_suffix(".restored"))})
    other.manage("restore", str(file), "--passphrase-file", passphrase)
    with closing(sqlite3.connect(other.data_dir / "kanal.sqlite3")) as database:
        held = {row[0] for row in database.execute("SELECT client_id FROM widget_message WHERE author = 'visitor'")}
        return held, str(database.execute("PRAGMA integrity_check").fetchone()[0])


async def restore_an_older_backup(ground: Ground, trials: int) -> Result:
    """R14: visitors have seen rows that the restored database does not hold; each is told to start over and goes on from what there is."""
    result = Result("R14", "visitors over the restore of an older backup")
    await ground.play("tokens:2@50")
    passphrase, round_number = _passphrase_file(ground), 0
    async with AsyncExitStack() as stack:
        talking = [await stack.enter_async_context(ground.visitor(seed=number)) for number in range(min(trials, 20))]
        while result.trials < trials:
            file = _beside(ground, f"older-{round_number}.kanal")
            await _ask_all(talking, f"sebelum {round_number}", result)
            await asyncio.to_thread(ground.server.manage, "backup", str(file), "--passphrase-file", passphrase)
            await _ask_all(talking, f"sesudah {round_number}", result)
            resets = [visitor.resets for visitor in talking]
            await asyncio.to_thread(ground.server.terminate)
            await asyncio.to_thread(ground.server.manage, "restore", str(file), "--passphrase-file", passphrase)
            await ground.start()
            for visitor, before in zip(talking, resets, strict=True):
                await _started_over(visitor, before, result)
            # What was written after the backup is gone by wish of whoever restored it: it no longer counts as sent.
            for visitor in talking:
                there = {row["id"] for row in visitor.rows}
                visitor.sent_at = {message_id: at for message_id, at in visitor.sent_at.items() if message_id in there}
                visitor.acknowledged = {message_id: seqs for message_id, seqs in visitor.acknowledged.items() if message_id in there}
            await _ask_all(talking, f"lagi {round_number}", result)
            compare(ground, talking, result)
            result.trials += len(talking)
            round_number += 1
    return result


async def _started_over(visitor: Visitor, before: int, result: Result) -> None:
    try:
        await visitor.until(lambda: visitor.resets > before, ANSWERED_WITHIN)
    except TimeoutError:
        result.faults.append(f"{visitor.conversation} was not told to start over")


async def _ask_all(talking: list[Visitor], text: str, result: Result) -> None:
    asked = [(visitor, await visitor.say(f"{text} {number}")) for number, visitor in enumerate(talking)]
    began = time.monotonic()
    for visitor, message_id in asked:
        try:
            await visitor.answered(message_id, ANSWERED_WITHIN)
        except TimeoutError:
            result.faults.append(f"{message_id} was not answered")
    result.longest_wait = max(result.longest_wait, time.monotonic() - began)


def _beside(ground: Ground, name: str) -> Path:
    """Outside the folder that is restored, and of this ground only: what an earlier trial left is never in the way."""
    folder = ground.server.data_dir
    return folder.with_name(f"{folder.name}-{name}")


def _passphrase_file(ground: Ground) -> str:
    file = _beside(ground, "passphrase")
    file.write_text(PASSPHRASE)
    return str(file)


FULL = {"R14": (restore_an_older_backup, 200), "R47": (back_up_while_writing, 20)}
