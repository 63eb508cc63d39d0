"""One page becomes pieces: its main text cut at its headings, each with a key that stays the same on every visit. Called by crawl.py."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b

from widget.knowledge.crawling.addresses import Site, path_of
from widget.knowledge.crawling.main_text import main_blocks
from widget.knowledge.crawling.markup import Markup, read_markup
from widget.knowledge.crawling.memory import PageRead
from widget.knowledge.language import language_of
from widget.knowledge.reading.cutting import Block, cut
from widget.knowledge.reading.piece import KEY_LENGTH, TITLE_LENGTH, Piece

_BETWEEN = re.compile(r"\s{1,9}[|\-–—·•»:]\s{1,9}")
_LANGUAGES = {"id": "id", "in": "id", "en": "en"}


def digest_of(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def read_page(address: str, body: bytes, headers: Mapping[str, str], site: Site, first_page: bool = False) -> PageRead:
    """`address`: where the page was found, spelled as the site's. Any bytes give something."""
    markup = read_markup(body, address, headers)
    links = tuple(markup.links) if markup.follow else ()
    own = own_address(markup, address, site)
    title = title_of(markup)
    etag, modified = headers.get("etag", "")[:200], headers.get("last-modified", "")[:60]
    read = PageRead(address, own, title, links, markup.more_links, cut=markup.cut, body=digest_of(body), etag=etag, modified=modified)
    if not markup.index:
        return replace(read, code="noindex")
    blocks = list(_below(title, main_blocks(markup.tree, first_page)))
    if all(block.level for block in blocks):
        return replace(read, code="no_text")
    text = digest_of("\n".join(block.text for block in blocks).encode("utf-8", "replace"))
    return replace(read, text=text, pieces=tuple(_pieces(blocks, own, _language(markup, blocks))))


def as_found(page: PageRead) -> PageRead:
    """The page under the address where it stood, whatever it says of itself."""
    pieces = (replace(piece, key=key_of(page.found, piece.key.partition("#")[2] or piece.key), url=page.found) for piece in page.pieces)
    return replace(page, address=page.found, pieces=tuple(pieces))


def own_address(markup: Markup, address: str, site: Site) -> str:
    """The address the page says it should have, where that is believable: of this site, and not the first page's, which careless themes say everywhere."""
    said = markup.canonical
    if not said or not site.holds(said):
        return address
    said = site.spelled(said)
    return address if path_of(said) == "/" and path_of(address).partition("?")[0] != "/" else said


def title_of(markup: Markup) -> str:
    """The page's own heading; the part of its title before the site's name where the heading is the site's name, or missing."""
    parts = [part for part in _BETWEEN.split(markup.title) if part]
    is_logo = markup.heading and len(parts) > 1 and markup.heading.casefold() in [part.casefold() for part in parts[1:]]
    title = markup.heading if markup.heading and not is_logo else parts[0] if parts else ""
    return title[:TITLE_LENGTH]


def _language(markup: Markup, blocks: Iterable[Block]) -> str:
    """What the words say; themes often name the language of their maker."""
    longest = max((block.text for block in blocks if not block.level), key=len)
    return language_of(longest) or _LANGUAGES.get(markup.language, "")


def _below(title: str, blocks: Iterable[Block]) -> Iterable[Block]:
    """The blocks with the page's title above them all, once."""
    if title:
        yield Block(title, 1)
    for block in blocks:
        if not block.level or not title:
            yield block
        elif block.text.casefold() != title.casefold():
            yield replace(block, level=max(2, block.level))


def _pieces(blocks: Iterable[Block], address: str, language: str) -> Iterable[Piece]:
    for piece in cut(blocks, url=address):
        yield replace(piece, key=key_of(address, piece.key), language=language)


def key_of(address: str, below: str) -> str:
    """Path and heading; where that is too long, a digest of the whole stands for its end."""
    key = f"{path_of(address)}#{below}"
    return key if len(key) <= KEY_LENGTH else f"{key[: KEY_LENGTH - 33]}~{digest_of(key.encode('utf-8', 'replace'))}"
