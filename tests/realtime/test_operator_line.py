"""The operator's line: the list as it changes, a conversation as it is written, and what an operator does in it."""

import asyncio
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.fakes.model_server import ModelServer
from tests.realtime.inbox_line import DeskLine
from tests.realtime.line import Line
from tests.waiting import soon
from widget.conversations.models import Conversation, Message
from widget.lib import database
from widget.providers.models import Provider
from widget.realtime.board import board
from widget.realtime.desk import desks
from widget.realtime.hub import hub
from widget.sites.members import Access
from widget.sites.models import Member, Site

pytestmark = pytest.mark.usefixtures("at_rest")


async def with_a_question(line: Line) -> str:
    """The conversation of a visitor who asked something that waits for a person now."""
    conversation = str((await line.hello())["conversation"])
    await line.say("Halo, ada ongkir ke Makassar?")
    await line.until("message.added")
    return conversation


async def test_the_first_frame_says_who_one_is_and_the_list_who_waits(sari: User, site: Site) -> None:
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        ready = await desk.greet()
        assert ready["me"] == {"id": sari.pk, "name": "Sari"}
        assert [(one["key"], one["may_answer"]) for one in ready["sites"]] == [("toko", True)]
        assert ready["counts"]["waiting"] + ready["counts"]["assistant"] == 1
        await desk.send("list.get", view="all")
        page = await desk.until("list.page")
        assert [(item["conversation"], item["online"], item["unread"], item["seq"]) for item in page["items"]] == [(conversation, True, 1, 2)]
        assert page["items"][0]["last"]["author"] == "assistant" and not page["more"]


