"""A process that was told to stop begins nothing new on the line, and what runs goes on."""

import uuid
from collections.abc import Iterator

import pytest

from tests.realtime.line import Line
from widget.conversations.models import Message
from widget.lib import database, lifecycle
from widget.realtime.protocol import RESTARTING

pytestmark = pytest.mark.usefixtures("at_rest")


@pytest.fixture(autouse=True)
def serving_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lifecycle, "_draining", False)
    yield


async def test_a_new_socket_is_accepted_and_told_to_come_back() -> None:
    lifecycle.begin_drain()
    async with Line() as line:
        assert await line.closed_with() == RESTARTING


async def test_an_open_socket_lives_on_but_takes_no_new_question() -> None:
    async with Line() as line:
        await line.hello()
        lifecycle.begin_drain()
        await line.send("ping", t=1)
        await line.expect("pong")
        await line.send("message.send", id=str(uuid.uuid4()), text="Halo")
        assert await line.closed_with() == RESTARTING
    assert not await database.read(Message.objects.exists)
