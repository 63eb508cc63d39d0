"""The operator's line over plain requests: the session and the CSRF token, and the same desk as over a socket."""

import json
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import User

from tests.realtime.detour import Events, Request
from tests.realtime.inbox_line import OWN, session_of, signed_in, ticket_of
from tests.realtime.line import Line
from widget.lib import database
from widget.realtime.protocol import REFUSED
from widget.realtime.virtual_socket import streams

pytestmark = pytest.mark.usefixtures("at_rest")
SECRET = "c" * 32


@pytest.fixture
def boss(transactional_db: None) -> User:
    return User.objects.create_superuser("boss", first_name="Sari")


class Desk:
    """A signed-in page that asks by plain requests."""

    def __init__(self, cookies: str, ticket: str) -> None:
        self._cookies, self._ticket = cookies, ticket

    def headers(self, token: str = SECRET) -> tuple[tuple[bytes, bytes], ...]:
        return ((b"cookie", self._cookies.encode()), (b"x-csrftoken", token.encode()))

    def events(self, **options: Any) -> Events:
        return Events(path="/admin/inbox/events", origin=OWN, headers=options.pop("headers", self.headers()), ticket=self._ticket, **options)

    async def post(self, *frames: dict[str, Any], **options: Any) -> Request:
        options.setdefault("headers", self.headers())
        return await Request("/admin/inbox/frames", json.dumps(frames).encode(), origin=options.pop("origin", OWN), **options).whole()


async def desk_of(user: User) -> Desk:
    client = await database.write(signed_in, user)
    cookies = f"{settings.SESSION_COOKIE_NAME}={session_of(client)}; {settings.CSRF_COOKIE_NAME}={SECRET}"
    return Desk(cookies, await sync_to_async(ticket_of)(client))


async def test_an_operator_opens_and_answers_over_plain_requests(boss: User) -> None:
    desk = await desk_of(boss)
    async with Line() as visitor, desk.events() as stream:
        conversation = (await visitor.hello())["conversation"]
        await visitor.say("Halo")
        assert (await stream.until("ready"))["me"]["name"] == "Sari"
        assert json.loads((await desk.post({"type": "talk.open", "conversation": conversation})).body) == []
        assert (await stream.until("talk.shown"))["conversation"] == conversation
        sent = {"type": "message.send", "conversation": conversation, "id": str(uuid.uuid4()), "text": "Ada yang bisa dibantu?"}
        await desk.post(sent)
        assert (await stream.until("message.stored"))["id"] == sent["id"]
        while (row := await visitor.until("message.added"))["author"] != "operator":
            pass
        assert row["id"] == sent["id"]
        await visitor.say("Iya kak")
        while (row := await stream.until("message.added"))["author"] != "visitor":
            pass
        assert row["text"] == "Iya kak"
    assert len(streams) == 0


async def test_frames_that_come_to_another_process_are_answered_by_themselves(boss: User) -> None:
    desk = await desk_of(boss)
    answer = await desk.post({"type": "list.get", "view": "all"}, {"type": "ping", "t": 3})
    assert [frame["type"] for frame in json.loads(answer.body)] == ["list.page", "pong"]


@pytest.mark.promise("S15")
async def test_without_the_token_of_our_page_or_from_another_page_nothing_is_told(boss: User) -> None:
    desk = await desk_of(boss)
    foreign = await desk.post({"type": "list.get", "view": "all"}, origin="https://evil.example")
    forged = await desk.post({"type": "list.get", "view": "all"}, headers=desk.headers("d" * 32))
    stream = await desk.events(headers=desk.headers("d" * 32)).whole()
    assert [foreign.status, forged.status, stream.status] == [403, 403, 403]
    assert b"access-control-allow-origin" not in foreign.headers


async def test_without_a_session_there_is_no_desk() -> None:
    stranger = Desk(f"{settings.CSRF_COOKIE_NAME}={SECRET}", "x")
    assert (await stranger.events().whole()).frames() == [{"type": "closed", "code": REFUSED}]
    assert b"closed" in (await stranger.post({"type": "ping"})).body
