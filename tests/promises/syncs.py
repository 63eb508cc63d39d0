"""The promise that an acknowledgement means the disk has confirmed (R48), with strace as the witness over the shipped server."""

import asyncio
import signal
import subprocess
from collections.abc import Sequence

from tests.programs import program
from tests.promises.ground import Ground
from tests.promises.oracle import Result


async def sync_first(ground: Ground, trials: int) -> Result:
    """strace as the witness: between a message's arrival and its acknowledgement the log of the database was synced, and saves of half an answer are not."""
    result = Result("R48", "an acknowledgement leaves after the disk has confirmed (strace)")
    assert ground.server.process is not None
    trace = ground.server.data_dir / "trace"
    async with ground.visitor() as visitor:
        watch = ["-f", "-tt", "-y", "-s", "40", "-e", "trace=fdatasync,fsync,sendto,write"]
        command = [program("strace"), *watch, "-o", str(trace), "-p", str(ground.server.process.pid)]
        witness = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            assert witness.stderr is not None
            if "attached" not in await asyncio.to_thread(witness.stderr.readline):
                result.note = "strace may not look at other processes here"
                return result
            for number in range(trials):
                message_id = await visitor.say(f"sync {number}")
                await visitor.answered(message_id)
                result.trials += 1
            await ground.play("tokens:90@30")
            await visitor.say("panjang")
            await visitor.until(lambda: visitor.reply is not None and len(visitor.reply.text) > 10, 30)
            began = len(trace.read_text("utf-8", "replace").splitlines())
            await asyncio.sleep(1.5)
            saving = trace.read_text("utf-8", "replace").splitlines()[began:]
            result.faults += [f"a save of half an answer was synced: {line}" for line in saving if _is_sync(line)]
        finally:
            witness.send_signal(signal.SIGINT)
            await asyncio.to_thread(witness.wait, 20)
            witness.stderr and witness.stderr.close()
    lines = trace.read_text("utf-8", "replace").splitlines()
    result.faults += _unsynced(lines, trials)
    return result


def _is_sync(line: str) -> bool:
    """The end of a sync of the write-ahead log, also when strace had to cut the call in two."""
    return ("fdatasync(" in line and "-wal>" in line and "unfinished" not in line) or ("fdatasync resumed" in line and line.rstrip().endswith("= 0"))


def _unsynced(lines: Sequence[str], expected: int) -> list[str]:
    """Each acknowledgement needs a sync after the one before it."""
    acknowledged, synced, faults = 0, False, []
    for line in lines:
        if _is_sync(line):
            synced = True
        elif "message.stored" in line and "resumed" not in line:
            acknowledged += 1
            if not synced:
                faults.append(f"acknowledged before the disk confirmed: {line[:120]}")
            synced = False
    return faults if acknowledged >= expected else [*faults, f"the trace shows {acknowledged} of {expected} acknowledgements"]


FULL = {"R48": (sync_first, 100)}
