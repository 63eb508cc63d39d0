"""What visitors and owners write is text wherever it goes, and what goes wrong is told without its insides (S25, S64)."""

import json
import logging
import random
import re
import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.fakes.model_server import ModelServer
from tests.realtime.line import Line
from widget.conversations.models import Conversation, Message
from widget.conversations.names import plain_name
from widget.lib import database
from widget.lib.logs import JsonLines, Lines
from widget.ops.alerts import wording
from widget.providers.models import Provider
from widget.realtime.errors import FrameError
from widget.rules.placeholders import fill
from widget.sites.models import Site

pytestmark = pytest.mark.usefixtures("at_rest")
PAYLOADS = [
    "=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(1+1)", "\t=1+1", "halo\r\nSet-Cookie: a=b", "halo\nERROR root: dibuat-buat", "\x1b[31mmerah\x1b[0m",
    "{{7331*3}}", "{% debug %}", "{% load i18n %}", "{settings}", "{settings.SECRET_KEY}", "{0.__class__.__mro__}", "{you.__class__}", "%s%s%n", "%(name)s",
    "%(you)s %", "${7331*3}", "#{7331*3}", "<%= 7331*3 %>", "\u202egpj.exe", "\u2028baris", "a\x00b", "{you}", "{name}{name}",
]  # fmt: skip
INNER = re.compile(r"Traceback|File \"|django|Error\b.*line|sqlite|psycopg|widget/|site-packages|canary", re.IGNORECASE)


def unsafe(text: str) -> str:
    """As it may be stored: a NUL cannot be, and blanks around it are not."""
    return text.replace("\x00", "").strip()


@pytest.mark.promise("S25")
async def test_what_a_visitor_writes_comes_back_letter_by_letter(settings: object) -> None:
    for payload in PAYLOADS:
        async with Line() as line:
            token = (await line.hello(page={"url": payload, "title": payload}))["token"]
            await line.say(payload)
            await line.send("form.send", id="contact", values={"name": payload, "contact": payload})
            await line.until("conversation.changed")
        async with Line() as line:
            welcome = await line.hello(token=token)
        assert welcome["messages"][0]["text"] == unsafe(payload)
        stored = await database.read(lambda payload=payload: Conversation.objects.latest("pk"))
        # Name and contact are one line of words, without what could pass for the badge of who is verified; nothing else is read into them.
        assert stored.name == stored.contact == plain_name(unsafe(payload))
        others = json.dumps([row["text"] for row in welcome["messages"][1:]])
        assert "21993" not in others and "__class__" not in others


@pytest.mark.promise("S25")
@pytest.mark.django_db(transaction=True)
def test_no_text_is_read_as_a_template_in_pages_alerts_and_answers(site: Site) -> None:
    talk = Conversation.objects.create(site=site, public_id="p", seq=1, handler="waiting")
    Message.objects.create(conversation=talk, seq=1, client_id="1", author="visitor", text="x")
    person = User.objects.create_superuser("sari")
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    for text in map(unsafe, PAYLOADS):
        Site.objects.update(name=text[:80], greeting=text)
        Conversation.objects.update(name=text[:80], contact=text, page_title=text)
        Message.objects.update(text=text)
        User.objects.update(first_name=text[:80])
        for address in ("/admin/", "/admin/widget/conversation/", f"/admin/widget/conversation/{talk.pk}/change/"):
            answer = client.get(address)
            assert answer.status_code == 200 and "21993" not in answer.content.decode()
            assert not any("\n" in value or "a=b" in value for value in answer.headers.values())
        alert = wording.visitor_waits(Site.objects.get(), talk.pk, "", "-")
        assert alert is not None and "\n" not in alert.preview and "21993" not in alert.text
        # Only what an owner may write between braces is filled, and what it is filled with is not read again.
        filled = text.replace("{you}", "{settings} %s").replace("{name}", "{you}")
        assert fill(text, {"you": "{settings} %s", "name": "{you}"}) == "\n".join(filled.splitlines())


@pytest.mark.promise("S25")
@pytest.mark.parametrize("formatter", [Lines(), JsonLines()], ids=["lines", "json"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_one_event_is_one_line_of_the_log(payload: str, formatter: logging.Formatter) -> None:
    record = logging.LogRecord("widget", logging.WARNING, "x.py", 1, "asked by %s", (payload,), None)
    line = formatter.format(record)
    assert len(line.splitlines()) == 1 and "\x1b" not in line and "\u202e" not in line and "21993" not in line


# -- errors -----------------------------------------------------------------------------------------------------------------
def malformed(chance: random.Random) -> str:
    """A frame that was damaged: a field of another kind, a piece missing, something where nothing belongs."""
    kinds = ["hello", "message.send", "history.get", "page.set", "form.send", "reply.stop", "read.set", "ping", "nothing", "__class__", ""]
    values = [
        None,
        True,
        -1,
        10**30,
        1.5,
        "x" * 300,
        "\x00",
        "\ud800",
        [],
        {},
        {"a": {"b": []}},
        "../../etc/passwd",
        "' OR 1=1 --",
        "{{7331*3}}",
        str(uuid.uuid4()),
    ]
    names = ["id", "text", "before", "limit", "url", "values", "seq", "t", "protocol", "token", "after", "reply", "locale", "page", "type"]
    whole = json.dumps({"type": chance.choice(kinds), **{name: chance.choice(values) for name in chance.sample(names, chance.randint(0, 6))}})
    return chance.choice([whole, whole[: chance.randint(0, len(whole))], f"[{whole}]", whole.replace('"', "'"), whole + whole, whole.replace(":", ":NaN,", 1)])


@pytest.mark.promise("S64")
async def test_a_thousand_malformed_frames_get_documented_codes_and_plain_sentences(full_count: Callable[[int, int], int]) -> None:
    chance = random.Random("S64")
    codes = {error.code for error in FrameError.__subclasses__()} | {FrameError.code}
    tried = full_count(200, 1000)
    for start in range(0, tried, 20):
        async with Line(address=f"192.0.2.{start % 200}") as line:
            await line.hello()
            for _ in range(20):
                await line.send_raw(malformed(chance))
            await line.send("ping", t=4711)
            while (message := await line._take(5))["type"] == "websocket.send" and message["text"] != '{"type":"pong","t":4711}':
                frame = json.loads(message["text"])
                assert frame["type"] != "error" or frame["code"] in codes - {"retry"}, frame
                assert not INNER.search(json.dumps({name: value for name, value in frame.items() if name not in ("text", "messages")})), frame
            assert message["type"] == "websocket.send" or 4400 <= message["code"] < 4500


@pytest.mark.promise("S64")
@pytest.mark.parametrize(
    "script", ["status:500+detail:canary", "status:401+detail:canary", "status:429+detail:canary", "html", "garbage", "error-in-stream", "malformed"]
)
async def test_what_a_provider_says_in_trouble_never_reaches_a_visitor(script: str, ask_model: Callable[[str], Provider], model_server: ModelServer) -> None:
    await database.write(ask_model, script)
    async with Line() as line:
        await line.hello(locale="en")
        await line.say("Apakah ada ongkos kirim ke Makassar?")
        heard = [json.dumps(await line.until("message.added", seconds=20)), *line.waiting()]
    assert not [text for text in heard if INNER.search(text) or "sk-test" in text or "127.0.0.1" in text]
    assert "sk-test" not in str(await database.read(lambda: list(Message.objects.values_list("text", "sources"))))
