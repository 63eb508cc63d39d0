"""Whatever the team does, no visitor ever receives a word that was not for them (S26): random acts over real frames, and every frame searched."""

import random
import re
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.driver import ROOT
from tests.realtime.inbox_line import DeskLine
from tests.realtime.line import ORIGIN, Line
from widget.conversations.models import CannedReply, Tag
from widget.lib.ratelimit import RateLimit
from widget.realtime import consumer, operator_socket, visitor
from widget.realtime.hub import hub
from widget.sites.models import AllowedOrigin, Member, Site

pytestmark = [pytest.mark.usefixtures("at_rest"), pytest.mark.promise("S26")]
KEYS = ("toko", "toko", "klinik", "klinik")
ACTIONS = ("take", "take_from", "hand_back", "close", "reopen", "assign", "snooze", "tag", "untag")
# Words that belong to the team alone. A first name is what visitors may know of a person; the one without any shows what happens then.
STAFF = (("x-sari-login", "Sari"), ("x-budi-login", ""), ("x-tono-login", "Tono"))
PRIVATE = ("x-note", "x-tag", "x-canned", *(username for username, _name in STAFF), "x-surname", "@staff.example")


class Overheard(Line):
    """A visitor whose every frame is kept as it came. What is said for this one's ears bears `mark`."""

    def __init__(self, number: int) -> None:
        super().__init__(KEYS[number], address=f"192.0.2.{number + 1}")
        self.mark, self.conversation, self.token = f"for-{number}-only", "", ""
        self.heard: list[str] = []

    async def _take(self, seconds: float) -> dict[str, Any]:
        message = await super()._take(seconds)
        self.heard.append(str(message.get("text")))
        return message

    def listen(self) -> None:
        while not self._from_server.empty():
            self.heard.append(str(self._from_server.get_nowait().get("text")))

    async def greet(self) -> "Overheard":
        welcome = await self.hello(locale="en", **({"token": self.token} if self.token else {}))
        self.conversation, self.token = welcome["conversation"], welcome["token"]
        return self


@pytest.fixture
def team(site: Site, monkeypatch: pytest.MonkeyPatch) -> tuple[list[User], list[int]]:
    """Three people who may answer at both sites, with tags and canned replies; and the limits out of the way."""
    for module, name in (
        (visitor, "messages_per_minute"),
        (consumer, "frames_per_minute"),
        (consumer, "messages_of_address"),
        (operator_socket, "frames_per_minute"),
    ):
        monkeypatch.setattr(module, name, RateLimit(10_000_000))
    clinic = Site.objects.create(key="klinik", name="Klinik")
    AllowedOrigin.objects.create(site=clinic, origin=ORIGIN)
    people = [User.objects.create_user(name, f"{name}@staff.example", first_name=first, last_name="x-surname", is_staff=True) for name, first in STAFF]
    for place in (site, clinic):
        Member.objects.bulk_create([Member(site=place, user=person, role="agent") for person in people])
        CannedReply.objects.create(site=place, shortcut="x-canned", title="x-canned", text="x-canned {name}")
    return people, [Tag.objects.create(site=place, name=f"x-tag {place.key}").pk for place in (site, clinic)]


