"""Finds what answers a question in a site's knowledge, and says how sure it is.

Called by answering/ on a database thread and by the try-out page. Turns the question into terms (language.py), asks the site's index for
candidates (index/compiled.py for small sites, index/stored.py for large ones) and judges them (ranking.py). When the first answer is weak, words
that the knowledge does not hold are tried as misspellings (spelling.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from widget.knowledge.index.compiled import CompiledIndex
from widget.knowledge.index.stored import SiteIndex, stored
from widget.knowledge.language import GROUP_PART_WEIGHT, Term, language_of, parts_of, terms_of
from widget.knowledge.lexicon import similar_known, without_vowels
from widget.knowledge.ranking import SUBJECT, Judged, Wanted, judge, rarity, worth
from widget.knowledge.spelling import CERTAINTY, SHORTEST, nearest, without_endings
from widget.knowledge.twins import distinct

# At or above this confidence an entry is shown as the answer without a model. Tuned on tests/knowledge/questions.jsonl.
ANSWER_AT = 0.72
# From this confidence on, where none is certain, the visitor is asked which of the nearest is meant; below it a person is better.
ASK_AT = 0.5
# What a choice must have of the best one's confidence, and how many are offered.
NEAR = 0.5
CHOICES = 3
# Below it, unknown words are tried as misspellings.
WEAK_BELOW = 0.9
CANDIDATES = 14
# How far the order follows the rarity of words.
STEEPNESS = 0.7
# A word that neither the knowledge nor our lists hold is a name or a slip more often than a subject of its own.
UNHEARD = 0.7
# Words with less information than this do not bring up candidates where there are better ones.
TELLING = 0.2
MOST_CORRECTED = 4
MOST_PARTS = 3
# Sites up to this many entries are kept in memory, so many of them.
COMPILED_UP_TO = 500
COMPILED_SITES = 64
# How often a search begins anew because a source was swapped meanwhile.
LOOKS = 3

_compiled: dict[int, CompiledIndex] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that may answer. `confidence`: 0..1, that this question is answered by this entry; `score` only orders. `own`: a person wrote it."""

    entry_id: int
    title: str
    text: str
    url: str
    language: str
    score: float
    confidence: float
    own: bool = True


def search(site_id: int, question: str, limit: int = 5, language: str = "") -> list[Found]:
    """The entries of this site that answer best, best first; approved and valid today only. Language ("id", "en") breaks ties and is guessed when it can be."""
    terms = terms_of(question)
    found: list[Found] = []
    for _ in range(LOOKS):
        index = _index_of(site_id) if terms else None
        if index is None:
            return []
        found, hidden = _find(site_id, index, terms, limit, language_of(question) or language)
        # A source was swapped between two queries: what is live now was not looked for.
        if not hidden or stored.standing(site_id).version == index.version:
            break
    return found


def direct_answers(site_id: int, question: str, language: str = "", whole: Sequence[Found] | None = None) -> list[Found]:
    """The entries that answer a message without a model: one for a single question, one for each of several; none where a part stays open.

    `whole`: what `search` found for the same message, where the caller has it.
    """
    best = max(search(site_id, question, 1, language) if whole is None else whole, key=lambda one: one.confidence, default=None)
    certain = best.confidence if best else 0.0
    parts = parts_of(question)
    if 1 < len(parts) <= MOST_PARTS:
        answers = [answer for part in parts for answer in search(site_id, part, 1, language) if answer.confidence >= max(ANSWER_AT, certain)]
        if len(answers) == len(parts):
            return list({answer.entry_id: answer for answer in answers}.values())
    return [best] if best and certain >= ANSWER_AT else []


def choices_for(site_id: int, question: str, language: str = "", whole: Sequence[Found] | None = None) -> list[Found]:
    """One to three entries to ask back with, where none is certain but some are near; none where one is certain, or all are far,
    or where several things are asked in one message: no entry can be chosen for all of them.

    `whole`: what `search` found for the same message, where the caller has it.
    """
    if all(term.weight < SUBJECT for term in terms_of(question)) or len(parts_of(question)) > 1:
        return []
    found = sorted(search(site_id, question, CHOICES, language) if whole is None else whole, key=lambda one: -one.confidence)
    best = found[0].confidence if found else 0.0
    if not ASK_AT <= best < ANSWER_AT:
        return []
    near = {one.title.casefold(): one for one in reversed(found) if one.confidence >= NEAR * best}
    return [one for one in found if one in near.values()][:CHOICES]


def titled(site_id: int, title: str) -> Found | None:
    """The entry of exactly this title, as certain as can be: the visitor has chosen it."""
    found = next((one for one in search(site_id, title, CANDIDATES) if one.title == title), None)
    return replace(found, confidence=1.0) if found else None


def _index_of(site_id: int) -> SiteIndex | None:
    """What the site knows, as it is now; None while that is nothing. One small query tells what is live, and whether any process changed it."""
    standing = stored.standing(site_id)
    if not standing.documents:
        return None
    if standing.documents > COMPILED_UP_TO:
        return stored.within(standing)
    compiled = _compiled.get(site_id)
    if compiled is None or compiled.version != standing.version:
        if len(_compiled) >= COMPILED_SITES:
            _compiled.clear()
        compiled = _compiled[site_id] = CompiledIndex(standing.version, stored.every_text(standing.scopes))
    return compiled


