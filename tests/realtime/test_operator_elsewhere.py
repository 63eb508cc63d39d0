"""An operator at one serving process and a visitor at another, as shipped, on PostgreSQL and Redis: they see each other, with the bell and without it."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.driver import Server
from tests.promises.ground import KEY
from tests.promises.scaled_ground import ScaledGround
from tests.promises.visitor import Visitor

pytestmark = [pytest.mark.live, pytest.mark.postgres]
_SIGN_IN = """
import json
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
settings.ALLOWED_HOSTS = ["*"]
client = Client()
client.force_login(get_user_model().objects.get_or_create(username="sari", defaults={"first_name": "Sari", "is_staff": True, "is_superuser": True})[0])
cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
print(json.dumps([cookie, client.post("/admin/inbox/ticket/").json()["ticket"]]))
"""
Frame = dict[str, Any]


class Desk:
    """An operator's socket; `frames` is everything it was sent."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self.frames, self._news = socket, list[Frame](), asyncio.Event()

    async def read(self) -> None:
        async for raw in self._socket:
            self.frames.append(json.loads(raw))
            self._news.set()

    async def send(self, kind: str, **fields: Any) -> None:
        await self._socket.send(json.dumps({"type": kind, **fields}))

    async def until(self, true: Callable[[Frame], bool], seconds: float) -> Frame:
        async with asyncio.timeout(seconds):
            while not (found := [frame for frame in self.frames if true(frame)]):
                self._news.clear()
                await self._news.wait()
        return found[-1]


@asynccontextmanager
async def desk_at(server: Server) -> AsyncIterator[Desk]:
    cookie, ticket = json.loads((await asyncio.to_thread(server.python, _SIGN_IN)).strip().splitlines()[-1])
    address = f"ws://127.0.0.1:{server.port}/ws/inbox"
    async with connect(address, origin=server.address, additional_headers={"Cookie": cookie}, proxy=None) as socket:  # type: ignore[arg-type]
        desk = Desk(socket)
        reading = asyncio.create_task(desk.read())
        await desk.send("hello", protocol=1, ticket=ticket)
        await desk.until(lambda frame: frame["type"] == "ready", 10)
        yield desk
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def test_an_operator_sees_and_answers_a_visitor_of_another_process(tmp_path: Path) -> None:
    async with ScaledGround(tmp_path / "data") as ground, desk_at(ground.second) as desk, Visitor(lambda: ground.server.line_address(KEY)) as visitor:
        await the_list_and_the_open_conversation_follow(ground, desk, visitor)
        await what_the_operator_does_arrives(desk, visitor)
        await asyncio.to_thread(ground.redis.kill)
        await without_the_bell_within_seconds(desk, visitor)


async def the_list_and_the_open_conversation_follow(ground: ScaledGround, desk: Desk, visitor: Visitor) -> None:
    await ground.play("tokens:40@20")
    question = await visitor.say("ceritakan sesuatu")

    def listed(frame: Frame) -> bool:
        return frame["type"] == "list.changed" and any(item["conversation"] == visitor.conversation and item["online"] for item in frame["items"])

    await desk.until(listed, 3)
    await desk.send("talk.open", conversation=visitor.conversation)
    await desk.until(lambda frame: frame["type"] == "talk.shown", 3)
    # The text as it is saved, from the other process.
    await desk.until(lambda frame: frame["type"] == "reply.delta" or bool(frame.get("reply")), 5)
    await visitor.answered(question, 10)
    answer = visitor.answer_to(question)
    assert answer is not None
    assert (await desk.until(lambda frame: frame["type"] == "message.added" and frame["id"] == answer["id"], 3))["text"] == answer["text"]
    await visitor._send("typing.set", on=True)
    await desk.until(lambda frame: frame["type"] == "typing.shown" and frame["on"], 2)
    await visitor._send("read.set", seq=2)
    await desk.until(lambda frame: frame["type"] == "read.shown" and frame["seq"] == 2, 2)


async def what_the_operator_does_arrives(desk: Desk, visitor: Visitor) -> None:
    message = str(uuid.uuid4())
    await desk.send("message.send", conversation=visitor.conversation, id=message, text="Saya bantu ya, Kak.")
    await desk.until(lambda frame: frame["type"] == "message.stored" and frame["id"] == message, 3)
    await visitor.until(lambda: visitor.rows[-1]["id"] == message, 3)
    assert visitor.rows[-1]["name"] == "Sari"


async def without_the_bell_within_seconds(desk: Desk, visitor: Visitor) -> None:
    await asyncio.sleep(2)
    began = time.monotonic()
    message = await visitor.say("masih di sana?")
    await desk.until(lambda frame: frame["type"] == "message.added" and frame["id"] == message, 10)
    seq = next(frame["seq"] for frame in desk.frames if frame.get("id") == message)
    await desk.until(lambda frame: frame["type"] == "list.changed" and any(item["seq"] >= seq for item in frame["items"]), 10)
    assert time.monotonic() - began < 10
