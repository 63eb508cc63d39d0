"""What reaches whom: the sender, the visitor's other tabs, nobody else; rows in the order of the log, whoever wrote them."""

import asyncio
import threading
import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django_tasks_db.models import DBTaskResult

from tests.realtime.line import Line
from tests.waiting import soon
from widget.conversations import delivery, takeover
from widget.conversations.models import Conversation, Message
from widget.lib import database
from widget.realtime import hub as hub_module
from widget.realtime.connection import Connection

pytestmark = pytest.mark.usefixtures("at_rest")


async def pk_of(conversation: str) -> int:
    return await database.read(lambda: Conversation.objects.get(public_id=conversation).pk)


async def test_the_sender_hears_stored_and_the_other_tab_hears_added() -> None:
    async with Line() as line, Line() as tab:
        token = (await line.hello())["token"]
        await tab.hello(token=token)
        stored = await line.say("Halo")
        added = await tab.expect("message.added")
        assert (added["seq"], added["id"], added["author"], added["text"], added["at"]) == (stored["seq"], stored["id"], "visitor", "Halo", stored["at"])
        # Both hear the answer, and the sender's own row does not come back.
        assert [(await one.expect("message.added"))["seq"] for one in (line, tab)] == [2, 2]


async def test_another_visitor_hears_nothing() -> None:
    async with Line() as line, Line() as other:
        await line.hello()
        await other.hello()
        await line.say("Halo")
        await line.until("message.added")
        assert other.waiting() == []


async def test_the_acknowledgement_comes_before_anything_of_the_answer(ask_model: Callable[[str], object]) -> None:
    await database.write(ask_model, "tokens:3")
    async with Line() as line:
        await line.hello()
        await line.send("message.send", id=str(uuid.uuid4()), text="Ada?")
        kinds = []
        while not kinds or kinds[-1] != "message.added":
            kinds.append((await line.receive())["type"])
        assert kinds[:2] == ["message.stored", "reply.started"] and set(kinds[2:-1]) == {"reply.delta"}


async def test_an_acknowledged_message_is_in_the_database() -> None:
    async with Line() as line:
        await line.hello()
        stored = await line.say("Halo")
        assert await database.read(lambda: Message.objects.get(client_id=stored["id"]).seq) == stored["seq"]


async def test_two_tabs_that_write_at_once_see_the_same_order() -> None:
    async with Line() as line, Line() as tab:
        token = (await line.hello())["token"]
        await tab.hello(token=token)
        for number in range(8):
            for talker in (line, tab):
                await talker.send("message.send", id=str(uuid.uuid4()), text=f"t{number}")
        for talker in (line, tab):
            last = 0
            while last < 32:
                frame = await talker.receive()
                # A row may come twice (as the own one and as one of the log), but none is passed over.
                if frame["type"] in ("message.stored", "message.added"):
                    assert frame["seq"] <= last + 1
                    last = max(last, frame["seq"])


