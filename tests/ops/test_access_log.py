"""The log of a live server: every request has a line and an id, and nothing a visitor sent stands in it."""

import asyncio
import http.client
import json
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.driver import Server
from tests.waiting import eventually, soon
from widget.ops.access_log import network_of, route_of

MakeServer = Callable[..., Server]
CANARY = "canary7f3a"
ORIGIN = "https://toko.example"
MODEL = """
from widget.providers.models import Provider
Provider.objects.create(name="Model", base_url="http://127.0.0.1:9/v1", model="m", key="sk-{canary}")
"""


def request(server: Server, path: str, method: str = "GET", body: str | None = None, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    response.body = response.read().decode()  # type: ignore[attr-defined]
    connection.close()
    return response


def events(server: Server) -> list[dict[str, Any]]:
    """Every line of the log after the one that tells the address, each of which must be JSON."""
    return [json.loads(line) for line in server.output if not line.startswith("Kanal serves")]


@pytest.fixture
def logging_server(make_server: MakeServer) -> Server:
    server = make_server(env={"LOG_FORMAT": "json", "LOG_LEVEL": "debug", "TRUSTED_PROXIES": "1"})
    server.manage("create_site", "toko", "--name", "Toko", "--origin", ORIGIN)
    server.python(MODEL.format(canary=CANARY))
    return server.start()


def send_canaries_over_http(server: Server) -> None:
    """In the path, the query, every header, a body, and what is typed at the admin's door."""
    headers = {name: f"{CANARY} {CANARY}@example.com" for name in ("User_Agent", "Referer", "Cookie", "Origin", "Authorization", "Accept_Language", "Via")}
    # The address 198.51.100.77 is a canary too: it must not stand in the log in full.
    for path in (
        f"/{CANARY}",
        f"/admin/login/?next={CANARY}",
        f"/c/{CANARY}",
        f"/static/{CANARY}",
        f"/widget.js?site={CANARY}",
        f"/admin/{CANARY}/?q={CANARY}",
    ):
        request(server, path, X_Forwarded_For="198.51.100.77", X_Request_ID=f"{CANARY} with spaces", **headers)
    for path, more in ((f"/chat/{CANARY}/events", {"Origin": ORIGIN}), ("/chat/toko/frames", {"Origin": ORIGIN, "Authorization": f"Bearer {CANARY}"})):
        request(server, path, "POST", json.dumps([{"type": CANARY, "text": CANARY}]), **{**headers, **more})
    request(server, "/", Host=CANARY)
    form = f"username={CANARY}&password={CANARY}&csrfmiddlewaretoken={CANARY}"
    for extra in (headers, {}):
        request(server, "/admin/login/", "POST", form, Content_Type="application/x-www-form-urlencoded", **extra)


async def send_canaries_over_the_line(server: Server) -> str:
    """In every field of every frame, good and bad. Returns the token it was given."""
    page = {"url": f"{ORIGIN}/{CANARY}", "title": CANARY, "referrer": CANARY}
    async with connect(server.line_address("toko"), origin=ORIGIN, user_agent_header=CANARY, proxy=None) as socket:  # type: ignore[arg-type]

        async def send(kind: str, **fields: object) -> None:
            await socket.send(json.dumps({"type": kind, **fields}))

        await send("hello", protocol=1, locale=CANARY, page=page, identity=CANARY)
        welcome = json.loads(await socket.recv())
        await send("message.send", id=str(uuid.uuid4()), text=f"Saya {CANARY}, berapa ongkir? {CANARY}")
        await send("form.send", id="contact", values={"name": CANARY, "contact": f"{CANARY}@example.com"})
        await send("page.set", **page)
        await send("form.send", id=CANARY, values=CANARY)
        await send(CANARY, id=CANARY)
        await send("history.get", before=CANARY, limit=CANARY)
        await socket.send(f'{{"{CANARY}": ')
        await socket.send(CANARY.encode())
        await send("human.request")
        kinds = []
        while "message.added" not in kinds:
            kinds.append(json.loads(await socket.recv())["type"])
    for token, origin in ((f"{CANARY}.{CANARY}", ORIGIN), ("", f"https://{CANARY}.example")):
        async with connect(server.line_address("toko"), origin=origin, proxy=None) as socket:  # type: ignore[arg-type]
            # The second is refused before it has said anything.
            with suppress(ConnectionClosed):
                await socket.send(json.dumps({"type": "hello", "protocol": 1, "token": token}))
            await socket.wait_closed()
    return str(welcome["token"])


@pytest.mark.live
@pytest.mark.sqlite  # whose file is taken away
@pytest.mark.promise("S25")
async def test_nothing_a_visitor_sends_stands_in_the_log(logging_server: Server) -> None:
    server = logging_server
    await asyncio.to_thread(send_canaries_over_http, server)
    token = await send_canaries_over_the_line(server)
    # The disk fails under a question too: that is when most is said.
    database = server.data_dir / "kanal.sqlite3"
    session = await asyncio.to_thread(server.python, "from django.conf import settings; print(settings.SESSION_COOKIE_NAME)")
    os.rename(database, aside := server.data_dir / "aside")
    broken = await asyncio.to_thread(lambda: request(server, f"/admin/{CANARY}/", Cookie=f"{session.strip()}={CANARY}{'0' * 22}"))
    os.rename(aside, database)
    assert broken.status == 500
    await soon(lambda: any(event.get("error") for event in events(server)))
    log = "".join(server.output)
    assert CANARY not in log and token not in log and "198.51.100.77" not in log
    assert "198.51.100.0/24" in log
    assert {event["route"] for event in events(server) if "route" in event} >= {
        "/c/<slug:key>",
        "/chat/<slug:key>/events",
        "/chat/<slug:key>/frames",
        "/admin/login/",
        "unknown",
        "/static/...",
    }
    # The page that broke says the number under which the log tells why.
    told = [event for event in events(server) if event.get("error")]
    assert told and all(event["request"] in broken.body for event in told)  # type: ignore[attr-defined]


@pytest.mark.live
def test_a_request_keeps_the_id_its_trusted_proxy_gave_it(logging_server: Server) -> None:
    answered = request(logging_server, "/widget.js", X_Forwarded_For="198.51.100.77", X_Request_ID="proxy-0123456789")
    assert answered.getheader("X-Request-ID") == "proxy-0123456789"
    eventually(lambda: [event["status"] for event in events(logging_server) if event.get("request") == "proxy-0123456789"] == [answered.status])


@pytest.mark.live
def test_nobody_else_may_name_a_request(server: Server) -> None:
    answered = request(server, "/widget.js", X_Request_ID="stranger-0123456789")
    assert answered.getheader("X-Request-ID") not in (None, "stranger-0123456789")


def test_a_route_is_named_by_its_pattern() -> None:
    assert route_of("/c/anything") == "/c/<slug:key>"
    assert route_of("/panel-id-AAAA.js") == "/<built>"
    assert route_of("/admin/anything/else/") == "/<other>"
    assert route_of("/no/such/place") == "unknown"
    assert route_of("no slash") == "unknown"


@pytest.mark.parametrize(
    ("client", "network"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2:3::4", "2001:db8:1::/48"), (None, "unknown"), ("::ffff:203.0.113.77", "203.0.113.0/24")],
)
def test_of_an_address_only_the_network_is_kept(client: str | None, network: str) -> None:
    assert network_of({"client": [client, 1] if client else None, "headers": []}) == network
