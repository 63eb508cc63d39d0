"""Who one is on the line: nothing but the token in hello says it, and only for its own site and conversation (S03 to S06, S09, S17)."""

import itertools
import json
import uuid
from collections.abc import Callable

import pytest
from django.core import signing
from pytest_django.fixtures import Settings

from tests.realtime.line import ORIGIN, Line
from widget.conversations.models import Conversation, Message
from widget.conversations.tokens import issue_token, new_conversation_id
from widget.lib import database, line_counts
from widget.lib.ratelimit import RateLimit
from widget.realtime import consumer
from widget.realtime.protocol import BAD_TOKEN, REFUSED, TOO_LARGE, TOO_MANY
from widget.sites import registry
from widget.sites.models import AllowedOrigin, Site

pytestmark = pytest.mark.usefixtures("at_rest")
CLINIC_ORIGIN = "https://klinik.example"
SECRET = "kanari-kuning-rahasia"
Count = Callable[[int, int], int]


@pytest.fixture
def clinic(site: Site) -> Site:
    clinic = Site.objects.create(key="klinik", name="Klinik")
    AllowedOrigin.objects.create(site=clinic, origin=CLINIC_ORIGIN)
    return clinic


async def talk(key: str = "toko", origin: str = ORIGIN) -> dict[str, str]:
    """A visitor who wrote the secret: token and conversation."""
    async with Line(key, origin) as line:
        welcome = await line.hello()
        await line.say(SECRET)
        # Nobody writes any more from here on.
        await line.until("message.added")
    return {"token": welcome["token"], "conversation": welcome["conversation"]}


async def answer_to(line: Line, **fields: object) -> dict[str, object] | int:
    """The welcome that this hello gets, or the code the socket is closed with."""
    await line.send("hello", protocol=1, **fields)
    message = await line._take(5)
    return int(message["code"]) if message["type"] == "websocket.close" else dict(json.loads(message["text"]))


def everything() -> list[object]:
    return [*Conversation.objects.order_by("pk").values_list(), *Message.objects.order_by("pk").values_list()]


@pytest.mark.promise("S03")
async def test_key_origin_and_token_of_two_sites_only_work_unmixed(clinic: Site) -> None:
    tokens = {"toko": (await talk())["token"], "klinik": (await talk("klinik", CLINIC_ORIGIN))["token"]}
    origins = {"toko": ORIGIN, "klinik": CLINIC_ORIGIN}
    before = await database.read(everything)
    for key, of_origin, of_token in itertools.product(tokens, repeat=3):
        async with Line(key, origins[of_origin]) as line:
            answer = await answer_to(line, token=tokens[of_token])
            if key != of_origin:
                assert answer == REFUSED, (key, of_origin, of_token)
            elif key != of_token:
                assert answer == BAD_TOKEN, (key, of_origin, of_token)
            else:
                assert isinstance(answer, dict) and SECRET in str(answer["messages"])
    assert await database.read(everything) == before


@pytest.mark.promise("S03", "S06")
async def test_a_token_from_before_a_site_got_its_key_opens_nothing_of_the_site_that_had_it(site: Site) -> None:
    old = await talk()

    def hand_the_key_over() -> None:
        Site.objects.filter(pk=site.pk).update(key="toko-lama")
        AllowedOrigin.objects.create(site=Site.objects.create(key="toko", name="Baru"), origin=ORIGIN)
        registry.forget()

    await database.write(hand_the_key_over)
    before = await database.read(everything)
    for kind, fields in [
        ("message.send", {"id": str(uuid.uuid4()), "text": "halo lagi"}),
        ("form.send", {"id": "contact", "values": {"name": "x", "contact": "y"}}),
        ("human.request", {}),
        ("history.get", {"before": 99}),
        ("read.set", {"seq": 1}),
    ]:
        async with Line() as line:
            welcome = await answer_to(line, token=old["token"])
            assert isinstance(welcome, dict) and welcome["messages"] == [] and welcome["seq"] == 0
            await line.send(kind, **fields)
            if kind in ("message.send", "form.send", "human.request"):
                assert await line.closed_with() == BAD_TOKEN, kind
            elif kind == "history.get":
                assert (await line.expect("history.page"))["messages"] == []
    assert await database.read(everything) == before


