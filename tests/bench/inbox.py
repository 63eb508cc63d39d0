"""The operator's line: how soon a visitor's message is on the operator's screen, and how long the list and its search take among 100,000 conversations.

Called by __main__.py. The screen is a real socket at the shipped server; the listing runs our own code on an installation of the benchmark.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Mapping
from contextlib import AsyncExitStack, ExitStack
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests import engines
from tests.bench.processes import SITE, Installation, Target, run_python
from tests.bench.report import Row
from tests.bench.scaled import two
from tests.bench.scenarios import Bench
from tests.driver import Server
from tests.promises.visitor import Visitor

VISITORS = 5
# An operator with a session and a ticket, as the sign-in and the page get them.
_OPERATOR = """
import json
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
settings.ALLOWED_HOSTS = ["*"]
client = Client()
client.force_login(get_user_model().objects.get_or_create(username="desk", defaults={"is_staff": True, "is_superuser": True})[0])
ticket = client.post("/admin/inbox/ticket/", secure=settings.HTTPS).json()["ticket"]
print(json.dumps({"cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}", "ticket": ticket}))
"""
# Some words everybody uses, some few do, a name and a number in every third; most are closed, a few wait.
_FILL = """
import datetime, json, random, time, uuid
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone
from widget.conversations.models import Conversation
from widget.sites.models import Site
random.seed(7)
site = Site.objects.get(key="bench")
talk = "halo kak apakah masih ada berapa bisa cod kirim ke makassar hari ini terima kasih mohon info ya merah batik ongkir tas sepatu".split()
names, now = "Dewi Sari Rina Budi Agus Putri Wayan Made Ketut Siti".split(), timezone.now()
def conversation(number):
    at, chance = now - datetime.timedelta(minutes={count} - number), random.random()
    known = random.random() < 0.33
    return Conversation(
        site=site, public_id=str(uuid.uuid4()), seq=5, created_at=at, last_at=at, closed_at=at if chance < 0.7 else None,
        handler="waiting" if 0.7 < chance < 0.7003 else "bot", waiting_since=at if 0.7 < chance < 0.7003 else None,
        name=f"{{random.choice(names)}} {{random.choice(names)}}" if known else "", contact=f"08{{random.randint(10**8, 10**10)}}" if known else "")
def message(talk_id, seq, at):
    rare = f" kode{{random.randint(1, 100000)}}" if random.random() < 0.3 else ""
    text = " ".join(random.choices(talk, k=8)) + rare
    return (talk_id, seq, str(uuid.uuid4()), "visitor" if seq % 2 else "assistant", "" if seq % 2 or random.random() < 0.2 else "knowledge", text, at)
columns = "conversation_id, seq, client_id, author, answered_by, text, at, name, sources"
insert = f"INSERT INTO widget_message ({{columns}}) VALUES (%s, %s, %s, %s, %s, %s, %s, '', '[]')"
for start in range(0, {count}, 5000):
    with transaction.atomic(), connection.cursor() as cursor:
        made = Conversation.objects.bulk_create([conversation(number) for number in range(start, min({count}, start + 5000))])
        # Beside the ORM, which would take longer than all that is measured.
        cursor.executemany(insert, [message(one.pk, seq, connection.ops.adapt_datetimefield_value(one.last_at)) for one in made for seq in range(1, 6)])
Site.objects.update(created_at=now - datetime.timedelta(days=100))
# As PostgreSQL does by itself within minutes. SQLite counts no rows by itself, so it plans here without, as on a server.
if connection.vendor == "postgresql":
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) widget_message")
        cursor.execute("VACUUM (ANALYZE) widget_conversation")
"""
_LIST = """
from django.conf import settings
from django.test import Client
from widget.inbox import listing, search
from widget.inbox.insights import counting
from widget.inbox.listing import Wish
from widget.sites.members import Access
access = Access(0, "", False, {{site.pk: "agent"}})
def milliseconds(work, times=8):
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return took
def p95(wishes):
    found = [(took, wish) for wish in wishes for took in milliseconds(lambda: search.page_of(access, wish))]
    took, slow = sorted(found, key=lambda one: one[0])[int(len(found) * 0.95)]
    return [took, slow.query or slow.view]
questions = "kode77 ongkir dewi 0812 kode1234 tidakada".split() + ["Dewi Sari", "ongkir makassar", "kode5 ongkir", "halo kak info", '"terima kasih"']
lists = p95([Wish(view) for view in listing.VIEWS] + [Wish("all", since=now.date() - datetime.timedelta(days=9), until=now.date())])
searches = p95([Wish("all", query=question) for question in questions] + [Wish("waiting", query="ongkir"), Wish("assistant", query="kode77")])
settings.ALLOWED_HOSTS = ["*"]
counting.count_missing()
client = Client()
client.force_login(get_user_model().objects.get_or_create(username="desk", defaults={{"is_staff": True, "is_superuser": True}})[0])
def first(days):
    def look():
        assert client.get(f"/admin/?days={{days}}", secure=settings.HTTPS).status_code == 200
    return sorted(milliseconds(look))[4]
print(json.dumps({{"list": lists, "search": searches, "first": {{days: first(days) for days in (7, 30, 90)}}}}))
"""


class Writer(Visitor):
    """A visitor who notes when each message was acknowledged: it is on the disk then, and what comes after is the way to the operator."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.stored_at: dict[str, float] = {}

    async def _on_message_stored(self, frame: dict[str, Any]) -> None:
        self.stored_at.setdefault(frame["id"], time.monotonic())
        await super()._on_message_stored(frame)


