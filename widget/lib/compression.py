"""The smallest form of a text that a browser accepts. Used by whatever answers with files that hold nothing of the one who asks: a page with a secret and
with something a stranger chose must never be compressed together (BREACH), and Django's pages are not compressed at all.
"""

import gzip
from dataclasses import dataclass

import brotli

# Of brotli: the best takes thirty times as long as the quick one, for a tenth fewer bytes.
QUICK, BEST = 5, 11


@dataclass(frozen=True, slots=True)
class Body:
    """One text in its three forms."""

    plain: bytes
    gzip: bytes
    brotli: bytes

    def form(self, encoding: str) -> bytes:
        """`encoding` as `accepted_encoding` names it."""
        return {"br": self.brotli, "gzip": self.gzip, "": self.plain}[encoding]


def compress(plain: bytes) -> Body:
    """All forms at their best: for what is made once and sent often."""
    return Body(plain, pack(plain, "gzip", BEST), pack(plain, "br", BEST))


def pack(plain: bytes, encoding: str, quality: int = QUICK) -> bytes:
    """One form: "br" or "gzip"."""
    if encoding == "br":
        return brotli.compress(plain, mode=brotli.MODE_TEXT, quality=quality)
    return gzip.compress(plain, 9 if quality == BEST else 6, mtime=0)


def accepted_encoding(header: str) -> str:
    """ "br", "gzip" or "", by an Accept-Encoding header (RFC 9110, section 12.5.3)."""
    accepted: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        accepted[name.strip()] = _quality(parameters)
    for name in ("br", "gzip"):
        if accepted.get(name, accepted.get("*", 0.0)) > 0:
            return name
    return ""


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
