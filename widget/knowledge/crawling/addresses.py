"""Addresses of pages: one spelling for each page, and which of them belong to the website. Used by all of crawling/. Pure text, no network.

What the two parsers of a hostile address could read differently is refused here as in lib/outbound.py, which looks again before it connects.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, urljoin, urlsplit

LENGTH = 500
PORTS = {"http": 80, "https": 443}
# Which click brought somebody, or who somebody is: never which page it is.
_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|gbraid|wbraid|msclkid|dclid|yclid|ttclid|igshid|mc_[ce]id|_ga|_gl|_hs\w+|ref_src|phpsessid|jsessionid|sid|sessionid)$",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid)=[^/?]*", re.I)
_HOST = re.compile(r"[a-z0-9_.:-]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PERCENT = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "/!$&'()*+,;=:@-._~%?[]"


@dataclass(frozen=True, slots=True)
class Site:
    """A website: the one host, with or without www., on one port; `origin` is how its pages are spelled."""

    origin: str

    def holds(self, address: str) -> bool:
        """Whether a canonical address is a page of this site; http and https are one where both have their usual port."""
        here, there = urlsplit(self.origin), urlsplit(address)
        return _bare(here.hostname) == _bare(there.hostname) and (_port(here) == _port(there) or (_usual(here) and _usual(there)))

    def spelled(self, address: str) -> str:
        """The one spelling of an address that `holds` allows."""
        return self.origin + address[len(origin_of(address)) :]


def canonical(address: str, base: str = "") -> str:
    """The one spelling of a page's address, without fragment, tracking and session; an empty string for what is not the address of a page."""
    try:
        parts = urlsplit(urljoin(base, address.strip(" \t\r\n\f")) if base else address.strip())
        port, host = parts.port, (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    unclear = "\\" in address or "@" in parts.netloc or _CONTROL.search(parts.netloc + parts.path)
    if scheme not in PORTS or not _HOST.fullmatch(host) or unclear or port == 0:
        return ""
    shown = f"[{host.lower()}]" if ":" in host else host.lower()
    origin = f"{scheme}://{shown}" + (f":{port}" if port and port != PORTS[scheme] else "")
    return origin + normal_path(_path(parts.path)) + _query(parts.query)


def origin_of(address: str) -> str:
    """Scheme, host and port of a canonical address."""
    return address[: address.index("/", address.index("://") + 3)]


def path_of(address: str) -> str:
    """Path and query of a canonical address, as robots.txt judges them."""
    return address[len(origin_of(address)) :]


def normal_path(path: str) -> str:
    """The one spelling of the octets of a path: what needs no percent sign has none, all else has one with capitals."""
    return _PERCENT.sub(_decode, quote(path, safe=_SAFE, errors="replace"))


def _decode(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else f"%{found[1].upper()}"


def _path(path: str) -> str:
    path = _SESSION_IN_PATH.sub("", path) or "/"
    steps: list[str] = []
    for step in path.split("/")[1:]:
        if step == "..":
            steps = steps[:-1]
        elif step != ".":
            steps.append(step)
    if path.endswith(("/.", "/..")):
        steps.append("")
    return "/" + "/".join(steps)


def _query(query: str) -> str:
    """Without tracking, in one order: two links that differ only there mean one page."""
    kept = [piece for piece in query.split("&") if piece and not _TRACKING.match(next(iter(parse_qsl(piece, keep_blank_values=True)), ("",))[0])]
    return "?" + normal_path("&".join(sorted(kept))) if kept else ""


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _usual(parts: SplitResult) -> bool:
    return _port(parts) == PORTS[parts.scheme]
