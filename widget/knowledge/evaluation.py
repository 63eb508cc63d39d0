"""How well the search finds what it should, over questions whose right entries are known: the figures of the field, and the worst misses.

Called by `manage.py evaluate_search`, by the page of an owner's own test questions and by the tests; asks search.py as a visitor's question does.
An entry is named by its key where it has one, by its number, or by its title; a question with no right entry should not be answered.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from time import perf_counter
from typing import Any

from widget.knowledge.models import Entry
from widget.knowledge.search import ANSWER_AT, Found, choices_for, direct_answers, search
from widget.sites.models import Site

# How many entries are looked at (mrr@10), and how many misses of each kind are told.
DEPTH = 10
WORST = 10
# Of so many a visitor's answer is made (answering/pipeline.py).
SEEN = 5
# The share of answerable questions that must be answered when false answers are counted.
ANSWERED = 0.9
# What a reader puts behind the key of a long text that it cut: each piece answers for the whole.
_PIECE = re.compile(r"#\d+$")


class EvaluationError(Exception):
    """The questions could not be read."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the names of the entries that answer it; none: it should not be answered. `language`: "" where the question tells it."""

    id: str
    text: str
    relevant: frozenset[str]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question found. `rank`: of the first right entry, 0 where none is among the first ten."""

    query: Query
    found: tuple[Found, ...]
    rank: int
    milliseconds: float

    @property
    def confidence(self) -> float:
        return max((one.confidence for one in self.found), default=0.0)


@dataclass(frozen=True, slots=True)
class Given:
    """What a visitor gets without a model: `answers` word for word, else `choices` to pick from, else a person. True where the right entry is in it."""

    answers: bool
    answers_right: bool
    choices: bool
    choices_right: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares lie between 0 and 1, times are milliseconds; None where no question of that kind was asked.

    `false_answers_at_90`: of the questions that should not be answered, how many would be, were the mark set so that 90 % of the others are.
    `misses`: first what was answered and should not have been, the surest first, then what was not found first.
    `answered_right`, `answered_wrong`: of the answerable ones, at the mark in use; `answered_falsely`: of the others. `unknown`: names no entry has.
    """

    questions: int
    answerable: int
    recall_at_1: float | None
    recall_at_3: float | None
    recall_at_5: float | None
    mrr_at_10: float | None
    false_answers_at_90: float | None
    answered_right: float | None
    answered_wrong: float | None
    answered_falsely: float | None
    p50: float
    p95: float
    misses: tuple[Outcome, ...]
    unknown: tuple[str, ...]

    def as_figures(self) -> dict[str, float | int | None]:
        """By the names the field gives them, in the order they are read."""
        return {
            "questions": self.questions,
            "answerable": self.answerable,
            "recall@1": self.recall_at_1,
            "recall@3": self.recall_at_3,
            "recall@5": self.recall_at_5,
            "mrr@10": self.mrr_at_10,
            "false_answers@90": self.false_answers_at_90,
            "answered_right": self.answered_right,
            "answered_wrong": self.answered_wrong,
            "answered_falsely": self.answered_falsely,
            "p50": self.p50,
            "p95": self.p95,
        }


def read_queries(lines: Iterable[str]) -> Iterator[Query]:
    """From JSONL: `{id, text, relevant: [names], lang?}` a line. Raises EvaluationError naming the first line that is not."""
    for number, line in enumerate(lines, 1):
        if line.strip("\ufeff \t\r\n"):
            yield _read(line.lstrip("\ufeff"), number)


