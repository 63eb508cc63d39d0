"""What stands in for a visitor's WebSocket where a network refuses it, in Python and as the widget does it (static/widget/src/events.js).

Has of a socket what visitor.py and resends.py use. One request streams the frames; what is sent goes in posts, one after the other.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp

FRAMES_AT_ONCE = 20
_LOST = (OSError, aiohttp.ClientError, TimeoutError, ValueError)


class Detour:
    """`async with Detour(address, ...) as line`. `address` is the socket's; `greet` makes the hello of the moment, for polls."""

    def __init__(self, address: str, origin: str, greet: Callable[[], dict[str, Any]] | None = None, poll: bool = False) -> None:
        self._base = address.replace("ws", "http", 1).replace("/ws/", "/")
        self._origin, self._greet, self._poll = origin, greet, poll
        self._hello = self._token = self._handler = ""
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._listening: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.close_code: int | None = None

    @property
    def transport(self) -> "Detour":
        return self

    async def __aenter__(self) -> "Detour":
        self._session = aiohttp.ClientSession(headers={"Origin": self._origin}, timeout=aiohttp.ClientTimeout(sock_connect=10), read_bufsize=2**20)
        self._begin(self._post_all())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    def abort(self) -> None:
        """The network is gone: requests are cut where they are."""
        for task in self._tasks:
            task.cancel()
        self._frames.put_nowait(None)

    async def send(self, text: str) -> None:
        if json.loads(text)["type"] == "hello":
            if self._listening is not None:
                self._listening.cancel()
            self._hello = text
            self._listening = self._begin(self._listen(text))
        else:
            self._outgoing.put_nowait(text)

    def __aiter__(self) -> "Detour":
        return self

    async def __anext__(self) -> str:
        text = await self._frames.get()
        if text is None:
            raise StopAsyncIteration
        return text

    async def recv(self) -> str:
        text = await self._frames.get()
        if text is None:
            raise ConnectionError("the line ended")
        return text

    def _begin(self, work: Any) -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _listen(self, hello: str) -> None:
        with suppress(*_LOST):
            fields = json.loads(hello)
            while True:
                asked = {**fields, "poll": 1} if self._poll else fields
                async with self._session.post(f"{self._base}/events", data=json.dumps(asked)) as stream:
                    stream.raise_for_status()
                    async for line in stream.content:
                        if line.startswith(b"data: ") and not self._take(line.removeprefix(b"data: ").decode().rstrip("\n")):
                            return
                if not self._poll or self._greet is None:
                    break
                # What came was handed on; what the visitor makes of it stands in the next hello.
                while not self._frames.empty():
                    await asyncio.sleep(0)
                fields = {"type": "hello", **self._greet(), "handler": self._handler}
        self._frames.put_nowait(None)

    async def _post_all(self) -> None:
        with suppress(*_LOST):
            while True:
                frames = [await self._outgoing.get()]
                while not self._outgoing.empty() and len(frames) < FRAMES_AT_ONCE:
                    frames.append(self._outgoing.get_nowait())
                headers = {"Authorization": f"Bearer {self._token}"}
                async with self._session.post(f"{self._base}/frames", data=f"[{','.join([self._hello, *frames])}]", headers=headers) as answer:
                    answer.raise_for_status()
                    for frame in await answer.json():
                        if not self._take(json.dumps(frame)):
                            return
        self._frames.put_nowait(None)

    def _take(self, text: str) -> bool:
        """False at the end."""
        frame = json.loads(text)
        if frame["type"] == "closed":
            self.close_code = frame["code"]
            self._frames.put_nowait(None)
            return False
        self._token = frame.get("token", self._token)
        self._handler = frame.get("handler", self._handler)
        self._frames.put_nowait(text)
        return True
