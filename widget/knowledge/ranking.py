"""How well an entry answers a question, from the words both share: the order of what is found, and the confidence that it is the answer.

Called by search.py for the few candidates an index names; pure functions. The order weighs words by how rare they are here and how often a text has
them, the confidence does not: it is the chance, fitted once on the tuning half of tests/knowledge/sets, that the entry answers, from the share
of the question that the entry covers. So it does not hang on the size of the knowledge, as BM25 does (facts: raw BM25 lets through six of ten questions it
should not).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log

from widget.knowledge.language import JOINT, words_of

# A word met in the answer's text counts less than one met in the question or title; one met only as root or concept a little less.
IN_ANSWER = 0.58
BY_ROOT = 0.82
# A text that lacks a word, but has one about the same thing.
RELATED = 0.32
# How much hangs on how fully the best matching line of the title is named, and what part of such a line is enough.
BY_TITLE = 0.3
LINE_NAMED = 0.8
# Between equals, the one whose title says little beside what was asked.
BRIEFER_FIRST = 0.02
# The information of a word that every entry has; a word that one entry has counts 1.
LOWEST_RARITY = 0.55
# A question that says less than this ("berapa?", "yang tadi ada?") cannot be covered fully.
LEAST_ASKED = 0.75
# Of two entries that fit alike, the one in the visitor's language.
OTHER_LANGUAGE = 0.92
# A word that comes up often in a text counts more there, the less so the longer the text is (BM25's saturation, in words of a usual text).
SATURATION, BY_LENGTH, USUAL_LENGTH = 1.0, 0.5, 40
# What words in one sentence or title count beside words anywhere in the text.
TOGETHER = 0.5
# From this weight on a word is a subject and no courtesy.
SUBJECT = 0.6


@dataclass(frozen=True, slots=True)
class Explained:
    """What each share adds to the logit of the confidence. Fitted (logistic regression) to the tuning half of tests/knowledge/sets and the older questions.

    Shares of what the question says: `covered`, `in_title`, `as_written` (not by root or concept), `lacked` (subjects the entry has not). `named`: how much
    of the title is asked for. `two`, `three`: so many subjects are met. `ahead`: how far the runner-up lies behind, for the best alone.
    """

    base: float = -3.84
    covered: float = 1.17
    in_title: float = 1.06
    as_written: float = 2.17
    lacked: float = -2.12
    named: float = 2.64
    two: float = 0.73
    three: float = 0.72
    ahead: float = 1.87


EXPLAINED = Explained()
# What can be sure at most with an equal beside it, and how fast that passes as the equal falls behind.
EVEN, CLEARLY = 0.5, 200.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term of the question with the words of the index that answer to it (empty: no entry has it).

    `information`: what it tells where an entry has it; `lacked`: what it tells against an entry that has not; both by how rare it is here.
    `worth`: the same by a steeper measure, for the order. `weight`: what it says in any knowledge, for the confidence. `related`: words of the index
    about the same thing.
    """

    forms: tuple[str, ...]
    information: float
    lacked: float
    certainty: float = 1.0
    worth: float = 0.0
    weight: float = 0.0
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A title, or one of the other ways to ask: all its words, and the forms and weight of each."""

    words: frozenset[str]
    each: tuple[tuple[frozenset[str], float], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an entry: those of the question or title and the same line by line; those of the answer with how often each stands there, and the same
    sentence by sentence; the number of words of the answer."""

    entry_id: int
    asked: frozenset[str]
    answered: Mapping[str, int]
    lines: tuple[Line, ...]
    sentences: tuple[frozenset[str], ...]
    length: int


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry with its score (for the order) and confidence (0..1)."""

    entry_id: int
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class _Held:
    """How an entry has a term: how closely (0: not at all), how much that counts for the order, whether in the title, whether as written."""

    closeness: float = 0.0
    strength: float = 0.0
    titled: bool = False
    as_written: bool = False


_MISSING = _Held()


def text_of(entry_id: int, asked: str, answered: str) -> Text:
    """From the words as the index keeps them (language.index_text)."""
    lines = tuple(_line(line) for line in asked.split("\n"))
    split = [[word.split(JOINT) for word in line.split()] for line in answered.split("\n")]
    sentences = tuple(frozenset(form for forms in line for form in forms) for line in split if line)
    counts = Counter(form for line in split for forms in line for form in forms)
    return Text(entry_id, frozenset().union(*(line.words for line in lines)), counts, lines, sentences, sum(map(len, split)))


def _line(text: str) -> Line:
    each = tuple(words_of(text))
    return Line(frozenset().union(*(forms for forms, _ in each)), each, sum(weight for _, weight in each))


def rarity(documents: int, of_all: int) -> float:
    """How much a word tells that `documents` of all entries hold: 1 for one entry or none, least for all of them."""
    if documents <= 1 or of_all <= 1:
        return 1.0
    return max(LOWEST_RARITY, 1 - log(documents) / log(of_all))


def worth(documents: int, of_all: int) -> float:
    """The same without a floor to speak of, between 0 and 1 (BM25's weight of a word, over that of a word which one entry has)."""
    if documents <= 1 or of_all <= 1:
        return 1.0
    return max(0.1, log(1 + (of_all - documents + 0.5) / (documents + 0.5)) / log(1 + (of_all - 0.5) / 1.5))


def judge(wanted: Sequence[Wanted], texts: Sequence[Text], languages: dict[int, str], language: str) -> list[Judged]:
    """The entries, best first. `languages`: of each entry; one in another language than the question's comes after its equals."""
    judged = [_judge_one(wanted, text, not language or languages[text.entry_id] == language) for text in texts]
    # Between equals the older one, so that every index gives the same order.
    judged.sort(key=lambda one: (-one.score, one.entry_id))
    ahead = 1.0 if len(judged) < 2 else 1 - judged[1].score / judged[0].score if judged[0].score else 0.0
    return [replace(one, confidence=_sure(one.confidence, 0.0 if place else ahead)) for place, one in enumerate(judged)]


def _judge_one(wanted: Sequence[Wanted], text: Text, same_language: bool) -> Judged:
    """Here `confidence` is still a logit."""
    held = [(term, _held(term, text)) for term in wanted]
    named = _named([form for term, one in held if one.titled for form in term.forms], text.lines)
    by_title = 1 - BY_TITLE + BY_TITLE * min(1.0, named / LINE_NAMED)
    score = (_fit(held) + _points(held, text)) / 2 * by_title
    return Judged(text.entry_id, (score if same_language else score * OTHER_LANGUAGE) + BRIEFER_FIRST * named, _logit(held, named))


def _held(term: Wanted, text: Text) -> _Held:
    closeness = strength = 0.0
    titled = False
    for place, form in enumerate(term.forms):
        share = term.certainty if place == 0 else term.certainty * BY_ROOT
        if form in text.asked:
            titled = True
            closeness, strength = max(closeness, share), max(strength, share)
        elif form in text.answered:
            often = text.answered[form]
            closeness = max(closeness, share * IN_ANSWER)
            norm = SATURATION * (1 - BY_LENGTH + BY_LENGTH * text.length / USUAL_LENGTH)
            strength = max(strength, share * IN_ANSWER * often * (1 + SATURATION) / (often + norm))
    if not closeness:
        return _held_nearly(term, text)
    return _Held(closeness, strength, titled, term.forms[0] in text.asked or term.forms[0] in text.answered)


def _held_nearly(term: Wanted, text: Text) -> _Held:
    """By a related word, if at all."""
    share = term.certainty * RELATED
    if not text.asked.isdisjoint(term.related):
        return _Held(share, share, titled=True)
    if any(form in text.answered for form in term.related):
        return _Held(share * IN_ANSWER, share * IN_ANSWER)
    return _MISSING


_Terms = Sequence[tuple[Wanted, _Held]]


def _fit(held: _Terms) -> float:
    """The share of what is asked for that the entry covers, what it lacks weighed against it."""
    covered = sum(term.information * one.closeness for term, one in held)
    asked_for = sum(term.information if one.closeness else term.lacked for term, one in held)
    return min(1.0, covered / max(LEAST_ASKED, asked_for))


def _points(held: _Terms, text: Text) -> float:
    """Rare words, often, and close together."""
    have = [(term.worth, term.forms) for term, one in held if one.closeness]
    places = (*text.sentences, *(line.words for line in text.lines))
    together = max((sum(worth for worth, forms in have if not place.isdisjoint(forms)) for place in places), default=0.0)
    return (sum(term.worth * one.strength for term, one in held) + TOGETHER * together) / (sum(term.worth for term, _ in held) or 1.0)


def _logit(held: _Terms, named: float) -> float:
    """What speaks for the entry being the answer, before it is compared with the others."""
    asked_for = max(LEAST_ASKED, sum(term.weight for term, _ in held))
    met = sum(1 for term, one in held if one.closeness and term.weight >= SUBJECT)
    shares = (
        EXPLAINED.covered * sum(term.weight * one.closeness for term, one in held)
        + EXPLAINED.in_title * sum(term.weight * one.closeness for term, one in held if one.titled)
        + EXPLAINED.as_written * sum(term.weight for term, one in held if one.as_written)
        + EXPLAINED.lacked * sum(term.weight for term, one in held if not one.closeness and term.weight >= SUBJECT)
    )
    return EXPLAINED.base + shares / asked_for + EXPLAINED.named * named + EXPLAINED.two * (met > 1) + EXPLAINED.three * (met > 2)


def _sure(logit: float, ahead: float) -> float:
    """The chance that this is the answer; of two that fit alike, each has half of it at most."""
    return min(1 / (1 + exp(-logit - EXPLAINED.ahead * ahead)), EVEN + ahead * CLEARLY)


def _named(in_title: Sequence[str], lines: Sequence[Line]) -> float:
    """The share of the title, or of the best of the other ways to ask, that the question names; heavy words count more."""
    best = 0.0
    for line in lines if in_title else ():
        if not line.words.isdisjoint(in_title):
            best = max(best, sum(weight for forms, weight in line.each if not forms.isdisjoint(in_title)) / line.weight)
    return best
