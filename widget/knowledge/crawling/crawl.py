"""Reads a website: its first page, what its sitemap lists and what its pages link to, near pages first, until the limits of the source.

Called by the child process of a source (sources/), with no database open. Visits by visiting.py, remembers by memory.py; gives pieces and what was
skipped, page by page, and raises CrawlingError where the whole visit is worth nothing, so that what was read before goes on answering.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import uuid4

from widget.knowledge.crawling import sitemaps
from widget.knowledge.crawling.addresses import Site, canonical, origin_of, path_of
from widget.knowledge.crawling.errors import (
    BadAddressError,
    BadCertificateSiteError,
    CrawlingError,
    ElsewhereError,
    FailingSiteError,
    NothingReadableError,
    NoTlsSiteError,
    PrivateSiteError,
    RefusedByRobotsError,
    RobotsUnreadableError,
    UnreachableSiteError,
)
from widget.knowledge.crawling.frontier import NUMBERED, Frontier, Stop
from widget.knowledge.crawling.memory import Memory, PageRead
from widget.knowledge.crawling.page import as_found, digest_of, read_page
from widget.knowledge.crawling.visiting import Fetch, TurnedAwayError, Visitor
from widget.knowledge.reading.piece import Read, Skipped
from widget.lib import outbound
from widget.lib.outbound import Response

log = logging.getLogger(__name__)
MOST_PAGES = 5_000
SITEMAPS = 50
SITEMAP_BYTES = 5_000_000
FAILURES = 5
TOLD = 1_000
HOSTS_TOLD = 200
_HTML = frozenset(("text/html", "application/xhtml+xml", ""))
_FATAL: Mapping[str, type[CrawlingError]] = {
    "off_site": ElsewhereError,
    "robots": RefusedByRobotsError,
    "private_target": PrivateSiteError,
    "bad_url": BadAddressError,
    "no_tls": NoTlsSiteError,
    "bad_certificate": BadCertificateSiteError,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """After each page: how many were visited, how many of them gave pieces, how many more are known, at most as many as may still be visited."""

    visited: int
    taken: int
    waiting: int
    address: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one source, from its options: `pages` visited at most, `minutes` at most, `rest` in seconds between two, only paths that begin with `below`."""

    pages: int = 500
    minutes: float = 120.0
    rest: float = 1.0
    below: str = "/"


def limits_of(options: Mapping[str, str]) -> Limits:
    """What is missing or nonsense has its default."""
    usual = Limits()
    below = path_of(canonical(options.get("below", ""), "http://x/") or "http://x/")
    return Limits(
        pages=int(_number(options.get("pages", ""), usual.pages, 1, MOST_PAGES)),
        minutes=_number(options.get("minutes", ""), usual.minutes, 0.01, 24 * 60),
        rest=_number(options.get("rest", ""), usual.rest, 0.2, 60),
        below=below,
    )


def _number(said: str, usual: float, least: float, most: float) -> float:
    try:
        number = float(said)
    except ValueError:
        return usual
    return min(max(number, least), most) if number == number else usual


