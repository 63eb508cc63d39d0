"""Without a model: what the business wrote is said word for word with its source, and what it did not write waits for a person."""

from uuid import uuid4

import pytest

from widget.answering.pipeline import Reply, make_plan
from widget.conversations import log, record
from widget.conversations.log import NewRow
from widget.conversations.turns import Claim
from widget.embed.demo.loader import load_demo
from widget.sites.models import Site
from widget.sites.registry import settings_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Site:
    site = Site.objects.create(key="toko", name="Toko Rinjing")
    load_demo(site, "https://toko.example/")
    return site


def reply_to(site: Site, *messages: str) -> Reply:
    public_id = str(uuid4())
    conversation = record.open_conversation(site.pk, public_id, "id", record.PageSeen())
    for text in messages:
        seq = log.append(conversation, NewRow(str(uuid4()), "visitor", text)).row.seq
    return make_plan(Claim(1, conversation, public_id, "web", site.pk, "id", seq, 1, "r"), settings_of(site), False).reply


def test_a_question_is_answered_by_its_entry_with_the_source(shop: Site) -> None:
    reply = reply_to(shop, "kak bs cod ga")
    assert reply.answered_by == "knowledge"
    assert reply.text.startswith("Bisa untuk tujuan Jawa dan Bali")
    assert [(source.title, source.url) for source in reply.sources] == [("Bisa COD (bayar di tempat)?", "https://toko.example/#cod")]


def test_two_questions_are_answered_one_below_the_other(shop: Site) -> None:
    reply = reply_to(shop, "halo kak, ongkir ke bandung berapa? trus bisa bungkus kado ga?")
    assert [source.url.partition("#")[2] for source in reply.sources] == ["ongkir", "kado"]
    assert "\n\n" in reply.text


@pytest.mark.parametrize("text", ["mau beli motor", "bisa bungkus kado ga? ada lowongan kerja kasir ga?", "yang merah ada?"])
def test_what_nobody_wrote_waits_for_a_person(shop: Site, text: str) -> None:
    reply = reply_to(shop, text)
    assert (reply.person_needed, reply.answered_by, reply.sources) == (True, "", ())


def test_a_follow_up_is_not_answered_with_what_only_the_message_before_explains(shop: Site) -> None:
    assert reply_to(shop, "bisa cod?", "terus gimana?").person_needed


def test_a_greeting_is_answered_by_its_rule(shop: Site) -> None:
    assert reply_to(shop, "halo kak").answered_by == "rule"
