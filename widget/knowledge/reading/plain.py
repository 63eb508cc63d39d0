"""Plain text: a list of questions and answers where it is one, else a document cut by its headings and paragraphs. Loaded by formats.py."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from widget.knowledge.reading import pasting
from widget.knowledge.reading.bounds import bounded
from widget.knowledge.reading.chats import is_chat
from widget.knowledge.reading.cutting import Block, cut
from widget.knowledge.reading.errors import ChatError, NothingFoundError
from widget.knowledge.reading.letters import kept, letters_of, lines, seen
from widget.knowledge.reading.piece import Read, Skipped

_HEADING_LENGTH = 80
_SAMPLE = 20_000
# A paragraph without an empty line is given on in parts of this size.
_PARAGRAPH_LENGTH = 20_000


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError."""
    return bounded(read_lines(path, _cut))


def read_lines(path: Path, cut_up: Callable[[str, Iterator[str]], Iterator[Read]]) -> Iterator[Read]:
    """What `cut_up` makes of the first letters of a text and of its lines, with what was lost among them. Raises ReadingError."""
    letters = letters_of(path)
    yield from letters.told()
    with letters.open(path) as file:
        sample = file.read(_SAMPLE)
        file.seek(0)
        lost: list[Skipped] = []
        found = False
        for one in cut_up(sample, kept(lines(file), lost)):
            yield from lost
            lost.clear()
            found = True
            yield one
        yield from lost
    if not found:
        raise NothingFoundError


def _cut(sample: str, source: Iterator[str]) -> Iterator[Read]:
    if is_chat(sample):
        raise ChatError
    style = pasting.style_of(sample)
    return pasting.pairs(source, style) if style else cut(blocks(source))


def blocks(source: Iterator[str]) -> Iterator[Block]:
    """Paragraphs; a short line alone between two empty ones, without an end of a sentence and with text below, is a heading."""
    heading = ""
    for paragraph in _paragraphs(source):
        if heading:
            like = _like_heading(paragraph)
            yield Block(heading, level=0 if like else 2)
        heading = paragraph if _like_heading(paragraph) else ""
        if not heading:
            yield Block(paragraph)
    if heading:
        yield Block(heading)


def _paragraphs(source: Iterator[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for line in source:
        if line.strip():
            held.append(line)
            size += len(line)
        if held and (not line.strip() or size > _PARAGRAPH_LENGTH):
            if text := seen("\n".join(held)):
                yield text
            held, size = [], 0
    if text := seen("\n".join(held)):
        yield text


def _like_heading(paragraph: str) -> bool:
    return "\n" not in paragraph and len(paragraph) <= _HEADING_LENGTH and paragraph[-1] not in ".,;!" and paragraph[0] not in "-*•"
