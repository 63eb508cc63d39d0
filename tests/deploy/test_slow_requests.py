"""Whoever sends a head or a body a byte at a time to a real Caddy or nginx in front of Kanal is cut off; an open chat and a long answer are not."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from deploy import web_server
from deploy.files import render
from deploy.places import Places
from deploy.wish import Wish
from tests.ops.test_serve import MakeServer
from tests.programs import program
from tests.promises.installed import free_port
from tests.waiting import eventually

pytestmark = pytest.mark.live
DEPLOY = Path(web_server.__file__).parent
WISH = Wish("chat.toko.id", "", 8000)


@contextmanager
def caddy(folder: Path, upstream: int) -> Iterator[int]:
    """The file of the compose installation on a loopback port, with a shorter wait, in front of one upstream."""
    port = free_port()
    text = (DEPLOY / "compose.Caddyfile").read_text("utf-8").replace("\n{\n", "\n{\n\tadmin off\n", 1)
    text = (
        text.replace("read_header 30s", "read_header 1s").replace("read_body 2m", "read_body 2s").replace("kanal-1:8000 kanal-2:8000", f"127.0.0.1:{upstream}")
    )
    (folder / "Caddyfile").write_text(text)
    environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "DOMAIN": f"http://127.0.0.1:{port}"}
    with open(folder / "log", "wb") as log:
        command = [program("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
        running = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        eventually(lambda: b"serving initial configuration" in (folder / "log").read_bytes(), 20)
        yield port
    finally:
        # Told to stop, it would wait for a chat that a failed test left open.
        running.kill()
        running.wait(10)


async def seconds_until_cut(port: int, first: bytes, drip: bytes, pause: float = 0.2, at_most: float = 8) -> float:
    """How long a client that sends `drip` again and again is listened to."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    writer.write(first)
    ended = asyncio.create_task(reader.read())
    with suppress(ConnectionError):
        while not ended.done() and time.monotonic() - began < at_most:
            writer.write(drip)
            await writer.drain()
            await asyncio.wait([ended], timeout=pause)
    took = time.monotonic() - began
    writer.close()
    ended.cancel()
    await asyncio.gather(ended, return_exceptions=True)
    return took


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    """A server that is well, sends back what comes over its WebSocket, and takes its time for one answer."""

    async def ready(request: web.Request) -> web.Response:
        return web.Response()

    async def talk(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    async def answer_long(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(6):
            await answer.write(b"word ")
            await asyncio.sleep(0.5)
        return answer

    application = web.Application()
    application.add_routes([web.get("/readyz", ready), web.get("/ws", talk), web.post("/long", answer_long)])
    runner = web.AppRunner(application)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield port
    await runner.cleanup()


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[int]:
    """Our file for nginx as it is, but for the addresses and a shorter wait."""
    port = free_port()
    text = render("nginx.conf", Places(folder), WISH).replace("listen 80;", f"listen 127.0.0.1:{port};").replace("listen [::]:80;", "")
    (folder / "kanal.conf").write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}").replace("timeout 30s", "timeout 1s"))
    folders = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {folders} include {folder}/kanal.conf; }}"
    )
    with open(folder / "log", "wb") as log:
        running = subprocess.Popen([program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")], stdout=log, stderr=log)
    try:
        eventually(lambda: listens(port), 10)
        yield port
    finally:
        running.terminate()
        running.wait(10)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.promise("S56")
async def test_a_slow_request_is_cut_off_by_caddy_and_an_open_chat_is_not(tmp_path: Path, echo: int) -> None:
    with caddy(tmp_path, echo) as port:
        async with aiohttp.ClientSession() as session, session.ws_connect(f"http://127.0.0.1:{port}/ws") as chat:
            long = asyncio.create_task(text_of(session, f"http://127.0.0.1:{port}/long"))
            assert 0.8 < await seconds_until_cut(port, HEAD, b"a") < 4
            assert 1.8 < await seconds_until_cut(port, BODY, b"a") < 6
            assert await long == "word " * 6
            await chat.send_str("masih di sini")
            assert await chat.receive_str(timeout=3) == "masih di sini"


async def text_of(session: aiohttp.ClientSession, address: str) -> str:
    async with session.post(address, data=b"a question") as answer:
        return await answer.text()


@pytest.mark.promise("S56")
async def test_a_slow_request_is_cut_off_by_nginx_or_by_kanal_behind_it(make_server: MakeServer, tmp_path: Path) -> None:
    server = make_server(env={"TRUSTED_PROXIES": "1", "REQUEST_BODY_SECONDS": "1", "ALLOWED_HOSTS": "*"}).start()
    with nginx(tmp_path, server.port) as port:
        for slow in (HEAD, BODY):
            assert 0.8 < await seconds_until_cut(port, slow, b"a") < 4


def test_a_caddy_that_came_with_us_bounds_slow_heads_and_a_strangers_is_told_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tools = program("caddy"), tmp_path / "bin"
    tools.mkdir()
    (tools / "apt-get").write_text(f'#!/bin/sh\n[ "$1" = update ] || {shutil.which("ln")} -sf {real} {tools}/caddy\n')
    (tools / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    packaged = "# As Debian brings it.\n:80 {\n\trespond hello\n}\n"
    for folder in ("ours", "theirs"):
        places = Places(tmp_path / folder)
        places.caddyfile.parent.mkdir(parents=True)
        places.caddyfile.write_text(packaged)
        told = web_server.set_up(places, WISH, start=False)[0]
        adapted = subprocess.run([real, "adapt", "--config", str(places.caddyfile)], capture_output=True, text=True, check=True, env=dict(os.environ)).stdout
        ours = folder == "ours"
        assert ('"read_header_timeout":30000000000' in adapted and '"read_timeout":120000000000' in adapted) is ours
        assert ("write at its very top:\n{\n\tservers {" in told) is not ours
        assert packaged in places.caddyfile.read_text()
    places.caddyfile.write_text(web_server.PATIENCE + places.caddyfile.read_text())
    assert "very top" not in web_server.set_up(places, WISH, start=False)[0]
