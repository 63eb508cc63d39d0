"""Markdown: headings, paragraphs, lists, code and tables as blocks; markup, comments and addresses of pictures left out. Loaded by formats.py."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from widget.knowledge.reading import pasting
from widget.knowledge.reading.bounds import bounded
from widget.knowledge.reading.cutting import Block, cut
from widget.knowledge.reading.grid import spoken
from widget.knowledge.reading.letters import seen, seen_line
from widget.knowledge.reading.piece import Read
from widget.knowledge.reading.plain import read_lines

_HEADING = re.compile(r" {0,3}(#{1,6})\s(.{1,500})$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_TABLE_CELL = re.compile(r":?-{2,}:?")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,4}[.)])\s+")
_PARAGRAPH_LENGTH = 20_000
# Each bounded, so that no line costs more than its length times a constant.
_PICTURE = re.compile(r"!\[([^\]\[]{0,200})\]\([^()\s]{0,1000}[^()]{0,200}\)")
_LINK = re.compile(r"\[([^\]\[]{1,500})\]\(([^()\s]{0,1000})[^()]{0,200}\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>|<!--.{0,2000}?-->")
_STRONG = re.compile(r"(\*\*|__|~~)(?=\S)")
_LEANING = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300})(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^_\n]{1,300})(?<=[^\s_])_(?![\w_])")
_CODE = re.compile(r"(?<!`)`([^`\n]{1,500})`(?!`)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError."""
    return bounded(read_lines(path, _cut))


def _cut(sample: str, source: Iterator[str]) -> Iterator[Read]:
    style = pasting.style_of(sample)
    marked = style is not None and style.marks and not re.search(r"^#{1,6} ", sample, re.M)
    return pasting.pairs(map(_words, source), style) if style and marked else cut(blocks(source))


def blocks(source: Iterator[str]) -> Iterator[Block]:
    """Blocks of Markdown lines."""
    reader = _Blocks()
    for line in _without_front_matter(_without_comments(source)):
        yield from reader.take(line)
    yield from reader.flush()


def _without_comments(source: Iterator[str]) -> Iterator[str]:
    """Comments over several lines: nobody sees them."""
    inside = False
    for line in source:
        if inside:
            inside, line = "-->" not in line, line.partition("-->")[2]
        if not inside and "<!--" in (cleaned := _TAG.sub("", line) if "-->" in line else line):
            inside, line = True, cleaned.partition("<!--")[0]
        yield line


def _without_front_matter(source: Iterator[str]) -> Iterator[str]:
    """The lines between two `---` at the top belong to the program that made the page."""
    first = next(source, None)
    if first is None:
        return
    if first.strip() != "---":
        yield first
    else:
        held = []
        for line in source:
            if line.strip() in ("---", "..."):
                break
            held.append(line)
            if len(held) > 200:
                yield from held
                break
        else:
            yield from held
    yield from source


class _Blocks:
    """Lines become blocks; a paragraph or table is held until it ends."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.size = 0
        self.fence = ""

    def take(self, line: str) -> Iterator[Block]:
        fence = _FENCE.match(line)
        if fence and (not self.fence or fence[1] == self.fence):
            yield from self.flush()
            self.fence = "" if self.fence else fence[1]
            return
        heading = None if self.fence else _HEADING.match(line[:600])
        if heading:
            yield from self.flush()
            yield Block(seen_line(_words(heading[2].strip().rstrip("#"))), level=len(heading[1]))
        elif not self.fence and self.held and len(self.held) == 1 and (under := _UNDERLINE.match(line)) and "|" not in self.held[0]:
            title = seen_line(_words(self.held.pop()))
            self.size = 0
            yield Block(title, level=1 if under[1][0] == "=" else 2)
        elif not line.strip() and not self.fence:
            yield from self.flush()
        else:
            self.held.append(line if self.fence else line.rstrip())
            self.size += len(line)
            if self.size > _PARAGRAPH_LENGTH:
                yield from self.flush()

    def flush(self) -> Iterator[Block]:
        held, self.held, self.size = self.held, [], 0
        if self.fence:
            if text := seen("\n".join(held)):
                yield Block(text)
        elif len(held) >= 2 and "|" in held[0] and _is_table_line(held[1][:2_000]):
            yield from (Block(row) for row in spoken([_cells(line) for line in [held[0], *held[2:]]]))
        elif text := seen("\n".join(_joined(held))):
            yield Block(text)


def _joined(held: list[str]) -> Iterator[str]:
    """A paragraph wrapped over lines is one line, items of a list and quotes keep theirs."""
    line = ""
    for part in held:
        words = _words(part.lstrip("> ") if part.lstrip().startswith(">") else part)
        if line and not _ITEM.match(part) and not part.endswith("  "):
            line += " " + words.strip()
        else:
            if line:
                yield line
            line = words
    if line:
        yield line


def _words(line: str) -> str:
    """What a person sees of a line; code between ticks stays as it is."""
    said, at = "", 0
    for code in _CODE.finditer(line):
        said += _unmarked(line[at : code.start()]) + code[1]
        at = code.end()
    return said + _unmarked(line[at:])


def _unmarked(text: str) -> str:
    """Of a link its words, and its address where that says more."""
    text = _PICTURE.sub(r"\1", _TAG.sub("", text))
    text = _LINK.sub(lambda found: found[1] if not found[2].startswith("http") or found[2] in found[1] else f"{found[1]} ({found[2]})", text)
    text = re.sub(r"(?<=\S)(\*\*|__|~~)", "", _STRONG.sub("", text))
    return _ESCAPED.sub(r"\1", _LEANING.sub(lambda found: found[1] or found[2], text))


def _cells(line: str) -> list[str]:
    return [seen_line(_words(cell)) for cell in line.strip().strip("|").split("|")]


def _is_table_line(line: str) -> bool:
    """|---|:---:| below the heads of a table."""
    return all(_TABLE_CELL.fullmatch(cell.strip()) for cell in line.strip().strip("|").split("|"))
