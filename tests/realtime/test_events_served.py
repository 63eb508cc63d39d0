"""The fallback on the shipped server: it streams as words come, ends with a reason, and does not keep who does not read."""

import asyncio
import json
import socket
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.driver import Server
from tests.realtime.line import ORIGIN
from tests.waiting import soon
from widget.realtime.protocol import RESTARTING

pytestmark = pytest.mark.live
HELLO = {"type": "hello", "protocol": 1, "locale": "id"}


@pytest.fixture
def shop(make_server: Callable[..., Server]) -> Server:
    server = make_server(env={"UNSENT_BYTES": "65536", "MESSAGES_PER_MINUTE": "10000", "FRAMES_PER_MINUTE": "10000", "MESSAGES_PER_ADDRESS": "10000"})
    server.manage("create_site", "toko", "--name", "Toko", "--origin", ORIGIN)
    return server.start()


@asynccontextmanager
async def opened(server: Server, **hello: Any) -> AsyncIterator[aiohttp.ClientResponse]:
    async with (
        aiohttp.ClientSession(headers={"Origin": ORIGIN}, read_bufsize=2**16) as session,
        session.post(f"{server.address}/chat/toko/events", json={**HELLO, **hello}) as stream,
    ):
        yield stream


async def next_frame(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    async with asyncio.timeout(15):
        while not (line := await stream.content.readline()).startswith(b"data: "):
            assert line, "the stream ended"
    return dict(json.loads(line.removeprefix(b"data: ")))


async def post(server: Server, token: str, *frames: dict[str, Any]) -> list[dict[str, Any]]:
    headers = {"Origin": ORIGIN, "Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{server.address}/chat/toko/frames", data=json.dumps(frames, ensure_ascii=False)) as answer,
    ):
        return list(await answer.json())


async def test_words_come_as_they_are_said_and_a_stop_says_why(shop: Server) -> None:
    async with opened(shop) as stream:
        welcome = await next_frame(stream)
        began = time.monotonic()
        stored, *_ = await post(shop, welcome["token"], message("Halo"))
        assert (await next_frame(stream))["id"] == stored["id"]
        assert time.monotonic() - began < 5
        stopping = asyncio.create_task(asyncio.to_thread(shop.terminate))
        while (frame := await next_frame(stream))["type"] != "closed":
            pass
        assert frame["code"] == RESTARTING
        assert await stopping == 0


@pytest.mark.promise("S54")
async def test_who_does_not_read_is_cut_off_and_the_neighbours_are_served(shop: Server) -> None:
    async with opened(shop) as reader:
        token = (await next_frame(reader))["token"]
        with socket.create_connection(("127.0.0.1", shop.port)) as stuck:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            body = json.dumps({**HELLO, "token": token})
            stuck.sendall(f"POST /chat/toko/events HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
            assert stuck.recv(15) == b"HTTP/1.1 200 OK"
            await soon(lambda: "kanal_open_streams 2" in metrics(shop))
            before, sent = shop.rss(), 0
            while "kanal_open_streams 2" in await asyncio.to_thread(metrics, shop):
                began = time.monotonic()
                said = await post(shop, token, *(message("\U0001f9fa" * 4000) for _ in range(3)))
                assert [frame["type"] for frame in said if frame["type"] != "conversation.changed"] == ["message.stored"] * 3
                for _ in range(3):
                    while (await next_frame(reader))["type"] != "message.added":
                        pass
                assert time.monotonic() - began < 5
                sent += 48_000
                assert sent < 20_000_000, "nobody gave it up"
            assert shop.rss() - before < 10 * 2**20


def message(text: str) -> dict[str, Any]:
    return {"type": "message.send", "id": str(uuid.uuid4()), "text": text}


def metrics(server: Server) -> str:
    with urllib.request.urlopen(f"{server.address}/metrics") as page:
        return str(page.read().decode())
