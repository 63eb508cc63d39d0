"""The one normaliser for indexing and asking: both sides turn text into the same words, roots and concepts.

Called by index/indexing.py (index_text), ranking.py (words_of) and search.py (terms_of, parts_of, language_of). Built on lib/speech; adds the concepts
of concepts.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from widget.knowledge.concepts import CONCEPTS, GROUPS
from widget.knowledge.related import related_to
from widget.lib.speech.forms import Role, Word, words
from widget.lib.speech.places import PLACES
from widget.lib.speech.stopwords import GENERAL, WEAK
from widget.lib.speech.vote import vote

QUESTION_CHARACTERS = 600

# How much a word says where an entry has it, and how much it speaks against an entry that lacks it.
WEIGHTS = {Role.FILLER: 0.0, Role.STOP: 0.0, Role.WEAK: 0.5, Role.GENERAL: 0.7, Role.CONTENT: 1.0}
NUMBER_WEIGHT = 0.6
# Letters and digits together ("bt014"): what carries the code is what is meant.
CODE_WEIGHT = 1.5
PLACE_WEIGHT = 0.25
GROUP_PART_WEIGHT = 0.35
LACKED = {Role.WEAK: 0.35, Role.GENERAL: 0.35, Role.CONTENT: 0.8}

_SMALL = WEAK | GENERAL
# Looked up once: an import compares millions of roles with it.
_STOP = Role.STOP
MOST_SPELT = 20_000
_spelt_before: dict[str, str] = {}
# An amount of money in a text answers questions for the price, whether it says "price" or not.
_MONEY = re.compile(r"(?<![a-z])(?:rp|idr|usd|eur|gbp)\.?\s?\d|[$€£]\s?\d|\d\s?(?:ribu|rb)\b", re.IGNORECASE)
PRICE = "harga"
# Between the forms of one word in the index; no word of ours holds it, and the index takes it for a space.
JOINT = "/"
# Where one question ends and another may begin: marks, and the words people put between.
_SEAMS = re.compile(r"[?!;\n]+|[.,](?=\s|$)|\b(?:dan|trus|terus|trs|sama|serta|lalu|plus|oh iya|oiya|and|also)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a question asks for. `forms`: the words of the index that answer to it, the closest first.

    `weight`: how much it says, 0..1; `lacked`: how much it speaks against an entry without it. `group`: the concept that the word makes together with
    others ("ongkos kirim"), itself a term with `is_group`; where the knowledge holds that concept, its words count little beside it.
    `certainty`: below 1 for a word that was corrected. `related`: words of the index about the same thing, for entries that have none of the forms.
    """

    forms: tuple[str, ...]
    weight: float
    lacked: float
    known: bool = True
    group: str = ""
    is_group: bool = False
    certainty: float = 1.0
    related: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def terms_of(question: str) -> tuple[Term, ...]:
    """What a question asks for, each thing once, in the order of asking; empty for a message of courtesies only."""
    question_words = words(question[:QUESTION_CHARACTERS])
    groups = _groups(question_words)
    terms: dict[tuple[str, ...], Term] = {(concept,): Term((concept,), 1.0, 1.0, is_group=True) for concept in dict.fromkeys(groups.values())}
    for index, word in enumerate(question_words):
        weight = _weight(word)
        forms = _spellings(word)
        if weight and forms not in terms:
            lacked, known = min(weight, LACKED[word.role]), word.known or word.root in CONCEPTS
            terms[forms] = Term(forms, weight, lacked, known, groups.get(index, ""), related=related_to(word))
    return tuple(terms.values())


def parts_of(message: str) -> list[str]:
    """The questions of a message that asks several things, each with something to look for; the message alone where it asks one."""
    parts = [part.strip() for part in _SEAMS.split(message[:QUESTION_CHARACTERS])]
    return [part for part in parts if any(term.weight > WEIGHTS[Role.WEAK] for term in terms_of(part))]


def index_text(text: str) -> str:
    """The words a text is found by, separated by spaces; the forms of a word (as written, root, concepts) by JOINT. Lines stay lines."""
    return "\n".join(_indexed_line(line) for line in text.splitlines() if line.strip())


def _indexed_line(line: str) -> str:
    indexed = " ".join(_indexed(words(line)))
    return f"{indexed} {PRICE}" if _MONEY.search(line) else indexed


def words_of(line: str) -> Iterator[tuple[frozenset[str], float]]:
    """(forms, weight) of each word of an indexed line."""
    for word in line.split():
        forms = frozenset(word.split(JOINT))
        if word.isdigit():
            yield forms, NUMBER_WEIGHT
        else:
            yield forms, WEIGHTS[Role.CONTENT if forms.isdisjoint(_SMALL) else Role.WEAK if forms & WEAK else Role.GENERAL]


def language_of(text: str) -> str:
    """ "id", "en", or an empty string where the text does not tell."""
    return vote(words(text[:QUESTION_CHARACTERS]))


def _weight(word: Word) -> float:
    if word.text.isdigit():
        return NUMBER_WEIGHT
    if word.is_code:
        return CODE_WEIGHT
    return PLACE_WEIGHT if word.root in PLACES else WEIGHTS[word.role]


def _indexed(line: tuple[Word, ...]) -> Iterator[str]:
    groups = _groups(line)
    for index, word in enumerate(line):
        if word.role > _STOP:
            group = groups.get(index, word.text)
            spelt = _spelt(word)
            yield spelt if group == word.text else JOINT.join(dict.fromkeys((*spelt.split(JOINT), group)))


def _spelt(word: Word) -> str:
    """Its spellings as the index keeps them; everything about a word follows from its text. An import asks for millions of the same few words."""
    found = _spelt_before.get(word.text)
    if found is None:
        if len(_spelt_before) >= MOST_SPELT:
            _spelt_before.clear()
        found = _spelt_before[word.text] = JOINT.join(_spellings(word))
    return found


def _spellings(word: Word) -> tuple[str, ...]:
    concept = CONCEPTS.get(word.root) or CONCEPTS.get(word.text)
    return tuple(dict.fromkeys((word.text, word.root, concept or word.root, word.stem)))


def _groups(line: tuple[Word, ...]) -> dict[int, str]:
    """Place of a word -> the concept it makes together with its neighbours; small words between are passed over."""
    kept = [(index, word) for index, word in enumerate(line) if word.role > _STOP]
    found: dict[int, str] = {}
    for place, (_, word) in enumerate(kept):
        if word.root not in GROUPS and word.text not in GROUPS:
            continue
        for key in dict.fromkeys((word.root, word.text)):
            for rest, concept in GROUPS.get(key, ()):
                together = kept[place : place + 1 + len(rest)]
                if len(together) == 1 + len(rest) and all(part in (other.root, other.text) for part, (_, other) in zip(rest, together[1:], strict=True)):
                    found |= {index: concept for index, _ in together}
    return found
