"""Decides how a question is answered: a rule, a person if one is wished for, the model with notes, own knowledge, a question back, or a person.

Called by runner.py once per attempt, on a database thread; calls rules/, knowledge/ and the log. What it returns holds all
the runner needs, also the answer for the case that every model fails.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings

from widget.answering import asking_back, sentences
from widget.answering.links import Links, links_of, vetted
from widget.answering.person_wish import wishes_person
from widget.answering.promised_person import promises_person
from widget.answering.prompt import build_prompt
from widget.conversations import log, record
from widget.conversations.log import Row, Source
from widget.conversations.turns import Claim
from widget.knowledge.search import ANSWER_AT, Found, choices_for, direct_answers, search, titled
from widget.providers.chat import Prompt
from widget.rules.match import match
from widget.sites.registry import SiteSettings

NOTES = 5
_WORD = re.compile(r"\w+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Reply:
    """A text ready to be appended to the log."""

    text: str
    answered_by: str
    sources: tuple[Source, ...] = ()
    person_needed: bool = False
    asks_back: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`reply` is said at once when there is no `prompt`; with one it is said when every model fails.

    `no_answer` is said when the model finds nothing in the notes: it read more than the search's score tells. `wish`: a person was asked for.
    `links`: where the model's answer may lead.
    """

    reply: Reply
    no_answer: Reply
    prompt: Prompt | None = None
    notes: tuple[Found, ...] = ()
    wish: bool = False
    links: Links = Links()  # noqa: RUF009 (frozen)


def make_plan(claim: Claim, site: SiteSettings, model_allowed: bool) -> Plan:
    """Reads the talk so far and the knowledge. Raises nothing of its own."""
    history = log.talk_before(claim.conversation_id, claim.question_seq + 1, max(1, settings.HISTORY_MESSAGES + 1))
    question = history[-1].text
    rule = match(site.id, question, claim.locale, site.address)
    if rule is not None:
        by_rule = Reply(rule.text, "rule", (Source(rule.title),), person_needed=promises_person(rule.text))
        return Plan(by_rule, by_rule)
    if wishes_person(question):
        called = Reply(sentences.person_called(site, claim.locale), "", person_needed=True)
        return Plan(called, called, wish=True)
    chosen = _chosen(site.id, history)
    found = (chosen,) if chosen else _search(site.id, history, claim.locale)
    no_answer = _no_answer(claim, site)
    own = [chosen] if chosen else direct_answers(site.id, question, claim.locale, found)
    links = links_of(site, (*found, *own))
    found, own = tuple(vetted(note, links) for note in found), [vetted(note, links) for note in own]
    reply = _own_answer(own) or _question_back(claim, site, history, found) or no_answer
    return Plan(reply, no_answer, build_prompt(site, claim.locale, history, found) if model_allowed else None, found, links=links)


def last_resort(claim: Claim, site: SiteSettings) -> Reply:
    """For a question whose every attempt broke: an honest sentence and a person, without asking rules, knowledge or a model."""
    return _no_answer(claim, site)


def sources_used(text: str, notes: tuple[Found, ...]) -> tuple[Source, ...]:
    """The notes whose words the model's answer took up: at least a third of its longer words, or the best one when it is close."""
    words = {word for word in _words(text) if len(word) > 3}
    if not words:
        return ()
    shares = [(len(words & _words(f"{note.title} {note.text}")) / len(words), note) for note in notes]
    return tuple(Source(note.title, note.url) for share, note in sorted(shares, key=lambda pair: -pair[0])[:2] if share >= 1 / 3)


def _words(text: str) -> set[str]:
    """Words and amounts (Rp189.000) without the punctuation and the markdown around them."""
    return set(_WORD.findall(text.lower()))


def _search(site_id: int, history: list[Row], locale: str) -> tuple[Found, ...]:
    """Searches the question; a weak result is tried again together with the visitor's message before it ("yang biru ada?")."""
    question = history[-1].text
    found = search(site_id, question, NOTES, locale)
    earlier = next((row.text for row in reversed(history[:-1]) if row.author == "visitor"), "")
    if not earlier or _best(found) >= ANSWER_AT:
        return tuple(found)
    # The earlier message lends words, not certainty: what only it explains must not be given as an answer to this one.
    seen = {note.entry_id for note in found}
    more = [replace(note, confidence=0.0) for note in search(site_id, f"{earlier} {question}", NOTES, locale) if note.entry_id not in seen]
    return tuple(found[: NOTES - len(more[:2])]) + tuple(more[:2])


def _best(found: list[Found]) -> float:
    return max((note.confidence for note in found), default=0.0)


def _own_answer(answers: list[Found]) -> Reply | None:
    """One entry word for word; several, for a message that asks several things, one below the other."""
    if not answers:
        return None
    return Reply("\n\n".join(answer.text for answer in answers), "knowledge", tuple(Source(answer.title, answer.url) for answer in answers))


def _chosen(site_id: int, history: list[Row]) -> Found | None:
    """The entry that the visitor names, by its number or its title, in the list of the message before."""
    title = asking_back.picked(history[-1].text, _offered(history))
    return titled(site_id, title) if title else None


def _offered(history: list[Row]) -> tuple[str, ...]:
    before = history[-2] if len(history) > 1 else None
    return asking_back.choices(before) if before else ()


def _question_back(claim: Claim, site: SiteSettings, history: list[Row], found: Sequence[Found]) -> Reply | None:
    """Which of the nearest entries is meant, asked once: after an answer that helps no further, a person is next."""
    choices = [] if _offered(history) else choices_for(site.id, history[-1].text, claim.locale, found)
    if not choices:
        return None
    return Reply(sentences.asking_back(site, claim.locale, asking_back.numbered(choice.title for choice in choices)), "knowledge", asks_back=True)


def _no_answer(claim: Claim, site: SiteSettings) -> Reply:
    standing = record.find(site.id, claim.conversation)
    waiting = standing is not None and standing.handler == "waiting"
    return Reply(sentences.unanswered(site, claim.locale, waiting), "", person_needed=True)
