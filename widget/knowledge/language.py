"""The one normaliser for indexing and asking: both sides turn text into the same words, roots and concepts.

Called by indexing.py (index_text) and search.py (terms_of, language_of). Built on lib/speech; adds the concepts of concepts.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from widget.knowledge.concepts import CONCEPTS, GROUPS
from widget.lib.speech.forms import Role, Word, words
from widget.lib.speech.places import PLACES
from widget.lib.speech.vote import vote

QUESTION_CHARACTERS = 600


# Where one question ends and another may begin: marks, and the words people put between.
_SEAMS = re.compile(r"[?!;\n]+|[.,](?=\s|$)|\b(?:dan|trus|terus|trs|sama|serta|lalu|plus|oh iya|oiya|and|also)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a question asks for. `forms`: the words of the index that answer to it, the closest first. `weight`: how much such a word says, 0..1."""

    forms: tuple[str, ...]
    weight: float
    known: bool


WEIGHTS = {Role.FILLER: 0.0, Role.STOP: 0.0, Role.WEAK: 0.35, Role.CONTENT: 1.0}
NUMBER_WEIGHT = 0.5
PLACE_WEIGHT = 0.35
GROUP_PART_WEIGHT = 0.35


@lru_cache(maxsize=256)
def terms_of(question: str) -> tuple[Term, ...]:
    """What a question asks for, each thing once, in the order of asking; empty for a message of courtesies only."""
    question_words = words(question[:QUESTION_CHARACTERS])
    groups = list(_groups(question_words))
    grouped = {index for start, length, _ in groups for index in range(start, start + length)}
    terms: dict[tuple[str, ...], Term] = {}
    for _start, _length, concept in groups:
        terms.setdefault((concept,), Term((concept,), 1.0, True))
    for index, word in enumerate(question_words):
        weight = _weight(word)
        if weight:
            forms = _spellings(word)
            weight = min(weight, GROUP_PART_WEIGHT) if index in grouped else weight
            terms.setdefault(forms, Term(forms, weight, word.known))
    return tuple(term for key, term in terms.items() if len(key) > 1 or not any(key[0] in other for other in terms if other != key and key[0] == other[0]))


def parts_of(message: str) -> list[str]:
    """The questions of a message that asks several things, each with something to look for; the message alone where it asks one."""
    parts = [part.strip() for part in _SEAMS.split(message[:QUESTION_CHARACTERS])]
    return [part for part in parts if any(term.weight > WEIGHTS[Role.WEAK] for term in terms_of(part))]


def index_text(text: str) -> str:
    """The words a text is found by, each as written, as root and as concept, separated by spaces. Lines stay lines."""
    return "\n".join(" ".join(_indexed(words(line))) for line in text.splitlines() if line.strip())


def language_of(text: str) -> str:
    """ "id", "en", or an empty string where the text does not tell."""
    return vote(words(text[:QUESTION_CHARACTERS]))


def _weight(word: Word) -> float:
    if word.text.isdigit():
        return NUMBER_WEIGHT
    return PLACE_WEIGHT if word.root in PLACES else WEIGHTS[word.role]


def _indexed(line: tuple[Word, ...]) -> Iterator[str]:
    for word in line:
        if WEIGHTS[word.role]:
            yield from _spellings(word)
    yield from dict.fromkeys(concept for _, _, concept in _groups(line))


def _spellings(word: Word) -> tuple[str, ...]:
    concept = CONCEPTS.get(word.root) or CONCEPTS.get(word.text)
    return tuple(dict.fromkeys((word.text, word.root, concept or word.root)))


def _groups(line: tuple[Word, ...]) -> Iterator[tuple[int, int, str]]:
    """(first word, number of words, concept) of every group of words that is one concept; small words between are passed over."""
    kept = [(index, word) for index, word in enumerate(line) if word.role > Role.STOP]
    for place, (index, word) in enumerate(kept):
        for key in dict.fromkeys((word.root, word.text)):
            for rest, concept in GROUPS.get(key, ()):
                following = kept[place + 1 : place + 1 + len(rest)]
                if len(following) == len(rest) and all(part in (other.root, other.text) for part, (_, other) in zip(rest, following, strict=True)):
                    yield index, following[-1][0] - index + 1, concept
