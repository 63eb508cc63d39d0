"""The way around for networks that refuse WebSockets: the same chat, the same checks, over plain requests."""

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.realtime.detour import Events, Request, post
from tests.realtime.line import ORIGIN, Line
from widget.conversations.models import Message
from widget.lib import database, lifecycle
from widget.providers.models import Provider
from widget.realtime import virtual_socket
from widget.realtime.protocol import BAD_TOKEN, REFUSED, RESTARTING, TOO_LARGE, TOO_MANY, TOO_SLOW
from widget.realtime.virtual_socket import streams

pytestmark = pytest.mark.usefixtures("at_rest")
PREFLIGHT = ((b"access-control-request-method", b"POST"), (b"access-control-request-headers", b"authorization"))


def say(text: str, message_id: str = "") -> dict[str, Any]:
    return {"type": "message.send", "id": message_id or str(uuid.uuid4()), "text": text}


async def test_a_question_posted_beside_the_stream_is_stored_once_and_answered_in_the_stream(ask_model: Callable[[str], Provider]) -> None:
    await asyncio.to_thread(ask_model, "tokens:5")
    async with Events(locale="id") as stream:
        token = (await stream.until("welcome"))["token"]
        sent = say("Ada tas rotan?")
        stored, *_ = await post(token, sent)
        assert (stored["type"], stored["id"], stored["seq"]) == ("message.stored", sent["id"], 1)
        assert (await post(token, sent))[0] == stored, "sent again, acknowledged again, stored once"
        mine = await stream.until("message.added")
        assert (mine["id"], mine["author"]) == (sent["id"], "visitor")
        answer = await stream.until("message.added")
        kinds = [frame["type"] for frame in stream.frames()]
        assert kinds[0] == "welcome" and "reply.started" in kinds and "reply.delta" in kinds
        assert answer["author"] == "assistant"
    assert len(streams) == 0


async def test_the_stream_is_one_that_no_proxy_holds_back_or_keeps() -> None:
    async with Events() as stream:
        await stream.until("welcome")
        assert stream.headers[b"content-type"].startswith(b"text/event-stream")
        assert stream.headers[b"x-accel-buffering"] == b"no"
        assert b"no-store" in stream.headers[b"cache-control"]


async def test_a_quiet_stream_says_now_and_then_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_socket, "COMMENT_SECONDS", 0.02)
    async with Events() as stream:
        await stream.until("welcome")
        await stream.wait(lambda: stream.body.count(b":\n\n") > 2)


async def test_a_socket_and_a_stream_of_one_visitor_see_the_same() -> None:
    async with Line() as line:
        token = (await line.hello())["token"]
        async with Events(token=token) as stream:
            await stream.until("welcome")
            sent = say("dari jalan lain")
            stored, *_ = await post(token, sent)
            seen = [await line.until("message.added"), await stream.until("message.added")]
    assert [(row["id"], row["seq"]) for row in seen] == [(sent["id"], stored["seq"])] * 2


async def test_a_stream_goes_on_where_the_page_stopped() -> None:
    async with Events() as stream:
        token = (await stream.until("welcome"))["token"]
        await post(token, say("satu"))
        first = await stream.until("message.added")
    await post(token, say("dua"))
    async with Events(token=token, after={"seq": first["seq"], "id": first["id"]}) as stream:
        welcome = await stream.until("welcome")
    assert not welcome["reset"]
    assert "dua" in [row["text"] for row in welcome["messages"]] and "satu" not in [row["text"] for row in welcome["messages"]]


async def test_a_stream_may_begin_with_frames_behind_its_hello() -> None:
    async with Events(more=[{"type": "ping", "t": 7}]) as stream:
        await stream.until("welcome")
        assert (await stream.receive())["t"] == 7


async def test_frames_are_answered_in_their_order_and_by_themselves() -> None:
    async with Events() as stream:
        token = (await stream.until("welcome"))["token"]
    sent = say("Halo")
    said = await post(token, {"type": "ping", "t": 1}, sent, {"type": "nonsense"}, {"type": "history.get", "before": 9})
    assert [frame["type"] for frame in said] == ["pong", "message.stored", "error", "history.page"]
    assert [row["text"] for row in said[3]["messages"]][:1] == ["Halo"]


async def test_a_greeting_of_ones_own_says_the_language_of_what_is_refused() -> None:
    async with Events(locale="en") as stream:
        token = (await stream.until("welcome"))["token"]
    (error,) = await post(token, {"type": "hello", "protocol": 1, "locale": "en"}, say("   "))
    assert error["message"] == "Please write something first."


class TestPoll:
    async def test_who_shows_nothing_yet_is_told_at_once(self) -> None:
        poll = await Events(poll=1).whole()
        assert [frame["type"] for frame in poll.frames()] == ["welcome"] and poll.ended

    async def test_a_welcome_without_news_is_held_until_something_comes(self) -> None:
        welcome = (await Events(poll=1).whole()).frames()[0]
        async with Events(poll=1, token=welcome["token"], handler="bot") as poll:
            await asyncio.sleep(0.05)
            assert not poll.body and not poll.ended
            await post(welcome["token"], say("Halo"))
            await poll.whole()
        assert [frame["type"] for frame in poll.frames()][:2] == ["welcome", "message.added"]

    async def test_what_was_missed_is_told_at_once(self) -> None:
        token = (await Events(poll=1).whole()).frames()[0]["token"]
        await post(token, say("Halo"))
        poll = await Events(poll=1, token=token, handler="bot").whole()
        assert poll.frames()[0]["messages"][0]["text"] == "Halo"

    async def test_a_quiet_poll_ends_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        token = (await Events(poll=1).whole()).frames()[0]["token"]
        monkeypatch.setattr(virtual_socket, "POLL_SECONDS", 0.05)
        poll = await Events(poll=1, token=token, handler="bot").whole()
        assert [frame["type"] for frame in poll.frames()] == ["welcome"]

    async def test_a_change_of_who_answers_is_news(self) -> None:
        token = (await Events(poll=1).whole()).frames()[0]["token"]
        await post(token, {"type": "human.request"})
        poll = await Events(poll=1, token=token, handler="bot").whole()
        assert poll.frames()[0]["handler"] == "waiting"


