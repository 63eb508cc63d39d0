"""The installation that promises are tried on: the shipped server with limits out of the way, a fake model, and a view into the database.

`async with Ground(folder) as ground` starts everything; `ground.kill()` is kill -9 and `ground.start()` the same installation again.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import aiohttp

from tests import databases
from tests.driver import ROOT, Server
from tests.promises import altered_server, templates
from tests.promises.visitor import Visitor

KEY = templates.KEY
LIMITS = {
    "SOCKETS_PER_VISITOR": "100",
    "SOCKETS_PER_ADDRESS": "5000",
    "SOCKETS_PER_ADDRESS_WITHOUT_TOKEN": "5000",
    "CONNECTIONS_PER_ADDRESS": "5000",
    "FRAMES_PER_MINUTE": "1000000",
    "MESSAGES_PER_MINUTE": "1000000",
    "NEW_VISITORS_PER_ADDRESS": "1000000",
    "MESSAGES_PER_ADDRESS": "1000000",
    "ANSWERS_PER_VISITOR_DAY": "1000000",
    "ANSWERS_PER_SITE_DAY": "1000000",
    "LEASE_SECONDS": "2",
    "TURN_ATTEMPTS": "50",
}


class Ground:
    """One installation, one model, and the database as the oracle reads it."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(folder, env=LIMITS)
        self._model: subprocess.Popen[str] | None = None
        self._model_url = ""
        self.script = ""
        # How visitors reach it: "socket", "events" or "poll" (visitor.py).
        self.way = "socket"
        # The most memory any of its processes had held before it was killed, in bytes.
        self.peak = 0

    async def __aenter__(self) -> "Ground":
        self._model = subprocess.Popen([sys.executable, "-m", "tests.fakes.model_server", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._model.stdout is not None
        self._model_url = (await asyncio.to_thread(self._model.stdout.readline)).strip().split()[-1]
        await asyncio.to_thread(self._set_up)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.kill()
        if self._model is not None:
            self._model.kill()
            self._model.wait(10)
            assert self._model.stdout is not None
            self._model.stdout.close()

    def _set_up(self) -> None:
        prepare = templates.copy_to if templates.fits(self.server) else templates.fill
        prepare(self.server, self._model_url)
        self.server.start()

    async def kill(self) -> None:
        self.peak = max(self.peak, self.server.peak_rss())
        await asyncio.to_thread(self.server.kill)

    async def start(self) -> None:
        await asyncio.to_thread(self.server.start)

    async def configure(self, **settings: str) -> None:
        """The same installation with other settings; an empty value is the shipped default."""
        env = {name: value for name, value in self.server.env.items() if name not in settings} | {name: value for name, value in settings.items() if value}
        if env != self.server.env:
            self.server.env = env
            await self.kill()
            await self.start()

    async def serve_altered(self, change: ModuleType) -> None:
        """The same installation, served by altered_server.py with this change."""
        program = altered_server.program(change)
        if self.server.program != program:
            self.server.program = program
            await self.kill()
            await self.start()

    async def asked(self) -> set[str]:
        """The questions that reached the model since `play`."""
        async with aiohttp.ClientSession() as session, session.get(self._model_url.removesuffix("/v1") + "/requests") as answer:
            return {request["body"]["messages"][-1]["content"] for request in (await answer.json())["requests"]}

    async def play(self, script: str) -> None:
        """What the model does from now on (tests/fakes/model_server.py)."""
        self.script = script
        async with aiohttp.ClientSession() as session:
            for path, order in (("/reset", {}), ("/control", {"default": script})):
                async with session.post(self._model_url.removesuffix("/v1") + path, json=order) as answer:
                    answer.raise_for_status()

    def address(self) -> str:
        return self.server.line_address(KEY)

    def visitor(self, cut_chance: float = 0.0, seed: int = 0, address: Callable[[], str] | None = None) -> Visitor:
        return Visitor(address or self.address, cut_chance, seed, way=self.way)

    def rows(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """What the database says, read beside the server."""
        return databases.rows(self.server.data_dir, statement, *arguments)

    def can_write(self) -> bool:
        """Whether nobody holds a lock of the database."""
        return databases.is_quiet(self.server.data_dir)
