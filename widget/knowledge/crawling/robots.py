"""robots.txt as RFC 9309 reads it: which addresses of a website we may visit, and how long to rest between two of them. Asked by crawl.py.

Pure text, no network: what an unreachable or missing file means is decided in visiting.py.
"""

import re
from dataclasses import dataclass

from widget.knowledge.crawling.addresses import normal_path

# RFC 9309, 2.5: at least this much must be read; what follows is not.
READ_BYTES = 512_000
AGENT = "kanal"
_TOKEN = re.compile(r"[a-z_-]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """`parts`: what stands between the asterisks of its pattern; `whole`: it ends in $; `length`: in octets, the longest rule that fits decides."""

    allow: bool
    parts: tuple[str, ...]
    whole: bool
    length: int

    def fits(self, path: str) -> bool:
        """Looks for each part after the one before, leftmost first: linear, however many asterisks a hostile file has."""
        if not path.startswith(self.parts[0]):
            return False
        at, (*middle, last) = len(self.parts[0]), ("", *self.parts[1:])
        for part in middle:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if not self.whole:
            return path.find(last, at) >= 0
        if len(self.parts) == 1:
            return len(path) == at
        return path.endswith(last) and len(path) - len(last) >= at


@dataclass(frozen=True, slots=True)
class Robots:
    """`delay` in seconds between two visits, if the file names one; `sitemaps` as they stand there."""

    rules: tuple[Rule, ...] = ()
    delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def allows(self, path: str) -> bool:
        """`path` with its query. The longest rule that fits decides, of two equally long ones the one that allows; without any it is free."""
        path = normal_path(path)
        fitting = [rule for rule in self.rules if rule.fits(path)]
        return path == "/robots.txt" or not fitting or max(fitting, key=lambda rule: (rule.length, rule.allow)).allow


FREE = Robots()


@dataclass(slots=True)
class _Group:
    agents: list[str]
    rules: list[Rule]
    delay: float | None = None
    begun: bool = False  # a rule was read: the next user-agent line begins another group


def parse(body: bytes, agent: str = AGENT) -> Robots:
    """The rules of all groups that name `agent`, else of those for everybody. Lines nobody understands count as not there."""
    groups: list[_Group] = []
    sitemaps: list[str] = []
    text = body[:READ_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    for line in text.splitlines():
        name, _, value = line.partition("#")[0].partition(":")
        _take(name.strip().lower(), value.strip(), groups, sitemaps)
    ours = [group for group in groups if agent in group.agents] or [group for group in groups if "*" in group.agents]
    delays = [group.delay for group in ours if group.delay is not None]
    return Robots(tuple(rule for group in ours for rule in group.rules), max(delays, default=None), tuple(dict.fromkeys(sitemaps)))


def _take(name: str, value: str, groups: list[_Group], sitemaps: list[str]) -> None:
    if name == "user-agent":
        if not groups or groups[-1].begun:
            groups.append(_Group([], []))
        token = _TOKEN.match(value.lower())
        groups[-1].agents.append("*" if value.startswith("*") else token[0] if token else "")
    elif name == "sitemap" and value:
        sitemaps.append(value)
    elif groups and name in ("allow", "disallow"):
        groups[-1].begun = True
        if value:
            groups[-1].rules.append(_rule(name == "allow", value))
    elif groups and name == "crawl-delay":
        groups[-1].begun = True
        groups[-1].delay = _seconds(value)


def _rule(allow: bool, pattern: str) -> Rule:
    whole = pattern.endswith("$")
    pattern = normal_path(pattern.removesuffix("$"))
    return Rule(allow, tuple(pattern.split("*")), whole, len(pattern))


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
