"""A visitor whom nobody takes over hears it once, in their language, and the assistant goes on answering (R44)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from tests.realtime.line import Line
from widget.conversations import takeover
from widget.conversations.models import Conversation, Presence
from widget.conversations.waits import waits
from widget.lib import database
from widget.realtime.hub import hub
from widget.realtime.watermark import watermark

pytestmark = [pytest.mark.usefixtures("at_rest"), pytest.mark.promise("R44")]
SENTENCE = "Nobody of our team is free yet"


def _wait_began(minutes: float) -> None:
    Conversation.objects.update(waiting_since=timezone.now() - timedelta(minutes=minutes))


def _vanish(person: AbstractBaseUser) -> None:
    Presence.objects.filter(user=person).update(seen_at=timezone.now() - timedelta(minutes=6))


async def _waiting(line: Line, **hello: object) -> dict[str, object]:
    """A visitor who asked for a person six minutes ago."""
    welcome = await line.hello(locale="en", **hello)
    await line.send("human.request")
    await line.until("conversation.changed")
    await database.write(_wait_began, 6)
    return welcome


async def _told(line: Line) -> dict[str, object]:
    while SENTENCE not in (changed := await line.until("conversation.changed")).get("notice", ""):
        pass
    return changed


async def test_the_visitor_is_told_once_and_still_answered() -> None:
    async with Line() as line:
        await _waiting(line)
        await waits.look()
        assert (await _told(line))["handler"] == "waiting"
        await waits.look()
        await watermark.look()
        await line.say("Ongkir berapa?")
        answer = await line.expect("message.added")
        assert answer["author"] == "assistant"
        assert line.waiting() == []


async def test_it_is_said_in_the_visitors_language() -> None:
    async with Line() as line:
        await line.hello(locale="id")
        await line.send("human.request")
        await line.until("conversation.changed")
        await database.write(_wait_began, 6)
        await waits.look()
        assert (await line.expect("conversation.changed"))["notice"]


async def test_a_visitor_who_was_away_is_told_when_they_come_back_and_not_again() -> None:
    async with Line() as line:
        token = (await _waiting(line))["token"]
    await waits.look()
    async with Line() as line:
        await line.hello(token=token, locale="en")
        await _told(line)
    async with Line() as line:
        await line.hello(token=token, locale="en")
        await line.send("ping", t=1)
        await line.expect("pong")


async def test_what_another_process_found_is_told_by_the_one_that_holds_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Line() as line:
        await _waiting(line)
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(hub, "rung", lambda *_: None)
            await waits.look()
        line.waiting()
        await watermark.look()
        await _told(line)


async def test_the_question_a_vanished_person_left_open_is_answered(person: AbstractBaseUser) -> None:
    async with Line() as line:
        await line.hello(locale="en")
        await line.say("Ada warna biru?")
        await line.until("message.added")
        talk = await database.read(Conversation.objects.get)
        await database.write(takeover.take, talk.pk, person)
        await line.until("conversation.changed")
        await line.say("Berapa ongkir ke Bandung?")
        await database.write(_vanish, person)
        await waits.look()
        assert (await _told(line))["handler"] == "waiting"
