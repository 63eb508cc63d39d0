"""Only the entry that a proxy of our own wrote names the client; everything else in the header is the client's own story (S17)."""

from collections.abc import Callable

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from widget.lib.client_address import believed_address, client_address, request_address
from widget.lib.ratelimit import RateLimit

PEER = "192.0.2.9"
NO_ADDRESSES = ["", " ", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "999.1.1.1", "localhost", "1.2.3.4\x00", "\u202e1.2.3.4", "a" * 100_000, "01.2.3.4", "::g"]


@pytest.mark.promise("S17")
def test_a_thousand_invented_headers_are_one_client(settings: Settings, full_count: Callable[[int, int], int]) -> None:
    limit = RateLimit(20)
    sends = full_count(1000, 1000)
    passed = sum(not limit.take(believed_address(PEER, [f"203.0.{number // 250}.{number % 250}"])) for number in range(sends))
    assert passed == 20
    # Behind one proxy what the client wrote stands to the left of the proxy's own entry.
    settings.TRUSTED_PROXIES = 1
    limit = RateLimit(20)
    forged = [f"203.0.{number // 250}.{number % 250}, 198.51.100.7" for number in range(sends)]
    assert sum(not limit.take(believed_address("127.0.0.1", [header])) for header in forged) == 20
    # Those who really come from different addresses are different clients.
    assert sum(not limit.take(believed_address("127.0.0.1", [f"9.9.9.9, 198.51.100.{number}"])) for number in range(100, 200)) == 100


@pytest.mark.promise("S17")
@pytest.mark.parametrize(
    ("proxies", "headers", "believed"),
    [
        (0, ["203.0.113.1"], PEER),
        (1, ["203.0.113.1"], "203.0.113.1"),
        (1, ["203.0.113.1, 203.0.113.2"], "203.0.113.2"),
        (2, ["203.0.113.1, 203.0.113.2"], "203.0.113.1"),
        (2, ["203.0.113.0", "203.0.113.1", "203.0.113.2"], "203.0.113.1"),
        (3, ["203.0.113.1, 203.0.113.2"], PEER),
        (1, [], PEER),
        (1, ["203.0.113.1,"], PEER),
        (1, ["203.0.113.1:4711"], "203.0.113.1"),
        (1, ["[2001:db8:1:2::5]:4711"], "2001:db8:1:2::/64"),
        (1, ["2001:db8:1:2::6"], "2001:db8:1:2::/64"),
        (1, ["::ffff:203.0.113.1"], "203.0.113.1"),
        (1, ["fe80::1%eth0"], "fe80::/64"),
    ],
)
def test_entries_are_counted_from_the_right(proxies: int, headers: list[str], believed: str, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert believed_address(PEER, headers) == believed


@pytest.mark.promise("S17")
@pytest.mark.parametrize("entry", NO_ADDRESSES)
def test_what_is_no_address_gets_no_counter_of_its_own(entry: str, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    assert believed_address(PEER, [entry]) == PEER
    assert believed_address(PEER, [f"203.0.113.1, {entry}"]) == PEER


@pytest.mark.promise("S17")
def test_sockets_and_requests_see_the_same_client(settings: Settings) -> None:
    for proxies, header in [(0, "203.0.113.1"), (1, "203.0.113.1, 203.0.113.2"), (2, "203.0.113.1, 203.0.113.2")]:
        settings.TRUSTED_PROXIES = proxies
        scope = {"client": [PEER, 5000], "headers": [(b"x-forwarded-for", header.encode())]}
        assert client_address(scope) == request_address(RequestFactory().get("/", REMOTE_ADDR=PEER, HTTP_X_FORWARDED_FOR=header))
    assert client_address({"client": None, "headers": []}) == "unknown"