@pytest.mark.promise("S04")
async def test_a_script_that_forges_an_allowed_origin_gets_an_empty_conversation_of_its_own() -> None:
    victim = await talk()
    before = await database.read(everything)
    seen = set()
    for _ in range(5):
        async with Line(address="198.51.100.66") as script:
            welcome = await answer_to(script)
            assert isinstance(welcome, dict)
            assert welcome["messages"] == [] and welcome["seq"] == 0 and welcome["handler"] == "bot" and "reply" not in welcome
            seen.add(welcome["conversation"])
    assert len(seen) == 5 and victim["conversation"] not in seen
    assert await database.read(everything) == before


@pytest.mark.promise("S04", "S17")
async def test_inventing_visitors_is_limited_by_address(monkeypatch: pytest.MonkeyPatch, full_count: Count) -> None:
    monkeypatch.setattr(consumer, "new_visitors_of_address", RateLimit(12))
    known, counted = await talk(), line_counts.limited.value("new visitors of an address")
    outcomes = []
    for number in range(full_count(60, 1000)):
        forged = ((b"x-forwarded-for", f"203.0.{number // 250}.{number % 250}".encode()),)
        async with Line(address="198.51.100.66", headers=forged) as script:
            outcomes.append(await answer_to(script))
    assert sum(isinstance(outcome, dict) for outcome in outcomes) == 12
    assert {outcome for outcome in outcomes if not isinstance(outcome, dict)} == {TOO_MANY}
    assert line_counts.limited.value("new visitors of an address") - counted == len(outcomes) - 12
    # Who has a token comes in all the same, and so do others.
    async with Line(address="198.51.100.66") as line:
        assert isinstance(await answer_to(line, token=known["token"]), dict)
    async with Line(address="198.51.100.67") as line:
        assert isinstance(await answer_to(line), dict)


@pytest.mark.promise("S17")
async def test_messages_of_invented_visitors_with_invented_addresses_count_for_one_client(
    monkeypatch: pytest.MonkeyPatch, full_count: Count, settings: Settings
) -> None:
    monkeypatch.setattr(consumer, "messages_of_address", RateLimit(15))
    monkeypatch.setattr(consumer, "new_visitors_of_address", RateLimit(100_000))
    stored, refused, counted = 0, 0, line_counts.limited.value("messages of an address")
    for number in range(full_count(60, 1000)):
        forged = ((b"x-forwarded-for", f"203.0.{number // 250}.{number % 250}, 203.0.113.9".encode()), (b"x-real-ip", b"203.0.113.8"))
        async with Line(address="198.51.100.66", headers=forged) as script:
            await script.hello()
            await script.send("message.send", id=str(uuid.uuid4()), text="spam")
            answer = await script.receive()
            stored += answer["type"] == "message.stored"
            refused += answer["type"] == "error"
            assert answer["type"] == "message.stored" or (answer["code"] == "rate_limited" and answer["retry_after"] > 0)
    assert stored == 15 == await database.read(Message.objects.filter(author="visitor").count)
    assert line_counts.limited.value("messages of an address") - counted == refused > 0


@pytest.mark.promise("S05")
async def test_no_forged_token_is_taken_on_the_line(settings: Settings) -> None:
    victim = await talk()
    real = victim["token"]
    name, stamp, signature = real.rsplit(":", 2)
    other = issue_token(new_conversation_id(), "toko")
    forged = [
        *(real[:place] + chr(ord(real[place]) ^ 1) + real[place + 1 :] for place in range(0, len(real), 3)),
        victim["conversation"],
        f"{victim['conversation']}:{other.split(':', 1)[1]}",
        f"{name}:{stamp}:",
        f"{name}::{signature}",
        signing.dumps(name),
        signing.TimestampSigner().sign(name),
        signing.TimestampSigner(salt="kanal.visitor.").sign(name),
        signing.TimestampSigner(key="another", salt="kanal.visitor.toko").sign(name),
        signing.TimestampSigner(salt="kanal.visitor.klinik").sign(name),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
    ]
    for token in forged:
        async with Line() as line:
            assert await answer_to(line, token=token) == BAD_TOKEN, token
    async with Line() as line:
        assert await answer_to(line, token="a" * 10_000_000) == TOO_LARGE
    for token in [["x"], {"token": real}, 7, True]:
        async with Line() as line:
            await line.send("hello", protocol=1, token=token)
            assert (await line.expect("error"))["code"] == "malformed"


