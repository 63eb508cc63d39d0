"""Every frame a client may send, tried with somebody else's ids: nothing of theirs is read or written, and nothing tells theirs from invented ones (S07).

The list of frames is protocol.py's own. A frame without an entry in WITH_IDS fails the test: whoever adds one says here what it could be abused with.
"""

import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.realtime.line import ORIGIN, Line
from tests.websites import jwt
from widget.answering.runner import runner
from widget.conversations.models import Conversation, Message, Turn
from widget.conversations.tokens import new_conversation_id
from widget.lib import database
from widget.realtime import consumer
from widget.realtime.protocol import CLIENT_FRAMES
from widget.sites import registry
from widget.sites.models import AllowedOrigin, Site

pytestmark = [pytest.mark.usefixtures("at_rest"), pytest.mark.promise("S07")]
SECRET = "kanari kuning rahasia"


@dataclass(frozen=True)
class Ids:
    """What names a conversation, a row in it, its answer and its database row."""

    conversation: str
    row: str
    reply: str
    number: int

    def everywhere(self) -> dict[str, Any]:
        """Fields that no frame knows, in the hope that one is looked at."""
        return {name: self.conversation for name in ("conversation", "conversation_id", "visitor", "public_id", "to", "channel", "group")} | {"pk": self.number}


def unsigned(sub: str) -> str:
    """A website's token that no website signed."""
    return jwt({"sub": sub, "exp": int(time.time()) + 600}, "a guess")


# What each frame is sent with, besides the ids in every field one could think of.
WITH_IDS: dict[str, Callable[[Ids], list[dict[str, Any]]]] = {
    "hello": lambda ids: [
        {"protocol": 1, "after": {"seq": 1, "id": ids.row}, "reply": {"id": ids.reply, "offset": 0}},
        {"protocol": 1, "identity": unsigned(ids.conversation), "after": {"seq": 1, "id": ids.row}},
        {"protocol": 1, "after": {"seq": 2, "id": ids.reply}, "page": {"url": ids.conversation, "title": ids.row}},
    ],
    "message.send": lambda ids: [{"id": ids.row, "text": SECRET}, {"id": ids.row, "text": "lain"}, {"id": ids.conversation, "text": "halo"}],
    "history.get": lambda ids: [{"before": 1_000}, {"before": ids.number, "limit": 50}, {"before": 2**31 - 1, "limit": 10**9}],
    "page.set": lambda ids: [{"url": f"https://toko.example/{ids.conversation}", "title": ids.row}],
    "form.send": lambda ids: [{"id": "contact", "values": {"name": "x", "contact": "y", **ids.everywhere()}}, {"id": ids.conversation, "values": {}}],
    "reply.stop": lambda ids: [{"id": ids.reply}, {"reply": ids.reply}],
    "human.request": lambda ids: [{"id": ids.conversation}],
    "read.set": lambda ids: [{"seq": 2}, {"seq": ids.number}, {"seq": 2**31 - 1}],
    "typing.set": lambda ids: [{"on": True}, {"on": False}],
    "identity.set": lambda ids: [{"token": ""}, {"token": ids.conversation}, {"token": unsigned(ids.conversation)}],
    "rating.set": lambda ids: [{"seq": 2, "value": -1}, {"seq": ids.number, "value": 1}, {"seq": 2**31 - 1, "value": 1}],
    "ping": lambda ids: [{"t": ids.number}],
}


def test_every_frame_of_the_protocol_is_tried() -> None:
    assert WITH_IDS.keys() == CLIENT_FRAMES.keys(), "say in WITH_IDS what a new frame could be abused with"
    unnamed = [name for name, fields in CLIENT_FRAMES.items() for field in fields if field.endswith(("_id", "conversation", "visitor"))]
    assert not unnamed, "a field that names somebody else's things needs an entry of its own"


@pytest.fixture
def neighbour(site: Site) -> Site:
    """Another site of the same installation, where the strangers of the second round come from."""
    neighbour = Site.objects.create(key="klinik", name="Klinik")
    AllowedOrigin.objects.create(site=neighbour, origin=ORIGIN)
    return neighbour


