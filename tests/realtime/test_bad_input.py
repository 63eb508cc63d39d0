"""What a broken or hostile client may send: each gets its documented error or close code, nothing is stored, and the socket of a sound one lives on."""

import json
import uuid

import pytest
from django.core import signing
from pytest_django.fixtures import Settings

from tests.realtime.line import Line
from widget.conversations.models import Conversation, Message, Turn
from widget.conversations.tokens import issue_token, new_conversation_id
from widget.lib import database
from widget.realtime.protocol import BAD_TOKEN, REFUSED, TOO_LARGE, TOO_SLOW

pytestmark = pytest.mark.usefixtures("at_rest")
ID = "7d4a1e0c-54d1-4b0f-9a39-4a1d4b7f2c11"
NOT_ONE_OF_OURS = [
    "",
    " ",
    "{",
    "}",
    "null",
    "true",
    "7",
    '"ping"',
    "[]",
    '[{"type":"ping"}]',
    "{}",
    '{"type":null}',
    '{"type":7}',
    '{"type":["ping"]}',
    '{"type":"ping"',
    '{"type":"ping"}{"type":"ping"}',
    '{"type":"ping","t":NaN}',
    '{"type":"ping","more":NaN}',
    '{"type":"ping","more":Infinity}',
    '{"type":"ping","more":{"deeper":-Infinity}}',
    '{"type":"ping","t":1.5}',
    '{"type":"ping","t":"1"}',
    '{"type":"ping","t":true}',
    '{"type":"ping","t":-1}',
    '{"type":"ping","t":1e400}',
    '{"type":"ping","t":' + "9" * 40 + "}",
    '{"type":"ping","t":' + "9" * 6000 + "}",
    '{"type":"ping","type":"ping"}',
    '{"type":"ping","t":1,"t":2}',
    '{"type":"read.set"}',
    '{"type":"read.set","seq":"1"}',
    '{"type":"read.set","seq":-1}',
    '{"type":"history.get","before":[1]}',
    '{"type":"message.send"}',
    '{"type":"message.send","id":"' + ID + '"}',
    '{"type":"message.send","text":"Halo"}',
    '{"type":"message.send","id":7,"text":"Halo"}',
    '{"type":"message.send","id":"7","text":"Halo"}',
    '{"type":"message.send","id":"' + ID.upper() + '","text":"Halo"}',
    '{"type":"message.send","id":"' + ID.replace("-", "") + '","text":"Halo"}',
    '{"type":"message.send","id":"' + ID + '","text":["Halo"]}',
    '{"type":"message.send","id":"' + ID + '","text":{"a":1}}',
    '{"type":"message.send","id":"' + ID + '","text":null}',
    '{"type":"form.send","id":"contact"}',
    '{"type":"form.send","id":"contact","values":"Rina"}',
    '{"type":"form.send","id":"orders","values":{}}',
    '{"type":"message.send","id":"' + ID + '","text":"a","text":"b"}',
    "[" * 20_000,
    "[" * 10_000 + "]" * 10_000,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    '{"type":"form.send","id":"contact","values":' + '{"a":' * 4_000 + "1" + "}" * 4_001,
]


def stored_rows() -> tuple[int, int, int]:
    return Conversation.objects.count(), Message.objects.count(), Turn.objects.count()


async def nothing_is_stored() -> bool:
    return await database.read(stored_rows) == (0, 0, 0)


async def test_what_is_not_a_frame_of_ours_is_malformed_and_the_socket_lives_on() -> None:
    async with Line() as line:
        await line.hello()
        for raw in NOT_ONE_OF_OURS:
            await line.send_raw(raw)
            answer = await line.expect("error")
            assert (answer["code"], bool(answer["message"])) == ("malformed", True), raw[:80]
            await line.send("ping", t=1)
            await line.expect("pong")
        assert await nothing_is_stored()


async def test_a_binary_frame_is_malformed() -> None:
    async with Line() as line:
        await line.hello()
        for data in [b"", b"\x00", b'{"type":"ping"}', bytes(range(256)), b"\xff\xfe"]:
            await line.send_raw(data=data)
            assert (await line.expect("error"))["code"] == "malformed"
        assert await nothing_is_stored()


async def test_an_unknown_frame_is_named_as_such() -> None:
    async with Line() as line:
        await line.hello()
        for kind in ["message.delete", "welcome", "reply.delta", "message.added", "hello2", "", "\x00", "__proto__", "typing.shown"]:
            await line.send(kind, id=ID, text="Halo")
            assert (await line.expect("error"))["code"] == "unknown_frame", kind
        assert await nothing_is_stored()


async def test_a_frame_over_the_limit_is_too_large_and_one_far_over_it_ends_the_socket(settings: Settings) -> None:
    async with Line() as line:
        await line.hello()
        await line.send("message.send", id=ID, text="x" * settings.FRAME_BYTES)
        assert (await line.expect("error"))["code"] == "too_large"
        # Counted in bytes: as characters this one would pass.
        await line.send_raw(json.dumps({"type": "ping", "more": "é" * (settings.FRAME_BYTES - 100)}, ensure_ascii=False))
        assert (await line.expect("error"))["code"] == "too_large"
        await line.send("message.send", id=ID, text="x" * settings.FRAME_BYTES * 2)
        assert await line.closed_with() == TOO_LARGE
        assert await nothing_is_stored()


