"""Every frame an operator may send, tried on conversations of a site they have no role at: nothing is read, written or heard of them (S07, S28).

The list of frames is operator_protocol.py's own. A frame without an entry here fails the test: whoever adds one says here what it could be abused with.
"""

import json
import random
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.realtime.inbox_line import DeskLine
from tests.realtime.line import ORIGIN, Line
from widget.conversations import delivery, notes, takeover
from widget.conversations.models import CannedReply, Conversation, Message, Note, Rating, Tag, Turn
from widget.conversations.tokens import new_conversation_id
from widget.knowledge.models import Entry
from widget.lib import database
from widget.lib.ratelimit import RateLimit
from widget.realtime import operator, operator_socket, signs
from widget.realtime.desk import desks
from widget.realtime.operator_protocol import OPERATOR_FRAMES
from widget.sites.models import AllowedOrigin, Member, Site

pytestmark = [pytest.mark.usefixtures("at_rest")]
SECRET = "kanari kuning rahasia"
TOLD = {"list.changed", "talk.shown", "talk.changed", "typing.shown", "read.shown", "message.added", "note.added", "reply.started", "history.page"}
Fields = dict[str, Any]


class Theirs:
    """What names a conversation and what belongs to it; invented ones look the same."""

    def __init__(self, conversation: str = "", site: int = 0, tag: int = 0, user: int = 0) -> None:
        self.conversation = conversation or new_conversation_id()
        self.site, self.tag, self.user = site or 471100999, tag or 471100998, user or 471100997
        self.row, self.act = str(uuid.uuid4()), str(uuid.uuid4())

    def everywhere(self) -> Fields:
        """Fields that no frame knows, in the hope that one is looked at."""
        names = ("conversation_id", "public_id", "pk", "group", "channel", "to", "watch", "sites", "session", "access", "user_id", "operator")
        return {name: self.conversation for name in names}


# What each frame is sent with.
WITH_IDS: dict[str, Callable[[Theirs], list[Fields]]] = {
    "hello": lambda ids: [{"protocol": 1, "ticket": ids.conversation}],
    "list.get": lambda ids: [
        {"view": "all", "site": ids.site},
        {"view": "all", "tag": ids.tag},
        {"view": "all", "query": SECRET},
        {"view": "all", "after": f"9999999999999999.{ids.site}"},
        {"view": ids.conversation},
        {"view": "closed", "query": "dewi"},
    ],
    "talk.open": lambda ids: [
        {"conversation": ids.conversation},
        {"conversation": ids.conversation, "after": {"seq": 1, "id": ids.row}, "reply": {"id": ids.row, "offset": 0}},
    ],
    "talk.leave": lambda ids: [{"conversation": ids.conversation}],
    "history.get": lambda ids: [{"before": 1_000, "conversation": ids.conversation}],
    "message.send": lambda ids: [
        {"conversation": ids.conversation, "id": ids.act, "text": "halo"},
        {"conversation": ids.conversation, "id": ids.row, "text": "halo", "force": True},
    ],
    "note.add": lambda ids: [{"conversation": ids.conversation, "id": ids.act, "text": "halo"}],
    "talk.act": lambda ids: [
        {"conversation": ids.conversation, "id": ids.act, "action": action, "user": ids.user, "tag": ids.tag, "until": "2030-01-01T00:00:00Z"}
        for action in ("take", "take_from", "hand_back", "close", "reopen", "assign", "snooze", "tag", "untag")
    ],
    "typing.set": lambda ids: [{"on": True, "conversation": ids.conversation}],
    "read.set": lambda ids: [{"seq": 2, "conversation": ids.conversation}],
    "presence.set": lambda ids: [{"away": True, "user": ids.user}],
    "knowledge.add": lambda ids: [{"conversation": ids.conversation, "id": ids.act, "question": SECRET, "answer": "x", "site": ids.site}],
    "ping": lambda ids: [{"t": ids.site}],
}


@pytest.mark.promise("S07")
def test_every_frame_of_the_operator_is_tried() -> None:
    assert WITH_IDS.keys() == OPERATOR_FRAMES.keys(), "say in WITH_IDS what a new frame could be abused with"
    assert set(operator.handlers) | {"hello"} == set(OPERATOR_FRAMES), "what is dispatched is what the protocol lists"
    named = {name for name, fields in OPERATOR_FRAMES.items() if "conversation" in fields}
    assert all("conversation" in fields for name in named for fields in WITH_IDS[name](Theirs()))