def _read(line: str, number: int) -> Query:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise EvaluationError(f"line {number} is no JSON: {error}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip() or not isinstance(row.get("relevant"), list):
        raise EvaluationError(f'line {number} is not of the form {{"id": "1", "text": "a question", "relevant": ["name of an entry"]}}')
    return Query(str(row.get("id", number)), row["text"], frozenset(_name(name) for name in row["relevant"]), _language(row.get("lang")))


def _language(value: Any) -> str:
    return value if value in ("id", "en") else ""


def _name(value: Any) -> str:
    return " ".join(str(value).casefold().split())


def evaluate(site: Site, queries: Sequence[Query]) -> Evaluation:
    """Asks every question once, and the first one before that so that what is read once is not counted. Raises EvaluationError where there is none."""
    if not queries:
        raise EvaluationError("there is no question in it")
    names = names_of(site)
    search(site.pk, queries[0].text, DEPTH, queries[0].language or site.language)
    outcomes = [ask(site, query, names) for query in queries]
    known = frozenset().union(*names.values())
    return figures(outcomes, tuple(sorted({name for query in queries for name in query.relevant} - known)))


def names_of(site: Site) -> Mapping[int, frozenset[str]]:
    """What each entry of a site may be called in a question set: its key, its number, its title."""
    rows = Entry.objects.of_site(site.pk).values_list("pk", "title", "key")
    return {row[0]: frozenset(_name(name) for name in (*row, _PIECE.sub("", row[2])) if name) for row in rows}


def ask(site: Site, query: Query, names: Mapping[int, frozenset[str]], look: Callable[..., list[Found]] = search) -> Outcome:
    began = perf_counter()
    found = tuple(look(site.pk, query.text, DEPTH, query.language or site.language))
    spent = (perf_counter() - began) * 1000
    right = (place for place, one in enumerate(found, 1) if not query.relevant.isdisjoint(names.get(one.entry_id, frozenset())))
    return Outcome(query, found, next(right, 0), spent)


def given(site: Site, outcome: Outcome, names: Mapping[int, frozenset[str]]) -> Given:
    """By the decisions of a visitor's path themselves, so that no test is kinder than the chat."""
    text, language, found = outcome.query.text, outcome.query.language or site.language, outcome.found[:SEEN]
    answers = direct_answers(site.pk, text, language, found)
    choices = [] if answers else choices_for(site.pk, text, language, found)
    right_answers, right_choices = (
        any(not outcome.query.relevant.isdisjoint(names.get(one.entry_id, frozenset())) for one in some) for some in (answers, choices)
    )
    return Given(bool(answers), right_answers, bool(choices), right_choices)


def figures(outcomes: Sequence[Outcome], unknown: tuple[str, ...] = ()) -> Evaluation:
    answerable = [one for one in outcomes if one.query.relevant]
    others = [one for one in outcomes if not one.query.relevant]
    times = sorted(one.milliseconds for one in outcomes)
    false = sorted((one for one in others if one.confidence >= ANSWER_AT), key=lambda one: -one.confidence)
    misses = sorted((one for one in answerable if one.rank != 1), key=lambda one: (0 < one.rank <= DEPTH, one.rank, -one.confidence))
    return Evaluation(
        questions=len(outcomes),
        answerable=len(answerable),
        recall_at_1=_share(answerable, lambda one: one.rank == 1),
        recall_at_3=_share(answerable, lambda one: 0 < one.rank <= 3),
        recall_at_5=_share(answerable, lambda one: 0 < one.rank <= 5),
        mrr_at_10=sum(1 / one.rank for one in answerable if one.rank) / len(answerable) if answerable else None,
        false_answers_at_90=false_answers(answerable, others),
        answered_right=_share(answerable, lambda one: one.confidence >= ANSWER_AT and one.rank == 1),
        answered_wrong=_share(answerable, lambda one: one.confidence >= ANSWER_AT and one.rank != 1),
        answered_falsely=_share(others, lambda one: one.confidence >= ANSWER_AT),
        p50=_quantile(times, 0.5),
        p95=_quantile(times, 0.95),
        misses=(*false[:WORST], *misses[:WORST]),
        unknown=unknown,
    )


def false_answers(answerable: Sequence[Outcome], others: Sequence[Outcome]) -> float | None:
    """The share of the others that would be answered, were the mark as high as 90 % of the answerable questions reach."""
    if not answerable or not others:
        return None
    mark = sorted((one.confidence for one in answerable), reverse=True)[ceil(ANSWERED * len(answerable)) - 1]
    return _share(others, lambda one: bool(one.found) and one.confidence >= mark)


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float | None:
    return sum(map(holds, outcomes)) / len(outcomes) if outcomes else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
