"""PDF: the text of each page, its larger lines as headings, the page as place. Loaded by formats.py.

pypdf does the decoding. Pages without text (scans) are told; a file that needs a password or holds only pictures is refused. What a PDF says about
itself in its properties is not read.
"""

import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from widget.knowledge.reading.bounds import SECONDS, bounded
from widget.knowledge.reading.cutting import Block, cut
from widget.knowledge.reading.errors import BrokenFileError, EncryptedError, NoTextError, TooSlowError
from widget.knowledge.reading.letters import seen_line
from widget.knowledge.reading.piece import Read, Skipped

PAGES = 5_000
# Drawing commands of one page; a page of dense text has some 50 kB.
_PAGE_BYTES = 2 * 1024 * 1024
_HEADING_LENGTH = 120
_SAMPLE_PAGES = 12
# A text without any end of a sentence is given on in parts of this size.
_OPEN_LENGTH = 4_000
# How many times the size of the text the letters of each level of heading are, at least; below these a bold line is one.
_LARGER = (2.0, 1.5, 1.12)
# "2.1 Shipping . . . . . . 14": a line of a table of contents.
_CONTENTS = re.compile(r"(?:\.\s?){5}")
_ITEM = re.compile(r"(?:[-•*▪‣–]|\d{1,3}[.)]|[a-z][.)])\s+")
# What a damaged file makes pypdf raise, beside its own errors.
_DAMAGE = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, RecursionError, OverflowError, NotImplementedError, OSError)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float  # of its letters, in points
    bold: bool


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError."""
    return bounded(_read(path))


def _read(path: Path) -> Iterator[Read]:
    # Each oddity of a file is a line in pypdf's log; what matters is told to the owner instead.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with path.open("rb") as file:
        reader = _opened(file)
        lost: list[Skipped] = []
        found = False
        for piece in cut(_blocks(reader, lost)):
            yield from lost
            lost.clear()
            found = True
            yield piece
        if not found:
            raise NoTextError
        yield from lost


def _opened(file: Any) -> PdfReader:
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise EncryptedError
        if not reader.pages:
            raise BrokenFileError
    except _DAMAGE as error:
        raise BrokenFileError from error
    return reader


def _blocks(reader: PdfReader, lost: list[Skipped]) -> Iterator[Block]:
    pages = _Pages(reader)
    count = len(reader.pages)
    repeated = _repeated(pages, min(count, _SAMPLE_PAGES))
    broken = 0
    open_end: Block | None = None
    for at in range(min(count, PAGES)):
        place = f"page {at + 1}"
        lines = pages.lines(at)
        if isinstance(lines, str):
            lost.append(Skipped(place, lines))
            broken += lines == "broken"
            if broken == at + 1 == 20:
                raise BrokenFileError
            continue
        kept = [line for line in lines if _mark(line.text) not in repeated]
        if not kept:
            lost.append(Skipped(place, "no_text"))
        for block in _paragraphs(kept, place):
            if open_end and not block.level and block.text[0].islower():
                block = Block(f"{open_end.text} {block.text}", place=f"{open_end.place}–{at + 1}" if open_end.place != place else place)
            elif open_end:
                yield open_end
            open_end = block if _goes_on(block) else None
            if not open_end:
                yield block
    if open_end:
        yield open_end
    if count > PAGES:
        lost.append(Skipped(f"page {PAGES + 1}", "too_many", str(PAGES)))


def _goes_on(block: Block) -> bool:
    """A sentence that the end of a page may have cut, or a formula or a table did; the next block begins with a small letter then."""
    return not block.level and block.text[-1] not in ".!?:" and len(block.text) < _OPEN_LENGTH


class _Pages:
    """The lines of each page; the first ones are asked for twice and read once."""

    def __init__(self, reader: PdfReader) -> None:
        self._reader = reader
        self._first: dict[int, list[_Line] | str] = {}
        self._spent = 0.0

    def lines(self, at: int) -> list[_Line] | str:
        """Of one page, or the code of why it has none. Raises TooSlowError, also where page after page gives nothing."""
        if at in self._first:
            return self._first.pop(at)
        begun = time.thread_time()
        lines = self._read(at)
        self._spent += time.thread_time() - begun
        if self._spent > SECONDS:
            raise TooSlowError
        return lines

    def peek(self, at: int) -> list[_Line] | str:
        self._first[at] = self.lines(at)
        return self._first[at]

    def _read(self, at: int) -> list[_Line] | str:
        runs: list[_Line] = []

        def visit(text: str, matrix: Any, text_matrix: Any, font: Any, size: float) -> None:
            if text:
                scale = abs(text_matrix[3] or text_matrix[1]) * abs(matrix[3] or matrix[1] or 1)
                name = str((font or {}).get("/BaseFont", "")).lower()
                runs.append(_Line(text, (size or 0) * (scale or 1), "bold" in name or "black" in name))

        try:
            page = self._reader.pages[at]
            contents = page.get_contents()
            if contents is not None and len(contents.get_data()) > _PAGE_BYTES:
                return "too_large"
            page.extract_text(visitor_text=visit)
        except _DAMAGE:
            logger.info("page %d of a PDF cannot be read", at + 1, exc_info=True)
            return "broken"
        return list(_joined(runs))


def _joined(runs: list[_Line]) -> Iterator[_Line]:
    """Runs of letters become lines; a line has the size most of its letters have."""
    parts: list[_Line] = []
    for run in runs:
        for at, text in enumerate(run.text.split("\n")):
            if at:
                yield from _line(parts)
                parts = []
            if text.strip():
                parts.append(_Line(text, run.size, run.bold))
            elif text and parts:
                parts.append(_Line(" ", parts[-1].size, parts[-1].bold))
    yield from _line(parts)


def _line(parts: list[_Line]) -> Iterator[_Line]:
    text = seen_line("".join(part.text for part in parts))
    if text and not _CONTENTS.search(text):
        longest = max(parts, key=lambda part: len(part.text.strip()))
        yield _Line(text, round(longest.size, 1), all(part.bold for part in parts))


def _repeated(pages: "_Pages", count: int) -> set[str]:
    """Lines at the head and foot of most pages: letterheads and numbers of pages."""
    if count < 3:
        return set()
    found: Counter[str] = Counter()
    for at in range(count):
        lines = pages.peek(at)
        if not isinstance(lines, str):
            found.update({_mark(line.text) for line in [*lines[:2], *lines[-2:]]})
    return {text for text, times in found.items() if times > count * 0.6}


def _mark(text: str) -> str:
    """ "Page 3 of 9" and "Page 4 of 9" are one line."""
    return re.sub(r"\d+", "0", text)


def _paragraphs(lines: list[_Line], place: str) -> Iterator[Block]:
    """Lines wrapped by the page's width are joined again; lines in larger or bold letters with text below are a heading."""
    levels = _levels(lines)
    width = max((len(line.text) for line in lines), default=0)
    held = heading = ""
    for at, line in enumerate(lines):
        following = levels[at + 1] if at + 1 < len(lines) else 0
        if levels[at]:
            if held:
                yield Block(held, place=place)
                held = ""
            heading = f"{heading} {line.text}".strip()
            if following != levels[at]:
                yield Block(heading, level=levels[at], place=place)
                heading = ""
            continue
        cut_word = re.search(r"[a-z]-$", held) and line.text[0].islower()
        held = f"{held[:-1]}{line.text}" if cut_word else f"{held}{_between(held, line, len(lines[at - 1].text), width)}{line.text}"
        if (line.text[-1] in ".!?:" and len(line.text) < width * 0.85) or len(held) > _OPEN_LENGTH:
            yield Block(held, place=place)
            held = ""
    if held:
        yield Block(held, place=place)