@pytest.fixture(autouse=True)
def generous(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operator_socket, "frames_per_minute", RateLimit(100_000))


@pytest.fixture
def neighbour(site: Site) -> Site:
    neighbour = Site.objects.create(pk=471100123, key="klinik", name=f"Klinik {SECRET}")
    AllowedOrigin.objects.create(site=neighbour, origin=ORIGIN)
    return neighbour


@pytest.fixture
def theirs(neighbour: Site) -> Theirs:
    """A conversation of the neighbour with everything a conversation can have."""
    owner = User.objects.create_user("dokter", first_name=f"Dokter {SECRET}", is_staff=True)
    Member.objects.create(site=neighbour, user=owner, role="owner")
    tag = Tag.objects.create(site=neighbour, name=SECRET)
    CannedReply.objects.create(site=neighbour, shortcut="rahasia", title=SECRET, text=SECRET)
    talk = Conversation.objects.create(
        site=neighbour, public_id=new_conversation_id(), seq=2, handler="human", operator=owner, name="Dewi", contact="0812-3456-7890", page_url=SECRET
    )
    talk.tags.add(tag)
    for seq, author in ((1, "visitor"), (2, "operator")):
        Message.objects.create(conversation=talk, seq=seq, client_id=str(uuid.uuid4()), author=author, text=SECRET)
    notes.add(talk.pk, owner, SECRET, str(uuid.uuid4()))
    return Theirs(talk.public_id, neighbour.pk, tag.pk, owner.pk)


def stored() -> list[Any]:
    return [list(model._base_manager.order_by("pk").values_list()) for model in (Conversation, Message, Turn, Note, Rating, Entry, Conversation.tags.through)]


async def answers(sari: User, kind: str, ids: Theirs, opened: str) -> list[str]:
    """What each set of fields is answered with; ids are made alike."""
    texts = []
    for fields in WITH_IDS[kind](ids):
        async with DeskLine(sari) as desk:
            ready = await desk.greet()
            assert SECRET not in json.dumps(ready)
            if opened:
                await desk.show(opened)
            await desk.send(kind, **{**ids.everywhere(), **fields})
            await desk.send("ping", t=4711)
            while (message := await desk._take(5))["type"] == "websocket.send" and message["text"] != '{"type":"pong","t":4711}':
                texts.append(message["text"])
    return [_alike(text, ids) for text in texts]


def _alike(text: str, ids: Theirs) -> str:
    for one in sorted((str(value) for value in vars(ids).values() if len(str(value)) > 5), key=len, reverse=True):
        text = text.replace(one, "ID")
    return re.sub(r'"(at|[a-z]+_at|seen)":"[^"]+"', "AT", text)


@pytest.mark.promise("S07")
@pytest.mark.parametrize("kind", sorted(OPERATOR_FRAMES))
async def test_a_frame_with_the_ids_of_another_site_gets_what_an_invented_one_gets(kind: str, sari: User, theirs: Theirs) -> None:
    before = await database.read(stored)
    foreign, unknown = await answers(sari, kind, theirs, ""), await answers(sari, kind, Theirs(), "")
    assert foreign == unknown, "the answer tells that these ids exist"
    assert not [text for text in foreign if (SECRET in text and kind != "list.get") or "Dewi" in text or "0812" in text or "Dokter" in text]
    assert await database.read(stored) == before
    if "conversation" in OPERATOR_FRAMES[kind]:
        assert foreign and all('"code":"not_found"' in text for text in foreign)


@pytest.mark.promise("S07")
@pytest.mark.parametrize("kind", ["history.get", "typing.set", "read.set", "talk.leave"])
async def test_frames_of_the_open_conversation_look_at_no_other(kind: str, sari: User, site: Site, theirs: Theirs) -> None:
    own = await database.write(lambda: Conversation.objects.create(site=site, public_id=new_conversation_id(), seq=0).public_id)
    before = await database.read(stored)
    foreign, unknown = await answers(sari, kind, theirs, own), await answers(sari, kind, Theirs(), own)
    assert foreign == unknown and not [text for text in foreign if SECRET in text]
    assert await database.read(stored) == before


