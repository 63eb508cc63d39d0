"""Coming back after any break: everything after the row the client names, a reset where that cannot be told, and the half answer from its offset."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser

from tests.fakes.model_server import ModelServer
from tests.realtime.line import Line
from widget.conversations import delivery, log, takeover
from widget.conversations.log import NewRow, new_row_id
from widget.conversations.models import Conversation, Message
from widget.lib import database
from widget.realtime.hub import ROWS_AT_ONCE
from widget.realtime.welcome import BYTES_AT_ONCE, TOO_FAR_BEHIND

pytestmark = pytest.mark.usefixtures("at_rest")


def fill(public_id: str, rows: int, text: str = "t{}") -> None:
    """Rows as if they had been talked."""
    conversation = Conversation.objects.get(public_id=public_id)
    first = conversation.seq + 1
    numbers = range(first, first + rows)
    Message.objects.bulk_create(
        Message(conversation=conversation, seq=seq, client_id=new_row_id(), author="operator", answered_by="person", text=text.format(seq)) for seq in numbers
    )
    Conversation.objects.filter(pk=conversation.pk).update(seq=numbers[-1], handler="human")


async def talked(rows: int, text: str = "t{}") -> tuple[str, str]:
    """A conversation with that many rows: its token and public id."""
    async with Line() as line:
        welcome = await line.hello()
        await line.send("human.request")
        await line.until("conversation.changed")
        if rows:
            await database.write(fill, welcome["conversation"], rows, text)
    return welcome["token"], welcome["conversation"]


async def row_id_at(conversation: str, seq: int) -> str:
    return await database.read(lambda: Message.objects.get(conversation__public_id=conversation, seq=seq).client_id)


def seqs(frame: dict[str, Any]) -> list[int]:
    return [row["seq"] for row in frame["messages"]]


async def test_the_first_hello_stores_nothing_and_tells_all_about_the_site() -> None:
    async with Line() as line:
        welcome = await line.hello(locale="en-GB", page={"url": "https://toko.example/a", "title": "A"})
        assert (welcome["protocol"], welcome["seq"], welcome["first"], welcome["reset"], welcome["handler"], welcome["messages"]) == (1, 0, 0, False, "bot", [])
        assert (welcome["site"]["name"], welcome["site"]["address"], welcome["contact_given"], welcome["ratings"]) == ("Toko", "Kak", False, {})
        assert {"language", "greeting", "accent", "policy", "retention_days", "hours"} <= set(welcome["site"])
        assert "reply" not in welcome and welcome["token"] and len(welcome["conversation"]) == 36
    assert not await database.read(Conversation.objects.exists)


async def test_a_token_brings_back_the_same_conversation() -> None:
    token, conversation = await talked(3)
    async with Line() as line:
        welcome = await line.hello(token=token)
        assert (welcome["conversation"], welcome["seq"], seqs(welcome), welcome["reset"]) == (conversation, 3, [1, 2, 3], False)


async def test_only_what_follows_the_named_row_is_given() -> None:
    token, conversation = await talked(10)
    async with Line() as line:
        welcome = await line.hello(token=token, after={"seq": 7, "id": await row_id_at(conversation, 7)})
        assert (seqs(welcome), welcome["reset"], "more" in welcome) == ([8, 9, 10], False, False)


async def test_who_has_everything_gets_nothing() -> None:
    token, conversation = await talked(4)
    async with Line() as line:
        welcome = await line.hello(token=token, after={"seq": 4, "id": await row_id_at(conversation, 4)})
        assert (seqs(welcome), welcome["seq"], welcome["reset"]) == ([], 4, False)


async def test_a_row_that_is_not_in_the_log_resets_the_client() -> None:
    """A backup was restored: the log went backwards, or other rows stand under these numbers (R14)."""
    token, conversation = await talked(5)
    right = await row_id_at(conversation, 3)
    for after in [{"seq": 3, "id": new_row_id()}, {"seq": 9, "id": right}, {"seq": 4, "id": right}, {"seq": 3}, {"seq": 3, "id": ""}, {"seq": 3, "id": 7}]:
        async with Line() as line:
            welcome = await line.hello(token=token, after=after)
            assert (welcome["reset"], seqs(welcome)) == (True, [1, 2, 3, 4, 5]), after


async def test_a_conversation_that_is_gone_resets_the_client() -> None:
    token, conversation = await talked(2)
    after = {"seq": 2, "id": await row_id_at(conversation, 2)}
    await database.write(lambda: Conversation.objects.all().delete())
    async with Line() as line:
        welcome = await line.hello(token=token, after=after)
        assert (welcome["reset"], welcome["seq"], welcome["messages"]) == (True, 0, [])
        assert (await line.say("Masih ada?"))["seq"] == 1


async def test_nonsense_in_after_counts_as_none() -> None:
    token, _conversation = await talked(2)
    for after in [{}, {"seq": "2"}, {"seq": -1}, {"seq": 2.5}, {"seq": True}, {"seq": None}, {"id": "x"}]:
        async with Line() as line:
            welcome = await line.hello(token=token, after=after)
            assert (welcome["reset"], seqs(welcome)) == (False, [1, 2]), after


async def test_who_is_too_far_behind_starts_from_the_newest_rows() -> None:
    token, conversation = await talked(TOO_FAR_BEHIND + 20)
    async with Line() as line:
        welcome = await line.hello(token=token, after={"seq": 10, "id": await row_id_at(conversation, 10)})
        assert (welcome["reset"], welcome["first"]) == (True, 1)
        assert seqs(welcome) == list(range(TOO_FAR_BEHIND + 21 - ROWS_AT_ONCE, TOO_FAR_BEHIND + 21))
        await line.send("history.get", before=seqs(welcome)[0], limit=30)
        page = await line.expect("history.page")
        assert (seqs(page)[-1], len(page["messages"]), page["more"]) == (seqs(welcome)[0] - 1, 30, True)


async def test_more_rows_than_fit_into_one_frame_follow_by_themselves_without_a_gap() -> None:
    token, conversation = await talked(ROWS_AT_ONCE * 3 + 7)
    async with Line() as line:
        welcome = await line.hello(token=token, after={"seq": 2, "id": await row_id_at(conversation, 2)})
        assert (len(welcome["messages"]), welcome["more"], welcome["reset"]) == (ROWS_AT_ONCE, True, False)
        rest = [(await line.expect("message.added"))["seq"] for _ in range(ROWS_AT_ONCE * 2 + 5)]
        assert seqs(welcome) + rest == list(range(3, ROWS_AT_ONCE * 3 + 8))


async def test_long_rows_are_cut_into_frames_by_their_bytes() -> None:
    token, conversation = await talked(30, "é" * 2_000 + "{}")
    async with Line() as line:
        await line.send("hello", protocol=1, token=token, after={"seq": 1, "id": await row_id_at(conversation, 1)})
        message = await line._take(5)
        assert len(message["text"].encode()) < BYTES_AT_ONCE + 8_000
        rows = 29 - len(line_rows(message["text"]))
        assert rows > 0
        for _ in range(rows):
            await line.expect("message.added")


def line_rows(text: str) -> list[str]:
    return text.split('"author":"operator"')[1:]


async def test_who_missed_rows_gets_them_in_order_before_the_next(person: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hints of two rows are lost; the third one brings all of them."""
    async with Line() as line:
        conversation = (await line.hello())["conversation"]
        await line.say("Halo")
        await line.until("message.added")
        pk = await database.read(lambda: Conversation.objects.get(public_id=conversation).pk)
        with monkeypatch.context() as patch:
            patch.setattr(delivery, "sinks", {})
            for text in ("satu", "dua"):
                await database.write(log.append, pk, NewRow(new_row_id(), "operator", text, "person"))
        row = await database.write(takeover.reply_as_operator, pk, person, "tiga")
        shown = [(added["seq"], added["text"]) for added in [await line.until("message.added") for _ in range(3)]]
        assert shown == [(row.seq - 2, "satu"), (row.seq - 1, "dua"), (row.seq, "tiga")]