def _levels(lines: list[_Line]) -> list[int]:
    """Of each line, 0 for text. More than three heading lines in a row are none: a page of large letters, a table in bold."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    body = weights.most_common(1)[0][0] if weights else 0.0
    all_bold = all(line.bold for line in lines)
    levels = [_level(line, body, all_bold) for line in lines]
    start = 0
    for at in range(1, len(levels) + 1):
        if at == len(levels) or levels[at] != levels[start]:
            if levels[start] and (at - start > 3 or at == len(levels)):
                levels[start:at] = [0] * (at - start)
            start = at
    return levels


def _between(held: str, line: _Line, before: int, width: int) -> str:
    """A line break where there was one on the page: before an item, or after a line that ended early, as rows of a table do."""
    if not held:
        return ""
    return "\n" if _ITEM.match(line.text) or (before < width * 0.6 and not line.text[0].islower()) else " "


def _level(line: _Line, body: float, all_bold: bool) -> int:
    """0 for a line of text."""
    if len(line.text) > _HEADING_LENGTH or line.text[-1] in ".,;" or not any(letter.isalpha() for letter in line.text):
        return 0
    if body:
        for level, times in enumerate(_LARGER, 1):
            if line.size >= body * times:
                return level
    return len(_LARGER) + 1 if line.bold and not all_bold and not _ITEM.match(line.text) else 0
