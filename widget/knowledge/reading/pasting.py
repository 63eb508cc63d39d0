"""Questions and answers pasted as plain text: "Q: ... A: ...", "T: ... J: ...", "1. ...", "Open? - Yes", or a question, an empty line and its answer.

Called by the page where an owner pastes, and by the reader of text files (plain.py). A copied chat is neither, and is refused.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from widget.knowledge.reading import mapping
from widget.knowledge.reading.bounds import bounded
from widget.knowledge.reading.chats import is_chat
from widget.knowledge.reading.errors import ChatError
from widget.knowledge.reading.letters import seen, seen_line
from widget.knowledge.reading.marks import Marks, Part, mark_of, marks_of, parts
from widget.knowledge.reading.piece import Read, Skipped

_NUMBERED = re.compile(r"\d{1,4}\s*[.)]\s+(?=\S)")
# Before a title: "1.", "(2)", "- ". Not "2.5 kg", not "24 hours".
_ITEM = re.compile(r"(?:\(?\d{1,4}\s?[.)]|[-*•])\s*(?=[^\W\d])")
_ONE_LINE = re.compile(r"(?P<asked>[^?]{2,199}\?++)(?![\w=&])[\"”’*_ ]*+(?P<between>\s*+(?:[-–—=:→|>]+))?\s*+(?P<answer>\S.*)$")
_QUESTION_LENGTH = 200
_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Style:
    """How a list is written; "lines" has no empty ones. `marks` of a marked one."""

    name: Literal["marked", "numbered", "one_line", "lines", "paragraphs"]
    marks: Marks | None = None


def read_text(text: str) -> Iterator[Read]:
    """What somebody pasted, in whatever of the ways it is written; what has no answer is told. Raises ChatError."""
    if is_chat(text):
        raise ChatError
    return bounded(pairs(seen(text).split("\n"), style_of(text) or Style("paragraphs")))


def style_of(text: str) -> Style | None:
    """None for a text that is no list of questions. Looks at the first lines only."""
    sample = seen(text[:_SAMPLE])
    rows = [line for line in sample.split("\n") if line]
    if marks := marks_of(rows):
        return Style("marked", marks)
    numbered = [line for line in rows if _NUMBERED.match(line)]
    if len(numbered) >= 2 and sum(line.endswith("?") for line in numbered) * 2 > len(numbered):
        return Style("numbered")
    if _is_one_line_each(rows):
        return Style("one_line")
    first = [paragraph.split("\n")[0] for paragraph in sample.split("\n\n")]
    if len(first) == 1 and len(rows) >= 4 and sum(_is_question(line) for line in rows) >= 2:
        return Style("lines")
    questions = sum(_is_question(line) for line in first)
    is_list = (questions >= 2 and questions * 3 >= len(first)) or (questions == 1 and _is_question(first[0]) and len(first) == 2)
    return Style("paragraphs") if is_list else None


def pairs(lines: Iterable[str], style: Style) -> Iterator[Read]:
    """Question by question; a line before the first question is told as skipped."""
    question, answer, place = "", list[str](), ""
    for number, kind, text in parts(lines, style.marks) if style.marks else _unmarked(lines, style):
        if kind == "asks":
            yield from _pair(question, answer, place)
            question, answer, place = text, [], f"line {number}"
        elif kind == "answers" and question:
            question, answer = " ".join((question, *answer)), [text]
        else:
            answer.append(text)
    yield from _pair(question, answer, place)


def _unmarked(lines: Iterable[str], style: Style) -> Iterator[Part]:
    fresh = True
    for number, line in enumerate(lines, 1):
        line = line.strip()
        numbered = _NUMBERED.match(line) if style.name == "numbered" else None
        if style.name == "one_line" and (both := _ONE_LINE.match(line)):
            yield number, "asks", both["asked"]
            yield number, "answers", _unmark(both["answer"])
        elif numbered:
            yield number, "asks", line[numbered.end() :]
        elif style.name in ("lines", "paragraphs") and (fresh or style.name == "lines") and _is_question(line):
            yield number, "asks", line
        else:
            yield number, "text", line
        fresh = not line


def _pair(question: str, answer: list[str], place: str) -> Iterator[Read]:
    text = seen("\n".join(answer))
    if question:
        text = mark.rest if (mark := mark_of(text)) and mark.is_word and not mark.asks else text
        title = seen_line(question)
        item = _ITEM.match(title)
        yield from mapping.made(_unmark(title[item.end() :] if item else title).strip("*"), text, {}, place)
    elif text:
        yield Skipped(place or "line 1", "no_question", text[:100])


def _unmark(text: str) -> str:
    """Without a mark that cannot be a name: one that stood alone in its text, or beside its answer in one line."""
    mark = mark_of(text)
    return mark.rest if mark and not mark.sort.is_bare else text


def _is_one_line_each(rows: list[str]) -> bool:
    """ "Open? - Yes", or "Open? Yes" where nearly every line is such."""
    found = [both for row in rows if (both := _ONE_LINE.match(row))]
    clear = sum(bool(both["between"]) for both in found)
    return clear * 2 > len(rows) or (len(found) >= 2 and len(found) * 4 >= len(rows) * 3)


def _is_question(line: str) -> bool:
    return line.rstrip("*_ ").endswith("?") and len(line) <= _QUESTION_LENGTH
