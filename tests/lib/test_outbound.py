"""lib/outbound.py reaches the public internet and nothing else (PROMISES S29 to S33)."""

import gzip
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from tests.fakes.certificates import make_certificate
from tests.fakes.web_sink import Page, WebSink
from widget.lib import outbound
from widget.lib.addresses import is_public
from widget.lib.outbound import (
    BadAnswerError,
    BadUrlError,
    OutboundError,
    PrivateTargetError,
    TooLargeError,
    TooManyRedirectsError,
    TooSlowError,
    UnreachableError,
)

# Each leads to this machine, to a private network or to a cloud's metadata; {port} is the sink's.
_HOSTILE = """
http://127.0.0.1:{port}/  http://127.1:{port}/  http://127.0.1:{port}/  http://2130706433:{port}/  http://0x7f000001:{port}/  http://0x7f.0.0.1:{port}/
http://0177.0.0.1:{port}/  http://017700000001:{port}/  http://0:{port}/  http://0.0.0.0:{port}/  http://127.0.0.2:{port}/  http://127.255.255.254:{port}/
http://localhost:{port}/  http://LOCALHOST:{port}/  http://localhost.:{port}/  http://127.0.0.1.:{port}/  http://[::1]:{port}/  http://[::]:{port}/
http://[0:0:0:0:0:0:0:1]:{port}/  http://[::ffff:127.0.0.1]:{port}/  http://[::ffff:7f00:1]:{port}/  http://[::127.0.0.1]:{port}/
http://[64:ff9b::7f00:1]:{port}/  http://[64:ff9b:1::7f00:1]:{port}/  http://[2002:7f00:1::]:{port}/  http://[2001:0:7f00:1::]:{port}/
http://[fc00::1]:{port}/  http://[fd12:3456::1]:{port}/  http://[fe80::1]:{port}/  http://[fe80::1%25lo]:{port}/  http://[fec0::1]:{port}/  http://[ff02::1]:{port}/
http://10.0.0.1:{port}/  http://172.16.0.1:{port}/  http://192.168.1.1:{port}/  http://169.254.169.254/latest/meta-data/  http://100.64.0.1:{port}/
http://100.100.100.200/  http://192.0.0.192/  http://198.18.0.1/  http://224.0.0.1/  http://255.255.255.255/  http://240.0.0.1/  http://metadata.google.internal/
http://inside.example:{port}/  http://both.example:{port}/  http://user:pw@127.0.0.1:{port}/  http://public.example@127.0.0.1:{port}/
http://public.example\\@127.0.0.1:{port}/  http:\\127.0.0.1:{port}/  http://127.0.0.1%00.public.example:{port}/  http://①②⑦.0.0.1:{port}/
file:///etc/passwd  gopher://127.0.0.1:{port}/_x  data:text/plain,x  ftp://127.0.0.1:{port}/  dict://127.0.0.1:{port}/  //127.0.0.1:{port}/
http:///x  127.0.0.1:{port}  http://127.0.0.1:0/  http://127.0.0.1:99999/  http://[::1/  javascript:alert(1)
"""
HOSTILE = _HOSTILE.split()
NAMES = {
    "public.example": ["93.184.216.34"],
    "inside.example": ["10.0.0.5"],
    "both.example": ["93.184.216.34", "127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "localhost": ["127.0.0.1", "::1"],
}


def stub_resolver(host: str, port: int) -> Sequence[str]:
    """Known names from the table, numbers as the system reads them, nothing from the network."""
    if host in NAMES:
        return NAMES[host]
    try:
        return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)]
    except OSError as error:
        raise UnreachableError(host) from error


@pytest.fixture(scope="module")
def running_sinks() -> Iterator[tuple[WebSink, WebSink]]:
    with WebSink() as one, WebSink() as other:
        yield one, other


@pytest.fixture
def sink(running_sinks: tuple[WebSink, WebSink]) -> WebSink:
    return _fresh(running_sinks[0])


@pytest.fixture
def other(running_sinks: tuple[WebSink, WebSink]) -> WebSink:
    """Another host: the port makes it one."""
    return _fresh(running_sinks[1])