@pytest.mark.promise("S07")
async def test_nobody_is_given_a_conversation_who_may_not_answer_there(sari: User, site: Site, theirs: Theirs) -> None:
    own = await database.write(lambda: Conversation.objects.create(site=site, public_id=new_conversation_id(), seq=0))
    async with DeskLine(sari) as desk:
        await desk.greet()
        told = []
        for user, tag in ((theirs.user, theirs.tag), (471100990, 471100991)):
            for fields in ({"action": "assign", "user": user}, {"action": "tag", "tag": tag}):
                await desk.send("talk.act", conversation=own.public_id, id=str(uuid.UUID(int=7)), **fields)
                told.append(await desk.until("error"))
        assert told[:2] == told[2:] and [frame["code"] for frame in told[:2]] == ["unknown_person", "unknown_tag"]
    assert not await database.read(lambda: Conversation.objects.filter(pk=own.pk).exclude(operator=None, tags=None).exists())


def something_happens(theirs: Theirs, chance: random.Random) -> None:
    """At the neighbour's, on a thread of the database."""
    talk = Conversation.objects.get(public_id=theirs.conversation)
    owner = User.objects.get(pk=theirs.user)
    what = chance.choice(["reply", "note", "hand_back", "take", "close"])
    if what == "reply":
        takeover.reply_as_operator(talk.pk, owner, SECRET)
    elif what == "note":
        notes.add(talk.pk, owner, SECRET, str(uuid.uuid4()))
    else:
        {"hand_back": takeover.hand_back, "take": takeover.take, "close": takeover.close}[what](talk.pk, owner)


def crafted(chance: random.Random, theirs: Theirs) -> tuple[str, Fields]:
    """A frame that asks, in any field, to be told of theirs: their ids, look-alikes, names of groups, channels and wildcards."""
    kind = chance.choice(sorted(WITH_IDS.keys() - {"hello", "ping"}))
    fields = dict(chance.choice(WITH_IDS[kind](theirs)))
    conversation = theirs.conversation
    names: list[Any] = [
        conversation, conversation.upper(),
        f" {conversation}", f"{conversation}\u0000", conversation[:-1], "*", "%", "all", "kanal.all", "", f"web.{conversation}",
        f"conversation.{conversation}", theirs.site, str(theirs.site), [conversation], {"$ne": ""}, "' OR 1=1 --", None, True, -1, 2**63, "../" + conversation,
    ]  # fmt: skip
    for _ in range(chance.randint(0, 3)):
        fields[chance.choice([*fields, *theirs.everywhere()])] = chance.choice(names)
    return kind, fields


@pytest.mark.promise("S28")
async def test_no_crafted_name_lets_one_listen_in(sari: User, theirs: Theirs, full_count: Callable[[int, int], int]) -> None:
    chance = random.Random("S28")
    tried = full_count(150, 3_000)
    async with Line("klinik") as visitor:
        own = (await visitor.hello())["conversation"]
        for start in range(0, tried, 25):
            async with DeskLine(sari) as desk:
                await desk.greet()
                for _ in range(25):
                    kind, fields = crafted(chance, theirs)
                    await desk.send(kind, **fields)
                    await database.write(something_happens, theirs, chance)
                    signs.give(theirs.conversation, "typing", "visitor", 1)
                    delivery.ring("web", theirs.conversation, changed=True)
                    if chance.random() < 0.1:
                        await desk.send("ping", t=1)
                        await desk.until("pong")
                await visitor.send("typing.set", on=True)
                await desks.tell_of({theirs.conversation: True, own: True})
                await desk.send("ping", t=4711)
                while (message := await desk._take(5))["type"] == "websocket.send" and message["text"] != '{"type":"pong","t":4711}':
                    frame = json.loads(message["text"])
                    assert frame["type"] not in ("list.changed", "talk.shown", "talk.changed", "typing.shown", "read.shown", "message.added", "note.added"), (
                        frame
                    )
                    assert frame["type"] == "error" or not frame.get("items"), frame
                    assert "Dewi" not in message["text"] and "0812" not in message["text"], frame
            assert start < tried


@pytest.mark.promise("S28")
async def test_visitors_hear_no_sign_of_another_conversation(sari: User, site: Site) -> None:
    async with Line() as one, Line() as two, DeskLine(sari) as desk:
        mine, other = (await one.hello())["conversation"], (await two.hello())["conversation"]
        for line in (one, two):
            await line.say("Halo")
            await line.until("message.added")
        await desk.greet()
        await desk.show(mine)
        await desk.send("typing.set", on=True, conversation=other)
        await desk.send("read.set", seq=1, conversation=other)
        await one.until("read.shown")
        heard = two.waiting()
        await two.send("typing.set", on=True, conversation=mine)
        await two.send("ping", t=1)
        await two.until("pong")
        assert not {"typing.shown", "read.shown"} & {*heard, *two.waiting(), *desk.waiting()}
