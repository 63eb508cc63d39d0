"""A visitor's end of the line inside the test's own event loop: runs the ASGI callable under Channels' router and speaks frames with it."""

import asyncio
import json
import uuid
from typing import Any

from channels.routing import URLRouter

from widget.routing import websocket_urlpatterns

ORIGIN = "https://toko.example"


class Line:
    """One socket. What the server sent waits in a queue until a test takes it."""

    def __init__(self, key: str = "toko", origin: str | None = ORIGIN, address: str = "192.0.2.1", headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        named = ((b"origin", origin.encode()),) if origin is not None else ()
        self._scope = {
            "type": "websocket",
            "path": f"/ws/chat/{key}",
            "client": [address, 50000],
            "headers": [(b"host", b"testserver"), *named, *headers],
        }
        self._to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __aenter__(self) -> "Line":
        application = URLRouter(websocket_urlpatterns)
        self._to_server.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(application(self._scope, self._to_server.get, self._from_server.put))
        accepted = await self._take(5)
        assert accepted["type"] == "websocket.accept", accepted
        return self

    async def __aexit__(self, *_: object) -> None:
        self._to_server.put_nowait({"type": "websocket.disconnect", "code": 1001})
        async with asyncio.timeout(5):
            await self._task

    async def _take(self, seconds: float) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            return await self._from_server.get()

    async def send(self, kind: str, **fields: Any) -> None:
        await self.send_raw(json.dumps({"type": kind, **fields}))

    async def send_raw(self, text: str | None = None, data: bytes | None = None) -> None:
        await self._to_server.put({"type": "websocket.receive", "text": text, "bytes": data})

    async def receive(self, seconds: float = 5.0) -> dict[str, Any]:
        message = await self._take(seconds)
        assert message["type"] == "websocket.send", message
        return dict(json.loads(message["text"]))

    async def expect(self, kind: str, seconds: float = 5.0) -> dict[str, Any]:
        """The next frame, which must be of this kind."""
        frame = await self.receive(seconds)
        assert frame["type"] == kind, frame
        return frame

    async def until(self, kind: str, seconds: float = 5.0) -> dict[str, Any]:
        """The next frame of this kind; others are passed over."""
        while (frame := await self.receive(seconds))["type"] != kind:
            pass
        return frame

    async def closed_with(self, seconds: float = 5.0) -> int:
        while (message := await self._take(seconds))["type"] != "websocket.close":
            pass
        return int(message["code"])

    def waiting(self) -> list[str]:
        """The types of frames that came and were not taken yet."""
        messages = [self._from_server.get_nowait() for _ in range(self._from_server.qsize())]
        return [json.loads(message["text"])["type"] if "text" in message else message["type"] for message in messages]

    async def hello(self, **fields: Any) -> dict[str, Any]:
        await self.send("hello", protocol=1, **fields)
        return await self.expect("welcome")

    async def say(self, text: str, message_id: str = "") -> dict[str, Any]:
        """Sends a message and returns its acknowledgement."""
        await self.send("message.send", id=message_id or str(uuid.uuid4()), text=text)
        return await self.until("message.stored")