async def test_a_binary_frame_far_over_the_limit_ends_the_socket_too(settings: Settings) -> None:
    async with Line() as line:
        await line.hello()
        await line.send_raw(data=b"x" * (settings.FRAME_BYTES * 2 + 1))
        assert await line.closed_with() == TOO_LARGE


async def test_a_text_over_the_limit_is_refused_with_its_id(settings: Settings) -> None:
    async with Line() as line:
        await line.hello()
        await line.send("message.send", id=ID, text="x" * (settings.MESSAGE_CHARACTERS + 1))
        answer = await line.expect("error")
        assert (answer["code"], answer["id"]) == ("too_large", ID)
        assert await nothing_is_stored()
        await line.say("x" * settings.MESSAGE_CHARACTERS)


async def test_a_text_with_nothing_to_read_is_empty() -> None:
    async with Line() as line:
        await line.hello()
        for text in ["", " ", "\n\t ", "\u00a0\u2003", "\x00"]:
            await line.send("message.send", id=ID, text=text)
            answer = await line.expect("error")
            assert (answer["code"], answer["id"]) == ("empty", ID), repr(text)
        assert await nothing_is_stored()


@pytest.mark.promise("S54")
async def test_half_characters_are_refused_and_nul_is_dropped() -> None:
    async with Line() as line, Line() as tab:
        token = (await line.hello())["token"]
        for number, text in enumerate(["\\ud83d", "a\\udc00b", "\\udc00\\ud83d"]):
            await line.send_raw(f'{{"type":"message.send","id":"{uuid.UUID(int=number)}","text":"{text}"}}')
            assert (await line.expect("error"))["code"] == "malformed", text
        await line.send_raw(f'{{"type":"message.send","id":"{ID}","text":"x\\u0000y \\ud83d\\ude00"}}')
        await line.until("message.stored")
        welcome = await tab.hello(token=token)
        assert [row["text"] for row in welcome["messages"] if row["author"] == "visitor"] == ["xy \U0001f600"]


async def test_a_page_whose_title_was_cut_in_mid_character_keeps_its_chat() -> None:
    async with Line() as line:
        await line.send_raw('{"type":"hello","protocol":1,"page":{"title":"Diskon \\ud83d"}}')
        await line.expect("welcome")
        await line.send_raw('{"type":"page.set","title":"Diskon \\ud83d"}')
        await line.send("ping", t=1)
        await line.expect("pong")


async def test_the_same_id_with_another_text_is_a_conflict_and_the_first_stays() -> None:
    async with Line() as line:
        await line.hello()
        stored = await line.say("Halo", ID)
        await line.send("message.send", id=ID, text="Bukan halo")
        answer = await line.until("error")
        assert (answer["code"], answer["id"]) == ("conflict", ID)
        again = await line.say("Halo", ID)
        assert again == stored
    assert await database.read(lambda: list(Message.objects.filter(author="visitor").values_list("text", flat=True))) == ["Halo"]


# -- before hello -------------------------------------------------------------------------------------------------------
async def test_a_first_frame_that_is_no_hello_ends_the_socket() -> None:
    for raw, code in [
        ('{"type":"message.send","id":"' + ID + '","text":"Halo"}', "hello_expected"),
        ('{"type":"ping"}', "hello_expected"),
        ('{"type":"hello"}', "malformed"),
        ('{"type":"hello","protocol":"1"}', "malformed"),
        ("nonsense", "malformed"),
        ('{"type":"nonsense"}', "unknown_frame"),
    ]:
        async with Line() as line:
            await line.send_raw(raw)
            assert (await line.expect("error"))["code"] == code, raw
            assert await line.closed_with() == REFUSED, raw
    assert await nothing_is_stored()


async def test_who_does_not_say_hello_in_time_is_closed(settings: Settings) -> None:
    settings.HELLO_SECONDS = 0.05
    async with Line() as line:
        assert await line.closed_with() == TOO_SLOW


async def test_a_second_hello_that_names_another_visitor_is_refused_and_shows_nothing() -> None:
    async with Line() as line, Line() as other:
        theirs = (await other.hello())["token"]
        await other.say("Rahasia")
        await line.hello()
        await line.send("hello", protocol=1, token=theirs)
        assert (await line.expect("error"))["code"] == "already_greeted"
        await line.send("history.get", before=100)
        assert (await line.expect("history.page"))["messages"] == []


# -- tokens -------------------------------------------------------------------------------------------------------------
async def test_a_forged_token_ends_the_socket() -> None:
    async with Line() as line:
        token = (await line.hello())["token"]
        await line.say("Halo")
    forged = [token[:-1] + ("A" if token[-1] != "A" else "B"), token[:36], f"{new_conversation_id()}{token[36:]}", "x", "a" * 200, "ключ"]
    for one in forged:
        async with Line() as line:
            await line.send("hello", protocol=1, token=one)
            assert await line.closed_with() == BAD_TOKEN, one


async def test_an_expired_token_ends_the_socket(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        then = signing.time.time() - settings.TOKEN_DAYS * 86_400 - 60
        patch.setattr(signing.time, "time", lambda: then)
        token = issue_token(new_conversation_id(), "toko")
    async with Line() as line:
        await line.send("hello", protocol=1, token=token)
        assert await line.closed_with() == BAD_TOKEN


async def test_a_token_of_another_site_ends_the_socket() -> None:
    token = issue_token(new_conversation_id(), "klinik")
    async with Line() as line:
        await line.send("hello", protocol=1, token=token)
        assert await line.closed_with() == BAD_TOKEN
