"""Does one of the owner's fixed answers fit this message? Asked first for every message, so it must cost next to nothing.

Called by answering/ on a database thread and by the try-out page. The rules of a site are compiled once and kept; one small query per message
(how many, newest id, sum of revisions) tells whether any process changed them. Words are compared in the forms of lib/speech.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from widget.lib.speech.forms import Role, Word, words
from widget.rules.models import Rule
from widget.rules.placeholders import fill
from widget.rules.values import SiteValues

LONGEST_MESSAGE = 200
# Small talk around a phrase: "halo kak, selamat siang, maaf mau tanya" has six words beside the phrase "halo".
MOST_WORDS_AROUND = 9
MOST_WORDS_ASKING = 6
SITES_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """A fixed answer, ready to be shown."""

    rule_id: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    roots: tuple[str, ...]
    rule: Rule
    order: int


# The phrases of a site by their first word.
_Phrases = dict[str, list[_Phrase]]
_Fingerprint = tuple[int, int, int]
_compiled: dict[int, tuple[_Fingerprint, _Phrases]] = {}


def match(site_id: int, text: str, language: str, address: str) -> RuleAnswer | None:
    """The fixed answer for this message, or None. `language` ("id", "en") chooses between equally good rules; `address` fills {you}."""
    message = words(text) if len(text) <= LONGEST_MESSAGE else ()
    # Nothing that may stand around a phrase asks for anything, so these words must all belong to the phrase.
    asking = [place for place, word in enumerate(message) if not _is_small_talk(word)]
    if not message or len(asking) > MOST_WORDS_ASKING:
        return None
    phrases = _phrases(site_id)
    fitting = [
        phrase
        for start, word in enumerate(message)
        if not asking or start <= asking[0]
        for phrase in phrases.get(word.root, ())
        if _fits(phrase.roots, message, start, asking)
    ]
    if not fitting:
        return None
    best = min(fitting, key=lambda phrase: (-len(phrase.roots), phrase.rule.language not in ("", language), phrase.order)).rule
    filled = fill(best.answer, SiteValues(site_id, best.language or language, address))
    return RuleAnswer(best.pk, best.name, filled) if filled else None


def _phrases(site_id: int) -> _Phrases:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*), COALESCE(MAX(id), 0), COALESCE(SUM(revision), 0) FROM widget_rule WHERE site_id = %s", [site_id])
        fingerprint = cursor.fetchone()
    known = _compiled.get(site_id)
    if known is None or known[0] != fingerprint:
        if len(_compiled) >= SITES_KEPT:
            _compiled.clear()
        known = _compiled[site_id] = (fingerprint, _compile(Rule.objects.filter(site_id=site_id, active=True)))
    return known[1]


def _compile(rules: Iterable[Rule]) -> _Phrases:
    phrases: _Phrases = {}
    for order, rule in enumerate(rules):
        for line in rule.phrases.splitlines():
            roots = tuple(word.root for word in words(line))
            if roots:
                phrases.setdefault(roots[0], []).append(_Phrase(roots, rule, order))
    return phrases


def _fits(roots: Sequence[str], message: Sequence[Word], start: int, asking: Sequence[int]) -> bool:
    """The phrase stands at this place, and everything outside it is small talk."""
    end = start + len(roots)
    return (
        len(message) - len(roots) <= MOST_WORDS_AROUND
        and (not asking or asking[-1] < end)
        and len(message) >= end
        and all(message[start + place].root == root for place, root in enumerate(roots))
    )


def _is_small_talk(word: Word) -> bool:
    return word.courtesy or word.role <= Role.STOP
