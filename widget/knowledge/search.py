"""Finds what answers a question in a site's knowledge, and says how sure it is.

Called by answering/ on a database thread and by the try-out page. Turns the question into terms (language.py), asks the index for candidates
(index_sqlite.py) and judges them (ranking.py). Words that the knowledge does not hold are tried as misspellings when the first answer is weak.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from widget.knowledge import index_sqlite as index
from widget.knowledge.indexing import scope_of
from widget.knowledge.language import Term, language_of, terms_of
from widget.knowledge.ranking import Judged, Wanted, judge, rarity
from widget.knowledge.spelling import CERTAINTY, SHORTEST, nearest

# At or above this confidence an entry is shown as the answer without a model. Tuned on tests/knowledge/questions.jsonl.
ANSWER_AT = 0.6
# Below it, unknown words are tried as misspellings.
WEAK_BELOW = 0.75
CANDIDATES = 12
CANDIDATES_ENOUGH = 5
# With more documents than this to look through, all content words are asked for together first.
CHEAP_POSTINGS = 3_000
RAREST = 4
MOST_CORRECTED = 3


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that may answer. `confidence`: 0..1, that this question is answered by this entry; `score` only orders."""

    entry_id: int
    title: str
    text: str
    url: str
    language: str
    score: float
    confidence: float


def search(site_id: int, question: str, limit: int = 5, language: str = "") -> list[Found]:
    """The entries of this site that answer best, best first; approved and valid today only. Language ("id", "en") breaks ties and is guessed when empty."""
    terms = terms_of(question)
    if not terms:
        return []
    scope = scope_of(site_id)
    counts = index.document_counts(scope, [form for term in terms for form in term.forms])
    if not counts:
        return []
    language = language_of(question) or language
    wanted = _weigh(terms, counts)
    judged = _look_up(scope, wanted, counts, language)
    if not judged or judged[0].confidence < WEAK_BELOW:
        corrected = _correct(scope, terms, wanted, counts)
        if corrected != wanted:
            judged = max(judged, _look_up(scope, corrected, counts, language), key=lambda some: some[0].confidence if some else 0.0)
    return [_found(one) for one in judged[:limit]]


def _weigh(terms: Sequence[Term], counts: dict[str, int]) -> list[Wanted]:
    every = counts[index.ALL]
    return [
        Wanted(
            tuple(form for form in term.forms if form in counts),
            term.weight * rarity(max((counts.get(form, 0) for form in term.forms), default=0), every),
        )
        for term in terms
    ]


def _look_up(scope: str, wanted: Sequence[Wanted], counts: dict[str, int], language: str) -> list[Judged]:
    known = sorted((term for term in wanted if term.forms), key=lambda term: -term.information)
    if not known:
        return []
    today = timezone.localdate().isoformat()
    postings = sum(counts.get(form, 1) for term in known for form in term.forms)
    if postings <= CHEAP_POSTINGS:
        return judge(wanted, index.candidates(scope, _any_of(known), CANDIDATES, today), language)
    content = [term for term in known if term.information >= 0.3] or known
    found = index.candidates(scope, " AND ".join(_any_of([term]) for term in content), CANDIDATES, today)
    if len(found) < CANDIDATES_ENOUGH:
        seen = {candidate.entry_id for candidate in found}
        found += [one for one in index.candidates(scope, _any_of(known[:RAREST]), CANDIDATES, today) if one.entry_id not in seen]
    return judge(wanted, found, language)


def _any_of(terms: Sequence[Wanted]) -> str:
    """An FTS5 expression. Our words are letters and digits only, so quoting them is enough."""
    forms = dict.fromkeys(form for term in terms for form in term.forms)
    return "(" + " OR ".join(f'"{form}"' for form in forms) + ")"


def _correct(scope: str, terms: Sequence[Term], wanted: list[Wanted], counts: dict[str, int]) -> list[Wanted]:
    """The same with misspelt words replaced by the words of this knowledge they probably are; those found are added to `counts`."""
    corrected = list(wanted)
    tries = 0
    for place, (term, weighed) in enumerate(zip(terms, wanted, strict=True)):
        word = term.forms[0]
        if weighed.forms or term.known or len(word) < SHORTEST or not word.isalpha() or tries == MOST_CORRECTED:
            continue
        tries += 1
        meant = nearest(word, index.similar_words(scope, word))
        if meant:
            counts |= index.document_counts(scope, [meant])
            corrected[place] = replace(weighed, forms=(meant,), information=term.weight * rarity(counts[meant], counts[index.ALL]), certainty=CERTAINTY)
    return corrected


def _found(judged: Judged) -> Found:
    one = judged.candidate
    return Found(one.entry_id, one.title, one.text, one.url, one.language, round(judged.score, 4), round(judged.confidence, 4))