async def test_a_gap_is_healed_by_a_second_hello_on_the_same_socket() -> None:
    async with Line() as line:
        welcome = await line.hello()
        await line.say("Halo")
        await line.until("message.added")
        await line.send("hello", protocol=1, token=welcome["token"])
        again = await line.until("welcome")
        assert seqs(again) == [1, 2]
        assert (await line.say("Lagi"))["seq"] == 3
        assert (await line.until("message.added"))["seq"] == 4


# -- the half answer ------------------------------------------------------------------------------------------------------
async def read_until(line: Line, length: int) -> tuple[str, str]:
    """Follows the running answer; its id and at least `length` characters of it."""
    text, reply_id = "", ""
    while len(text) < length:
        frame = await line.until("reply.delta")
        reply_id = reply_id or frame["id"]
        assert (frame["id"], frame["offset"]) == (reply_id, len(text))
        text += frame["text"]
    return reply_id, text


async def finish(line: Line, reply_id: str, text: str) -> str:
    """Follows it to its end: the offsets join without a hole and the row is what was shown."""
    while (frame := await line.receive())["type"] != "message.added":
        if frame["type"] == "reply.delta":
            assert (frame["id"], frame["offset"]) == (reply_id, len(text))
            text += frame["text"]
    assert (frame["id"], frame["text"], frame["answered_by"]) == (reply_id, text.strip(), "model")
    return text


