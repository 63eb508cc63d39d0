"""The team sees on what a visitor writes, in plain words."""

import pytest

from tests.realtime.line import Line
from widget.conversations.models import Conversation
from widget.lib import database

pytestmark = pytest.mark.usefixtures("at_rest")
PHONE = b"Mozilla/5.0 (Linux; Android 13; SM-A136B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"


async def _device() -> str:
    return await database.read(lambda: Conversation.objects.get().device)


async def test_the_device_is_kept_with_the_first_message_and_follows_the_visitor() -> None:
    async with Line(headers=((b"user-agent", PHONE),)) as line:
        token = (await line.hello())["token"]
        await line.say("halo")
        await line.until("message.added")
        assert await _device() == "Android, Chrome"
    async with Line(headers=((b"user-agent", b"Mozilla/5.0 (Windows NT 10.0; rv:121.0) Gecko/20100101 Firefox/121.0"),)) as line:
        await line.hello(token=token)
        await line.send("page.set", url="https://toko.example/tas", title="Tas")
        await line.send("ping", t=1)
        await line.expect("pong")
        assert await _device() == "Windows, Firefox"


async def test_without_the_header_nothing_is_claimed() -> None:
    async with Line() as line:
        await line.hello()
        await line.say("halo")
        assert await _device() == ""
