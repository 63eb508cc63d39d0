"""Reads sitemaps (sitemaps.org): lists of pages or of further sitemaps, plain or gzipped, as XML or one address a line. Used by crawl.py.

Read as a stream without a tree: entities stay what they are, nothing is loaded, and neither a bomb nor a million addresses cost memory.
"""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

# The protocol's own limits.
ADDRESSES = 50_000
INFLATED_BYTES = 50_000_000
_STEP = 65_536
_ADDRESS_LENGTH = 2_048


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a sitemap; `lastmod` as it stands there (W3C dates sort as text); `sitemap`: it is a further sitemap, not a page."""

    address: str
    lastmod: str = ""
    sitemap: bool = False


class SitemapError(ValueError):
    """It is no sitemap, or one built to harm."""


def read_sitemap(body: bytes) -> list[Listed]:
    """What stands in a sitemap, at most ADDRESSES. A broken one gives what came before the break; raises SitemapError where that is nothing."""
    pieces = _pieces(body)
    try:
        first = next(pieces, b"")
    except zlib.error as error:
        raise SitemapError("not_a_sitemap") from error
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"<") and b"\x00" not in start[:100]:
        return _lines(first, pieces)
    target = _Target()
    # A DTD is where bombs live; without one there is nothing to expand.
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    broken = False
    try:
        for piece in _chain(first, pieces):
            if b"<!ENTITY" in piece:
                raise SitemapError("entities")
            parser.feed(piece)
            if len(target.found) >= ADDRESSES:
                break
    except (etree.XMLSyntaxError, zlib.error):
        broken = True
    with suppress(etree.XMLSyntaxError):
        parser.close()
    if not target.is_sitemap or (broken and not target.found):
        raise SitemapError("not_a_sitemap")
    return target.found


class _Target:
    """Hears the elements as they come by and keeps nothing but the addresses."""

    def __init__(self) -> None:
        self.found: list[Listed] = []
        self.is_sitemap = False
        self._space: str | None = None
        self._name = self._loc = self._lastmod = ""

    def start(self, tag: str, attributes: object) -> None:
        space, _, name = tag.rpartition("}")
        self._space = space if self._space is None else self._space
        # Pictures and videos of a page have addresses too, in namespaces of their own.
        self._name = name if space == self._space else ""
        self.is_sitemap = self.is_sitemap or self._name in ("urlset", "sitemapindex")
        if self._name in ("url", "sitemap"):
            self._loc = self._lastmod = ""

    def data(self, text: str) -> None:
        if self._name == "loc" and len(self._loc) < _ADDRESS_LENGTH:
            self._loc += text[:_ADDRESS_LENGTH]
        elif self._name == "lastmod" and len(self._lastmod) < 40:
            self._lastmod += text[:40]

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name in ("url", "sitemap") and self._loc.strip() and len(self.found) < ADDRESSES:
            self.found.append(Listed(self._loc.strip(), self._lastmod.strip(), name == "sitemap"))
        self._name = ""

    def comment(self, text: str) -> None:
        """Comments list nothing."""

    def close(self) -> None:
        """The parser asks for a result; it stands in `found`."""


def _lines(first: bytes, pieces: Iterator[bytes]) -> list[Listed]:
    text = b"".join(_chain(first, pieces))[:5_000_000].decode("utf-8", "replace")
    found = [Listed(line.strip()) for line in text.splitlines()[:ADDRESSES] if line.strip().startswith(("http://", "https://"))]
    if not found:
        raise SitemapError("not_a_sitemap")
    return found


def _chain(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


def _pieces(body: bytes) -> Iterator[bytes]:
    """The body in small steps, inflated if it is gzipped, never more than INFLATED_BYTES."""
    if not body.startswith(b"\x1f\x8b"):
        yield from (body[at : at + _STEP] for at in range(0, len(body), _STEP))
        return
    inflater, inflated = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
    while body and not inflater.eof and inflated < INFLATED_BYTES:
        piece = inflater.decompress(body, _STEP)
        body, inflated = inflater.unconsumed_tail, inflated + len(piece)
        yield piece