@pytest.mark.parametrize("script", ["tokens:30@60", "tokens:30@60+split-utf8"])
async def test_a_reader_who_drops_goes_on_from_the_offset(ask_model: Callable[[str], object], script: str) -> None:
    await database.write(ask_model, script)
    async with Line() as line:
        token = (await line.hello())["token"]
        stored = await line.say("Apa saja?")
        reply_id, text = await read_until(line, 30)
    async with Line() as line:
        welcome = await line.hello(token=token, after={"seq": 1, "id": stored["id"]}, reply={"id": reply_id, "offset": len(text)})
        reply = welcome["reply"]
        assert (reply["id"], reply["question"], reply["offset"]) == (reply_id, 1, len(text))
        await finish(line, reply_id, text + reply["text"])


async def test_a_reloaded_page_gets_the_whole_text_so_far(ask_model: Callable[[str], object]) -> None:
    await database.write(ask_model, "tokens:30@60")
    async with Line() as line, Line() as tab:
        token = (await line.hello())["token"]
        await line.say("Apa saja?")
        reply_id, text = await read_until(line, 40)
        reply = (await tab.hello(token=token))["reply"]
        assert reply["id"] == reply_id and "offset" not in reply and reply["text"].startswith(text)
        assert await finish(tab, reply_id, reply["text"]) == await finish(line, reply_id, text)


async def test_an_offset_in_another_text_or_beyond_it_brings_the_whole_text(ask_model: Callable[[str], object]) -> None:
    await database.write(ask_model, "tokens:30@60")
    async with Line() as line:
        token = (await line.hello())["token"]
        await line.say("Apa saja?")
        reply_id, text = await read_until(line, 20)
        for known in [{"id": new_row_id(), "offset": 5}, {"id": reply_id, "offset": 100_000}, {"id": reply_id, "offset": -1}, {"id": reply_id}, {"offset": 5}]:
            async with Line() as tab:
                reply = (await tab.hello(token=token, reply=known))["reply"]
                assert "offset" not in reply and reply["text"].startswith(text), known
        await finish(line, reply_id, text)


async def test_a_finished_answer_is_a_row_and_no_longer_a_reply(ask_model: Callable[[str], object], model_server: ModelServer) -> None:
    await database.write(ask_model, "tokens:3")
    async with Line() as line:
        token = (await line.hello())["token"]
        await line.say("Apa saja?")
        answer = await line.until("message.added")
    async with Line() as line:
        welcome = await line.hello(token=token, reply={"id": answer["id"], "offset": 4})
        assert "reply" not in welcome
        assert welcome["messages"][-1]["id"] == answer["id"]
    assert model_server.calls("fake") == 1
