"""What a neighbour notices of an attack, and what it costs the server: a visitor who pings all the time, and the server's memory.

`async with Witness(ground) as witness: await witness.attack("frames")`; used by attacks.py and faults.py.
"""

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect

from tests.driver import ROOT
from tests.promises.ground import Ground
from tests.promises.oracle import Result
from tests.promises.visitor import ORIGIN

PING_EVERY = 0.02
LOOK_EVERY = 0.05


async def warm(ground: Ground) -> None:
    """One answered question and one page, so that nothing is loaded for the first time during an attack."""
    if not ground.script:
        await ground.play("tokens:5")
    async with ground.visitor() as visitor, aiohttp.ClientSession() as session:
        message_id = await visitor.say("apa kabar")
        await visitor.answered(message_id)
        for path in ("/widget.js", "/admin/login/", "/nowhere", "/static/admin/css/base.css"):
            async with session.get(ground.server.address + path) as answer:
                await answer.read()


async def greet(address: str) -> ClientConnection:
    """A socket that said hello and heard the welcome."""
    socket = await connect(address, origin=ORIGIN, ping_interval=None, proxy=None)  # type: ignore[arg-type]
    await socket.send('{"type":"hello","protocol":1}')
    await socket.recv()
    return socket


def kept_waiting(pid: int) -> dict[str, float]:
    """Seconds for which each thread of a process could have run and found every core taken, as the kernel counts them; empty where none does (Linux does)."""
    waited = {}
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError, IndexError):
            waited[thread.name] = int((thread / "schedstat").read_text().split()[1]) / 1e9
    return waited


class Witness:
    """`waits` in seconds, of pings that were answered; `growth` in bytes, the most over what the server had before.

    A wait is counted without the time in which the server or this process was ready to run and other programs had the cores: on two cores the attacker,
    the model and whatever else goes on stand in the server's way as no distant attacker could. `crowded` are the same waits with that time.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.waits: list[float] = []
        self.crowded: list[float] = []
        self.before = self.most = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Witness":
        self._socket = await greet(self._ground.address())
        # The first frames load what the server needs for them; that is no attack's doing.
        for _ in range(20):
            await self._ping(self._socket)
        self.waits.clear()
        self.crowded.clear()
        self.before = self.most = self._ground.server.rss()
        self._tasks = [asyncio.create_task(step()) for step in (self._ping_on, self._look_on)]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()

    @property
    def growth(self) -> int:
        return self.most - self.before

    @property
    def p99(self) -> float:
        return _p99(self.waits)

    def told(self) -> str:
        crowded = _p99(self.crowded)
        beside = f" ({crowded * 1000:.0f} with waits for a core)" if crowded > self.p99 + 0.01 else ""
        return f"neighbour p99 {self.p99 * 1000:.0f} ms{beside}, memory +{self.growth / 1e6:.1f} MB"

    def judge(self, result: Result, name: str, most_wait: float = 0.2, most_growth: float = 10e6) -> None:
        """Adds what the attack did beyond the promise to the result."""
        result.longest_wait = max(result.longest_wait, self.p99)
        result.note = f"{result.note}; {name}: {self.told()}".removeprefix("; ")
        if self.p99 > most_wait:
            result.faults.append(f"{name}: the neighbour's p99 was {self.p99 * 1000:.0f} ms")
        if self.growth > most_growth:
            result.faults.append(f"{name}: it cost {self.growth / 1e6:.1f} MB")

    async def attack(self, kind: str, *arguments: str) -> dict[str, Any]:
        """Runs an attacker of tests/fakes/attackers.py in a process of its own and returns what it saw."""
        command = [sys.executable, "-m", "tests.fakes.attackers", kind, str(self._ground.server.port), *arguments]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        try:
            told, _ = await process.communicate()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
        return dict(json.loads(told))

    async def _ping_on(self) -> None:
        while True:
            await self._ping(self._socket)
            await asyncio.sleep(PING_EVERY)

    async def _ping(self, socket: ClientConnection) -> None:
        before, own, sent = self._kept_waiting(), _own_wait(), time.monotonic()
        await socket.send('{"type":"ping","t":1}')
        await socket.recv()
        waited = time.monotonic() - sent
        after = self._kept_waiting() if waited > PING_EVERY else before
        # Whichever thread it was: the others may have waited for it.
        server = max((seconds - before.get(thread, seconds) for thread, seconds in after.items()), default=0.0)
        self.crowded.append(waited)
        self.waits.append(max(0.0, waited - server - (_own_wait() - own)))

    def _kept_waiting(self) -> dict[str, float]:
        process = self._ground.server.process
        return kept_waiting(process.pid) if process is not None else {}

    async def _look_on(self) -> None:
        while True:
            self.most = max(self.most, self._ground.server.rss())
            await asyncio.sleep(LOOK_EVERY)


def _own_wait() -> float:
    """Of the thread that runs this loop."""
    return kept_waiting(os.getpid()).get(str(threading.get_native_id()), 0.0)


def _p99(waits: Sequence[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)] if waits else float("inf")
