"""Words that are about the same thing without meaning the same: "truck" and "driver", "swallow" and "atm". Written for Kanal, in related.txt.

Read by language.py, for questions only: the index does not grow by it. An entry that lacks a word of the question but has a related one is nearer than
one that has neither. A line of the table is a group of words that are all related to each other, or with a colon a word and those related to it; a word
may stand in many lines, and a line counts for everything that concepts.py holds to mean the same.
"""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

from widget.knowledge.concepts import CONCEPTS
from widget.lib.speech.forms import Role, Word, words
from widget.lib.speech.stopwords import WEAK

# Words that ask for a kind of answer ("when" for a time); of others that say as little, what is related says nothing.
_ASKING = frozenset(("berapa", "kapan", "dimana", "much"))


def pairs() -> Iterator[tuple[str, str]]:
    """(word, related word) as the table has them, each pair in both directions."""
    for line in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines():
        head, colon, others = line.partition(":")
        if colon:
            yield from (pair for other in others.split() for pair in ((head, other), (other, head)))
        else:
            yield from permutations(line.split(), 2)


def key_of(word: Word) -> str:
    """The widest of its forms: what the index files everything under that means the same."""
    return CONCEPTS.get(word.root) or CONCEPTS.get(word.text) or word.stem


def related_to(word: Word) -> tuple[str, ...]:
    """Words of the index that are about the same thing."""
    key = key_of(word)
    return _RELATED.get(key, ()) if word.role > Role.WEAK or key in _ASKING else ()


def _read() -> dict[str, tuple[str, ...]]:
    keys = {word: key_of(words(word)[0]) for pair in pairs() for word in pair}
    related: dict[str, dict[str, None]] = {}
    for one, other in pairs():
        if keys[one] != keys[other] and (keys[other] not in WEAK or keys[one] in _ASKING):
            related.setdefault(keys[one], {})[keys[other]] = None
    return {key: tuple(others) for key, others in related.items()}


_RELATED = _read()