class TestAdmission:
    async def test_only_an_allowed_website_may_read(self) -> None:
        ours = await Request("/chat/toko/frames", b"[]", method="OPTIONS", headers=PREFLIGHT).whole()
        assert ours.status == 204 and ours.headers[b"access-control-allow-origin"] == ORIGIN.encode()
        assert b"authorization" in ours.headers[b"access-control-allow-headers"] and b"access-control-allow-credentials" not in ours.headers
        for key, origin in (("toko", "https://evil.example"), ("unknown", ORIGIN)):
            theirs = await Request(f"/chat/{key}/frames", method="OPTIONS", origin=origin, headers=PREFLIGHT).whole()
            assert theirs.status == 403 and b"access-control-allow-origin" not in theirs.headers

    @pytest.mark.parametrize(("key", "origin"), [("toko", "https://evil.example"), ("toko", None), ("unknown", ORIGIN)])
    async def test_who_may_not_is_told_and_nothing_is_read_or_stored(self, key: str, origin: str | None) -> None:
        stream = await Events(key, origin).whole()
        assert stream.frames() == [{"type": "closed", "code": REFUSED}]
        assert b"access-control-allow-origin" not in stream.headers
        assert await post("x", say("Halo"), key=key, origin=origin) == [{"type": "closed", "code": REFUSED}]
        assert not await database.read(Message.objects.exists)

    @pytest.mark.parametrize("token", ["", "forged"])
    async def test_frames_without_a_good_token_are_refused(self, token: str) -> None:
        assert await post(token, say("Halo")) == [{"type": "closed", "code": BAD_TOKEN}]

    async def test_a_stream_with_a_bad_token_says_so(self) -> None:
        assert (await Events(token="forged").whole()).frames() == [{"type": "closed", "code": BAD_TOKEN}]

    async def test_streams_take_seats_like_sockets(self, settings: Settings) -> None:
        settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN = 2
        async with Line(), Events() as stream:
            await stream.until("welcome")
            assert (await Events().whole()).frames() == [{"type": "closed", "code": TOO_MANY}]

    async def test_a_seat_is_given_back_when_the_reader_leaves(self, settings: Settings) -> None:
        settings.SOCKETS_PER_ADDRESS_WITHOUT_TOKEN = 1
        for _ in range(3):
            async with Events() as stream:
                await stream.until("welcome")


class TestBadInput:
    @pytest.mark.parametrize("body", [b"", b"x", b"\xff", b"[]", b"[1]", b"7", b"[" * 5000, json.dumps([{}] * 22).encode()])
    @pytest.mark.parametrize("way", ["events", "frames"])
    async def test_a_body_that_is_no_frames_is_refused(self, way: str, body: bytes) -> None:
        assert (await Request(f"/chat/toko/{way}", body).whole()).status == 400

    async def test_a_body_over_the_limit_is_refused(self, settings: Settings) -> None:
        assert (await Request("/chat/toko/frames", b"x" * (settings.UNSENT_BYTES + 1)).whole()).status == 413
        long = Request("/chat/toko/events", json.dumps({"type": "hello", "protocol": 1, "locale": "x" * 2 * settings.FRAME_BYTES}).encode())
        assert b'"code":4413' in (await long.whole()).body and TOO_LARGE == 4413

    async def test_a_body_that_never_comes_is_given_up(self, settings: Settings) -> None:
        settings.HELLO_SECONDS = 0.05
        request = Request("/chat/toko/events", b"")
        request._to_server.get_nowait()
        assert (await request.whole()).status == 408

    async def test_only_post_is_answered(self) -> None:
        assert (await Request("/chat/toko/events", method="GET").whole()).status == 405


async def test_a_reader_who_does_not_read_is_given_up_and_holds_nobody_up(settings: Settings) -> None:
    settings.UNSENT_BYTES = 65_536
    async with Line() as line:
        token = (await line.hello())["token"]
        stream = Events(token=token)
        await stream.until("welcome")
        stream.reading.clear()
        for _ in range(19):
            await line.send("message.send", id=str(uuid.uuid4()), text="x" * 4000)
            await line.until("message.stored")
        stream.reading.set()
        await stream.whole()
    assert stream.frames()[-1] == {"type": "closed", "code": TOO_SLOW}


async def test_a_process_that_ends_asks_its_streams_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_draining", False)
    stream = Events()
    token = (await stream.until("welcome"))["token"]
    lifecycle.begin_drain()
    assert await post(token, say("Halo")) == [{"type": "closed", "code": RESTARTING}]
    assert (await Events(token=token).whole()).frames() == [{"type": "closed", "code": RESTARTING}]
    await streams.end_all()
    await stream.whole()
    assert stream.frames()[-1] == {"type": "closed", "code": RESTARTING}
    monkeypatch.setattr(lifecycle, "_draining", False)
    assert not await database.read(Message.objects.exists)