def _weigh(terms: Sequence[Term], index: SiteIndex) -> list[Wanted]:
    counts = index.counts([form for term in terms for form in (*term.forms, *term.related)])
    return [_wanted(term, counts, index.documents) for term in terms if not (term.is_group and term.forms[0] not in counts)]


def _wanted(term: Term, counts: dict[str, int], documents: int) -> Wanted:
    """A term weighed by how rare it is here; a group that no entry holds is left to its words, and its words to a group that some hold."""
    in_group = term.group in counts
    weight = min(term.weight, GROUP_PART_WEIGHT) if in_group else term.weight
    lacked = min(term.lacked, GROUP_PART_WEIGHT) if in_group else term.lacked
    held = tuple(form for form in term.forms if form in counts)
    related = tuple(form for form in term.related if form in counts)
    if not held and not related:
        lacked *= 1.0 if term.known else UNHEARD
        return Wanted((), 0.0, lacked, worth=weight, weight=weight if term.known else weight * UNHEARD)
    holders = max(counts[form] for form in held or related)
    rare = rarity(holders, documents)
    return Wanted(held, weight * rare, lacked * rare, term.certainty, weight * worth(holders, documents) ** STEEPNESS, weight, related)


def _find(site_id: int, index: SiteIndex, terms: Sequence[Term], limit: int, language: str) -> tuple[list[Found], bool]:
    """What this index gives, and whether it named an entry that may not be shown."""
    found, hidden = _look_up(site_id, index, _weigh(terms, index), limit, language)
    if not found or found[0].confidence < WEAK_BELOW:
        corrected = _correct(terms, index)
        if corrected != list(terms):
            others, more_hidden = _look_up(site_id, index, _weigh(corrected, index), limit, language)
            found, hidden = max(found, others, key=lambda some: some[0].confidence if some else 0.0), hidden or more_hidden
    return found, hidden


def _look_up(site_id: int, index: SiteIndex, wanted: Sequence[Wanted], limit: int, language: str) -> tuple[list[Found], bool]:
    known = [term for term in wanted if term.forms or term.related]
    telling = [term for term in known if term.information >= TELLING] or known
    texts = index.candidates(telling, CANDIDATES) if telling else []
    shown = _shown(site_id, [text.entry_id for text in texts])
    own = {entry_id for entry_id, row in shown.items() if row[4]}
    told_apart = distinct([text for text in texts if text.entry_id in shown], own)
    judged = judge(wanted, told_apart, {entry_id: row[3] for entry_id, row in shown.items()}, language)
    return [_found(one, shown[one.entry_id]) for one in judged[:limit]], len(shown) < len(texts)


def _correct(terms: Sequence[Term], index: SiteIndex) -> list[Term]:
    """The same with misspelt words replaced by the words they probably are."""
    held = index.counts([form for term in terms for form in term.forms])
    corrected = list(terms)
    tries = 0
    for place, term in enumerate(terms):
        word = term.forms[0]
        if term.known or not held.keys().isdisjoint(term.forms) or len(word) < SHORTEST or not word.isalpha() or tries == MOST_CORRECTED:
            continue
        tries += 1
        corrected[place] = _meant(term, index)
    return corrected


def _meant(term: Term, index: SiteIndex) -> Term:
    """The nearest word of this knowledge, else of our own lists; the term itself where nothing is near."""
    word = term.forms[0]
    for form in without_endings(word):
        known = without_vowels(form)
        meant = known[0] if len(known) == 1 else nearest(form, [*index.similar(form), *similar_known(form)])
        if meant:
            found = next(iter(terms_of(meant)), term)
            return replace(term, forms=tuple(dict.fromkeys((meant, *found.forms))), certainty=CERTAINTY, related=found.related)
    return term


_Row = tuple[str, str, str, str, bool]


def _shown(site_id: int, entry_ids: Sequence[int]) -> dict[int, _Row]:
    """Title, answer, address and language of those entries of the site that may be shown today: approved, valid, and live where a source gave them.

    The last says whether no source did.

    Whatever the index says. Raw, since it is on the path of every message.
    """
    if not entry_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_shown_query(len(entry_ids), timezone.localdate()), [site_id, *entry_ids])
        return {row[0]: row[1:] for row in cursor.fetchall()}


@lru_cache(maxsize=32)
def _shown_query(number: int, today: date) -> str:
    marks = ", ".join(["%s"] * number)
    # The plus keeps SQLite from going by the site's index instead of by the ids.
    return (
        f"SELECT id, title, answer, url, language, source_id IS NULL FROM widget_entry e WHERE +site_id = %s AND id IN ({marks}) AND state = 'approved'"
        f" AND (valid_from IS NULL OR valid_from <= '{today}') AND (valid_until IS NULL OR valid_until >= '{today}')"
        " AND (source_id IS NULL OR EXISTS (SELECT 1 FROM widget_source s WHERE s.id = source_id AND s.generation = e.generation AND s.state = 'on'))"
    )


def _found(judged: Judged, row: _Row) -> Found:
    title, text, url, language, own = row
    return Found(judged.entry_id, title, text, url, language, round(judged.score, 4), round(judged.confidence, 4), bool(own))