class Screen:
    """An operator's socket with one conversation open. `rows` and `listed` say when each message was there, by its id and by (conversation, seq)."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.rows: dict[str, float] = {}
        self.listed: dict[str, list[tuple[int, float]]] = {}
        self.changed = asyncio.Event()

    async def read(self) -> None:
        async for raw in self._socket:
            frame, now = json.loads(raw), time.monotonic()
            if frame["type"] == "message.added":
                self.rows[frame["id"]] = now
            for item in frame["items"] if frame["type"] == "list.changed" else ():
                self.listed.setdefault(item["conversation"], []).append((item["seq"], now))
            self.changed.set()

    async def until(self, true: Any) -> None:
        async with asyncio.timeout(10):
            while not true():
                self.changed.clear()
                await self.changed.wait()


async def _delays(first: Target, second: Target, server: Server, count: int) -> dict[str, list[float]]:
    """Visitors write at `first` one after another, the operator looks on at `second`. Seconds from sending to the frame."""
    seen: dict[str, list[float]] = {"stored": [], "open": [], "list": []}
    async with AsyncExitStack() as stack:
        made = [Writer(lambda: f"ws://127.0.0.1:{first.port}/ws/chat/{SITE}", origin=f"http://127.0.0.1:{first.port}") for _ in range(VISITORS)]
        visitors = [await stack.enter_async_context(visitor) for visitor in made]
        for visitor in visitors:
            await visitor.answered(await visitor.say("halo"))
        operator = json.loads((await asyncio.to_thread(server.python, _OPERATOR)).strip().splitlines()[-1])
        headers = {"Cookie": operator["cookie"]}
        own = f"http://127.0.0.1:{second.port}"
        socket = await stack.enter_async_context(connect(f"ws://127.0.0.1:{second.port}/ws/inbox", origin=own, additional_headers=headers, proxy=None))  # type: ignore[arg-type]
        await socket.send(json.dumps({"type": "hello", "protocol": 1, "ticket": operator["ticket"]}))
        screen = Screen(socket)
        reading = asyncio.create_task(screen.read())
        await socket.send(json.dumps({"type": "talk.open", "conversation": visitors[0].conversation}))
        await asyncio.sleep(1)
        for number in range(count):
            visitor = visitors[number % VISITORS]
            message, seq = str(uuid.uuid4()), visitor.seq
            await visitor.say(f"halo {number}", message)
            if visitor is visitors[0]:
                await screen.until(lambda message=message: message in screen.rows)
                seen["open"].append(screen.rows[message] - visitor.sent_at[message])
            await screen.until(lambda visitor=visitor, seq=seq: any(one > seq for one, _ in screen.listed.get(visitor.conversation, ())))
            seen["list"].append(next(at for one, at in screen.listed[visitor.conversation] if one > seq) - visitor.sent_at[message])
            await visitor.answered(message)
            seen["stored"].append(visitor.stored_at[message] - visitor.sent_at[message])
            await asyncio.sleep(0.12)
        reading.cancel()
    return seen


def inbox(bench: Bench) -> list[Row]:
    rows, count = [], 60 if bench.quick else 300
    with bench.fresh("ours", with_model=False) as target:
        server = Server(bench.folder / "fresh")
        rows += _shown("in one process", asyncio.run(_delays(target, target, server, count)), 100)
    with ExitStack() as started:
        url, bell = started.enter_context(engines.postgres()), started.enter_context(engines.redis())
        first, second = started.enter_context(two(bench, url, bell.url, with_model=False))
        server = Server(bench.folder / "scaled", env={"DATABASE_URL": url})
        rows += _shown("in another process, by Redis", asyncio.run(_delays(first, second, server, count)), 250)
    return rows


def _shown(where: str, seen: Mapping[str, list[float]], goal: float) -> list[Row]:
    half, most = ({name: sorted(times)[int(len(times) * share)] * 1000 for name, times in seen.items()} for share in (0.5, 0.95))
    return [
        Row(f"a message on the operator's screen {where}, open conversation, p95", "ms", most["open"], None, goal),
        Row("  in the list, p95", "ms", most["list"], None, goal),
        Row("  the visitor's own acknowledgement of the same messages, p95", "ms", most["stored"]),
        *(Row(f"  {name}, p50", "ms", half[key]) for name, key in (("open conversation", "open"), ("list", "list"), ("acknowledgement", "stored"))),
    ]


def listing(bench: Bench) -> list[Row]:
    """On SQLite and on PostgreSQL."""
    count = 5_000 if bench.quick else 100_000
    rows = []
    with engines.postgres() as url:
        for name, settings in (("SQLite", {}), ("PostgreSQL", {"DATABASE_URL": url})):
            installation = Installation(bench.folder / f"listing-{name}", None, settings=settings)
            found = run_python((_FILL + _LIST).format(count=count), installation.server.env)
            rows += _listed(name, count, found)
    return rows


def _listed(name: str, count: int, found: dict[str, Any]) -> list[Row]:
    said = {"list": "an operator's list", "search": "a search by words, names or numbers"}
    rows = []
    for what, sentence in said.items():
        took, slow = found[what]
        rows.append(Row(f"{sentence} is there among {count} conversations on {name}, p95 (slow: {slow})", "ms", took, None, 150.0))
    return rows + [Row(f"  the admin's first page with the figures of {days} days, {name}, p50", "ms", took) for days, took in found["first"].items()]
