"""The marks before questions and answers: "Q: ... A: ...", "T. ... J. ...", "Pertanyaan 2: ...". Used by pasting.py and chats.py.

A letter with a dot begins names as well ("P. Jawa", "A. Yani"), so only what the whole text alternates in is a mark; elsewhere it stays text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

_BEFORE = r"(?:\d{1,4} ?[.)] {0,3})?\*{0,3} ?"
_AFTER = r" ?\.? ?(?P<number>\d{0,4}) ?\*{0,3} ?(?P<sign>[:.)=])\*{0,3}\s*"
_ASKED = re.compile(rf"{_BEFORE}(?P<word>q|t|p|tanya|pertanyaan|question|soal){_AFTER}(?=\S)", re.I)
_ANSWERED = re.compile(rf"\*{{0,3}} ?(?P<word>a|j|jwb|jawab|jawaban|answer){_AFTER}", re.I)
# Lines kept back until it is clear whether a mark was one.
_HELD = 60

Kind = Literal["asks", "answers", "text"]
# The number of a line, what it is, and its text without the mark.
Part = tuple[int, Kind, str]


@dataclass(frozen=True, slots=True)
class Sort:
    """Marks of one sort: their first letter, and whether they are a bare letter with a dot or a bracket, which may be a name."""

    letter: str
    is_bare: bool


@dataclass(frozen=True, slots=True)
class Mark:
    asks: bool
    sort: Sort
    is_word: bool
    rest: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What a text alternates in."""

    asks: Sort
    answers: Sort


def mark_of(line: str) -> Mark | None:
    found = (asked := _ASKED.match(line)) or _ANSWERED.match(line)
    if not found:
        return None
    word = found["word"].lower()
    is_bare = len(word) == 1 and not found["number"] and found["sign"] in ".)"
    return Mark(asked is not None, Sort(word[0], is_bare), len(word) > 1, line[found.end() :])


def marks_of(rows: Sequence[str]) -> Marks | None:
    """The sorts of which one most often follows the other; bare letters only where the text begins with one or asks with it."""
    found = [mark for row in rows if (mark := mark_of(row))]
    couples = Counter((one, other) for one, other in pairwise(found) if one.asks and not other.asks)
    counts = Counter[Marks]()
    for (one, other), count in couples.items():
        counts[Marks(one.sort, other.sort)] += count
    best = max(counts, key=lambda marks: (not marks.asks.is_bare, counts[marks]), default=None)
    if best is None or not best.asks.is_bare:
        return best
    first = mark_of(rows[0])
    begins = first is not None and first.asks and first.sort == best.asks
    return best if begins or any(mark.sort == best.asks and _is_question(mark.rest) for mark in found) else None


def parts(lines: Iterable[str], marks: Marks) -> Iterator[Part]:
    """What each line is. A mark without a question mark in the middle of an answer asks only if an answer is marked after it."""
    held: list[Part] = []
    has_answer = False
    for number, line in enumerate(lines, 1):
        line = line.strip()
        kind, text = _kind(line, marks, has_answer and not held)
        if held and kind == "text" and len(held) < _HELD:
            held.append((number, "text", line))
            continue
        yield from _decided(held, kind == "answers")
        held = []
        if kind == "asks" and has_answer and not _is_question(text):
            held = [(number, "text", line)]
            continue
        yield number, kind, text
        if kind != "text":
            has_answer = kind == "answers"
    yield from _decided(held, False)


def _kind(line: str, marks: Marks, has_answer: bool) -> tuple[Kind, str]:
    mark = mark_of(line)
    if mark is None:
        return "text", line
    if mark.asks:
        counts = mark.sort == marks.asks or (not mark.sort.is_bare and _is_question(mark.rest))
        return ("asks", mark.rest) if counts else ("text", line)
    counts = not has_answer and (mark.sort == marks.answers or not mark.sort.is_bare)
    return ("answers", mark.rest) if counts else ("text", line)


def _decided(held: list[Part], asks: bool) -> Iterator[Part]:
    for number, _, line in held[:1]:
        mark = mark_of(line)
        yield (number, "asks", mark.rest) if asks and mark else (number, "text", line)
    yield from held[1:]


def _is_question(text: str) -> bool:
    return text.rstrip("*_ ").endswith("?")