async def test_a_row_that_is_being_read_leaves_before_the_acknowledgement_of_a_later_one(person: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person and the visitor write at the same moment, and the database is slow with the person's row."""
    found, let_go = threading.Event(), threading.Event()
    read = hub_module._standing_and_rows

    def slowly(connection: Connection) -> object:
        result = read(connection)
        found.set()
        assert let_go.wait(5)
        return result

    async with Line() as line:
        conversation = (await line.hello())["conversation"]
        await line.say("Halo")
        await line.until("conversation.changed")
        pk = await pk_of(conversation)
        monkeypatch.setattr(hub_module, "_standing_and_rows", slowly)
        await database.write(takeover.reply_as_operator, pk, person, "Saya bantu ya")
        await soon(found.is_set)
        await line.send("message.send", id=str(uuid.uuid4()), text="Makasih")
        async with asyncio.timeout(5):
            while not await database.read(Message.objects.filter(text="Makasih").exists):
                pass
        let_go.set()
        assert (await line.expect("message.added"))["seq"] == 3
        assert (await line.until("message.stored"))["seq"] == 4


async def test_who_missed_the_hand_back_is_told_with_the_next_message(person: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Line() as line:
        conversation = (await line.hello())["conversation"]
        await line.say("Halo")
        pk = await pk_of(conversation)
        await database.write(takeover.reply_as_operator, pk, person, "Saya bantu ya")
        while (await line.until("conversation.changed"))["handler"] != "human":
            pass
        with monkeypatch.context() as lost_hint:
            lost_hint.setattr(delivery, "sinks", {})
            await database.write(takeover.hand_back, pk, person)
        await line.say("Makasih")
        assert (await line.until("conversation.changed"))["handler"] == "bot"


async def test_a_persons_reply_comes_at_once_and_says_who_answers_now(person: AbstractBaseUser) -> None:
    async with Line() as line:
        conversation = (await line.hello())["conversation"]
        await line.say("Halo")
        await line.until("message.added")
        await database.write(takeover.reply_as_operator, await pk_of(conversation), person, "Saya bantu ya")
        added = await line.until("message.added")
        assert (added["author"], added["answered_by"], added["name"], added["text"]) == ("operator", "person", "Sari", "Saya bantu ya")
        changed = await line.expect("conversation.changed")
        assert (changed["handler"], changed["operator"], "notice" in changed) == ("human", "Sari", False)
        # From now on nobody but the person answers.
        await line.say("Makasih")
        await database.write(takeover.hand_back, await pk_of(conversation), person)
        assert (await line.expect("conversation.changed"))["handler"] == "bot"


async def test_who_is_taken_over_without_a_word_is_told_by_whom(person: AbstractBaseUser) -> None:
    async with Line() as line:
        conversation = (await line.hello())["conversation"]
        await line.say("Halo")
        pk = await pk_of(conversation)
        await database.write(takeover.take, pk, person)
        changed = await line.until("conversation.changed")
        assert changed["handler"] == "human" and changed["notice"].startswith("Sari ")
        await database.write(takeover.reply_as_operator, pk, person, "Saya bantu ya")
        await database.write(takeover.hand_back, pk, person)
        while (changed := await line.until("conversation.changed"))["handler"] != "bot":
            pass
        assert "notice" not in changed
        # Once more, from the assistant's next answer on.
        await database.write(takeover.take, pk, person)
        assert "notice" in await line.until("conversation.changed")


async def test_a_wish_for_a_person_begins_a_wait_that_every_tab_sees() -> None:
    async with Line() as line, Line() as tab:
        token = (await line.hello())["token"]
        await tab.hello(token=token)
        await line.send("human.request")
        while "notice" not in (told := await line.expect("conversation.changed")):
            assert told["handler"] == "waiting"
        assert told["handler"] == "waiting" and told["notice"]
        assert (await tab.expect("conversation.changed"))["handler"] == "waiting"
        await line.send("human.request")
        await line.send("ping", t=1)
        await line.expect("pong")
    assert await database.read(lambda: DBTaskResult.objects.count()) == 1
    assert not await database.read(Message.objects.exists)


async def test_what_the_visitor_leaves_for_contact_is_kept() -> None:
    async with Line() as line:
        token = (await line.hello())["token"]
        await line.send("form.send", id="contact", values={"name": " Rina ", "contact": "0812 3456", "role": "admin"})
        changed = await line.expect("conversation.changed")
        assert changed["contact_given"] and changed["notice"]
        await line.send("form.send", id="contact", values={"name": "x" * 500})
        await line.expect("conversation.changed")
        kept = await database.read(lambda: Conversation.objects.values_list("name", "contact").get())
        assert kept == ("x" * 80, "0812 3456")
    async with Line() as line:
        assert (await line.hello(token=token))["contact_given"]


async def test_the_page_and_what_was_read_are_noted() -> None:
    async with Line() as line:
        await line.hello(page={"url": "https://toko.example/a", "title": "A"})
        await line.say("Halo")
        await line.until("message.added")
        await line.send("page.set", url="https://toko.example/b", title="B")
        await line.send("read.set", seq=2)
        await line.send("read.set", seq=1)
        await line.send("read.set", seq=99)
        await line.send("ping", t=1)
        await line.until("pong")
    noted = await database.read(lambda: Conversation.objects.values_list("page_url", "page_title", "visitor_read_seq").get())
    assert noted == ("https://toko.example/b", "B", 2)


async def test_times_are_utc_whatever_the_zone_of_the_server() -> None:
    async with Line() as line:
        token = (await line.hello())["token"]
        at = (await line.say("Halo"))["at"]
    async with Line() as line:
        assert (await line.hello(token=token))["messages"][0]["at"] == at
    assert at.endswith("Z")


async def test_a_message_into_a_conversation_that_was_just_removed_starts_a_new_one() -> None:
    async with Line() as line:
        await line.hello()
        await line.say("Halo")
        await line.until("message.added")
        await database.write(lambda: Conversation.objects.all().delete())
        stored = await line.say("Masih di sini")
        assert stored["seq"] == 1
    assert await database.read(lambda: Message.objects.filter(author="visitor").count()) == 1


async def test_an_answer_stopped_by_the_visitor_is_what_was_said_so_far(ask_model: Callable[[str], object]) -> None:
    await database.write(ask_model, "tokens:500@50")
    async with Line() as line:
        await line.hello()
        await line.say("Ceritakan semua")
        text = ""
        while len(text) < 20:
            text += (await line.until("reply.delta"))["text"]
        await line.send("reply.stop")
        while (frame := await line.receive())["type"] == "reply.delta":
            text += frame["text"]
        assert (frame["type"], frame["text"], frame["answered_by"]) == ("message.added", text.rstrip(), "model")
        # The next question is answered as if nothing had been.
        await line.send("reply.stop")
        await line.say("Lagi")
        await line.until("reply.delta")
        await line.send("reply.stop")
        assert (await line.until("message.added"))["seq"] == 4
