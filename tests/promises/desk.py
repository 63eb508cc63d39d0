"""An operator's side of the line in Python: signs in as the admin does, fetches a ticket as the page does and keeps the frames it was sent.

`async with desk_at(server) as desk`; used by absences.py, snapshots.py and tests/realtime.
"""

import asyncio
import json
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.driver import Server

_SIGN_IN = """
import json
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
settings.ALLOWED_HOSTS = ["*"]
signed_in = []
for name in {names}:
    client = Client()
    rights = {{"is_staff": True, "is_superuser": True}}
    client.force_login(get_user_model().objects.get_or_create(username=name, defaults={{"first_name": name.title(), **rights}})[0])
    cookie = f"{{settings.SESSION_COOKIE_NAME}}={{client.cookies[settings.SESSION_COOKIE_NAME].value}}"
    signed_in.append([cookie, client.post("/admin/inbox/ticket/").json()["ticket"]])
print(json.dumps(signed_in))
"""
Frame = dict[str, Any]
MOST_FRAMES = 2000


class Desk:
    """`frames` is what it was sent lately."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self.frames, self._news = socket, deque[Frame](maxlen=MOST_FRAMES), asyncio.Event()

    async def read(self) -> None:
        try:
            async for raw in self._socket:
                self.frames.append(json.loads(raw))
                self._news.set()
        except (OSError, WebSocketException):
            return

    async def send(self, kind: str, **fields: Any) -> None:
        await self._socket.send(json.dumps({"type": kind, **fields}))

    async def reply(self, conversation: str, text: str) -> str:
        """Says something to the visitor, which takes the conversation; returns the message's id once it is stored."""
        message_id = str(uuid.uuid4())
        await self.send("message.send", conversation=conversation, id=message_id, text=text)
        await self.until(lambda frame: frame["type"] == "message.stored" and frame["id"] == message_id, 20)
        return message_id

    async def act(self, conversation: str, action: str) -> None:
        """Takes, hands back and the like; returns when it is done or refused."""
        act_id = str(uuid.uuid4())
        await self.send("talk.act", conversation=conversation, id=act_id, action=action)
        await self.until(lambda frame: frame["type"] in ("talk.acted", "error") and frame.get("id") == act_id, 20)

    async def until(self, true: Callable[[Frame], bool], seconds: float) -> Frame:
        """The newest such frame, waited for. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := next((frame for frame in reversed(self.frames) if true(frame)), None)):
                self._news.clear()
                await self._news.wait()
        return found


async def sign_in(server: Server, names: Sequence[str]) -> list[tuple[str, str]]:
    """A session's cookie and a ticket for each of these people, who may do everything."""
    told = await asyncio.to_thread(server.python, _SIGN_IN.format(names=list(names)))
    return [(cookie, ticket) for cookie, ticket in json.loads(told.strip().splitlines()[-1])]


@asynccontextmanager
async def sit_down(server: Server, cookie: str, ticket: str, port: int = 0) -> AsyncIterator[Desk]:
    """The line of somebody who has signed in, through another port where one is given."""
    options: dict[str, Any] = {"origin": server.address, "additional_headers": {"Cookie": cookie}, "ping_interval": None, "close_timeout": 0.1, "proxy": None}
    # The page's own address all the same, whatever stands between.
    options |= {"host": "127.0.0.1", "port": port} if port else {}
    async with connect(f"ws://127.0.0.1:{server.port}/ws/inbox", **options) as socket:
        desk = Desk(socket)
        reading = asyncio.create_task(desk.read())
        await desk.send("hello", protocol=1, ticket=ticket)
        await desk.until(lambda frame: frame["type"] == "ready", 10)
        yield desk
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


@asynccontextmanager
async def desk_at(server: Server, name: str = "sari") -> AsyncIterator[Desk]:
    """One person at work."""
    [(cookie, ticket)] = await sign_in(server, [name])
    async with sit_down(server, cookie, ticket) as desk:
        yield desk
