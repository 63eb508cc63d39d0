"""How well an entry answers a question, from the words both share: the order of what is found, and the confidence that it is the answer.

Called by search.py for the few candidates an index names; pure functions. The confidence is the share of the question's information that the
entry covers, so it does not hang on the size of the knowledge; raw BM25 would (facts: it lets through six of ten questions it should not).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

from widget.knowledge.language import JOINT, words_of

# A word met in the answer's text counts less than one met in the question or title; one met only as root or concept a little less.
IN_ANSWER = 0.65
BY_ROOT = 0.82
# How much of the confidence hangs on how fully the best matching line of the title is named, and what part of such a line is enough.
BY_TITLE = 0.25
LINE_NAMED = 0.8
# Between equals, the one whose title says little beside what was asked.
BRIEFER_FIRST = 0.02
# The information of a word that every entry has; a word that one entry has counts 1.
LOWEST_RARITY = 0.55
# A question that says less than this ("berapa?", "yang tadi ada?") cannot be covered fully.
LEAST_ASKED = 0.75
# Of two entries that fit alike, the one in the visitor's language.
OTHER_LANGUAGE = 0.92
# A runner-up nearly as good means that the question does not say which of the two: from this share on, confidence is taken off.
CLOSE_FROM = 0.6
CLOSE_COSTS = 0.1


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term of the question with the words of the index that answer to it (empty: no entry has it).

    `information`: what it tells where an entry has it; `lacked`: what it tells against an entry that has not.
    """

    forms: tuple[str, ...]
    information: float
    lacked: float
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A title, or one of the other ways to ask: all its words, and the forms and weight of each."""

    words: frozenset[str]
    each: tuple[tuple[frozenset[str], float], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an entry: those of the question or title, those of the answer, and the former line by line."""

    entry_id: int
    asked: frozenset[str]
    answered: frozenset[str]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry with its score (for the order) and confidence (0..1)."""

    entry_id: int
    score: float
    confidence: float


def text_of(entry_id: int, asked: str, answered: str) -> Text:
    """From the words as the index keeps them (language.index_text)."""
    lines = tuple(_line(line) for line in asked.split("\n"))
    return Text(entry_id, frozenset().union(*(line.words for line in lines)), frozenset(answered.replace(JOINT, " ").split()), lines)


def _line(text: str) -> Line:
    each = tuple(words_of(text))
    return Line(frozenset().union(*(forms for forms, _ in each)), each, sum(weight for _, weight in each))


def rarity(documents: int, of_all: int) -> float:
    """How much a word tells that `documents` of all entries hold: 1 for one entry or none, least for all of them."""
    if documents <= 1 or of_all <= 1:
        return 1.0
    return max(LOWEST_RARITY, 1 - log(documents) / log(of_all))


def judge(wanted: Sequence[Wanted], texts: Sequence[Text], languages: dict[int, str], language: str) -> list[Judged]:
    """The entries, best first. `languages`: of each entry; one in another language than the question's comes after its equals."""
    judged = [_judge_one(wanted, text, not language or languages[text.entry_id] == language) for text in texts]
    # Between equals the older one, so that every index gives the same order.
    judged.sort(key=lambda one: (-one.score, one.entry_id))
    doubt = _doubt(judged)
    return [replace(one, confidence=one.confidence * doubt) for one in judged] if doubt < 1 else judged


def _judge_one(wanted: Sequence[Wanted], text: Text, same_language: bool) -> Judged:
    covered = asked_for = 0.0
    in_title: list[str] = []
    for term in wanted:
        for place, form in enumerate(term.forms):
            in_asked = form in text.asked
            if in_asked or form in text.answered:
                asked_for += term.information
                covered += term.information * term.certainty * (1.0 if in_asked else IN_ANSWER) * (1.0 if place == 0 else BY_ROOT)
                if in_asked:
                    in_title += term.forms
                break
        else:
            asked_for += term.lacked
    named = _named(in_title, text.lines)
    confidence = min(1.0, covered / max(LEAST_ASKED, asked_for) * (1 - BY_TITLE + BY_TITLE * min(1.0, named / LINE_NAMED)))
    score = (confidence if same_language else confidence * OTHER_LANGUAGE) + BRIEFER_FIRST * named
    return Judged(text.entry_id, score, confidence)


def _named(in_title: Sequence[str], lines: Sequence[Line]) -> float:
    """The share of the title, or of the best of the other ways to ask, that the question names; heavy words count more."""
    best = 0.0
    for line in lines if in_title else ():
        if not line.words.isdisjoint(in_title):
            best = max(best, sum(weight for forms, weight in line.each if not forms.isdisjoint(in_title)) / line.weight)
    return best


def _doubt(judged: Sequence[Judged]) -> float:
    """1 where the best stands alone, less where the next one fits nearly as well."""
    if len(judged) < 2 or not judged[0].confidence:
        return 1.0
    close = min(judged[1].confidence / judged[0].confidence, 1.0)
    return 1 - CLOSE_COSTS * max(0.0, close - CLOSE_FROM) / (1 - CLOSE_FROM)
