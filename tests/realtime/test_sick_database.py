"""What a visitor hears when the database cannot be used for longer: the truth, another way, and in the end the acknowledgement (R21, R23)."""

import asyncio
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import OperationalError, connection

from tests.realtime.line import Line
from widget.conversations.models import Message
from widget.lib import database, database_writers
from widget.realtime import visitor
from widget.realtime.protocol import RESTARTING
from widget.sites import registry
from widget.sites.models import Site

pytestmark = pytest.mark.usefixtures("at_rest")


@contextmanager
def held_by_another_process() -> Iterator[None]:
    with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(registry.database, "read", fail)


@pytest.mark.sqlite  # whose file can be locked
@pytest.mark.promise("R21")
async def test_a_message_that_cannot_be_stored_now_is_told_so_and_stored_once_later(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    monkeypatch.setattr(database_writers, "LOCK_SECONDS", 0.1)
    message_id = str(uuid.uuid4())
    async with Line() as line:
        await line.hello()
        with held_by_another_process():
            for _ in range(3):
                await line.send("message.send", id=message_id, text="Halo")
                told = await line.expect("error")
                assert (told["code"], told["id"]) == ("retry", message_id) and told["retry_after"] >= 5
        stored = await line.say("Halo", message_id)
    assert await database.read(lambda: list(Message.objects.filter(author="visitor").values_list("client_id", "seq"))) == [(message_id, stored["seq"])]


@pytest.mark.sqlite
async def test_from_the_second_failure_on_another_way_is_named(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    await asyncio.to_thread(Site.objects.update, whatsapp="+62 812-3456", email="halo@toko.example")
    monkeypatch.setattr(database_writers, "LOCK_SECONDS", 0.05)
    said = []
    async with Line() as line:
        await line.hello()
        with held_by_another_process():
            for _ in range(3):
                await line.send("message.send", id=str(uuid.uuid4()), text="Halo")
                said.append("https://wa.me/628123456, halo@toko.example" in (await line.expect("error"))["message"])
        await line.say("Halo")
        with held_by_another_process():
            await line.send("message.send", id=str(uuid.uuid4()), text="Halo")
            said.append("wa.me" in (await line.until("error"))["message"])
    assert said == [False, True, True, False]


@pytest.mark.promise("R23")
async def test_a_hello_that_cannot_be_carried_out_names_another_way_at_once(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    await asyncio.to_thread(Site.objects.update, whatsapp="+62 812-3456")
    async with Line() as earlier:
        await earlier.hello()

    async def fail(*_: object, **__: object) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(visitor.database, "read", fail)
    async with Line() as line:
        await line.send("hello", protocol=1)
        told = await line.expect("error")
        assert told["code"] == "retry" and "https://wa.me/628123456" in told["message"]
        assert await line.closed_with() == RESTARTING


@pytest.mark.usefixtures("no_database")
async def test_a_visitor_of_a_site_that_was_never_read_is_sent_away_to_come_back() -> None:
    async with Line() as line:
        assert await line.closed_with() == RESTARTING
