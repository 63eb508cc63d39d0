"""How well an entry answers a question, from the words both share: the order of what is found, and the confidence that it is the answer.

Called by search.py for the few candidates the index names; pure functions. The confidence is the share of the question's information that the
entry covers, so it does not hang on the size of the knowledge; raw BM25 would (facts: it lets through six of ten questions it should not).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from widget.knowledge.index_sqlite import Candidate

# A word met in the answer's text counts less than one met in the question or title; one met only as root or concept a little less.
IN_ANSWER = 0.8
BY_ROOT = 0.95
# How much of the confidence hangs on how fully the best matching line of the title is named.
BY_TITLE = 0.35
LOWEST_RARITY = 0.25
OTHER_LANGUAGE = 0.92


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term of the question with the words of the index that answer to it (empty: nobody knows it) and its information."""

    forms: tuple[str, ...]
    information: float
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with its score (for the order) and confidence (0..1)."""

    candidate: Candidate
    score: float
    confidence: float


def rarity(documents: int, of_all: int) -> float:
    """How much a word tells that `documents` of all entries hold: 1 for one entry or none, towards 0 for all of them."""
    if documents <= 1 or of_all <= 1:
        return 1.0
    return max(LOWEST_RARITY, 1 - log(documents) / log(of_all))


def judge(wanted: Sequence[Wanted], found: Sequence[Candidate], language: str) -> list[Judged]:
    """The candidates, best first."""
    total = sum(term.information for term in wanted) or 1.0
    judged = [_judge_one(wanted, total, candidate, language) for candidate in found]
    return sorted(judged, key=lambda one: (-one.score, one.candidate.bm25))


def _judge_one(wanted: Sequence[Wanted], total: float, candidate: Candidate, language: str) -> Judged:
    asked, answered = f" {candidate.asked.replace(chr(10), ' ')} ", f" {candidate.answered.replace(chr(10), ' ')} "
    covered = 0.0
    in_title: list[Wanted] = []
    for term in wanted:
        place, factor = _where(term.forms, asked), 1.0
        if place is not None:
            in_title.append(term)
        else:
            place, factor = _where(term.forms, answered), IN_ANSWER
        if place is not None:
            covered += term.information * term.certainty * factor * (1.0 if place == 0 else BY_ROOT)
    coverage = covered / total
    named = _named(in_title, candidate.asked) if in_title else 0.0
    confidence = coverage * (1 - BY_TITLE + BY_TITLE * named)
    score = confidence + 0.001 * min(-candidate.bm25, 50.0)
    if language and candidate.language != language:
        score *= OTHER_LANGUAGE
    return Judged(candidate, score, min(confidence, 1.0))


def _where(forms: tuple[str, ...], text: str) -> int | None:
    return next((place for place, form in enumerate(forms) if f" {form} " in text), None)


def _named(terms: Sequence[Wanted], asked: str) -> float:
    """The share of the title, or of the best of the other ways to ask, that the question names."""
    best = 0.0
    for line in asked.split("\n"):
        words = set(line.split())
        named = sum(1 for term in terms if not words.isdisjoint(term.forms))
        if named:
            best = max(best, min(1.0, named / max(1.0, len(words) * 0.6)))
    return best
