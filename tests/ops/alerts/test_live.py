"""The whole way, with the shipped server: a visitor asks for a person and the owner's phone rings, even when the server is killed in between."""

import json
from collections.abc import Callable, Iterator

import pytest
from websockets.sync.client import connect

from tests.driver import Server
from tests.fakes.telegram import FakeTelegram
from tests.waiting import eventually

pytestmark = pytest.mark.live
TARGET = """
from widget.ops.alerts.models import AlertTarget
from widget.sites.models import Site
Site.objects.update(quiet_from=None, quiet_until=None)
AlertTarget.objects.create(site=Site.objects.get(key="toko"), kind="telegram", address="77", secret="{token}")
"""


@pytest.fixture
def phone() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        fake.write(fake.add_bot("toko_bot"), 77, "/start")
        yield fake


@pytest.fixture
def shop(make_server: Callable[..., Server], phone: FakeTelegram) -> Server:
    server = make_server(env={"TELEGRAM_API": phone.url, "PUBLIC_URL": "https://chat.example.com"})
    server.manage("create_site", "toko", "--origin", "https://toko.example")
    server.python(TARGET.format(token=next(iter(phone.bots))))
    return server.start()


def _ask_for_a_person(shop: Server) -> None:
    with connect(shop.line_address("toko"), origin="https://toko.example") as line:  # type: ignore[arg-type]
        line.send(json.dumps({"type": "hello", "protocol": 1}))
        line.send(json.dumps({"type": "message.send", "id": "0b0f8a58-7a66-4a52-8f5c-0c7a3d1a0b11", "text": "Bisa bicara dengan orang?"}))
        line.send(json.dumps({"type": "human.request"}))
        while json.loads(line.recv(10)).get("handler") != "waiting":
            pass


def test_a_visitor_who_asks_for_a_person_rings_the_owners_phone_even_over_a_kill(shop: Server, phone: FakeTelegram) -> None:
    [sent] = phone.sent.values()
    phone.hold()
    _ask_for_a_person(shop)
    eventually(lambda: "sendMessage" in phone.calls, 10)
    shop.kill()
    phone.release()
    assert sent == []
    shop.start()
    # At once where no other worker can live; on PostgreSQL a dead one is told by twenty seconds of silence.
    eventually(lambda: sent, 40)
    assert len(sent) == 1
    assert "Bisa bicara dengan orang?" in sent[0].text
    assert "https://chat.example.com/admin/inbox/" in sent[0].text
