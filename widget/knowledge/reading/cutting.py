"""Long texts become pieces that can be understood alone: cut at headings and paragraphs, never in the middle of a sentence.

The readers of documents give blocks in the order of the text; `cut` gives pieces of 800 to 1,500 characters, holding two of them at most.
A piece is titled by the heading above it, with the one above that where it would say little or stood there before, or by its first sentence.
The path of all headings is part of its key and place, and one of the other ways to ask, so that it is found by them too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from widget.knowledge.reading.piece import KEY_LENGTH, TEXT_LENGTH, TITLE_LENGTH, Piece

LEAST, MOST = 800, 1_500
# A heading of so many words says little alone: "Harga", "Luar negeri".
_FEW_WORDS = 2
# A rest shorter than this is not understood alone.
_REST = 300
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:[a-z]|no|jl|jln|dr|drs|hj|tn|ny|st|kec|kel|kab|rp|mr|mrs|ms|vs|dll|dsb|dst|tel|telp|hlm|e\.g|i\.e|a\.n|s\.d|u\.p|d\.a)\.$", re.I
)
_ENDS = re.compile(r"[.!?…。]{1,20}[\"'”’)\]]{0,5}\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item of a list or a row of a table; with a `level` (1 is the highest) a heading. `place` where the format has one: "page 3".

    A heading without text ends what stands below those of its level: what follows belongs to the heading above.
    """

    text: str
    level: int = 0
    place: str = ""


def cut(blocks: Iterable[Block], name: str = "", url: str = "") -> Iterator[Piece]:
    """Pieces of a document. `name` is put before titles that would say nothing alone; keys hang on headings and order, not on the text."""
    headings: dict[int, str] = {}
    paths: dict[str, int] = {}
    titles: dict[str, str] = {}
    section = _Section("", "", url, paths)
    for block in blocks:
        if not block.level:
            yield from section.add(block)
            continue
        yield from section.end()
        headings = {level: text for level, text in headings.items() if level < block.level}
        if block.text:
            headings[block.level] = _short(block.text, TITLE_LENGTH)
        path = path_of(headings.values(), name)
        section = _Section(path, _title([part for part in (name, *headings.values()) if part], path, titles), url, paths)
    yield from section.end()


def path_of(headings: Iterable[str], name: str = "") -> str:
    """ "Shipping > Abroad", from the left shortened to a title's length."""
    parts = [part for part in (name, *headings) if part]
    while len(parts) > 1 and len(" > ".join(parts)) > TITLE_LENGTH:
        parts.pop(0)
    return _short(" > ".join(parts), TITLE_LENGTH)


def _title(headings: list[str], path: str, titles: dict[str, str]) -> str:
    """What a visitor sees: the last heading; behind its parent where it is a word or two, or names another part too.

    `titles`: those given so far, each with its path.
    """
    if not headings:
        return ""
    last = headings[-1]
    alone = last.endswith("?") or len(last.split()) > _FEW_WORDS
    if len(headings) > 1 and not (alone and titles.setdefault(last, path) == path):
        return _short(f"{headings[-2]}: {last}", TITLE_LENGTH)
    return last


def first_sentence(text: str) -> str:
    """What titles a text without a heading."""
    return _short(next(iter(sentences(text.strip().split("\n")[0])), ""), TITLE_LENGTH)


def sentences(text: str) -> Iterator[str]:
    """ "Jl. Merdeka no. 5" and "Rp50.000" hold no end of a sentence."""
    start = 0
    for end in _ENDS.finditer(text):
        if not _ABBREVIATED.search(text[max(start, end.start() - 12) : end.start() + 1]) and not _goes_on(text, end):
            yield text[start : end.end()].strip()
            start = end.end()
    if rest := text[start:].strip():
        yield rest


def _goes_on(text: str, end: re.Match[str]) -> bool:
    """A point before a small letter is an abbreviation's."""
    return end[0].startswith(".") and text[end.end() : end.end() + 1].islower()


class _Section:
    """What stands below one heading, given out in pieces as it grows."""

    def __init__(self, path: str, title: str, url: str, paths: dict[str, int]) -> None:
        self.path, self.title, self.url, self.paths = path, title, url, paths
        self.ready: tuple[str, str, str] | None = None
        self.parts: list[str] = []
        self.size = 0
        self.place = self.last = ""

    def add(self, block: Block) -> Iterator[Piece]:
        if not self.path and self.place and _numbers(block.place)[:1] != _numbers(self.place)[:1]:
            yield from self.end()
            self.parts, self.size, self.place, self.last = [], 0, "", ""
        for part in _portions(block.text):
            if self.parts and (self.size + len(part) > MOST and (self.size >= LEAST or len(part) > MOST)):
                yield from self._give()
                self._close()
            self.place = self.place or block.place
            self.last = block.place or self.last
            self.parts.append(part)
            self.size += len(part) + 2

    def end(self) -> Iterator[Piece]:
        text = "\n\n".join(self.parts)
        if self.ready and text and len(text) < _REST:
            before, self.place, _ = self.ready
            self.ready, text = None, f"{before}\n\n{text}"
        yield from self._give()
        if text:
            yield self._piece(text, _span(self.place, self.last))

    def _close(self) -> None:
        self.ready = ("\n\n".join(self.parts), self.place, self.last)
        self.parts, self.size, self.place = [], 0, ""

    def _give(self) -> Iterator[Piece]:
        if self.ready:
            text, first, last = self.ready
            self.ready = None
            yield self._piece(text, _span(first, last))

    def _piece(self, text: str, place: str) -> Piece:
        base = self.path or place or "text"
        number = self.paths[base] = self.paths.get(base, 0) + 1
        key = base if number == 1 else f"{base[: KEY_LENGTH - 8]}#{number}"
        where = ", ".join(part for part in (place, self.path) if part)
        asked = self.path.replace(" > ", " ") if self.path != self.title else ""
        return Piece(key=key, title=self.title or first_sentence(text), text=text, url=self.url, place=where, other_ways=asked)


def _span(first: str, last: str) -> str:
    """ "page 1–3" of "page 1" and "page 3"."""
    numbers = _numbers(first) + _numbers(last)
    return f"{first.rstrip('0123456789–')}{numbers[0]}–{numbers[-1]}" if numbers and numbers[0] != numbers[-1] else first


def _numbers(place: str) -> list[str]:
    return re.findall(r"\d{1,9}", place)


def _portions(text: str) -> Iterator[str]:
    """A paragraph whole, or where it is longer than a piece its sentences put together again."""
    if len(text) <= MOST:
        if text.strip():
            yield text.strip()
        return
    held = ""
    for line in text.split("\n"):
        for sentence in sentences(line):
            for part in _words(sentence):
                if held and len(held) + len(part) > MOST:
                    yield held
                    held = ""
                held = f"{held} {part}" if held and not held.endswith("\n") else held + part
        held = held + "\n" if held else held
    if held.strip():
        yield held.strip()


def _words(sentence: str) -> Iterator[str]:
    """Only what is longer than a whole piece may be is cut inside a sentence, at a blank."""
    while len(sentence) > TEXT_LENGTH - 200:
        at = sentence.rfind(" ", 1, TEXT_LENGTH - 200)
        at = at if at > 0 else TEXT_LENGTH - 200
        yield sentence[:at].strip()
        sentence = sentence[at:].strip()
    if sentence:
        yield sentence


def _short(text: str, most: int) -> str:
    """At most so many characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    at = text.rfind(" ", most // 2, most - 1)
    return text[: at if at > 0 else most - 1].rstrip(" ,;:-") + "…"
