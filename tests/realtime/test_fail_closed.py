"""When what decides who may is away, nobody may: tokens, sessions, websites and passwords are refused, on the shipped server (S61)."""

import asyncio
import http.client
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.driver import Server
from tests.engines import postgres_server
from tests.promises.ground import KEY
from tests.promises.visitor import ORIGIN
from tests.waiting import eventually
from widget.realtime.protocol import BAD_TOKEN, REFUSED, RESTARTING

pytestmark = pytest.mark.live
MakeServer = Callable[..., Server]
SECRET = "kanari-kuning-rahasia"
PASSWORD = "ingat-baik-baik-99"
PAGES = ("/admin/", "/admin/widget/conversation/", "/admin/widget/provider/", "/admin/widget/site/", "/admin/auth/user/", "/admin/password_change/")
# Longer than a call waits for a database that is away.
PATIENCE_SECONDS = 25
_OWNER = f"""
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.create_superuser("sari", password="{PASSWORD}"))
print(settings.SESSION_COOKIE_NAME + "=" + client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


async def knock(server: Server, origin: str = ORIGIN, key: str = KEY, **hello: Any) -> tuple[list[dict[str, Any]], int | None]:
    """What a hello gets: the frames, and the code the socket was closed with (None: it stayed open)."""
    frames: list[dict[str, Any]] = []
    async with connect(server.line_address(key), origin=origin, proxy=None, close_timeout=1) as socket:  # type: ignore[arg-type]
        with suppress(ConnectionClosed):
            await socket.send(json.dumps({"type": "hello", "protocol": 1, **hello}))
        with suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not frames or frames[-1]["type"] != "welcome":
                    frames.append(json.loads(await socket.recv()))
            return frames, None
    return frames, socket.close_code


def ask(server: Server, path: str, cookie: str = "", form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {})
    connection.request("POST" if form else "GET", path, urlencode(form or {}), headers)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, dict(response.getheaders()), body


async def prepared(server: Server) -> tuple[str, str]:
    """The token of a visitor who wrote the secret, and the cookie of the signed-in owner."""
    await asyncio.to_thread(server.manage, "create_site", KEY, "--name", "Toko", "--origin", ORIGIN)
    cookie = (await asyncio.to_thread(server.python, _OWNER)).strip().splitlines()[-1]
    await asyncio.to_thread(server.start)
    async with connect(server.line_address(KEY), origin=ORIGIN, proxy=None) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"type": "hello", "protocol": 1}))
        token = json.loads(await socket.recv())["token"]
        await socket.send(json.dumps({"type": "message.send", "id": str(uuid.uuid4()), "text": SECRET}))
        while json.loads(await socket.recv())["type"] != "message.stored":
            pass
    await everything_is_allowed(server, token, cookie)
    return token, cookie


async def everything_is_allowed(server: Server, token: str, cookie: str) -> None:
    """What is refused below is what was allowed before, and is again afterwards."""
    frames, code = await knock(server, token=token)
    assert code is None and SECRET in str(frames[-1]["messages"])
    assert [(await asyncio.to_thread(ask, server, page, cookie))[0] for page in PAGES] == [200] * len(PAGES)


async def nothing_is_allowed(server: Server, token: str, cookie: str) -> None:
    """While what the decisions are taken from cannot be asked."""
    answers = await asyncio.gather(
        knock(server, token=token),
        knock(server),
        knock(server, token=token[:-1] + ("A" if token[-1] != "A" else "B")),
        knock(server, origin="https://elsewhere.example", token=token),
        knock(server, key="never-seen", token=token),
    )
    assert not [one for frames, _code in answers for one in frames if one["type"] != "error"]
    known, new, forged, foreign, unknown = (code for _frames, code in answers)
    assert (known, new) == (RESTARTING, RESTARTING) and forged == BAD_TOKEN and foreign == REFUSED and unknown in (RESTARTING, REFUSED)
    for page in PAGES:
        status, headers, body = await asyncio.to_thread(ask, server, page, cookie)
        assert status in (302, 500, 503) and SECRET not in body and "/admin/logout/" not in body, (page, status)
    status, headers, _body = await asyncio.to_thread(ask, server, "/admin/login/", "", {"username": "sari", "password": PASSWORD})
    assert status >= 400 and "session" not in headers.get("Set-Cookie", "")


@contextmanager
def moved_away(file: Path) -> Iterator[None]:
    aside = file.with_suffix(".aside")
    file.rename(aside)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        aside.rename(file)


@pytest.mark.sqlite
@pytest.mark.promise("S61")
async def test_without_its_database_file_nobody_is_let_in(make_server: MakeServer) -> None:
    server = make_server()
    token, cookie = await prepared(server)
    with moved_away(server.data_dir / "kanal.sqlite3"):
        await nothing_is_allowed(server, token, cookie)
    await asyncio.to_thread(eventually, lambda: ask(server, "/readyz")[0] == 200, 20)
    await everything_is_allowed(server, token, cookie)


@pytest.mark.postgres
@pytest.mark.promise("S61")
async def test_without_its_database_server_nobody_is_let_in(tmp_path: Path) -> None:
    with postgres_server() as cluster:
        server = Server(tmp_path, env={"DATABASE_URL": cluster.url, "REDIS_URL": ""})
        await asyncio.to_thread(server.manage, "migrate", "-v", "0")
        try:
            token, cookie = await prepared(server)
            await asyncio.to_thread(cluster.stop)
            await nothing_is_allowed(server, token, cookie)
            await asyncio.to_thread(cluster.start)
            await asyncio.to_thread(eventually, lambda: ask(server, "/readyz")[0] == 200, 20)
            await everything_is_allowed(server, token, cookie)
        finally:
            server.kill()


@pytest.mark.promise("S61")
async def test_what_was_signed_with_a_key_that_is_gone_is_a_strangers(make_server: MakeServer) -> None:
    server = make_server()
    token, cookie = await prepared(server)
    await asyncio.to_thread(server.terminate)
    kept = (server.data_dir / "secret.key").read_text()
    # Emptied: nothing could be told from a forgery, so nothing is served.
    (server.data_dir / "secret.key").write_text("")
    with pytest.raises(RuntimeError, match="SECRET_KEY is empty"):
        await asyncio.to_thread(server.start)
    # Removed: a new one is made, and whatever was signed before is believed no more.
    (server.data_dir / "secret.key").unlink()
    await asyncio.to_thread(server.start)
    frames, code = await knock(server, token=token)
    assert (frames, code) == ([], BAD_TOKEN)
    for page in PAGES:
        status, headers, _body = await asyncio.to_thread(ask, server, page, cookie)
        assert status == 302 and headers["Location"].startswith("/admin/login/")
    await asyncio.to_thread(server.terminate)
    (server.data_dir / "secret.key").write_text(kept)
    await asyncio.to_thread(server.start)
    await everything_is_allowed(server, token, cookie)
