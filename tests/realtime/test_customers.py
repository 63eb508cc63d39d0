"""Customers whom the website has signed in: their own conversation on every device, and nobody else's chance to see it (S10, S11, S61).

What a browser does with two of them one after the other stands in tests/journeys/test_customers.py.
"""

import json
import random
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django.fixtures import Settings

from tests.realtime.detour import Request
from tests.realtime.inbox_line import DeskLine
from tests.realtime.line import Line
from tests.websites import SECRET, jwt, signed_in
from widget.answering.runner import runner
from widget.answering.sweeper import sweeper
from widget.conversations import customers, takeover
from widget.conversations.errors import BadTokenError
from widget.conversations.models import Conversation, Customer, Message, Note, Turn
from widget.conversations.return_links import issue_return, read_return
from widget.lib import database
from widget.privacy.retention import remove_old
from widget.realtime.errors import RefusedSignInError
from widget.realtime.protocol import BAD_TOKEN
from widget.realtime.welcome import resume_visitor
from widget.sites import registry
from widget.sites.models import Site

pytestmark = [pytest.mark.usefixtures("at_rest", "secret"), pytest.mark.promise("S10", "S11")]
WORDS = "kanari kuning rahasia"
Count = Callable[[int, int], int]


@pytest.fixture
def secret(site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(identity_secret=SECRET)


def texts(welcome: dict[str, Any]) -> list[str]:
    return [row["text"] for row in welcome["messages"] if row["author"] == "visitor"]


async def talk(text: str = WORDS, **hello: Any) -> dict[str, Any]:
    """Somebody who comes, says this, has their answer and leaves; the welcome they got."""
    async with Line() as line:
        welcome = await line.hello(**hello)
        await line.say(text)
        await runner.drain(10)
    return welcome


async def greeted(**hello: Any) -> dict[str, Any] | int:
    """The welcome this hello gets, or the code it is closed with."""
    async with Line() as line:
        await line.send("hello", protocol=1, **hello)
        message = await line._take(5)
        return int(message["code"]) if message["type"] == "websocket.close" else dict(json.loads(message["text"]))


async def welcome_of(**hello: Any) -> dict[str, Any]:
    welcome = await greeted(**hello)
    assert isinstance(welcome, dict) and welcome["type"] == "welcome", welcome
    return welcome


async def sign_out(token: str) -> None:
    async with Line() as line:
        await line.hello(token=token)
        await line.send("identity.set", token="")
        await line.until("identity.changed")


# -- whose conversation it is -------------------------------------------------------------------------------------------
async def test_a_customer_finds_their_conversation_on_another_device() -> None:
    first = await talk(identity=signed_in("4711"))
    assert first["signed_in"] and first["token"].startswith("c.")
    assert texts(await welcome_of(identity=signed_in("4711"))) == [WORDS]
    assert texts(await welcome_of(token=first["token"])) == [WORDS], "the page's own session, after a drop"
    assert texts(await welcome_of(identity=signed_in("4712"))) == []


async def test_the_same_number_at_another_site_is_somebody_else(site: Site) -> None:
    await talk(identity=signed_in("4711"))
    await database.write(lambda: Site.objects.filter(pk=site.pk).update(key="toko-lama"))
    await database.write(lambda: Site.objects.create(key="toko", name="Baru", identity_secret=SECRET, allow_apps=True))
    registry.forget()
    async with Line(origin=None) as line:
        assert texts(await line.hello(identity=signed_in("4711"))) == []


async def test_what_was_begun_before_signing_in_becomes_the_customers_and_opens_to_no_old_token() -> None:
    before = await talk()
    mine = await welcome_of(token=before["token"], identity=signed_in("4711"))
    assert texts(mine) == [WORDS] and mine["conversation"] == before["conversation"]
    assert await greeted(token=before["token"]) == BAD_TOKEN
    assert await greeted(token=before["token"], after={"seq": 1, "id": "x"}) == BAD_TOKEN


async def test_what_was_begun_before_signing_in_follows_what_the_customer_said_before(site: Site, sari: User) -> None:
    await talk("dari ponsel", identity=signed_in("4711"))
    before = await talk("di laptop, belum masuk")

    def prepare() -> None:
        begun = Conversation.objects.get(public_id=before["conversation"])
        Note.objects.create(conversation=begun, client_id=str(uuid.uuid4()), author=sari, author_name="Sari", text="catatan", after_seq=1)
        takeover.take(begun.pk, sari)

    await database.write(prepare)
    mine = await welcome_of(token=before["token"], identity=signed_in("4711"))
    assert texts(mine) == ["dari ponsel", "di laptop, belum masuk"] and mine["handler"] == "human"

    def check() -> None:
        assert not Conversation.objects.filter(public_id=before["conversation"]).exists()
        own = Conversation.objects.get(public_id=mine["conversation"])
        rows = list(own.messages.order_by("seq").values_list("seq", "author"))
        assert [seq for seq, _ in rows] == list(range(1, own.seq + 1)) and own.operator_id == sari.pk
        assert Note.objects.get().conversation_id == own.pk and Note.objects.get().after_seq > 1
        for turn in Turn.objects.filter(conversation=own, answer_seq__isnull=False):
            assert dict(rows)[turn.question_seq] == "visitor" and dict(rows)[turn.answer_seq or 0] == "assistant"

    await database.read(check)
    assert texts(await welcome_of(token=before["token"])) == [], "the browser's old token finds nothing"


async def test_a_question_under_way_while_signing_in_is_answered_to_the_customer(ask_model: Callable[[str], object]) -> None:
    await database.write(ask_model, "tokens:60@30")
    async with Line() as line:
        before = await line.hello()
        await line.say("masih ada?")
        await line.until("reply.delta")
        async with Line() as second:
            mine = await second.hello(token=before["token"], identity=signed_in("4711"))
            assert mine["conversation"] == before["conversation"] and mine["reply"]["text"]
            assert (await second.until("message.added", 15))["author"] == "assistant"


async def test_a_question_under_way_is_asked_again_at_the_end_of_what_the_customer_said_before(ask_model: Callable[[str], object]) -> None:
    await database.write(ask_model, "tokens:60@30")
    await talk("dari ponsel", identity=signed_in("4711"))
    async with Line() as line:
        before = await line.hello()
        await line.say("masih ada?")
        await line.until("reply.delta")
        mine = await welcome_of(token=before["token"], identity=signed_in("4711"))
    assert texts(mine) == ["dari ponsel", "masih ada?"]
    asked = await database.read(lambda: Turn.objects.values_list("conversation__public_id", "question_seq", "state").last())
    assert asked == (mine["conversation"], 3, "queued")
    await runner.drain(10)
    await sweeper.start(sole=True)
    await sweeper.stop()
    await runner.drain(10)
    rows = await database.read(lambda: list(Message.objects.order_by("seq").values_list("conversation__public_id", "seq", "author")))
    assert rows == [(mine["conversation"], seq + 1, author) for seq, author in enumerate(["visitor", "assistant", "visitor", "assistant"])]


async def test_nobody_takes_along_what_another_customer_owns() -> None:
    before = await talk()
    await welcome_of(token=before["token"], identity=signed_in("4711"))
    other = await welcome_of(token=before["token"], identity=signed_in("4712"))
    assert texts(other) == [] and other["conversation"] != before["conversation"]
    assert texts(await welcome_of(identity=signed_in("4711"))) == [WORDS]


async def test_a_tab_that_is_open_when_its_visitor_signs_in_elsewhere_is_sent_away() -> None:
    async with Line() as tab:
        before = await tab.hello()
        await tab.say(WORDS)
        await runner.drain(10)
        await welcome_of(token=before["token"], identity=signed_in("4711"))
        assert await tab.closed_with() == BAD_TOKEN


async def test_two_devices_at_once_meet_in_one_conversation() -> None:
    async with Line() as one, Line() as two:
        assert (await one.hello(identity=signed_in("4711")))["conversation"] == (await two.hello(identity=signed_in("4711")))["conversation"]
        await one.say(WORDS)
        assert (await two.until("message.added"))["text"] == WORDS


async def test_a_device_that_waits_with_nothing_said_does_not_write_beside_the_conversation() -> None:
    """The other device's visitor talk became the customer's in between: this one comes back to it and sends again."""
    before = await talk()
    async with Line() as waiting:
        session = await waiting.hello(identity=signed_in("4711"))
        await welcome_of(token=before["token"], identity=signed_in("4711"))
        assert await waiting.closed_with() == BAD_TOKEN
    assert await greeted(token=session["token"]) == BAD_TOKEN
    assert texts(await welcome_of(identity=signed_in("4711"))) == [WORDS]


# -- signing out --------------------------------------------------------------------------------------------------------
async def test_after_a_logout_no_earlier_token_is_good_on_any_device() -> None:
    used, unused = signed_in("4711", name="a"), signed_in("4711", name="b")
    untimed = jwt({"sub": "4711", "exp": int(time.time()) + 900})
    session = await talk(identity=used)
    async with Line() as phone:
        await phone.hello(identity=unused)
        await sign_out(session["token"])
        assert await phone.closed_with() == BAD_TOKEN
    assert await greeted(token=session["token"]) == BAD_TOKEN
    for replayed in (used, unused, untimed):
        async with Line() as line:
            welcome = await line.hello(identity=replayed)
            assert texts(welcome) == [] and "signed_in" not in welcome
            assert (await line.expect("error"))["code"] == "identity_expired"
    await database.write(lambda: Customer.objects.update(good_after=int(time.time()) - 1))
    assert texts(await welcome_of(identity=signed_in("4711"))) == [WORDS], "a later sign-in is good"


async def test_a_token_seen_from_a_clock_ahead_of_ours_is_not_good_after_a_logout() -> None:
    ahead = jwt({"sub": "4711", "iat": int(time.time()) + 50, "exp": int(time.time()) + 900})
    session = await talk(identity=ahead)
    await sign_out(session["token"])
    assert texts(await welcome_of(identity=ahead)) == []


async def test_a_second_logout_and_one_of_an_anonymous_visitor_change_nothing() -> None:
    session = await talk(identity=signed_in("4711"))
    async with Line() as line:
        await line.hello()
        await line.send("identity.set", token="")
        await line.expect("identity.changed")
        await line.say("masih di sini")
    assert texts(await welcome_of(token=session["token"])) == [WORDS]


async def test_a_logout_over_plain_requests_ends_the_session() -> None:
    session = await talk(identity=signed_in("4711"))
    body, bearer = json.dumps([{"type": "identity.set", "token": ""}]).encode(), f"Bearer {session['token']}".encode()
    answered = await Request("/chat/toko/frames", body, headers=((b"authorization", bearer),)).whole()
    assert json.loads(answered.body)[0]["type"] == "identity.changed"
    assert await greeted(token=session["token"]) == BAD_TOKEN


async def test_another_secret_ends_every_session_and_open_socket(site: Site) -> None:
    session = await talk(identity=signed_in("4711"))
    for secret in ("another secret that is long enough", ""):
        async with Line() as line:
            await line.hello(token=session["token"])

            def change(secret: str = secret) -> None:
                Site.objects.filter(pk=site.pk).update(identity_secret=secret)
                registry.forget()

            await database.write(change)
            await line.send("history.get", before=99)
            assert await line.closed_with() == BAD_TOKEN
        assert await greeted(token=session["token"]) == BAD_TOKEN
        await database.write(lambda: change(SECRET))


@pytest.mark.promise("S61")
async def test_a_secret_that_is_missing_or_cannot_be_opened_signs_nobody_in(site: Site, settings: Settings) -> None:
    session = await talk(identity=signed_in("4711"))
    settings.FIELD_KEY = "another key than the one it was encrypted with"
    registry.forget()
    assert await greeted(token=session["token"]) == BAD_TOKEN
    for signed_with in (SECRET, ""):
        async with Line() as line:
            assert texts(await line.hello(identity=signed_in("4711", secret=signed_with))) == []
            assert (await line.expect("error"))["code"] == "identity_refused"


# -- what is not proven unlocks nothing ---------------------------------------------------------------------------------
async def test_a_refused_token_is_answered_in_the_visitors_language_and_the_chat_goes_on() -> None:
    before = await talk()
    for locale in ("id", "en"):
        async with Line() as line:
            welcome = await line.hello(token=before["token"], identity="x" * 5_000, locale=locale)
            assert WORDS in texts(welcome)
            error = await line.expect("error")
            assert (error["code"], error["id"]) == ("identity_refused", "identity")
            with translation.override(locale):
                assert error["message"] == str(RefusedSignInError.sentence)
            await line.send("identity.set", token=signed_in("4711", secret="wrong"))
            assert (await line.expect("error"))["code"] == "identity_refused"
            await line.send("message.send", id=str(uuid.uuid4()), text="lanjut")
            assert (await line.until("message.stored"))["seq"] > 1
            await runner.drain(10)


async def test_no_unproven_claim_ever_unlocks_anything(full_count: Count) -> None:
    """Property: whatever is sent with a hello, unless the website signed it for that customer now, the customer's words are not in what comes back."""
    victim = await talk(identity=signed_in("4711", email="dewi@example.com"))
    good = signed_in("4711")
    # Signed as it should be, for somebody else with much the same number.
    others = [signed_in(sub) for sub in ("4712", "4711 ", "04711", "4711.0")]
    before = await database.read(lambda: list(Message.objects.values_list()))
    dice = random.Random(11)
    for _ in range(full_count(60, 2_000)):
        hello = _unproven(victim, good, others, dice)
        async with Line(address=f"198.51.{dice.randrange(256)}.{dice.randrange(256)}") as line:
            await line.send("hello", protocol=1, **hello)
            await line.send("history.get", before=99)
            await line.send("ping", t=1)
            said = ""
            while (message := await line._take(5))["type"] == "websocket.send" and '"pong"' not in message["text"]:
                said += message["text"]
            assert WORDS not in said and victim["conversation"] not in said, hello
            assert "signed_in" not in said or hello.get("identity") in others, hello
    assert await database.read(lambda: list(Message.objects.values_list())) == before


def _unproven(victim: dict[str, Any], good: str, others: list[str], dice: random.Random) -> dict[str, Any]:
    header, payload, signature = good.split(".")
    claims = {"sub": "4711", "email": "dewi@example.com", "exp": int(time.time()) + 600}
    session: str = victim["token"]
    at = dice.randrange(2, len(session))
    turned = chr(ord(session[at]) ^ 1)
    choices: list[dict[str, Any]] = [
        {"identity": jwt(claims, dice.choice(["", "secret", SECRET[:-1], SECRET + "x", SECRET.upper()]))},
        {"identity": jwt({**claims, "exp": int(time.time()) - dice.randrange(1, 10**6)})},
        {"identity": jwt({**claims, "exp": int(time.time()) + dice.randrange(3_700, 10**9)})},
        {"identity": jwt(claims, alg=dice.choice(["none", "HS384", "RS256"]))},
        {"identity": f"{header}.{payload}."},
        {"identity": f"{header}.{payload}.{signature[::-1]}"},
        {"identity": json.dumps(claims)},
        {"identity": dice.choice(others)},
        {"token": session[:at] + turned + session[at + 1 :]},
        {"token": f"c.{session.split('.', 1)[1].replace('.0.', '.1.', 1)}"},
        {"token": session.removeprefix("c.")},
        {"email": "dewi@example.com", "sub": "4711", "user": claims, "claims": claims, "conversation": victim["conversation"], "verified": True},
        {"page": {"url": "https://toko.example", "title": good}, "after": {"seq": 1, "id": "x"}},
    ]
    return dice.choice(choices)


async def test_a_return_link_does_not_open_a_customers_conversation(site: Site) -> None:
    session = await talk(identity=signed_in("4711", email="dewi@example.com"))

    def try_link() -> None:
        conversation = Conversation.objects.get(public_id=session["conversation"])
        assert conversation.contact == "dewi@example.com"
        with pytest.raises(BadTokenError):
            read_return(issue_return(conversation, site.key), site.key)

    await database.read(try_link)


async def test_when_retention_removed_the_talk_its_first_token_does_not_make_it_again() -> None:
    before = await talk()
    await welcome_of(token=before["token"], identity=signed_in("4711"))
    await database.write(lambda: Conversation.objects.all().delete())
    assert (await welcome_of(identity=signed_in("4711")))["conversation"] != before["conversation"]


async def test_customers_without_a_conversation_are_forgotten_after_a_day(site: Site) -> None:
    await welcome_of(identity=signed_in("4711"))
    await talk(identity=signed_in("4712"))
    await database.write(remove_old)
    assert await database.read(Customer.objects.count) == 2
    await database.write(lambda: Customer.objects.update(seen_at="2026-01-01T00:00:00Z"))
    await database.write(remove_old)
    assert await database.read(lambda: list(Customer.objects.values_list("sub", flat=True))) == ["4712"]


# -- what people see ----------------------------------------------------------------------------------------------------
async def test_the_operator_sees_who_is_verified_and_by_what_number(sari: User) -> None:
    mine = await talk(identity=signed_in("4711", name="Dewi", phone="+628123"))
    other = await talk()
    async with DeskLine(sari) as desk:
        await desk.greet()
        for conversation, verified in ((mine, {"sub": "4711", "name": "Dewi", "phone": "+628123"}), (other, False)):
            shown = await desk.show(conversation["conversation"])
            assert shown["talk"]["verified"] == verified
            assert not verified or (shown["talk"]["name"], shown["talk"]["contact"]) == ("Dewi", "+628123")
            # What the customer's own devices must prove, the operator's rights have shown already.
            assert [row["author"] for row in shown["messages"]][:1] == ["visitor"] and shown["seq"] == shown["messages"][-1]["seq"]


async def test_a_name_cannot_imitate_the_badge() -> None:
    async with Line() as line:
        await line.hello()
        await line.send("form.send", id="contact", values={"name": "\u202eDewi ✔️ ✅\u200b 🛡️ Terverifikasi\n☑", "contact": "0812 ✓"})
        await line.until("conversation.changed")
    assert await database.read(lambda: Conversation.objects.values_list("name", "contact").get()) == ("Dewi Terverifikasi", "0812")


async def test_a_visitors_hello_asks_the_database_no_more_than_before(site: Site) -> None:
    before = await talk()

    def count() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as known:
            resume_visitor(site.pk, before["conversation"], 0, "", None)
        with CaptureQueriesContext(connection) as new:
            resume_visitor(site.pk, str(uuid.uuid4()), 0, "", None)
        return len(known), len(new)

    # The conversation, its rows, its unfinished turn, its ratings; and one question for who is not known.
    assert await database.read(count) == (4, 1)
    assert customers.PREFIX not in before["token"][:2]
