"""crawling/visiting.py is a polite guest: one request at a time, a rest between, gone when told so, and always by its own name."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.fakes.web_sink import Page, WebSink
from tests.knowledge.crawling.website import allowed, article, visit
from widget.knowledge.crawling.addresses import Site
from widget.knowledge.crawling.errors import RobotsUnreadableError
from widget.knowledge.crawling.visiting import LONGEST_REST, PAGE_SECONDS, TurnedAwayError, Visitor
from widget.lib.version import VERSION


class Clock:
    """Time passes when somebody waits for it, and `took` seconds with each request."""

    def __init__(self, shop: WebSink) -> None:
        self.now, self.took = 0.0, 0.0
        self.waits: list[float] = []
        self.seconds: list[float] = []
        self._fetch = allowed(shop)

    def wait(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds

    def fetch(self, method: str, url: str, **more: Any) -> Any:
        self.seconds.append(more["seconds"])
        self.now += self.took
        return self._fetch(method, url, **more)

    def visitor(self, rest: float = 1.0) -> Visitor:
        return Visitor(self.fetch, rest, self.wait, lambda: self.now)


@pytest.fixture
def clock(shop: WebSink) -> Clock:
    shop.pages["/"] = article("Toko")
    return Clock(shop)


def test_there_is_a_rest_between_two_requests(shop: WebSink, clock: Clock) -> None:
    visitor, site = clock.visitor(rest=2), Site(shop.url)
    for _ in range(3):
        visitor.visit(f"{shop.url}/", site)
    assert clock.waits == [0, 2, 2, 2] and visitor.requests == 4


@pytest.mark.parametrize("said, rest", [("5", 5.0), ("0.1", 1.0), ("86400", LONGEST_REST)])
def test_the_rest_that_robots_txt_asks_for_is_kept(shop: WebSink, clock: Clock, said: str, rest: float) -> None:
    shop.pages["/robots.txt"] = Page(body=f"User-agent: *\nCrawl-delay: {said}\n".encode())
    visitor = clock.visitor()
    visitor.visit(f"{shop.url}/", Site(shop.url))
    visitor.visit(f"{shop.url}/", Site(shop.url))
    assert clock.waits[-1] == rest


def test_a_slow_server_is_given_as_long_to_recover(shop: WebSink, clock: Clock) -> None:
    clock.took = 4
    clock.visitor().visit(f"{shop.url}/", Site(shop.url))
    assert clock.waits == [0, 4]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("dated", [False, True])
def test_who_is_told_to_come_later_comes_later(shop: WebSink, clock: Clock, status: int, dated: bool) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=31), usegmt=True) if dated else "30"
    page = shop.pages["/"]
    shop.pages["/"] = Page(status, {"retry-after": later})

    def wait(seconds: float) -> None:
        clock.wait(seconds)
        if seconds > 10:
            shop.pages["/"] = page

    visitor = Visitor(clock.fetch, 1.0, wait, lambda: clock.now)
    assert visitor.visit(f"{shop.url}/", Site(shop.url)).body == page.body
    assert 28 <= clock.waits[-1] <= 31 and len(shop.requests) == 3


@pytest.mark.parametrize("later, requests", [("", 1), ("99999", 1), ("soon", 1), ("-5", 1), ("٣", 1), ("60", 3), ("Fri, 13 Foo 2026", 1), ("1" * 4_000, 1)])
def test_who_is_told_to_come_much_later_goes(shop: WebSink, clock: Clock, later: str, requests: int) -> None:
    visitor, site = clock.visitor(), Site(shop.url)
    visitor.rules_of(f"{shop.url}/", site)
    shop.pages["/"] = Page(503, {"retry-after": later.encode().decode("latin-1")})
    shop.requests.clear()
    with pytest.raises(TurnedAwayError) as away:
        visitor.visit(f"{shop.url}/", site)
    assert (away.value.code, away.value.passing, len(shop.requests)) == ("status_503", True, requests)


def test_all_hops_of_a_page_share_its_time(shop: WebSink, clock: Clock) -> None:
    shop.pages.update({f"/{number}": Page(302, {"location": f"/{number + 1}"}) for number in range(20)})
    visitor, site = clock.visitor(), Site(shop.url)
    visitor.rules_of(f"{shop.url}/", site)
    clock.took, clock.seconds = 3, []
    with pytest.raises(TurnedAwayError):
        visitor.visit(f"{shop.url}/0", site)
    assert clock.seconds[:4] == [PAGE_SECONDS, 9, 6, 3] and all(seconds <= 0.1 for seconds in clock.seconds[4:])


def test_what_robots_txt_forbids_is_not_asked_for_on_any_hop(shop: WebSink, clock: Clock) -> None:
    shop.pages["/robots.txt"] = Page(body=b"User-agent: *\nDisallow: /x\n")
    shop.pages["/a"], shop.pages["/x"] = Page(302, {"location": "/x"}), article("x")
    for path in ("/x", "/a", "/%78"):
        with pytest.raises(TurnedAwayError, match="robots"):
            clock.visitor().visit(f"{shop.url}{path}", Site(shop.url))
    assert "/x" not in [seen.path for seen in shop.requests]


def test_robots_txt_that_cannot_be_read_lets_nobody_in(shop: WebSink, clock: Clock) -> None:
    shop.pages["/robots.txt"] = Page(500)
    with pytest.raises(RobotsUnreadableError):
        clock.visitor().visit(f"{shop.url}/", Site(shop.url))
    assert [seen.path for seen in shop.requests] == ["/robots.txt"]


@pytest.mark.parametrize("public, said", [("https://chat.toko.example", "(+https://chat.toko.example)"), ("", "(reads a website for its owner's own chat)")])
def test_it_says_who_it_is_and_where_its_owner_is(shop: WebSink, settings: Any, public: str, said: str) -> None:
    settings.PUBLIC_URL = public
    shop.pages["/"] = article("Toko")
    visit(shop)
    assert {seen.headers["user-agent"] for seen in shop.requests} == {f"Kanal/{VERSION} {said}"}
    assert {seen.headers["accept-language"] for seen in shop.requests} == {"id,en;q=0.8"}
    assert all("gzip" in seen.headers["accept-encoding"] and seen.method == "GET" for seen in shop.requests)
