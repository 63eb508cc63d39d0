"""Kill -9 of the process that reads a source, or of the whole server: R46. What was in use answers until the swap, and nothing is there twice."""

import asyncio
import json
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import psutil

from tests.driver import ROOT
from tests.promises.ground import Ground
from tests.promises.oracle import Result

ENTRIES = 2_000
# The last kill of a run comes so late at most; after it nothing stands in the way.
KILLS_OF_A_RUN = 3
READ_WITHIN = 120.0
CHILD = "widget.jobs.confined"


class Probe:
    """reading_probe.py, asked from here. It goes on when the server is dead."""

    def __init__(self, ground: Ground) -> None:
        command = [sys.executable, "-m", "tests.knowledge.reading_probe"]
        env = {**ground.server.env, "DJANGO_SETTINGS_MODULE": "chatsite.settings"}
        self._process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    async def __aenter__(self) -> "Probe":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._process.kill()
        await asyncio.to_thread(self._process.communicate)

    async def do(self, order: str, **fields: int) -> dict[str, Any]:
        return await asyncio.to_thread(self._do, json.dumps({"do": order, **fields}))

    def _do(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


@dataclass
class Watched:
    """What the questions of one run were answered by. `seen` only rises."""

    result: Result
    entries: int
    before: int
    after: int
    seen: int
    asked: int = 0
    state: str = ""
    wrote: bool = False


async def kill_while_reading(ground: Ground, trials: int, entries: int = ENTRIES) -> Result:
    """Child and server in turn, at random points from the run's beginning on; only kills that met a living child count."""
    result = Result("R46", "kill -9 of the reading process or the server while a source is read")
    chance = random.Random("R46")
    asked = writing = 0
    async with Probe(ground) as probe:
        longest = await _read_once(probe, entries)
        version = 0
        while result.trials < trials:
            version += 1
            watched = Watched(result, entries, version - 1, version, version - 1)
            await probe.do("change", version=version, count=entries)
            for turn in range(chance.randint(1, KILLS_OF_A_RUN)):
                watched.wrote = False
                result.trials += await _strike(ground, probe, watched, chance, longest, server=bool((turn + version) % 2))
                writing += watched.wrote
            began = time.monotonic()
            await _until_read(probe, watched)
            result.longest_wait = max(result.longest_wait, time.monotonic() - began)
            _count(await _look(probe, entries), version, entries, result)
            asked += watched.asked
    result.note = f"{writing} of them while it wrote, {asked} rounds of questions asked meanwhile, {version} readings of {entries} entries"
    return result


async def _read_once(probe: Probe, entries: int) -> float:
    """What stands in use before the first trial; returns how long reading takes."""
    began = time.monotonic()
    await probe.do("change", version=0, count=entries)
    async with asyncio.timeout(READ_WITHIN):
        while (await probe.do("look"))["state"] != "done":
            await asyncio.sleep(0.05)
    return time.monotonic() - began


async def _strike(ground: Ground, probe: Probe, watched: Watched, chance: random.Random, longest: float, server: bool) -> int:
    """Waits for the child, mostly until it writes, then a random while, and kills. 1 where the child still lived."""
    child = await _child_of(ground, longest + 5)
    if child is None:
        return 0
    if chance.random() < 0.8:
        while _lives(child) and not watched.wrote:
            await _ask(probe, watched)
    until = time.monotonic() + chance.uniform(0, longest / 2)
    while _lives(child) and time.monotonic() < until:
        await _ask(probe, watched)
    lived = _lives(child)
    if server:
        await ground.kill()
        await _until_gone(child, watched.result)
        await _ask(probe, watched)
        await ground.start()
    elif lived:
        child.kill()
    await _ask(probe, watched)
    watched.wrote = watched.wrote and lived
    return int(lived)


def _lives(child: psutil.Process) -> bool:
    try:
        return child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def _child_of(ground: Ground, seconds: float) -> psutil.Process | None:
    """The process that reads; None where there is none any more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert ground.server.process is not None
        for child in psutil.Process(ground.server.process.pid).children():
            try:
                if any(CHILD in argument for argument in child.cmdline()):
                    return child
            except psutil.NoSuchProcess:
                continue
        await asyncio.sleep(0.01)
    return None


async def _until_gone(child: psutil.Process, result: Result) -> None:
    """The kernel sees to it; nobody is left who could."""
    until = time.monotonic() + 5
    while _lives(child):
        if time.monotonic() > until:
            result.faults.append("a child outlived its server by 5 s")
            return
        await asyncio.sleep(0.005)


async def _until_read(probe: Probe, watched: Watched) -> None:
    async with asyncio.timeout(READ_WITHIN):
        while watched.state in ("", "waiting", "running"):
            await _ask(probe, watched)
            await asyncio.sleep(0.02)
    watched.before = watched.seen = watched.after
    await _ask(probe, watched)


async def _ask(probe: Probe, watched: Watched) -> None:
    """Every question has an answer, of what was in use or of what came after it, and never goes back."""
    said = await probe.do("ask", count=watched.entries)
    watched.asked += 1
    watched.state = said["state"]
    watched.wrote = watched.wrote or (said["state"] == "running" and said["taken"] > 0)
    watched.result.unanswered += said["missed"]
    for version in said["versions"]:
        if version not in (watched.before, watched.after) or version < watched.seen:
            watched.result.faults.append(f"version {version} answered after {watched.seen}, between {watched.before} and {watched.after}")
        watched.seen = max(watched.seen, version)


async def _look(probe: Probe, entries: int) -> dict[str, Any]:
    """How it stands once what broken attempts left is cleared away, which is done after the reading."""
    until = time.monotonic() + READ_WITHIN
    while True:
        said: dict[str, Any] = await probe.do("look")
        if (said["all"] <= 2 * entries and said["filed"] == said["all"]) or time.monotonic() > until:
            return said
        await asyncio.sleep(0.1)


def _count(said: dict[str, Any], version: int, entries: int, result: Result) -> None:
    result.lost += max(0, entries - said["keys"])
    result.duplicated += said["live"] - said["keys"]
    # Beside what is in use, what was in use before may lie there, and nothing else.
    kept = said["all"] <= 2 * entries and said["filed"] == said["all"] and said["counted"] == entries and said["texts"] == [f"versi {version}"]
    if said["state"] != "done" or not kept:
        result.faults.append(f"reading {version}: {said}")


FULL = {"R46": (kill_while_reading, 100)}
PATIENCE = {"R46": 7200.0}
