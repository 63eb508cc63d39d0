"""Does one of the owner's fixed answers fit this message? Asked first for every message, so it must cost next to nothing.

Called by answering/ on a database thread and by the try-out page. The rules of a site are compiled once and kept; one small query per message
(how many, newest id, sum of revisions) tells whether any process changed them. Words are compared in the forms of lib/speech.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from widget.lib.speech.forms import Role, Word, words
from widget.rules.models import Rule
from widget.rules.placeholders import fill
from widget.rules.values import site_values

LONGEST_MESSAGE = 200
# Small talk around a phrase: "halo kak, selamat siang, maaf mau tanya" has six words beside the phrase "halo".
MOST_WORDS_AROUND = 9
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


_Fingerprint = tuple[int, int, int]
_compiled: dict[int, tuple[_Fingerprint, tuple[_Phrase, ...]]] = {}


def match(site_id: int, text: str, language: str, address: str) -> RuleAnswer | None:
    """The fixed answer for this message, or None. `language` ("id", "en") chooses between equally good rules; `address` fills {you}."""
    message = words(text) if len(text) <= LONGEST_MESSAGE else ()
    if not message:
        return None
    fitting = [phrase for phrase in _phrases(site_id) if _fits(phrase.roots, message)]
    if not fitting:
        return None
    best = min(fitting, key=lambda phrase: (-len(phrase.roots), phrase.rule.language not in ("", language), phrase.order)).rule
    return RuleAnswer(best.pk, best.name, fill(best.answer, site_values(site_id, best.language or language, address) if "{" in best.answer else {}))


def _phrases(site_id: int) -> tuple[_Phrase, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*), COALESCE(MAX(id), 0), COALESCE(SUM(revision), 0) FROM widget_rule WHERE site_id = %s", [site_id])
        fingerprint = cursor.fetchone()
    known = _compiled.get(site_id)
    if known is None or known[0] != fingerprint:
        if len(_compiled) >= SITES_KEPT:
            _compiled.clear()
        known = _compiled[site_id] = (fingerprint, tuple(_compile(Rule.objects.filter(site_id=site_id, active=True))))
    return known[1]


def _compile(rules: Iterable[Rule]) -> Iterator[_Phrase]:
    for order, rule in enumerate(rules):
        for line in rule.phrases.splitlines():
            roots = tuple(word.root for word in words(line))
            if roots:
                yield _Phrase(roots, rule, order)


def _fits(roots: Sequence[str], message: Sequence[Word]) -> bool:
    """The message is the phrase, or holds it as whole words in a row with nothing but small talk around it."""
    length, around = len(roots), len(message) - len(roots)
    if not 0 <= around <= MOST_WORDS_AROUND:
        return False
    return any(
        all(word.root == root for word, root in zip(message[start : start + length], roots, strict=True))
        and all(_is_small_talk(word) for word in (*message[:start], *message[start + length :]))
        for start in range(around + 1)
    )


def _is_small_talk(word: Word) -> bool:
    return word.courtesy or word.role <= Role.STOP
