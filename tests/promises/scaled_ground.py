"""The same installation on PostgreSQL and Redis with two serving processes. Between them and Redis stands a proxy that can spoil the way.

Visitors of `ground.visitor()` come to either process, as a balancer would send them, and never to one that is being restarted.
"""

import asyncio
import itertools
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests import databases, engines
from tests.driver import Server
from tests.fakes.chaos_proxy import ChaosProxy
from tests.promises.ground import KEY, LIMITS, Ground


class ScaledGround(Ground):
    """`server` and `second` serve the same database; `redis` can be killed, frozen and started."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder)
        self._engines = ExitStack()
        self._turns = itertools.count()
        self._settings = settings

    async def __aenter__(self) -> "ScaledGround":
        try:
            folder = self.server.data_dir
            self._url = databases.address_of(folder) or self._engines.enter_context(engines.postgres())
            self.redis = self._engines.enter_context(engines.redis())
            self.way_to_redis = self._engines.enter_context(ChaosProxy.in_thread("127.0.0.1", self.redis.port))
            env = LIMITS | {"DATABASE_URL": self._url, "REDIS_URL": f"redis://{self.way_to_redis.host_port}/0"} | self._settings
            self.server, self.second = Server(folder, env=env), Server(folder, env=env)
            self.up = [self.server, self.second]
            await super().__aenter__()
            await asyncio.to_thread(self.second.start)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *failure: object) -> None:
        second = getattr(self, "second", None)
        if second is not None:
            second.kill()
        await super().__aexit__(*failure)
        self._engines.close()

    def address(self) -> str:
        """In turns, so that both have the same work."""
        return self.up[next(self._turns) % len(self.up)].line_address(KEY)

    async def restart_gently(self, server: Server) -> None:
        """As an update does it: taken out of the balancer, told to stop, started again, put back."""
        self.up.remove(server)
        await asyncio.to_thread(server.terminate, 40)
        await asyncio.to_thread(server.start)
        self.up.append(server)

    def rows(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        return databases.rows_at(self._url, statement, *arguments)

    def can_write(self) -> bool:
        return True
