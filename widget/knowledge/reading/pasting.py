"""Questions and answers pasted as plain text: "Q: ... A: ...", "T: ... J: ...", "1. ...", or a question, an empty line and its answer.

Called by the page where an owner pastes, and by the reader of text files (plain.py).
"""

import re
from collections.abc import Iterable, Iterator

from widget.knowledge.reading import mapping
from widget.knowledge.reading.bounds import bounded
from widget.knowledge.reading.letters import seen, seen_line
from widget.knowledge.reading.piece import Read, Skipped

_ASKED = re.compile(r"(?:\d{1,4} ?[.)] {0,3})?\*{0,3} ?(?:q|t|p|tanya|pertanyaan|question|soal) ?\.? ?\d{0,4} ?\*{0,3} ?[:.)=]\*{0,3}\s*(?=\S)", re.I)
_ANSWERED = re.compile(r"\*{0,3} ?(?:a|j|jwb|jawab|jawaban|answer) ?\.? ?\d{0,4} ?\*{0,3} ?[:.)=]\*{0,3}\s*", re.I)
_NUMBERED = re.compile(r"\d{1,4}\s*[.)]\s+(?=\S)")
_QUESTION_LENGTH = 200


def read_text(text: str) -> Iterator[Read]:
    """What somebody pasted, in whatever of the ways it is written; what has no answer is told."""
    return bounded(pairs(seen(text).split("\n"), style_of(text) or "paragraphs"))


def style_of(text: str) -> str:
    """ "marked", "numbered", "lines" (without empty ones) or "paragraphs"; "" for a text that is no list of questions. Looks at the first lines only."""
    rows = [line for line in seen(text[:20_000]).split("\n") if line]
    asked = sum(bool(_ASKED.match(line)) for line in rows)
    if asked and any(_ANSWERED.match(line) for line in rows):
        return "marked"
    numbered = [line for line in rows if _NUMBERED.match(line)]
    if len(numbered) >= 2 and sum(line.endswith("?") for line in numbered) * 2 > len(numbered):
        return "numbered"
    first = [paragraph.split("\n")[0] for paragraph in seen(text[:20_000]).split("\n\n")]
    if len(first) == 1 and len(rows) >= 4 and sum(_is_question(line) for line in rows) >= 2:
        return "lines"
    questions = sum(_is_question(line) for line in first)
    return "paragraphs" if (questions >= 2 and questions * 3 >= len(first)) or (questions == 1 and _is_question(first[0]) and len(first) == 2) else ""


def pairs(lines: Iterable[str], style: str) -> Iterator[Read]:
    """Question by question; a line before the first question is told as skipped."""
    asks = {"marked": _ASKED.match, "numbered": _NUMBERED.match}.get(style)
    question, answer, place = "", list[str](), ""
    fresh = True
    for number, line in enumerate(lines, 1):
        line = line.strip()
        begins = asks(line) if asks else None
        if begins or (asks is None and (fresh or style == "lines") and _is_question(line)):
            yield from _pair(question, answer, place)
            question, answer, place = line[begins.end() :] if begins else line, [], f"line {number}"
        elif style == "marked" and question and not any(answer) and (marked := _ANSWERED.match(line)):
            answer.append(line[marked.end() :])
        else:
            answer.append(line)
        fresh = not line
    yield from _pair(question, answer, place)


def _pair(question: str, answer: list[str], place: str) -> Iterator[Read]:
    text = seen("\n".join(answer))
    if question:
        yield from mapping.made(seen_line(question).strip("*"), text, {}, place)
    elif text:
        yield Skipped(place or "line 1", "no_question", text[:100])


def _is_question(line: str) -> bool:
    return line.rstrip("*_ ").endswith("?") and len(line) <= _QUESTION_LENGTH
