"""Which addresses an answer may link to. All others lose what makes them a link and stay words (PROMISES S21).

Called by pipeline.py, for what sources say, and by live.py, for what a model says while it says it. Makes `](` and `https://` harmless wherever they lead to a
place that neither the owner's list nor a person's own words name; what is left alone is a link in static/widget/src/markdown.js.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from widget.knowledge.models import Source
from widget.knowledge.search import Found
from widget.sites.registry import SiteSettings

# What a browser's \s is: Python's own differs in a few letters, behind which an address could go on.
_BLANK = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_OPENING = re.compile(r"\]\(|https?:/{2,}", re.IGNORECASE)
# The end of a text that the next piece could make an opening of.
_HALF_OPENING = re.compile(r"(?:\]|h|ht|htt|https?|https?:/?)\Z", re.IGNORECASE)
_LONGEST_HALF = len("https:/")
_IN_BRACKETS = re.compile(rf"[{_BLANK}]*([^{_BLANK})]*)")
_BARE = re.compile(rf'[^{_BLANK}<>"]*')
_BEHIND = ".,:;!?'*_~)]"
_HOST = re.compile(r"https?://([a-z0-9.-]+)(?::\d{1,5})?(?:[/?#]|\Z)", re.IGNORECASE)
_WITH_PATH = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?[/?#]", re.IGNORECASE)
# Between these and what follows nothing new can be read when an address loses its beginning.
_HARMLESS_BEFORE = frozenset(("", " ", "\n", "\t", "(", '"', "*"))
# Longer than any address we would link to: no end is waited for.
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Links:
    """`hosts` with everything below them, and `addresses` letter by letter."""

    hosts: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    def allow(self, address: str) -> bool:
        if address in self.addresses:
            return True
        found = _HOST.match(address)
        host = f".{found[1].lower()}" if found else ""
        return bool(host) and any(host.endswith(f".{own}") for own in self.hosts)


def links_of(site: SiteSettings, found: Iterable[Found]) -> Links:
    """The site's websites, the places its owner listed, websites it is read from, and whatever people wrote into the entries that were found."""
    notes = tuple(found)
    hosts = {_host_of(origin) for origin in site.origins} | site.link_hosts
    if not all(note.own for note in notes):
        read = Source.objects.filter(site_id=site.id, kind=Source.Kind.WEBSITE).exclude(state=Source.State.GOING)
        hosts |= {_host_of(address) for address in read.values_list("address", flat=True)}
    addresses = {address for note in notes if note.own for address in (note.url, *_addresses_in(note.text))}
    if site.whatsapp:
        addresses.add(f"https://wa.me/{site.whatsapp}")
    return Links(frozenset(hosts - {""}), frozenset(addresses - {""}))


def vetted(note: Found, links: Links) -> Found:
    """The note as it may be shown: what people wrote as it stands, what was read from a source without foreign links."""
    if note.own:
        return note
    return replace(note, title=without_links(note.title, links), text=without_links(note.text, links), url=note.url if links.allow(note.url) else "")


def without_links(text: str, links: Links) -> str:
    """All of a text at once."""
    if not _may_link(text):
        return text
    vet = LinkFilter(links)
    return vet.feed(text) + vet.end()


class LinkFilter:
    """Feed it pieces of text; it returns what may be shown, and holds back what could still become a link."""

    __slots__ = ("_before", "_held", "_links")

    def __init__(self, links: Links) -> None:
        self._links = links
        self._held = self._before = ""

    def feed(self, piece: str) -> str:
        # Most pieces hold none of the letters with which a link begins: this is on the path of every token.
        if piece and not self._held and "]" not in piece and "h" not in piece and "H" not in piece:
            self._before = piece[-1]
            return piece
        return self._pass(self._held + piece, final=False)

    def end(self) -> str:
        """What was held back."""
        return self._pass(self._held, final=True)

    def _pass(self, text: str, final: bool) -> str:
        shown: list[str] = []
        at = 0
        self._held = ""
        for opening in _OPENING.finditer(text):
            reached = self._end_of(opening, text)
            if not final and reached == len(text) and (opening.end() == reached or reached - opening.start() < _LONGEST):
                self._held, text = text[opening.start() :], text[: opening.start()]
                break
            shown.append(text[at : opening.start()])
            shown.append(self._made_harmless(opening, text[max(0, opening.start() - 1) : opening.start()] or self._before))
            at = opening.end()
        half = None if final or self._held else _HALF_OPENING.search(text, max(at, len(text) - _LONGEST_HALF))
        if half:
            self._held, text = text[half.start() :], text[: half.start()]
        self._before = text[-1:] or self._before
        return "".join((*shown, text[at:])) if shown else text

    def _end_of(self, opening: re.Match[str], text: str) -> int:
        """How far must be read to tell where it leads."""
        bracketed = _IN_BRACKETS.match(text, opening.end()) if opening[0] == "](" else None
        bare = _BARE.match(text, bracketed.start(1) if bracketed else opening.end())
        return max(one.end() for one in (bracketed, bare) if one is not None)

    def _may_stand_bare(self, opening: re.Match[str]) -> bool:
        """Also where a browser takes the bracket behind it, and what follows that, for a part of its path."""
        text = opening.string
        address = text[opening.start() : self._end_of(opening, text)].rstrip(_BEHIND)
        within = address.partition(")")[0]
        return self._links.allow(address) or (self._links.allow(within) and bool(_WITH_PATH.match(within)))

    def _made_harmless(self, opening: re.Match[str], before: str) -> str:
        text = opening.string
        if opening[0] == "](":
            inside = _IN_BRACKETS.match(text, opening.end())
            bare = inside and _OPENING.match(text, inside.start(1))
            allowed = inside and self._links.allow(inside[1]) and (bare is None or self._may_stand_bare(bare))
            return "](" if allowed else "] ("
        if self._may_stand_bare(opening):
            return opening[0]
        return "" if before in _HARMLESS_BEFORE else opening[0].rstrip("/")


def _addresses_in(text: str) -> Iterable[str]:
    """Everything in it that a visitor's page makes a link of."""
    for opening in _OPENING.finditer(text) if _may_link(text) else ():
        if opening[0] == "](":
            inside = _IN_BRACKETS.match(text, opening.end())
            yield inside[1] if inside else ""
        else:
            bare = _BARE.match(text, opening.end())
            yield opening[0] + (bare[0].rstrip(_BEHIND) if bare else "")


def _may_link(text: str) -> bool:
    """Soon said of most texts, for which the patterns would be slow."""
    return "](" in text or "://" in text


def _host_of(address: str) -> str:
    """Without www, so that the twin counts too."""
    return (urlsplit(address).hostname or "").removeprefix("www.")
