"""Rights that end while an operator's line is open: the next frame is refused, and who only listens is closed within seconds (S08)."""

import uuid
from collections.abc import Callable
from time import monotonic

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from tests.realtime.inbox_line import DeskLine
from tests.realtime.line import Line
from tests.realtime.test_operator_line import with_a_question
from widget.conversations.models import Message, Note
from widget.lib import database
from widget.realtime.desk import desks
from widget.realtime.hub import hub
from widget.realtime.protocol import BAD_TOKEN
from widget.sites.models import Member, Site

pytestmark = [pytest.mark.usefixtures("at_rest"), pytest.mark.promise("S08")]
Change = Callable[[User], object]


def disable(user: User) -> object:
    return User.objects.filter(pk=user.pk).update(is_active=False)


def take_off_the_staff(user: User) -> object:
    return User.objects.filter(pk=user.pk).update(is_staff=False)


def delete(user: User) -> object:
    return User.objects.get(pk=user.pk).delete()


def drop_the_role(user: User) -> object:
    return Member.objects.filter(user=user).delete()


def change_the_password(user: User) -> None:
    person = User.objects.get(pk=user.pk)
    person.set_password("kopi-tubruk-99")
    person.save()


def end_the_session(user: User) -> object:
    return Session.objects.all().delete()


def switch_the_site_off(user: User) -> object:
    return Site.objects.update(active=False)


WAYS = [disable, take_off_the_staff, delete, drop_the_role, change_the_password, end_the_session, switch_the_site_off]


def frames(conversation: str) -> list[tuple[str, dict[str, object]]]:
    named: dict[str, object] = {"conversation": conversation, "id": str(uuid.uuid4()), "text": "terlambat"}
    acts: list[tuple[str, dict[str, object]]] = [("message.send", named), ("note.add", named), ("talk.act", {**named, "action": "take"})]
    return [*acts, ("knowledge.add", {**named, "question": "x", "answer": "y"})]


@pytest.mark.parametrize("withdraw", WAYS)
async def test_what_would_change_something_is_refused_at_once(withdraw: Change, sari: User) -> None:
    """Not only after the two seconds for which a session's word is good."""
    async with Line() as visitor:
        conversation = await with_a_question(visitor)
        async with DeskLine(sari) as one, DeskLine(sari) as two, DeskLine(sari) as three, DeskLine(sari) as four:
            for desk in (one, two, three, four):
                await desk.greet()
            await database.write(withdraw, sari)
            for desk, (kind, fields) in zip((one, two, three, four), frames(conversation), strict=True):
                await desk.send(kind, **fields)
                assert await desk.closed_with() == BAD_TOKEN, kind
    assert not await database.read(Message.objects.filter(author="operator").exists) and not await database.read(Note.objects.exists)


@pytest.mark.parametrize("withdraw", WAYS)
async def test_with_the_next_look_the_line_is_closed_and_nothing_more_is_heard(withdraw: Change, sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        await desk.greet()
        await desk.show(conversation)
        await database.write(withdraw, sari)
        await desks.look()
        assert await desk.closed_with() == BAD_TOKEN
        assert len(desks) == 0 and not hub.watched(conversation)


@pytest.mark.parametrize("withdraw", WAYS)
async def test_the_next_frame_is_refused_when_the_sessions_word_is_old(withdraw: Change, sari: User) -> None:
    async with DeskLine(sari) as desk:
        await desk.greet()
        await database.write(withdraw, sari)
        for one in desks:
            one.checked_at -= 2
        await desk.send("list.get", view="all")
        assert await desk.closed_with() == BAD_TOKEN


async def test_the_look_comes_within_five_seconds_without_being_told(sari: User) -> None:
    async with DeskLine(sari) as desk:
        await desk.greet()
        await desks.looks.start()
        try:
            changed = monotonic()
            await database.write(disable, sari)
            assert await desk.closed_with(seconds=6) == BAD_TOKEN
            assert monotonic() - changed < 5
        finally:
            await desks.looks.stop()


async def test_signing_out_ends_the_line_of_that_browser_only(sari: User) -> None:
    def sign_out(client: Client) -> None:
        client.post("/admin/logout/")

    async with DeskLine(sari) as here, DeskLine(sari) as elsewhere:
        await here.greet()
        await elsewhere.greet()
        assert here.client is not None
        await database.write(sign_out, here.client)
        await desks.look()
        assert await here.closed_with() == BAD_TOKEN
        await elsewhere.send("ping", t=1)
        await elsewhere.until("pong")


async def test_who_loses_one_of_two_sites_keeps_the_other_and_sees_nothing_more_of_the_first(sari: User, site: Site) -> None:
    def second() -> Site:
        other = Site.objects.create(key="klinik", name="Klinik")
        Member.objects.create(site=other, user=sari, role="agent")
        return other

    other = await database.write(second)
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        assert len((await desk.greet())["sites"]) == 2
        await desk.show(conversation)
        await database.write(lambda: Member.objects.filter(site=site).delete())
        await desks.look()
        assert [one["id"] for one in (await desk.until("ready"))["sites"]] == [other.pk]
        assert not hub.watched(conversation)
        await visitor.say("Masih di sana?")
        await desk.send("talk.open", conversation=conversation)
        assert (await desk.receive())["code"] == "not_found"
        await desk.send("list.get", view="all")
        assert (await desk.receive())["items"] == []


async def test_who_becomes_a_viewer_reads_on_and_answers_no_more(sari: User) -> None:
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        await desk.greet()
        await desk.show(conversation)
        await database.write(lambda: Member.objects.update(role="viewer"))
        await desks.look()
        assert [one["may_answer"] for one in (await desk.until("ready"))["sites"]] == [False]
        for kind, fields in frames(conversation):
            await desk.send(kind, **fields)
            assert (await desk.until("error"))["code"] == "not_found"
        for kind, fields in (("typing.set", {"on": True}), ("read.set", {"seq": 2})):
            await desk.send(kind, **fields)
            assert (await desk.until("error"))["code"] == "not_found"
        await visitor.say("Halo?")
        await desk.until("message.added")