async def test_nothing_is_told_before_the_first_frame(sari: User, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, go_on, read = asyncio.Event(), threading.Event(), board.ready
    loop = asyncio.get_running_loop()

    def read_slowly(access: Access) -> dict[str, Any]:
        loop.call_soon_threadsafe(reading.set)
        assert go_on.wait(5)
        return read(access)

    async with Line() as visitor, DeskLine(sari) as early, DeskLine(sari) as late:
        await visitor.hello()
        await early.greet()
        monkeypatch.setattr(board, "ready", read_slowly)
        greeting = asyncio.create_task(late.greet())
        await reading.wait()
        await visitor.say("Halo, ada ongkir ke Makassar?")
        await early.until("list.changed")
        go_on.set()
        await greeting


async def test_a_message_reaches_the_list_and_the_open_conversation(sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        await desk.greet()
        shown = await desk.show(conversation)
        assert [row["author"] for row in shown["messages"]] == ["visitor", "assistant"] and shown["talk"]["verified"] is False
        stored = await visitor.say("Masih ada?")
        added = await desk.until("message.added")
        assert (added["seq"], added["text"], added["author"]) == (stored["seq"], "Masih ada?", "visitor")
        changed = await desk.until("list.changed")
        assert [item["conversation"] for item in changed["items"]] == [conversation] and changed["items"][0]["unread"] == 2


async def test_the_assistants_words_come_as_they_are_written_and_on_from_where_one_came_in(
    sari: User, ask_model: Callable[[str], Provider], model_server: ModelServer
) -> None:
    await database.write(ask_model, "tokens:30@60")
    async with Line() as visitor, DeskLine(sari) as desk, DeskLine(sari) as late:
        conversation = (await visitor.hello())["conversation"]
        await desk.greet()
        await late.greet()
        await visitor.say("ceritakan sesuatu")
        await visitor.until("reply.started")
        await desk.show(conversation)
        await desk.until("reply.delta")
        told = (await late.show(conversation)).get("reply")
        assert told is not None and told["text"]
        text, last = told["text"], None
        while (last := await late.receive())["type"] != "message.added":
            if last["type"] == "reply.delta":
                assert last["offset"] == len(text)
                text += last["text"]
        assert last["id"] == told["id"] and last["text"] == text.strip()


async def test_a_reply_is_acknowledged_once_and_takes_the_conversation_over(sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk, DeskLine(sari) as other:
        conversation = await with_a_question(visitor)
        for one in (desk, other):
            await one.greet()
            await one.show(conversation)
        message = {"conversation": conversation, "id": str(uuid.uuid4()), "text": "Ada, Kak."}
        await desk.send("message.send", **message)
        stored = await desk.until("message.stored")
        await desk.send("message.send", **message)
        assert await desk.until("message.stored") == stored
        await desk.send("message.send", **{**message, "text": "Tidak ada."})
        assert (await desk.until("error"))["code"] == "conflict"
        assert (await visitor.until("message.added"))["text"] == "Ada, Kak."
        assert (await other.until("message.added"))["id"] == message["id"]
        assert "message.added" not in desk.waiting()
        row = await database.read(
            Conversation.objects.get,
        )
        assert (row.handler, row.operator_id, await database.read(Message.objects.filter(author="operator").count)) == ("human", sari.pk, 1)


async def test_what_somebody_else_has_is_not_answered_by_mistake(sari: User, site: Site) -> None:
    def make_rina() -> User:
        rina = User.objects.create_user("rina", first_name="Rina", is_staff=True)
        Member.objects.create(site=site, user=rina, role="agent")
        return rina

    async with Line() as visitor, DeskLine(sari) as desk, DeskLine(await database.write(make_rina)) as other:
        conversation = await with_a_question(visitor)
        await desk.greet()
        await other.greet()
        await desk.send("talk.act", conversation=conversation, id=str(uuid.uuid4()), action="take")
        await desk.until("talk.acted")
        message = {"conversation": conversation, "id": str(uuid.uuid4()), "text": "Halo"}
        await other.send("message.send", **message)
        refused = await other.until("error")
        assert (refused["code"], refused["id"], refused["operator"]) == ("taken", message["id"], {"id": sari.pk, "name": "Sari"})
        assert not await database.read(Message.objects.filter(author="operator").exists)
        await other.send("message.send", force=True, **message)
        await other.until("message.stored")


async def test_closing_and_handing_back_are_seen_at_once_by_everybody(sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk, DeskLine(sari) as other:
        conversation = await with_a_question(visitor)
        for one in (desk, other):
            await one.greet()
        await other.show(conversation)
        for action, handler in (("take", "human"), ("hand_back", "bot"), ("take", "human"), ("close", "bot")):
            other.waiting()
            act_id = str(uuid.uuid4())
            await desk.send("talk.act", conversation=conversation, id=act_id, action=action)
            assert (await desk.until("talk.acted"))["id"] == act_id
            changed = await other.until("talk.changed")
            assert (changed["talk"]["handler"], "closed_at" in changed["talk"]) == (handler, action == "close")


async def test_leaving_and_going_away_leave_nothing_behind(sari: User) -> None:
    async with Line() as visitor:
        conversation = await with_a_question(visitor)
        async with DeskLine(sari) as desk:
            await desk.greet()
            await desk.show(conversation)
            assert len(hub.watched(conversation)) == 1 and len(desks) == 1
            await desk.send("talk.leave")
            await soon(lambda: not hub.watched(conversation))
            await desk.show(conversation)
        assert not hub.watched(conversation) and len(desks) == 0
        await visitor.say("Halo?")
    await asyncio.sleep(0)


async def test_both_sides_see_each_other_type_and_read(sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        await desk.greet()
        await desk.show(conversation)
        for _ in range(5):
            await visitor.send("typing.set", on=True)
        assert await desk.until("typing.shown") == {"type": "typing.shown", "author": "visitor", "on": True}
        await visitor.send("typing.set", on=False)
        await visitor.send("read.set", seq=2)
        assert await desk.until("read.shown") == {"type": "read.shown", "author": "visitor", "seq": 2}
        assert (await desk.until("talk.changed"))["talk"]["visitor_read"] == 2
        visitor.waiting()
        await desk.send("typing.set", on=True)
        assert await visitor.expect("typing.shown") == {"type": "typing.shown", "author": "operator", "on": True}
        await desk.send("read.set", seq=2)
        assert await visitor.expect("read.shown") == {"type": "read.shown", "author": "operator", "seq": 2}
        while (await desk.until("list.changed"))["items"][0]["unread"]:
            pass


async def test_what_others_type_comes_once_a_second_and_the_end_of_it_always(sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        await desk.greet()
        await desk.show(conversation)
        for _ in range(20):
            await visitor.send("typing.set", on=True)
        await visitor.send("typing.set", on=False)
        await visitor.send("read.set", seq=1)
        await desk.until("read.shown")
        await visitor.send("typing.set", on=True)
        seen = [await desk.until("typing.shown")]
        assert [frame["on"] for frame in seen] == [True]


async def test_page_contact_and_leaving_change_what_the_operator_sees(sari: User) -> None:
    async with DeskLine(sari) as desk:
        await desk.greet()
        async with Line() as visitor:
            conversation = await with_a_question(visitor)
            await desk.show(conversation)
            await visitor.send("page.set", url="https://toko.example/sepatu", title="Sepatu")
            while (talk := (await desk.until("talk.changed"))["talk"])["page"]["title"] != "Sepatu":
                pass
            await visitor.send("form.send", id="contact", values={"name": "Dewi", "contact": "0812-3456-7890"})
            while (talk := (await desk.until("talk.changed"))["talk"])["name"] != "Dewi":
                pass
            assert talk["contact_link"] == "https://wa.me/6281234567890" and talk["online"]
        while (await desk.until("list.changed"))["items"][0]["online"]:
            pass


async def test_notes_reach_operators_once_and_no_visitor(sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk, DeskLine(sari) as other:
        conversation = await with_a_question(visitor)
        for one in (desk, other):
            await one.greet()
            await one.show(conversation)
        visitor.waiting()
        note = {"conversation": conversation, "id": str(uuid.uuid4()), "text": "pelanggan lama rahasia"}
        await desk.send("note.add", **note)
        added = await desk.until("note.added")
        assert (added["id"], added["text"], added["after_seq"]) == (note["id"], note["text"], 2)
        assert (await other.until("note.added"))["id"] == note["id"]
        await desk.send("note.add", **note)
        assert await desk.until("note.added") == added
        await desk.send("note.add", **{**note, "text": "lain"})
        assert (await desk.until("error"))["code"] == "conflict"
        await desk.send("message.send", conversation=conversation, id=str(uuid.uuid4()), text="Baik, Kak.")
        await visitor.until("message.added")
        assert [shown["text"] for shown in (await other.show(conversation))["notes"]] == [note["text"]]
        assert not [kind for kind in visitor.waiting() if kind.startswith("note")]


async def test_an_answer_becomes_knowledge_and_is_tried_at_once(sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        await desk.greet()
        learned = {"conversation": conversation, "id": str(uuid.uuid4()), "question": "Apakah ada ongkir ke Makassar?", "answer": "Ada, Rp 30.000."}
        await desk.send("knowledge.add", **learned)
        added = await desk.until("knowledge.added")
        assert added["found"] is True
        await desk.send("knowledge.add", **learned)
        assert (await desk.until("knowledge.added"))["entry"] == added["entry"]


async def test_a_rating_is_kept_and_seen(sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk:
        welcome = await visitor.hello()
        conversation, token = welcome["conversation"], welcome["token"]
        await visitor.say("Halo, ada ongkir ke Makassar?")
        await visitor.until("message.added")
        await desk.greet()
        await desk.show(conversation)
        await visitor.send("rating.set", seq=2, value=-1)
        assert (await desk.until("talk.changed"))["talk"]["ratings"] == {"2": -1}
        await visitor.send("rating.set", seq=2, value=5)
        assert (await visitor.until("error"))["code"] == "malformed"
        await visitor.send("hello", protocol=1, token=token)
        assert (await visitor.until("welcome"))["ratings"] == {"2": -1}


async def test_who_comes_back_is_seen_to_be_there(sari: User) -> None:
    async with DeskLine(sari) as desk:
        await desk.greet()
        async with Line() as visitor:
            token = (await visitor.hello())["token"]
            await visitor.say("Halo")
            await visitor.until("message.added")
        while (await desk.until("list.changed"))["items"][0]["online"]:
            pass
        async with Line() as visitor:
            await visitor.hello(token=token)
            assert (await desk.until("list.changed"))["items"][0]["online"]
