"""`/healthz`, `/readyz` and `/metrics`: who may see what, and that a probe needs neither Django nor the database."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.driver import Server
from tests.ops.test_serve import MakeServer, get
from tests.waiting import eventually
from widget.lib import lifecycle, readiness
from widget.ops.health import PROXIED_HEADER, with_health

# One line of the text format: a comment, or a name, perhaps labels, and a number.
LINE = re.compile(r'# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="(\\.|[^"\\])*"(,[a-z_]+="(\\.|[^"\\])*")*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)')


@pytest.fixture(autouse=True)
def own_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(readiness, "_entries", {})
    readiness.forget()
    yield
    readiness.forget()


async def no_application(*_: Any) -> None:
    raise AssertionError("Django was asked")


async def ask(path: str, *headers: tuple[bytes, bytes], client: str | None = "127.0.0.1", method: str = "GET") -> tuple[int, str]:
    """Status and body of what a client at this address is answered."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "method": method, "headers": list(headers), "client": [client, 1] if client else None}
    await with_health(no_application)(scope, None, send)
    return sent[0]["status"], sent[1]["body"].decode()


async def test_being_alive_needs_nothing() -> None:
    assert await ask("/healthz", (b"host", b"whatever:1")) == (200, "ok\n")
    assert await ask("/healthz", method="HEAD") == (200, "")
    assert (await ask("/healthz", method="POST"))[0] == 405


async def test_this_machine_is_told_every_check_and_a_stranger_one_word() -> None:
    readiness.register("database", lambda: "The database cannot be written: no room.")
    readiness.register("models", lambda: None, essential=False)
    status, body = await ask("/readyz", (b"host", b"127.0.0.1:8000"))
    assert (status, json.loads(body)) == (
        503,
        {
            "status": "unready",
            "checks": {
                "database": {"ok": False, "essential": True, "trouble": "The database cannot be written: no room."},
                "models": {"ok": True, "essential": False},
            },
        },
    )
    assert await ask("/readyz", client="203.0.113.9") == (503, '{"status": "unready"}\n')


async def test_what_is_not_essential_degrades_and_strangers_need_not_know() -> None:
    readiness.register("models", lambda: "None of the 2 model providers can be used now.", essential=False)
    status, body = await ask("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "degraded")
    assert await ask("/readyz", client="203.0.113.9") == (200, '{"status": "ok"}\n')


async def test_a_process_that_drains_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_draining", True)
    status, body = await ask("/readyz")
    assert (status, json.loads(body)["status"]) == (503, "draining")


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("203.0.113.9", []),
        (None, []),
        ("127.0.0.1", [(b"x-forwarded-for", b"127.0.0.1")]),
        ("127.0.0.1", [(b"via", b"1.1 proxy")]),
        ("127.0.0.1", [(PROXIED_HEADER, b"1")]),
        ("127.0.0.1", [(b"host", b"rebound.example")]),
        ("127.0.0.1", [(b"authorization", b"Bearer wrong"), (b"forwarded", b"for=127.0.0.1")]),
        ("203.0.113.9", [(b"authorization", b"Bearer right"), (b"authorization", b"Bearer wrong")]),
    ],
)
async def test_the_numbers_are_not_for_everybody(settings: Any, client: str | None, headers: list[tuple[bytes, bytes]]) -> None:
    settings.METRICS_TOKEN = "right"
    status, body = await ask("/metrics", *headers, client=client)
    assert status == 403 and "kanal_" not in body


@pytest.mark.parametrize(("client", "headers"), [("127.0.0.1", []), ("::1", [(b"host", b"[::1]:80")]), ("203.0.113.9", [(b"authorization", b"Bearer right")])])
async def test_this_machine_and_the_token_may_read_them(settings: Any, client: str, headers: list[tuple[bytes, bytes]]) -> None:
    settings.METRICS_TOKEN = "right"
    status, body = await ask("/metrics", *headers, client=client)
    assert status == 200 and "process_cpu_seconds_total" in body


async def test_an_empty_token_opens_nothing(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert (await ask("/metrics", (b"authorization", b"Bearer "), client="203.0.113.9"))[0] == 403


@pytest.mark.live
def test_the_shipped_server_is_ready_and_every_line_of_its_numbers_is_in_the_format(server: Server) -> None:
    # With Redis it says "degraded" until it has joined the bells.
    eventually(lambda: json.loads(get(server, "/readyz").body)["status"] == "ok", 20)  # type: ignore[attr-defined]
    response = get(server, "/metrics")
    assert response.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    lines = response.body.decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) > 40
    assert [line for line in lines if not LINE.fullmatch(line)] == []


@pytest.mark.live
def test_a_proxy_that_nobody_trusts_does_not_make_a_stranger_local(server: Server, ask_with: Callable[..., int]) -> None:
    assert ask_with(server, "/metrics") == 200
    assert ask_with(server, "/metrics", **{"X-Forwarded-For": "203.0.113.9"}) == 403


@pytest.mark.live
def test_probes_are_answered_under_any_name_while_django_refuses_it(server: Server, ask_with: Callable[..., int]) -> None:
    assert ask_with(server, "/readyz", Host="10.9.8.7") == ask_with(server, "/healthz", Host="10.9.8.7") == 200
    assert ask_with(server, "/admin/login/", Host="10.9.8.7") == 400


@pytest.mark.live
def test_too_little_room_on_the_disk_is_told(make_server: MakeServer) -> None:
    server = make_server(env={"DISK_FLOOR_MB": "1000000000"}).start()
    response = get(server, "/readyz")
    told = json.loads(response.body)["checks"]["disk"]  # type: ignore[attr-defined]
    assert response.status == 503 and "MB are left" in told["trouble"]
