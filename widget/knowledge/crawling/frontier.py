"""Which page to visit next: near the first page first, each once, and no endless room of calendars, filters or growing paths. Asked by crawl.py.

Holds canonical addresses of one site; bounded whatever the site links to. Knows nothing of robots.txt, whose answer may cost more.
"""

import heapq
import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from widget.knowledge.crawling.addresses import LENGTH

# What is never a page with text; looked for only to save the visit, the answer's own content type decides.
_FILES = re.compile(
    r"\.(jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|css|m?js|json|map|woff2?|ttf|eot|otf|mp[34]|m4[av]|webm|og[gav]|avi|mov|wav|zip|rar|7z|gz|tar|exe|apk|dmg"
    r"|pdf|docx?|xlsx?|pptx?|csv|xml|rss|atom|txt|ics)$",
    re.IGNORECASE,
)
# What does something when it is visited, or is another for everybody who comes.
_ACTS = re.compile(
    r"(^|/)(wp-admin|wp-login\.php|wp-json|xmlrpc\.php|cart|basket|keranjang|checkout|login|logout|log-?out|sign-?in|sign-?out|sign-?up|register|my-account"
    r"|account|akun-saya|masuk|daftar|keluar|wishlist|feed|cgi-bin|cdn-cgi)(/|$)"
    r"|[?&](add[-_]to[-_](cart|wishlist)|remove_item|action|replytocom|share|do|login|logout|preview|_wpnonce)=",
    re.IGNORECASE,
)
_DATE = re.compile(r"(19|20)\d\d[-/.]?(0?[1-9]|1[0-2])(?!\d)|[?&](date|day|week|month|year|tanggal|hari|bulan|tahun|cal\w*|tribe\w*)=", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
DEPTH = 12
REPEATED = 3
QUERIES_PER_PATH = 40
NUMBERED = 400
DATED = 30


@dataclass(frozen=True, slots=True)
class Stop:
    """A page to visit; `depth`: how many clicks from the first page."""

    address: str
    depth: int


@dataclass(slots=True)
class Frontier:
    """At most `room` addresses wait and at most four times as many are remembered; what comes later is only counted in `unseen`.

    `numbered`: how many addresses may differ in nothing but their numbers.
    """

    room: int = 10_000
    numbered: int = NUMBERED
    unseen: int = 0
    _waiting: list[tuple[int, int, str]] = field(default_factory=list)
    _known: set[int] = field(default_factory=set)
    _shapes: Counter[str] = field(default_factory=Counter)
    _order: int = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, address: str, depth: int, listed: bool = False) -> str:
        """The code of why it will not be visited, an empty string when it will or when it was offered before. `listed`: the owner's sitemap names it."""
        if hash(address) in self._known:
            return ""
        if len(self._known) >= 4 * self.room:
            self.unseen += 1
            return ""
        self._known.add(hash(address))
        why = _never(address) or ("" if listed else self._endless(address))
        if not why and len(self._waiting) >= self.room:
            self.unseen += 1
        elif not why:
            self._order += 1
            heapq.heappush(self._waiting, (depth, self._order, address))
        return why

    def know(self, address: str) -> bool:
        """Remembers an address as offered, like the one a page says it should have; whether it was new."""
        new = hash(address) not in self._known
        self._known.add(hash(address))
        return new

    def take(self) -> Stop | None:
        if not self._waiting:
            return None
        depth, _, address = heapq.heappop(self._waiting)
        return Stop(address, depth)

    def _endless(self, address: str) -> str:
        """Addresses that differ only in numbers, or only in their query, are let in so many times: a shop's pages fit, a calendar ends."""
        path, _, query = address.partition("?")
        shape = _DIGITS.sub("0", address)
        allowed = {shape: DATED if _DATE.search(address) else self.numbered}
        if query:
            allowed[path + "?"] = QUERIES_PER_PATH
        if any(self._shapes[name] >= most for name, most in allowed.items()):
            return "trap"
        self._shapes.update(allowed.keys())
        return ""


def _never(address: str) -> str:
    parts = urlsplit(address)
    steps = [step for step in parts.path.split("/") if step]
    if len(address) > LENGTH or len(steps) > DEPTH or max(Counter(steps).values(), default=0) > REPEATED:
        return "trap"
    if _ACTS.search(address):
        return "no_page"
    return "not_html" if _FILES.search(parts.path) else ""