def crawl(
    address: str,
    options: Mapping[str, str],
    fetch: Fetch = outbound.fetch,
    *,
    memory: Path | None = None,
    on_page: Callable[[Progress], None] = lambda progress: None,
    is_stopped: Callable[[], bool] = lambda: False,
    wait: Callable[[float], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Read]:
    """Everything the website at `address` says. `memory`: the file of what it said last time. It ends early, without an error, once `is_stopped`.

    Raises CrawlingError, at the latest while the reads are taken.
    """
    with Memory(memory) as remembered:
        limits = limits_of(options)
        visitor = Visitor(fetch, limits.rest, wait or _waiting(is_stopped), clock)
        yield from _Crawl(limits, visitor, remembered, on_page, is_stopped, clock).run(address)


def _waiting(is_stopped: Callable[[], bool]) -> Callable[[float], None]:
    def wait(seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not is_stopped():
            time.sleep(min(left, 0.5))

    return wait


def _fatal(error: TurnedAwayError | RobotsUnreadableError) -> CrawlingError:
    """What it means for the whole visit that the first page, or the robots.txt before it, gave nothing."""
    why = error.__cause__ if isinstance(error, RobotsUnreadableError) else error
    if isinstance(why, TurnedAwayError) and why.code in _FATAL:
        return _FATAL[why.code](why.detail)
    if isinstance(error, RobotsUnreadableError) and not (isinstance(why, TurnedAwayError) and why.code == "unreachable"):
        return error
    # Of what a program says only a number that an owner may pass on is shown.
    log.info("The first page could not be read: %s", why)
    return UnreachableSiteError(why.code.replace("status_", "HTTP ") if isinstance(why, TurnedAwayError) and why.code.startswith("status_") else "")


class _Crawl:
    """One run over one website."""

    def __init__(
        self, limits: Limits, visitor: Visitor, memory: Memory, on_page: Callable[[Progress], None], is_stopped: Callable[[], bool], clock: Callable[[], float]
    ) -> None:
        self._limits, self._visitor, self._memory, self._on_page, self._is_stopped, self._clock = limits, visitor, memory, on_page, is_stopped, clock
        self._ends_at = clock() + limits.minutes * 60
        self._run = uuid4().hex
        # Numbered pages may fill most of a visit, never all of it.
        self._frontier = Frontier(numbered=max(NUMBERED, limits.pages * 4 // 5))
        self._site = Site("")
        self._done: set[str] = set()
        self._texts: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._hosts: set[str] = set()
        self._visited = self._taken = self._failures = 0

    def run(self, address: str) -> Iterator[Read]:
        first, answer = self._open(address)
        yield from self._answered(Stop(first, 0), answer, self._memory.recall(first))
        self._count(first)
        yield from self._offer_sitemaps()
        while not self._is_over() and (stop := self._frontier.take()):
            if stop.address not in self._done:
                yield from self._visit(stop)
        if self._is_stopped():
            return
        yield from self._left_over()
        if not self._taken:
            raise NothingReadableError
        self._memory.forget_all_but(self._run)

    def _is_over(self) -> bool:
        return self._is_stopped() or self._visited >= self._limits.pages or self._clock() >= self._ends_at

    # -- the first page -----------------------------------------------------------------------------------------------------
    def _open(self, said: str) -> tuple[str, Response]:
        """The first page decides how the site's addresses are spelled. An address without a scheme is tried as https, then as http."""
        tried = [said] if "://" in said else [f"https://{said.strip()}", f"http://{said.strip()}"]
        failure: Exception = BadAddressError(said[:200])
        for start in filter(None, map(canonical, tried)):
            try:
                answer = self._visitor.visit(start, Site(origin_of(start)))
            except (TurnedAwayError, RobotsUnreadableError) as error:
                failure = _fatal(error)
                if not isinstance(failure, UnreachableSiteError):
                    break
            else:
                address = canonical(answer.url) or start
                self._site = Site(origin_of(address))
                return address, answer
        raise failure

    # -- sitemaps -----------------------------------------------------------------------------------------------------------
    def _offer_sitemaps(self) -> Iterator[Read]:
        """What the owner lists lies two clicks deep: after the pages the first page links to, before all others."""
        origin = self._site.origin
        named = self._visitor.rules_of(f"{origin}/", self._site).sitemaps
        waiting = [found for where in named if (found := canonical(where, f"{origin}/"))] or [f"{origin}/sitemap.xml"]
        seen: set[str] = set()
        while waiting and len(seen) < SITEMAPS and not self._is_over():
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            try:
                listed = self._sitemap(address)
            except TurnedAwayError as error:
                if named or len(seen) > 1:
                    yield Skipped(address, error.code, error.detail)
                continue
            further = (found for entry in listed if entry.sitemap and (found := canonical(entry.address, address)))
            waiting += islice(further, SITEMAPS)
            for entry in sorted(listed, key=lambda entry: entry.lastmod, reverse=True):
                if not entry.sitemap:
                    yield from self._offer(canonical(entry.address, address), 2, listed=True)

    def _sitemap(self, address: str) -> list[sitemaps.Listed]:
        if not self._site.holds(address):
            raise TurnedAwayError("off_site")
        try:
            answer = self._visitor.visit(address, self._site, {"accept": "application/xml,text/xml;q=0.9,*/*;q=0.5"}, SITEMAP_BYTES)
            return sitemaps.read_sitemap(answer.body)
        except RobotsUnreadableError as error:
            raise TurnedAwayError(error.code, error.detail) from error
        except sitemaps.SitemapError as error:
            raise TurnedAwayError("bad_sitemap", str(error)) from error

    # -- pages --------------------------------------------------------------------------------------------------------------
    def _visit(self, stop: Stop) -> Iterator[Read]:
        before = self._memory.recall(stop.address)
        asked = {"if-none-match": before.etag if before else "", "if-modified-since": before.modified if before else ""}
        requests = self._visitor.requests
        try:
            answer = self._visitor.visit(stop.address, self._site, {name: value for name, value in asked.items() if value}, known=self._done)
        except (TurnedAwayError, RobotsUnreadableError) as error:
            yield from self._turned_away(stop, error, before)
        else:
            self._failures = 0
            yield from self._answered(stop, answer, before)
        if self._visitor.requests > requests:
            self._count(stop.address)

    def _count(self, address: str) -> None:
        self._visited += 1
        self._on_page(Progress(self._visited, self._taken, min(len(self._frontier), self._limits.pages - self._visited), address))

    def _turned_away(self, stop: Stop, error: TurnedAwayError | RobotsUnreadableError, before: PageRead | None) -> Iterator[Read]:
        passing = not isinstance(error, TurnedAwayError) or error.passing
        self._failures = self._failures + 1 if passing else 0
        if self._failures >= FAILURES:
            raise FailingSiteError(error.code)
        if passing and before:
            # It is ill, not gone: what it said last time stands until it says something else.
            yield Skipped(stop.address, error.code, "kept")
            yield from self._take(stop, before)
        else:
            yield Skipped(stop.address, error.code, error.detail)

    def _answered(self, stop: Stop, answer: Response, before: PageRead | None) -> Iterator[Read]:
        found = canonical(answer.url) or stop.address
        address = self._site.spelled(found) if self._site.holds(found) else stop.address
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        self._done.add(stop.address)
        if address != stop.address and address in self._done:
            yield Skipped(stop.address, "duplicate", address)
        elif not path_of(address).startswith(self._limits.below) and stop.depth:
            yield Skipped(stop.address, "outside", address)
        elif before and (answer.status == 304 or before.body == digest_of(answer.body)):
            yield from self._take(stop, before)
        elif answer.status == 304 or kind not in _HTML:
            yield Skipped(stop.address, "not_html", kind)
        else:
            self._done.add(address)
            yield from self._take(stop, read_page(address, answer.body, answer.headers, self._site, first_page=stop.depth == 0))

    def _take(self, stop: Stop, page: PageRead) -> Iterator[Read]:
        self._memory.keep(stop.address, page, self._run)
        if page.address != page.found and page.address in self._titles and not self._is_same(page):
            page = as_found(page)
        other = self._texts.get(page.text) or (page.address if page.address in self._titles else "")
        if page.code:
            yield Skipped(stop.address, page.code)
        elif other:
            yield Skipped(stop.address, "duplicate", other)
        else:
            self._texts[page.text] = stop.address
            self._titles[page.address] = page.title
            self._done.add(page.address)
            self._taken += 1
            yield from page.pieces
            if page.cut:
                yield Skipped(stop.address, "cut")
        if page.more_links:
            yield Skipped(stop.address, "too_many_links", str(page.more_links))
        for link in page.links:
            yield from self._offer(link, stop.depth + 1)

    def _offer(self, found: str, depth: int, listed: bool = False) -> Iterator[Read]:
        if not found:
            return
        if not self._site.holds(found):
            host = origin_of(found)
            if host not in self._hosts and len(self._hosts) < HOSTS_TOLD:
                self._hosts.add(host)
                yield Skipped(found, "off_site")
            return
        address = self._site.spelled(found)
        if not path_of(address).startswith(self._limits.below):
            if self._frontier.know(address):
                yield Skipped(address, "outside")
        elif address not in self._done and (why := self._frontier.offer(address, depth, listed)):
            yield Skipped(address, why)

    def _left_over(self) -> Iterator[Read]:
        """Known pages that were not visited: each by name, then only how many."""
        code = "page_limit" if self._visited >= self._limits.pages else "time_limit"
        told = 0
        while told < TOLD and (stop := self._frontier.take()):
            if stop.address not in self._done:
                told += 1
                yield Skipped(stop.address, code)
        rest = len(self._frontier) + self._frontier.unseen
        if rest:
            yield Skipped(self._site.origin, code, f"+{rest}")

    def _is_same(self, page: PageRead) -> bool:
        """Whether a page that says it belongs at an address taken already is that page: filters and other ways to it are, careless themes are not."""
        return path_of(page.address).partition("?")[0] == path_of(page.found).partition("?")[0] or self._titles[page.address] == page.title
