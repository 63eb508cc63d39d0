"""Hostile sockets beside a sound one on the shipped server: they are ended with their codes, nothing is stored, and the neighbour is not slowed (S54)."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from statistics import quantiles

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests import databases
from tests.driver import Server
from tests.realtime.line import ORIGIN
from widget.realtime.protocol import TOO_LARGE, TOO_MANY

pytestmark = pytest.mark.live
HELLO = json.dumps({"type": "hello", "protocol": 1})
DEEP = "[" * 30_000
# What is sent, how often, and the close codes it may end in; 1007 and 1009 are the protocol's own, 1006 a cut.
ATTACKS: dict[str, tuple[str | bytes, int, set[int]]] = {
    "tiny frames": (json.dumps({"type": "ping", "t": 1}), 5_000, {TOO_MANY}),
    "nonsense": ("x", 500, {TOO_MANY}),
    "binary": (b"\x00" * 1_000, 500, {TOO_MANY}),
    "deeply nested": (DEEP, 200, {TOO_MANY}),
    "a little over the limit": ("x" * 40_000, 200, {TOO_MANY}),
    "far over the limit": ("x" * 65_600, 3, {TOO_LARGE, 1006, 1009}),
    "a megabyte": ("x" * 1_000_000, 3, {TOO_LARGE, 1006, 1009}),
}


async def open_line(server: Server) -> ClientConnection:
    line = await connect(server.line_address("toko"), origin=ORIGIN, proxy=None, ping_interval=None, max_queue=None, compression=None)  # type: ignore[arg-type]
    await line.send(HELLO)
    assert json.loads(await line.recv())["type"] == "welcome"
    return line


async def attack(server: Server, frame: str | bytes, times: int) -> int:
    """The close code it ended in; 0 when it was borne to the end."""
    line = await open_line(server)
    with suppress(ConnectionClosed):
        for _ in range(times):
            await line.send(frame)
    with suppress(ConnectionClosed, TimeoutError):
        async with asyncio.timeout(10):
            while True:
                await line.recv()
    code = line.close_code or 0
    await line.close()
    return code


async def echo_times(line: ClientConnection, until: Callable[[], bool]) -> list[float]:
    times: list[float] = []
    while not until() or len(times) < 50:
        began = time.monotonic()
        await line.send(json.dumps({"type": "ping", "t": 1}))
        assert json.loads(await line.recv())["type"] == "pong"
        times.append(time.monotonic() - began)
        await asyncio.sleep(0.01)
    return times


@pytest.mark.alone
async def test_hostile_sockets_are_ended_and_their_neighbour_is_not_slowed(make_server: Callable[..., Server]) -> None:
    server = make_server(env={"FRAMES_PER_MINUTE": "2000"})
    await asyncio.to_thread(server.manage, "create_site", "toko", "--origin", ORIGIN)
    await asyncio.to_thread(server.start)
    neighbour = await open_line(server)
    quiet = await echo_times(neighbour, lambda: True)
    before = server.rss()
    attacks = [asyncio.create_task(attack(server, frame, times)) for frame, times, _codes in ATTACKS.values()]
    loud = await echo_times(neighbour, lambda: all(task.done() for task in attacks))
    for (name, (_frame, _times, codes)), task in zip(ATTACKS.items(), attacks, strict=True):
        assert task.result() in codes, name
    # The visitors stand on the same two cores, so what the quiet line takes is not the server's doing.
    assert quantiles(loud, n=100)[-1] <= quantiles(quiet, n=100)[-1] + 0.2
    assert server.rss() - before < 50_000_000
    await neighbour.close()
    assert databases.rows(server.data_dir, "SELECT (SELECT COUNT(*) FROM widget_conversation), (SELECT COUNT(*) FROM widget_message)") == [(0, 0)]


async def test_text_that_is_no_utf8_ends_the_socket(make_server: Callable[..., Server]) -> None:
    server = make_server()
    await asyncio.to_thread(server.manage, "create_site", "toko", "--origin", ORIGIN)
    await asyncio.to_thread(server.start)
    line = await open_line(server)
    with suppress(ConnectionClosed):
        await line.send(b'{"type":"ping","more":"\xff\xfe"}', text=True)
        await line.recv()
    assert line.close_code in (1007, 1006)
    after = await open_line(server)
    await after.close()
