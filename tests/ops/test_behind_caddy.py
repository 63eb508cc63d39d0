"""Two serving processes behind a real Caddy with its internal CA, over https and wss, as the READMEs set it up; everything on PostgreSQL and Redis."""

import asyncio
import re
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.ports import free_port
from tests.programs import program
from tests.promises.ground import KEY
from tests.promises.scaled_ground import ScaledGround
from tests.promises.visitor import Visitor
from tests.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.postgres]
PASSWORD = "kata sandi yang panjang"
_CADDYFILE = """
{{
  admin off
  auto_https disable_redirects
  skip_install_trust
  storage file_system {folder}/storage
}}
https://localhost:{port} {{
  tls internal
  @person path /admin/*
  reverse_proxy @person 127.0.0.1:{second}
  reverse_proxy 127.0.0.1:{first}
}}
"""
_PERSON = f'from django.contrib.auth.models import User; User.objects.create_superuser("sari", "", "{PASSWORD}", first_name="Sari")'


@contextmanager
def caddy(folder: Path, port: int, first: int, second: int) -> Iterator[ssl.SSLContext]:
    """Visitors come to the first process, the admin is on the second. Gives what a visitor must believe in: Caddy's own authority."""
    folder.mkdir()
    (folder / "Caddyfile").write_text(_CADDYFILE.format(folder=folder, port=port, first=first, second=second))
    environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with open(folder / "log", "wb") as log:
        command = [program("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
        running = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    root = folder / "storage/pki/authorities/local/root.crt"

    def serves() -> bool:
        assert running.poll() is None, (folder / "log").read_text()[-2000:]
        with socket.socket() as probe:
            return root.exists() and probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        eventually(serves, 20)
        yield ssl.create_default_context(cafile=str(root))
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def ground(tmp_path: Path, port: int) -> AsyncIterator[ScaledGround]:
    async with ScaledGround(tmp_path / "data", TRUSTED_PROXIES="1", PUBLIC_URL=f"https://localhost:{port}") as ground:
        await asyncio.to_thread(ground.server.python, _PERSON)
        yield ground


async def test_a_visitor_on_one_process_and_a_person_on_the_other(ground: ScaledGround, port: int, tmp_path: Path) -> None:
    with caddy(tmp_path / "caddy", port, ground.server.port, ground.second.port) as trust:
        visitor = Visitor(lambda: f"wss://localhost:{port}/ws/chat/{KEY}")
        visitor.tls = trust
        async with visitor:
            await a_token_stream_passes_unbuffered(ground, visitor)
            await a_reply_through_the_other_process_arrives_at_once(ground, visitor, port, trust)
        assert not visitor.faults


async def a_token_stream_passes_unbuffered(ground: ScaledGround, visitor: Visitor) -> None:
    await ground.play("tokens:20@10")
    question = await visitor.say("ceritakan sesuatu")
    await visitor.until(lambda: visitor.reply is not None and bool(visitor.reply.text), 3)
    assert visitor.reply is not None
    grown = visitor.reply.grown
    await visitor.until(lambda: visitor.answer_to(question) is not None, 10)
    assert len(grown) >= 15 and 1.2 < grown[-1][0] - grown[0][0] < 4


async def a_reply_through_the_other_process_arrives_at_once(ground: ScaledGround, visitor: Visitor, port: int, trust: ssl.SSLContext) -> None:
    admin = f"https://localhost:{port}/admin/"
    ((number,),) = ground.rows("SELECT id FROM widget_conversation WHERE public_id = ?", visitor.conversation)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust), headers={"Referer": admin}) as person:
        async with person.get(f"{admin}login/") as page:
            form = {"username": "sari", "password": PASSWORD, "next": "/admin/", "csrfmiddlewaretoken": form_token(await page.text())}
        async with person.post(f"{admin}login/", data=form) as page:
            assert (page.status, page.url.path) == (200, "/admin/")
        async with person.get(f"{admin}widget/conversation/{number}/change/") as page:
            token = form_token(await page.text())
        began = time.monotonic()
        reply = asyncio.create_task(sent(person, f"{admin}widget/conversation/{number}/reply/", {"text": "Halo, saya Sari.", "csrfmiddlewaretoken": token}))
        await visitor.until(lambda: visitor.rows[-1]["author"] == "operator", 5)
        took = time.monotonic() - began
        assert await reply == 302 and took < 1.0, took


async def sent(person: aiohttp.ClientSession, address: str, form: dict[str, str]) -> int:
    async with person.post(address, data=form, allow_redirects=False) as answer:
        return answer.status


def form_token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]
