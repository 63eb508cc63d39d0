"""Visits addresses of one website politely: one at a time, with a rest between, under our own name, going away when told to come later.

Called by crawl.py. Everything goes through lib/outbound.py's `fetch`, without following redirects: each hop must be of the site and allowed by its
robots.txt before it is asked for.
"""

import time
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.conf import settings

from widget.knowledge.crawling import robots
from widget.knowledge.crawling.addresses import Site, canonical, origin_of, path_of
from widget.knowledge.crawling.errors import RobotsUnreadableError
from widget.lib import outbound
from widget.lib.outbound import OutboundError, Response
from widget.lib.version import VERSION

PAGE_BYTES = 5_000_000
# With reading what came a page stays under 15 s.
PAGE_SECONDS = 12.0
HOPS = 5
LONGEST_REST = 60.0
# A server that asks for more than this is not waited for within the visit; the page keeps what it said last time.
LONGEST_WAIT = 120.0
TRIES = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({429, 503})
Fetch = Callable[..., Response]


class TurnedAwayError(Exception):
    """The page was not taken; `code` is that of a Skipped. `passing`: it may well be there next time, so what it said last time still holds."""

    def __init__(self, code: str, detail: str = "", passing: bool = False) -> None:
        super().__init__(f"{code} {detail}")
        self.code, self.detail, self.passing = code, detail, passing


def user_agent() -> str:
    """Our name and where its owner can be found."""
    return f"Kanal/{VERSION} (+{settings.PUBLIC_URL})" if settings.PUBLIC_URL else f"Kanal/{VERSION} (reads a website for its owner's own chat)"


@dataclass(slots=True)
class Visitor:
    """`rest`: least seconds between two requests; `wait` blocks for so many seconds, or shorter where the run is to stop. `requests` counts them."""

    fetch: Fetch = outbound.fetch
    rest: float = 1.0
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    requests: int = 0
    _free_at: float = 0.0
    _left: float = PAGE_SECONDS  # of the page being visited, all its hops together, rests not counted
    _robots: dict[str, robots.Robots] = field(default_factory=dict)

    def visit(self, address: str, site: Site, headers: Mapping[str, str] | None = None, max_bytes: int = PAGE_BYTES, known: Container[str] = ()) -> Response:
        """The answer at `address` or where it leads to on the same site: 200 or 304, nothing else. Raises TurnedAwayError, RobotsUnreadableError.

        `known`: pages that need no second visit when a redirect leads there.
        """
        left = PAGE_SECONDS
        for _ in range(HOPS + 1):
            self._ask_robots(address, site)
            self._left = left
            answer = self._asked(address, headers or {}, max_bytes)
            left = self._left
            where = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not where:
                return _good(answer)
            following = canonical(where, answer.url or address)
            if not following:
                raise TurnedAwayError("bad_url", where[:200])
            if not site.holds(following):
                raise TurnedAwayError("off_site", following[:200])
            if site.spelled(following) in known:
                raise TurnedAwayError("duplicate", following)
            address = following
        raise TurnedAwayError("redirects")

    def rules_of(self, address: str, site: Site) -> robots.Robots:
        """The robots.txt that stands over an address, read once: not there means free, not readable means that nobody may read now (RFC 9309, 2.3.1)."""
        origin = origin_of(address)
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(origin, site)
            self.rest = max(self.rest, min(self._robots[origin].delay or 0.0, LONGEST_REST))
        return self._robots[origin]

    def _ask_robots(self, address: str, site: Site) -> None:
        if not self.rules_of(address, site).allows(path_of(address)):
            raise TurnedAwayError("robots")

    def _read_robots(self, origin: str, site: Site) -> robots.Robots:
        address = f"{origin}/robots.txt"
        for _ in range(HOPS + 1):
            try:
                self._left = PAGE_SECONDS
                answer = self._asked(address, {"accept": "text/plain"}, 2 * robots.READ_BYTES)
            except TurnedAwayError as error:
                raise RobotsUnreadableError(origin_of(address)[:300]) from error
            if answer.status >= 500 or answer.status == 429:
                raise RobotsUnreadableError(f"{origin_of(address)}: {answer.status}")
            where = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not where:
                return robots.parse(answer.body) if answer.status == 200 else robots.FREE
            address = canonical(where, answer.url or address)
            if not address or not site.holds(address):
                return robots.FREE
        return robots.FREE

    def _asked(self, address: str, headers: Mapping[str, str], max_bytes: int) -> Response:
        """One request after the rest that is due; comes again where the server says when, if that is soon."""
        answer: Response | None = None
        for _ in range(TRIES):
            self.wait(max(0.0, self._free_at - self.clock()))
            self.requests += 1
            sent = {"user-agent": user_agent(), "accept": "text/html,application/xhtml+xml;q=0.9", "accept-language": "id,en;q=0.8", **headers}
            begun = self.clock()
            try:
                answer = self.fetch("GET", address, headers=sent, max_bytes=max_bytes, seconds=max(self._left, 0.1), follow=False)
            except OutboundError as error:
                raise TurnedAwayError(error.code, error.detail, passing=error.retryable) from error
            finally:
                now = self.clock()
                self._left -= now - begun
                # A server that takes long is given as long to recover.
                self._free_at = now + max(self.rest, min(now - begun, LONGEST_REST))
            later = _retry_after(answer) if answer.status in _LATER else None
            if later is None or later > LONGEST_WAIT:
                break
            self._free_at = max(self._free_at, self.clock() + later)
        assert answer is not None
        return answer


def _good(answer: Response) -> Response:
    if answer.status in (200, 304):
        return answer
    raise TurnedAwayError(f"status_{answer.status}", passing=answer.status in (408, 425, 429) or answer.status >= 500)


def _retry_after(answer: Response) -> float | None:
    """Seconds to wait by RFC 9110, 10.2.3: a number of seconds or a date. None where the server says nothing one can read."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
