"""A visitor's end of the fallback inside the test's own event loop: a stream of frames, and frames in a request of their own."""

import asyncio
import json
from typing import Any, Self

from tests.realtime.line import ORIGIN
from widget.routing import with_fallback


async def _nobody(scope: dict[str, Any], receive: Any, send: Any) -> None:
    raise AssertionError(f"{scope['path']} went on to Django")


class Request:
    """One request. `status` and `headers` are there once `begun`; `body` grows."""

    def __init__(self, path: str, body: bytes = b"", method: str = "POST", origin: str | None = ORIGIN, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        named = ((b"origin", origin.encode()),) if origin is not None else ()
        scope = {"type": "http", "method": method, "path": path, "client": ["192.0.2.1", 50000], "headers": [(b"host", b"testserver"), *named, *headers]}
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.ended = False
        self._changed = asyncio.Event()
        # A reader who is not there: what is sent waits.
        self.reading = asyncio.Event()
        self.reading.set()
        self._to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._to_server.put_nowait({"type": "http.request", "body": body, "more_body": False})
        self.task = asyncio.ensure_future(with_fallback(_nobody)(scope, self._to_server.get, self._send))  # type: ignore[arg-type]

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.body += message["body"]
            if not message.get("more_body"):
                self.ended = True
                self._to_server.put_nowait({"type": "http.disconnect"})
        self._changed.set()

    async def wait(self, true: Any, seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    async def whole(self, seconds: float = 5.0) -> Self:
        async with asyncio.timeout(seconds):
            await self.task
        return self

    async def leave(self) -> None:
        self._to_server.put_nowait({"type": "http.disconnect"})
        async with asyncio.timeout(5):
            await self.task


class Events(Request):
    """The stream of one page. `async with Events(token=...) as stream` leaves at its end."""

    def __init__(
        self,
        key: str = "toko",
        origin: str | None = ORIGIN,
        more: list[dict[str, Any]] | None = None,
        path: str = "",
        headers: tuple[tuple[bytes, bytes], ...] = (),
        **hello: Any,
    ) -> None:
        first = {"type": "hello", "protocol": 1, **hello}
        body = json.dumps([first, *more] if more else first).encode()
        super().__init__(path or f"/chat/{key}/events", body, origin=origin, headers=headers)
        self._taken = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if not self.ended:
            await self.leave()

    def frames(self) -> list[dict[str, Any]]:
        """All that came so far; the comments between are left out."""
        return [json.loads(part.removeprefix("data: ")) for part in self.body.decode().split("\n\n") if part.startswith("data: ")]

    async def receive(self, seconds: float = 5.0) -> dict[str, Any]:
        await self.wait(lambda: len(self.frames()) > self._taken, seconds)
        self._taken += 1
        return self.frames()[self._taken - 1]

    async def until(self, kind: str, seconds: float = 5.0) -> dict[str, Any]:
        while (frame := await self.receive(seconds))["type"] != kind:
            pass
        return frame


async def post(token: str, *frames: dict[str, Any], key: str = "toko", origin: str | None = ORIGIN) -> list[dict[str, Any]]:
    """What `/frames` answers."""
    bearer = ((b"authorization", f"Bearer {token}".encode()),) if token else ()
    request = await Request(f"/chat/{key}/frames", json.dumps(list(frames)).encode(), origin=origin, headers=bearer).whole()
    assert request.status == 200, request.body
    return list(json.loads(request.body))
