"""What leaves for the model: the own conversation and what the own site approved, and not a word of any other column (S40).

A canary stands in every text of every table, keys included, but in what the model is meant to read; and in a neighbour's knowledge of the same words.
"""

import json
import random
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.conf import settings as project
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction

from tests.fakes.model_server import ModelServer
from tests.inbox import hostile
from tests.realtime.carriers import answer
from tests.realtime.line import ORIGIN, Line
from tests.websites import SECRET, signed_in
from widget.conversations import notes, tags
from widget.conversations.models import Conversation, Tag
from widget.knowledge.models import Entry
from widget.knowledge.rebuild import rebuild
from widget.lib import database
from widget.lib.secrets import EncryptedTextField
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.sites import registry
from widget.sites.models import AllowedOrigin, Site

pytestmark = [pytest.mark.usefixtures("house"), pytest.mark.promise("S40")]
CANARY = "canary-7f3a"
TEXTS = (models.CharField, models.TextField, models.URLField, models.EmailField, models.SlugField, EncryptedTextField)
# What the model may read, and what makes a row findable, by model; beside these the codes that hostile.OURS names.
MEANT = {
    "site": {"key", "name", "time_zone", "accent"},
    "entry": {"title", "answer"},
    "rule": {"phrases", "answer"},
    "allowedorigin": {"origin"},
}
THINGS = ["kaos", "celana", "topi", "tas", "sarung", "kemeja", "jaket", "sandal"]
ASKED = ["harga", "ukuran", "bahan", "stok", "ongkir", "garansi", "warna", "kirim"]
HOW = ["Berapa {asked} {thing} kak?", "{asked} {thing} gimana ya", "mau tanya {thing}, soal {asked}", "What about {asked} of {thing}?", "{thing} {asked}"]


@pytest.fixture
def house(transactional_db: None, model_server: ModelServer) -> Iterator[None]:
    hostile.furnish([CANARY])
    site = Site.objects.get(key="toko")
    neighbour = Site.objects.create(key="tetangga", name=CANARY)
    talk = Conversation.objects.filter(site=site).latest("pk")
    talk.tags.add(Tag.objects.get(site=site))
    Provider.objects.all().update(active=False)
    Provider.objects.create(name="main", base_url=model_server.url, model="fake", key="sk-test")
    AllowedOrigin.objects.create(site=site, origin=ORIGIN)
    plant()
    Site.objects.filter(pk=site.pk).update(name="Toko", greeting=CANARY, whatsapp="", identity_secret=SECRET, answers_per_site_day=100_000)
    Provider.objects.filter(active=True).update(name="main", base_url=model_server.url, model="fake", key="sk-test")
    Rule.objects.update(answer="Baik.", phrases="zzz")
    Entry.objects.all().delete()
    for thing in THINGS:
        for asked in ASKED:
            about = {"title": f"{asked} {thing}", "tags": CANARY, "other_ways": f"{asked} {thing} {CANARY}"}
            Entry.objects.create(site=site, answer=f"Soal {asked} {thing}: sudah jelas.", **about)
            Entry.objects.create(site=neighbour, answer=f"Soal {asked} {thing}: {CANARY}", **about)
            Entry.objects.create(site=site, answer=f"Soal {asked} {thing}: {CANARY}", state="draft", **about)
    rebuild()
    registry.forget()
    yield


def plant() -> None:
    """The canary in every text there is. What must be of one kind, or once in a table, keeps what it has where it must."""
    for model in (*apps.get_app_config("widget").get_models(), User):
        meant = MEANT.get(str(model._meta.model_name), set()) | hostile.OURS
        for column in model._meta.concrete_fields:
            if isinstance(column, TEXTS) and not column.choices and not column.primary_key and column.name not in meant:
                planted = CANARY[: column.max_length] if column.max_length else CANARY
                try:
                    with transaction.atomic():
                        models.QuerySet(model).update(**{column.name: planted})
                except IntegrityError:
                    assert column.unique or model._meta.constraints, column


def note_and_tag(conversation: str) -> None:
    """Beside the conversation, for the team alone."""
    talk = Conversation.objects.get(public_id=conversation)
    notes.add(talk.pk, User.objects.order_by("pk")[0], f"{CANARY} penting", str(uuid.uuid4()))
    tags.put(talk.pk, Tag.objects.get().pk)


async def converse(chance: random.Random, number: int) -> list[str]:
    """A visitor like any other; what they asked."""
    said = []
    hello = {"identity": signed_in(f"c{number}", name=f"{CANARY} x", secret=SECRET)} if chance.random() < 0.2 else {}
    page = {"url": f"https://toko.example/{CANARY}", "title": CANARY, "referrer": CANARY}
    async with Line(address=f"192.0.{number // 200}.{number % 200 + 1}", headers=((b"user-agent", CANARY.encode()),)) as line:
        await line.send("hello", protocol=1, locale=chance.choice(("id", "en")), page=page, **hello)
        welcome = await line.until("welcome")
        for turn in range(chance.randint(1, 3)):
            asked = chance.choice(HOW).format(asked=chance.choice(ASKED), thing=chance.choice(THINGS))
            said.append(asked)
            await line.say(asked)
            await answer(line)
            if turn == 0 and chance.random() < 0.5:
                await database.write(note_and_tag, welcome["conversation"])
                await line.send("form.send", id="contact", values={"name": f"{CANARY} y", "contact": f"{CANARY}@pembeli.example"})
    return said


async def test_a_prompt_holds_the_talk_and_approved_knowledge_alone(
    site: None, at_rest: None, model_server: ModelServer, full_count: Callable[[int, int], int]
) -> None:
    chance = random.Random("S40")
    asked = held = 0
    for number in range(full_count(20, 1000)):
        model_server.requests.clear()
        said = await converse(chance, number)
        sent = [json.dumps(request.body, ensure_ascii=False) for request in model_server.requests]
        asked += len(sent)
        held += sum("sudah jelas" in text for text in sent)
        assert not [secret for secret in (CANARY, "sk-test", project.SECRET_KEY, SECRET) for text in sent if secret in text]
        assert len(sent) == len(said) and all(question in text for question, text in zip(said, sent, strict=True))
    # The search did find what may be told.
    assert held > asked / 2


@pytest.fixture
def site(house: None) -> None:
    """Stands already."""