@pytest.mark.promise("S06")
async def test_an_id_that_a_client_brings_along_is_not_looked_at() -> None:
    victim = await talk()
    before = await database.read(everything)
    for name in ("conversation", "conversation_id", "visitor", "visitor_id", "id", "user", "session", "public_id", "site", "identity"):
        async with Line() as line:
            welcome = await answer_to(line, **{name: victim["conversation"]}, after={"seq": 1, "id": victim["conversation"]})
            assert isinstance(welcome, dict) and welcome["conversation"] != victim["conversation"] and SECRET not in str(welcome)
    assert await database.read(everything) == before


@pytest.mark.promise("S06")
async def test_the_token_of_an_erased_conversation_brings_nothing_back() -> None:
    victim = await talk()
    async with Line() as still_open:
        await still_open.hello(token=victim["token"])
        await database.write(lambda: Conversation.objects.all().delete())
        await still_open.send("history.get", before=99)
        assert (await still_open.expect("history.page"))["messages"] == []
        await still_open.say("saya lagi")
    async with Line() as line:
        welcome = await answer_to(line, token=victim["token"], after={"seq": 1, "id": "x"})
        assert isinstance(welcome, dict) and welcome["reset"]
        assert "saya lagi" in str(welcome["messages"]) and SECRET not in str(welcome)
    assert not await database.read(Message.objects.filter(text=SECRET).exists)


@pytest.mark.promise("S06")
async def test_a_second_hello_cannot_change_who_one_is() -> None:
    victim = await talk()
    async with Line() as line:
        own = await line.hello()
        await line.send("hello", protocol=1, token=victim["token"])
        assert (await line.expect("error"))["code"] == "already_greeted"
        await line.say("ini saya")
    mine = await database.read(lambda: Conversation.objects.get(messages__text="ini saya").public_id)
    assert mine == own["conversation"]


@pytest.mark.promise("S09")
async def test_a_token_is_taken_from_hello_and_from_nowhere_else() -> None:
    victim = await talk()
    token = victim["token"].encode()
    named = {
        b"authorization": [b"Bearer " + token, b"Token " + token, b"Basic " + token, token],
        b"cookie": [b"token=" + token, b"sessionid=" + token, b"kanal=" + token],
        b"x-token": [token],
        b"x-api-key": [token],
        b"x-kanal-token": [token],
        b"sec-websocket-protocol": [token, b"bearer, " + token],
        b"token": [token],
    }
    forms = [((name, value),) for name, values in named.items() for value in values]
    for headers in forms:
        async with Line(headers=headers) as line:
            welcome = await answer_to(line)
            assert isinstance(welcome, dict) and welcome["conversation"] != victim["conversation"] and welcome["messages"] == [], headers
    for query in [
        b"token=" + token,
        b"access_token=" + token,
        b"key=klinik",
        b"site=klinik&token=" + token,
        b"conversation=" + victim["conversation"].encode(),
    ]:
        line = Line()
        line._scope["query_string"] = query
        async with line:
            welcome = await answer_to(line)
            assert isinstance(welcome, dict) and welcome["conversation"] != victim["conversation"] and welcome["site"]["name"] == "Toko"


@pytest.mark.promise("S09")
async def test_a_site_is_named_by_the_path_and_from_nowhere_else(clinic: Site) -> None:
    """The allow and deny of a key does not change with the form it comes in."""
    for headers, query in [
        (((b"x-site", b"toko"),), b"site=toko"),
        (((b"cookie", b"site=toko"),), b"key=toko"),
        (((b"authorization", b"Bearer toko"),), b""),
        (((b"referer", b"https://toko.example/"), (b"x-forwarded-host", b"toko.example")), b"origin=" + CLINIC_ORIGIN.encode()),
    ]:
        for key, allowed in [("toko", True), ("klinik", False), ("nobody", False)]:
            line = Line(key, headers=headers)
            line._scope["query_string"] = query
            async with line:
                answer = await answer_to(line)
                assert (answer == REFUSED) is not allowed, (headers, query, key)