@pytest.fixture
def victim(site: Site) -> Ids:
    """Somebody with two rows, an answer under way and a contact, as they stand in the database."""
    conversation = Conversation.objects.create(
        pk=471100123, site=site, public_id=new_conversation_id(), seq=2, name="Dewi", contact="0812-3456-7890", page_url=SECRET
    )
    ids = [str(uuid.uuid4()) for _ in range(2)]
    Message.objects.create(conversation=conversation, seq=1, client_id=ids[0], author="visitor", text=SECRET)
    Message.objects.create(conversation=conversation, seq=2, client_id=ids[1], author="assistant", text=f"Tentang {SECRET}", answered_by="rule")
    Turn.objects.create(conversation=conversation, question_seq=1, state="done", answer_seq=2, reply_id=ids[1])
    return Ids(conversation.public_id, ids[0], ids[1], conversation.pk)


def of_victim(ids: Ids) -> list[Any]:
    mine = {"conversation_id": ids.number}
    rows = [Conversation.objects.filter(pk=ids.number), Message.objects.filter(**mine).order_by("pk"), Turn.objects.filter(**mine)]
    return [list(row.values_list()) for row in rows]


async def said(kind: str, ids: Ids, key: str, greeted: bool) -> list[str]:
    """Everything strangers are answered, one for each set of fields, with what is their own made alike."""
    texts: list[str] = []
    for fields in WITH_IDS[kind](ids):
        async with Line(key) as line:
            if greeted and kind != "hello":
                texts.append(json.dumps(await line.hello()))
            await line.send(kind, **{**ids.everywhere(), **fields})
            await line.send("ping", t=4711)
            while (message := await line._take(5))["type"] == "websocket.send" and message["text"] != '{"type":"pong","t":4711}':
                texts.append(message["text"])
            texts.append(message["type"] + str(message.get("code", "")))
            await runner.drain(10)
    welcomes = [json.loads(text) for text in texts if '"welcome"' in text]
    own = [welcome[name] for welcome in welcomes for name in ("token", "conversation")]
    # An answer of the assistant may come before or after the pong; what was asked for is answered in order.
    answers = [text for text in texts if not text.startswith(('{"type":"message.added"', '{"type":"conversation.changed","handler":"waiting"'))]
    return [_alike(text, [*own, *ids.everywhere().values(), ids.row, ids.reply]) for text in answers]


def _alike(text: str, ids: list[Any]) -> str:
    for one in sorted(map(str, ids), key=len, reverse=True):
        text = text.replace(one, "ID")
    return re.sub(r'"at":"[^"]+"', "AT", text)


@pytest.mark.parametrize("greeted", [True, False], ids=["as another visitor", "without a hello"])
@pytest.mark.parametrize("key", ["toko", "klinik"])
@pytest.mark.parametrize("kind", sorted(CLIENT_FRAMES))
async def test_a_frame_with_the_ids_of_others_reads_and_writes_nothing_of_theirs(kind: str, key: str, greeted: bool, victim: Ids, neighbour: Site) -> None:
    before = await database.read(of_victim, victim)
    # As long as the real ones, so that lengths tell nothing in the comparison either.
    invented = Ids(new_conversation_id(), str(uuid.uuid4()), str(uuid.uuid4()), victim.number + 1)
    foreign = await said(kind, victim, key, greeted)
    unknown = await said(kind, invented, key, greeted)
    assert foreign == unknown, "the answer tells that these ids exist"
    assert not [text for text in foreign if SECRET in text or "Dewi" in text or "0812" in text]
    assert await database.read(of_victim, victim) == before


async def test_somebody_who_listens_hears_nothing_of_what_strangers_do(victim: Ids) -> None:
    async with Line() as line:
        await line.hello()
        own = await line.say("halo")
        await line.until("conversation.changed")
        await runner.drain(10)
        line.waiting()
        for kind in CLIENT_FRAMES:
            await said(kind, victim, "toko", greeted=True)
        registry.forget()
        assert line.waiting() == [] and own["seq"] == 1


async def test_every_handler_is_reached_only_through_the_one_door() -> None:
    """What is dispatched is what the protocol lists: no second table could forget a check."""
    assert set(consumer.visitor.HANDLERS) | {"hello"} == set(CLIENT_FRAMES)
