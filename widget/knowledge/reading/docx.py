"""Word documents: paragraphs, headings as their place, lists and tables, read event by event from the packed file. Loaded by formats.py.

Reads word/document.xml and the names of styles (ECMA-376, part 1, 17.3 and 17.4). What was deleted, hidden or is only a fallback for old programs is
left out; pictures, comments, notes and macros are never opened.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from widget.knowledge.reading import packed
from widget.knowledge.reading.bounds import bounded
from widget.knowledge.reading.cutting import Block, cut
from widget.knowledge.reading.errors import NoTextError
from widget.knowledge.reading.grid import spoken
from widget.knowledge.reading.letters import seen, seen_line
from widget.knowledge.reading.packed import Archive
from widget.knowledge.reading.piece import Read

_PARAGRAPH_LENGTH = 100_000
_ROWS = 5_000
_HEADING = re.compile(r"(?:heading|judul|überschrift|titre)\s*([1-9])$", re.I)
_OUTLINE = frozenset("012345678")
_UNSEEN = ("Fallback", "del", "moveFrom", "instrText", "footnotePr", "rubyBase")


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError."""
    return bounded(_read(path))


def _read(path: Path) -> Iterator[Read]:
    found = False
    for piece in cut(blocks(path)):
        found = True
        yield piece
    if not found:
        raise NoTextError


def blocks(path: Path) -> Iterator[Block]:
    """Paragraphs, headings and rows of tables in their order."""
    with packed.opened(path) as archive:
        document = _Document(_Styles(archive))
        with archive.part("word/document.xml") as stream:
            for _ in packed.parse(stream, document.start, document.end, document.text):
                yield from document.blocks
                document.blocks.clear()


class _Styles:
    """What the styles of the document mean: level of heading (a title above all others), and item of a list."""

    def __init__(self, archive: Archive) -> None:
        self.levels: dict[str, int] = {}
        self.items: set[str] = set()
        self._based: dict[str, str] = {}
        self._style = ""
        if "word/styles.xml" in archive.sizes:
            with archive.part("word/styles.xml", 16 * 1024 * 1024) as stream:
                for _ in packed.parse(stream, self._start, lambda _: None, lambda _: None):
                    pass
        for style, base in self._based.items():
            if style not in self.levels and base in self.levels:
                self.levels[style] = self.levels[base]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get("w:val", "")
        if name == "style":
            self._style = attributes.get("w:styleId", "")
        elif name == "name" and self._style:
            named = _HEADING.match(value)
            if named or value.lower() == "title":
                self.levels[self._style] = int(named[1]) + 1 if named else 1
        elif name == "basedOn":
            self._based[self._style] = value
        elif name == "outlineLvl" and value in _OUTLINE:
            self.levels.setdefault(self._style, int(value) + 2)
        elif name == "numPr":
            self.items.add(self._style)


class _Document:
    """Collects blocks while the document's XML goes by."""

    def __init__(self, styles: _Styles) -> None:
        self.styles = styles
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._size = self._level = self._unseen = 0
        self._reading = self._hidden = self._item = False
        # Tables may stand in cells of tables: the innermost is the last.
        self._tables: list[list[list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _UNSEEN:
            self._unseen += 1
        elif name == "t":
            self._reading = True
        elif name == "r":
            self._hidden = False
        elif name in ("vanish", "webHidden"):
            self._hidden = attributes.get("w:val", "true") not in ("0", "false")
        elif name in ("br", "cr"):
            self._add("\n")
        elif name == "tab":
            self._add(" ")
        elif name == "pStyle":
            self._level = self.styles.levels.get(attributes.get("w:val", ""), 0)
            self._item = attributes.get("w:val", "") in self.styles.items
        elif name == "outlineLvl" and attributes.get("w:val") in _OUTLINE:
            self._level = int(attributes["w:val"]) + 2
        elif name == "numPr":
            self._item = True
        elif name == "tbl":
            self._tables.append([])
        elif name == "tr" and self._tables and len(self._tables[-1]) < _ROWS:
            self._tables[-1].append([])
        elif name == "tc" and self._tables and self._tables[-1]:
            self._tables[-1][-1].append("")

    def text(self, text: str) -> None:
        if self._reading:
            self._add(text)

    def end(self, name: str) -> None:
        if name in _UNSEEN:
            self._unseen -= 1
        elif name == "t":
            self._reading = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tbl" and self._tables:
            self._end_table(self._tables.pop())

    def _add(self, text: str) -> None:
        if not self._unseen and not self._hidden and self._size < _PARAGRAPH_LENGTH:
            self._parts.append(text)
            self._size += len(text)

    def _end_paragraph(self) -> None:
        text = seen("".join(self._parts))
        level, item = self._level, self._item
        self._parts.clear()
        self._size = self._level = 0
        self._item = self._hidden = False
        if not text:
            return
        if self._tables:
            self._to_cell(text)
        elif level:
            self.blocks.append(Block(seen_line(text), level=level))
        elif item and self.blocks and self.blocks[-1].text.startswith("- ") and len(self.blocks[-1].text) < 1_000:
            self.blocks[-1] = Block(f"{self.blocks[-1].text}\n- {text}")
        else:
            self.blocks.append(Block(f"- {text}" if item else text))

    def _to_cell(self, text: str) -> None:
        if self._tables[-1] and self._tables[-1][-1]:
            row = self._tables[-1][-1]
            row[-1] = f"{row[-1]} {seen_line(text)}".strip()[:_PARAGRAPH_LENGTH]

    def _end_table(self, rows: list[list[str]]) -> None:
        lines = list(spoken(rows))
        if self._tables:
            self._to_cell("; ".join(lines))
        else:
            self.blocks += [Block(line) for line in lines]