def _fresh(sink: WebSink) -> WebSink:
    sink.forget()
    sink.pages["/"] = Page(body=b"inside")
    return sink


def get(sink: WebSink, path: str = "/", **more: Any) -> outbound.Response:
    return outbound.fetch("GET", f"{sink.url}{path}", allow_private=[f"127.0.0.1:{sink.port}"], **more)


@pytest.mark.parametrize("url", HOSTILE)
def test_no_form_of_a_private_address_is_reached(sink: WebSink, url: str) -> None:
    with pytest.raises((PrivateTargetError, BadUrlError)):
        outbound.fetch("GET", url.format(port=sink.port), resolver=stub_resolver, seconds=2)
    assert sink.connections == 0


@pytest.mark.parametrize("url", HOSTILE)
def test_no_redirect_to_a_private_address_is_followed(sink: WebSink, other: WebSink, url: str) -> None:
    other.pages["/"] = Page(302, {"location": url.format(port=sink.port).encode().decode("latin-1")})
    with suppress(PrivateTargetError, BadUrlError):  # a few of the forms mean a page of the same host there
        assert outbound.fetch("GET", other.url, resolver=stub_resolver, seconds=2, allow_private=[f"127.0.0.1:{other.port}"]).status == 404
    assert sink.connections == 0