class Bustle:
    """Random steps of the team and of the visitors."""

    def __init__(self, desks: list[DeskLine], visitors: list[Overheard], people: list[User], tags: list[int]) -> None:
        self.desks, self.visitors, self.people, self.tags = desks, visitors, people, tags
        self.chance, self.number = random.Random(26), 0

    async def step(self) -> None:
        self.number += 1
        steps: list[Callable[[], AsyncIterator[None]]] = [self._note, self._reply, self._act, self._act, self._look, self._say, self._ask]
        async for _done in self.chance.choice(steps)():
            pass
        for one in self.visitors:
            one.listen()

    async def _note(self) -> AsyncIterator[None]:
        yield await self._order("note.add", "note.added", text=f"x-note {self.number} {self.chance.choice(self.visitors).mark}")

    async def _reply(self) -> AsyncIterator[None]:
        one = self.chance.choice(self.visitors)
        yield await self._order("message.send", "message.stored", one, text=f"{one.mark} reply {self.number}", force=self.chance.random() < 0.5)

    async def _act(self) -> AsyncIterator[None]:
        until = (timezone.now() + timedelta(minutes=self.chance.choice((-1, 5)))).isoformat()
        besides = {"user": self.chance.choice(self.people).pk, "until": until, "tag": self.chance.choice(self.tags)}
        yield await self._order("talk.act", "talk.acted", action=self.chance.choice(ACTIONS), **besides)

    async def _look(self) -> AsyncIterator[None]:
        desk, one = self.chance.choice(self.desks), self.chance.choice(self.visitors)
        await desk.send("talk.open", conversation=one.conversation)
        yield await self._until(desk, ("talk.shown", "error"))
        await desk.send("typing.set", on=True)

    async def _say(self) -> AsyncIterator[None]:
        one = self.chance.choice(self.visitors)
        yield await one.send("message.send", id=str(uuid.uuid4()), text=f"{one.mark} question {self.number}")

    async def _ask(self) -> AsyncIterator[None]:
        """What else a visitor can do, so that every kind of answer is heard."""
        one = self.chance.choice(self.visitors)
        asked = self.chance.randrange(6)
        if asked == 0:
            yield await one.send("hello", protocol=1, token=one.token, locale="id")
        elif asked == 1:
            yield await one.send("history.get", before=self.chance.randrange(1, 500), limit=50)
        elif asked == 2:
            yield await one.send("human.request")
        elif asked == 3:
            yield await one.send("form.send", id="contact", values={"name": one.mark, "contact": f"{one.mark}@visitor.example"})
        elif asked == 4:
            yield await one.send("read.set", seq=self.number)
        else:
            yield await one.send("page.set", url=f"https://toko.example/{one.mark}", title=one.mark)

    async def _order(self, kind: str, answer: str, one: Overheard | None = None, **fields: object) -> None:
        desk, one = self.chance.choice(self.desks), one or self.chance.choice(self.visitors)
        await desk.send(kind, conversation=one.conversation, id=str(uuid.uuid4()), **fields)
        await self._until(desk, (answer, "error"))

    async def _until(self, desk: DeskLine, kinds: tuple[str, ...]) -> None:
        while (await desk.receive(20))["type"] not in kinds:
            pass


def test_what_serves_visitors_does_not_even_know_of_notes() -> None:
    for module in ("visitor", "consumer", "hub", "welcome", "connection", "overdue", "following", "watermark"):
        source = (ROOT / "widget" / "realtime" / f"{module}.py").read_text("utf-8")
        assert not re.search(r"\b(notes|canned|Note|CannedReply)\b", source), module


def overheard(visitors: list[Overheard]) -> list[str]:
    """Every frame that holds a word that is not for its visitor."""
    found = []
    for one in visitors:
        foreign = (*PRIVATE, *(word for other in visitors if other is not one for word in (other.mark, other.conversation, other.token)))
        found += [f"{one.mark}: {frame}" for frame in one.heard for word in foreign if word in frame]
    return found


async def test_no_visitor_receives_a_note_a_name_or_a_word_of_others(team: tuple[list[User], list[int]], full_count: Callable[[int, int], int]) -> None:
    people, tags = team
    async with AsyncExitStack() as stack:
        visitors = [await (await stack.enter_async_context(Overheard(number))).greet() for number in range(len(KEYS))]
        for one in visitors:
            await one.say(f"{one.mark} first")
        desks = [await stack.enter_async_context(DeskLine(person)) for person in people]
        for desk in desks:
            await desk.greet()
        bustle = Bustle(desks, visitors, people, tags)
        for _ in range(full_count(250, 10_000)):
            await bustle.step()
        for one in visitors:
            await hub.catch_up_all(one.conversation)
            await one.send("ping", t=1)
            await one.until("pong", 20)
    assert overheard(visitors) == []
    # They did hear what was for them: a reply of the team, and who speaks.
    assert all(any(f"{one.mark} reply" in frame for frame in one.heard) for one in visitors)
    assert any('"operator":"Sari"' in frame.replace(" ", "") for one in visitors for frame in one.heard)
