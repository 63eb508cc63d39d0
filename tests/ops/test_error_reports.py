"""Errors to Sentry: a fake one on loopback hears what broke, and not a word of a visitor; without the package one sentence says so."""

import asyncio
import gzip
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.driver import Server
from tests.ops.test_access_log import CANARY, ORIGIN, request, send_canaries_over_the_line
from tests.waiting import soon
from widget.ops import error_reports

MakeServer = Callable[..., Server]


_UNPACK: dict[str | None, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


class FakeSentry(ThreadingHTTPServer):
    """Keeps what is sent to it, unpacked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.envelopes: list[str] = []

    @property
    def dsn(self) -> str:
        return f"http://key@127.0.0.1:{self.server_address[1]}/1"

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(envelope.splitlines()[2]) for envelope in self.envelopes if '"type":"event"' in envelope.splitlines()[1].replace(" ", "")]


class _Handler(BaseHTTPRequestHandler):
    server: FakeSentry

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.envelopes.append(_UNPACK[self.headers["Content-Encoding"]](body).decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture
def sentry() -> Iterator[FakeSentry]:
    fake = FakeSentry()
    thread = threading.Thread(target=fake.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield fake
    fake.shutdown()
    thread.join()
    fake.server_close()


@pytest.mark.live
@pytest.mark.sqlite  # whose file is taken away
async def test_sentry_hears_what_broke_and_not_a_word_of_a_visitor(make_server: MakeServer, sentry: FakeSentry) -> None:
    server = make_server(env={"SENTRY_DSN": sentry.dsn})
    await asyncio.to_thread(server.manage, "create_site", "toko", "--name", "Toko", "--origin", ORIGIN)
    await asyncio.to_thread(server.start)
    session = await asyncio.to_thread(server.python, "from django.conf import settings; print(settings.SESSION_COOKIE_NAME)")
    token = await send_canaries_over_the_line(server)
    os.rename(server.data_dir / "kanal.sqlite3", server.data_dir / "aside")
    body, headers = f"text={CANARY}", {"Cookie": f"{session.strip()}={CANARY}{'0' * 22}", "User_Agent": CANARY}
    broken = await asyncio.to_thread(request, server, f"/admin/{CANARY}/?q={CANARY}", "GET", body, **headers)
    number = broken.getheader("X-Request-ID")
    await soon(lambda: any(event.get("tags") == {"request": number} for event in sentry.events()), 10)
    (told,) = (event for event in sentry.events() if event.get("tags") == {"request": number})
    assert "unable to open database file" in told["logentry"]["message"]
    assert [frame["function"] for frame in told["exception"]["values"][-1]["stacktrace"]["frames"]]
    sent = "".join(sentry.envelopes)
    assert CANARY not in sent and token not in sent and "127.0.0.1" not in sent.replace(sentry.dsn, "")
    assert not {"request", "extra", "breadcrumbs", "user", "vars", "modules", "contexts"} & set(told)


def test_a_missing_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN is set, but the package"):
        error_reports.start("https://key@sentry.example/1")


def test_a_dsn_that_is_none_is_one_sentence() -> None:
    with pytest.raises(ImproperlyConfigured, match="must be the address"):
        error_reports.start("sentry")


@pytest.mark.live
def test_without_a_dsn_the_package_is_not_loaded(server: Server) -> None:
    assert server.python("import sys; print('sentry_sdk' in sys.modules)").strip() == "False"
