"""The words of our own lists that a misspelt word may have meant, whether or not the knowledge holds them.

Called by search.py beside the words of the index: "kaddo" is "kado", which leads to "hadiah"; and a slip of a word that the knowledge does not hold is
no slip of another that it does. Built once, from the lists of lib/speech and from the concepts.
"""

from functools import lru_cache

from widget.knowledge.concepts import CONCEPTS
from widget.knowledge.spelling import SHORTEST, is_one_slip
from widget.lib.speech.colloquial import STANDARD
from widget.lib.speech.englishwords import ENGLISH
from widget.lib.speech.rootwords import ROOTS

_VOWELS = str.maketrans("", "", "aeiou")


@lru_cache(maxsize=1)
def _by_beginning() -> dict[tuple[str, int], list[str]]:
    """By first letter and length, so that few have to be compared."""
    table: dict[tuple[str, int], list[str]] = {}
    for word in sorted(ROOTS | ENGLISH | CONCEPTS.keys() | {*STANDARD, *STANDARD.values()}):
        if len(word) > SHORTEST and word.isalpha():
            table.setdefault((word[0], len(word)), []).append(word)
    return table


@lru_cache(maxsize=1)
def _by_consonants() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for word in sorted(ROOTS | {*STANDARD.values()}):
        if len(word) > SHORTEST and word.isalpha():
            table.setdefault(word.translate(_VOWELS), []).append(word)
    return table


def similar_known(word: str) -> list[str]:
    """Known words that are one slip away, with the same beginning (or the second letter first)."""
    table = _by_beginning()
    return [
        other
        for first in dict.fromkeys(word[:2])
        for length in (len(word), len(word) - 1, len(word) + 1)
        for other in table.get((first, length), ())
        if is_one_slip(word, other)
    ]


def without_vowels(word: str) -> list[str]:
    """Known words of which only the consonants were typed ("trsdia" is not, "tmpt" is)."""
    return _by_consonants().get(word, []) if len(word) >= SHORTEST and word == word.translate(_VOWELS) else []