def test_there_are_at_least_45_hostile_forms() -> None:
    assert len(set(HOSTILE)) >= 45


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_a_name_that_changes_its_address_gains_nothing(sink: WebSink) -> None:
    """DNS rebinding: the vetted answer is the one connected to, so the second answer is never asked for within a hop."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["240.0.0.1"] if len(asked) % 2 else ["127.0.0.1"]

    for _ in range(200):
        with pytest.raises(OutboundError):
            outbound.fetch("GET", f"http://rebind.example:{sink.port}/", resolver=rebinding, seconds=0.5)
    assert sink.connections == 0 and len(asked) == 200


def test_the_connection_goes_to_the_vetted_address_with_host_and_tls_name_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = make_certificate(tmp_path, "toko.example")
    monkeypatch.setenv("SSL_CERT_FILE", files[0])
    outbound._tls.cache_clear()
    try:
        with WebSink(tls=files) as sink:
            sink.pages["/a"] = Page(body=b"secure")
            allowed = [f"toko.example:{sink.port}", f"lain.example:{sink.port}"]
            url = f"https://toko.example:{sink.port}/a?q=kaos%20merah"
            answer = outbound.fetch("GET", url, allow_private=allowed, resolver=lambda host, port: ["127.0.0.1"])
            assert (answer.body, answer.url, sink.names) == (b"secure", url, ["toko.example"])
            assert sink.requests[0].headers["host"] == f"toko.example:{sink.port}"
            with pytest.raises(UnreachableError, match=r"lain\.example"):
                outbound.fetch("GET", f"https://lain.example:{sink.port}/a", allow_private=allowed, resolver=lambda host, port: ["127.0.0.1"])
            assert len(sink.requests) == 1
    finally:
        outbound._tls.cache_clear()


def test_a_private_target_opens_by_host_and_port_only(sink: WebSink, settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE = [f"127.0.0.1:{sink.port}"]
    assert outbound.fetch("GET", sink.url).body == b"inside"
    with pytest.raises(PrivateTargetError):
        outbound.fetch("GET", f"http://127.0.0.1:{sink.port + 1}/")
    with pytest.raises(PrivateTargetError):
        outbound.fetch("GET", f"http://127.0.0.2:{sink.port}/")


def test_json_and_forms_arrive_as_such(sink: WebSink) -> None:
    outbound.fetch("POST", sink.url, json={"a": "é"}, headers={"X-Signature": "s"}, allow_private=[f"127.0.0.1:{sink.port}"])
    outbound.fetch("POST", sink.url, data={"a": "b c"}, allow_private=[f"127.0.0.1:{sink.port}"])
    first, second = sink.requests
    assert (first.body, first.headers["content-type"], first.headers["x-signature"]) == ('{"a": "é"}'.encode(), "application/json", "s")
    assert (second.body, second.headers["content-type"]) == (b"a=b+c", "application/x-www-form-urlencoded")


def test_a_header_cannot_smuggle_a_line(sink: WebSink) -> None:
    with pytest.raises(BadUrlError):
        get(sink, headers={"X-A": "b\r\nX-Evil: 1"})
    assert sink.connections == 0


def test_redirects_are_followed_within_a_host_with_credentials(sink: WebSink) -> None:
    sink.pages["/old"] = Page(301, {"location": "/new?x=1"})
    sink.pages["/new"] = Page(body=b"here")
    answer = get(sink, "/old", headers={"Authorization": "Bearer k"})
    assert (answer.body, answer.url) == (b"here", f"{sink.url}/new?x=1")
    assert sink.requests[1].headers["authorization"] == "Bearer k"


def test_credentials_stay_behind_when_the_host_changes(sink: WebSink, other: WebSink) -> None:
    other.pages["/"] = Page(body=b"other")
    sink.pages["/go"] = Page(302, {"location": f"{other.url}/"})
    allowed = [f"127.0.0.1:{sink.port}", f"127.0.0.1:{other.port}"]
    sent = {"Authorization": "Bearer k", "Cookie": "c=1", "X-Api-Key": "k", "Accept-Language": "id"}
    answer = outbound.fetch("GET", f"{sink.url}/go", headers=sent, allow_private=allowed)
    assert answer.body == b"other" and other.requests[0].headers["accept-language"] == "id"
    assert not {"authorization", "cookie", "x-api-key"} & other.requests[0].headers.keys()


def test_a_body_is_not_delivered_to_another_host(sink: WebSink, other: WebSink) -> None:
    sink.pages["/go"] = Page(307, {"location": f"{other.url}/"})
    with pytest.raises(TooManyRedirectsError):
        outbound.fetch("POST", f"{sink.url}/go", json={"secret": 1}, allow_private=[f"127.0.0.1:{sink.port}", f"127.0.0.1:{other.port}"])
    assert other.connections == 0


def test_a_loop_of_redirects_ends_after_five(sink: WebSink) -> None:
    sink.pages["/"] = Page(302, {"location": "/"})
    with pytest.raises(TooManyRedirectsError):
        get(sink)
    assert len(sink.requests) == 6


def test_an_endless_body_is_cut(sink: WebSink) -> None:
    sink.pages["/"] = Page(pieces=(b"x" * 50_000,) * 100)
    with pytest.raises(TooLargeError):
        get(sink, max_bytes=100_000)


def test_a_compressed_bomb_costs_no_memory(sink: WebSink) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    sink.pages["/"] = Page(headers={"content-encoding": "gzip"}, body=bomb)
    with pytest.raises(TooLargeError):
        get(sink, max_bytes=1_000_000)
    sink.pages["/"] = Page(headers={"content-encoding": "gzip"}, body=gzip.compress(b"halo " * 1000))
    assert get(sink).body == b"halo " * 1000


@pytest.mark.parametrize("page", [Page(pieces=(b"x",) * 100, pause=0.05), Page(pause=5, pieces=(b"", b"x"))])
def test_a_dripping_server_is_left_in_time(sink: WebSink, page: Page) -> None:
    sink.pages["/"] = page
    started = time.monotonic()
    with pytest.raises(TooSlowError):
        get(sink, seconds=0.3)
    assert time.monotonic() - started < 1


def test_broken_answers_and_closed_doors_are_told_apart(sink: WebSink) -> None:
    sink.pages["/"] = Page(headers={"content-encoding": "br"}, body=b"?")
    with pytest.raises(BadAnswerError):
        get(sink)
    sink.pages["/"] = Page(headers={"content-encoding": "gzip"}, body=b"this is not gzip")
    with pytest.raises(BadAnswerError):
        get(sink)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(UnreachableError) as refused:
            outbound.fetch("GET", f"http://127.0.0.1:{port}/", allow_private=[f"127.0.0.1:{port}"])
    assert refused.value.retryable and refused.value.code == "unreachable"


def test_open_private_targets_are_listed_by_a_system_check(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE = ["gudang.lan:8080"]
    assert ["gudang.lan:8080" in message.msg for message in run_checks() if message.id == "kanal.I001"] == [True]
