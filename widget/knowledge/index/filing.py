"""What every stored index has in common: documents in normalised words, how many of them know a word, and where the search stops looking.

Used by base.py, sqlite.py and postgres.py; pure functions and constants.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from widget.knowledge.language import JOINT
from widget.knowledge.ranking import Wanted

# Stand in the table of words for "all documents of this scope" and for the version of the scope; no text has them.
ALL = ""
VERSION = "#"
NORMALISER_SCOPE = "normaliser"
SHORTEST_SPELLING = 4
# No word that people ask for is longer, and the databases have limits of their own.
LONGEST_WORD = 100
# With more documents than this to look through, all telling words are asked for together first.
CHEAP_POSTINGS = 3_000
# Documents that are put in order before the best are taken; only questions of nothing but frequent words find more.
MOST_RANKED = CHEAP_POSTINGS
ENOUGH = 5
RAREST = 4
SIMILAR = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A document in normalised words; `asked` keeps its lines."""

    entry_id: int
    scope: str
    asked: str
    answered: str


def words_in(text: str) -> list[str]:
    """Every word of an indexed text that can be asked for."""
    return [word for word in text.replace(JOINT, " ").split() if len(word) <= LONGEST_WORD]


def count(rows: Iterable[Row]) -> Counter[tuple[str, str]]:
    """How many of these documents hold each word, by (scope, word), in one order for every process."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts.update((row.scope, word) for word in {ALL, *words_in(f"{row.asked} {row.answered}")})
    return Counter(dict(sorted(counts.items())))


def spelt(words: Iterable[str]) -> list[str]:
    """Those that a misspelt word may have meant."""
    return sorted({word for word in words if len(word) >= SHORTEST_SPELLING and word.isalpha()})


def padded(word: str) -> str:
    """With a mark at both ends, so that beginnings and endings count as letters do."""
    return f"_{word}_"


def trigrams(word: str) -> list[str]:
    marked = padded(word)
    return list(dict.fromkeys(marked[start : start + 3] for start in range(len(marked) - 2)))


def forms_of(terms: Iterable[Wanted]) -> list[str]:
    return list(dict.fromkeys(form for term in terms for form in term.forms))


def postings(terms: Iterable[Wanted], counts: Mapping[str, int]) -> int:
    """How many documents have to be looked through for any of these terms, at most."""
    return sum(counts.get(form, 0) for form in forms_of(terms))


def rarest(wanted: Sequence[Wanted], counts: Mapping[str, int]) -> list[Wanted]:
    """The terms that tell most, as many as are cheap to look through together, and one at least."""
    chosen: list[Wanted] = []
    for term in sorted(wanted, key=lambda term: -term.information)[:RAREST]:
        if not chosen or postings([*chosen, term], counts) <= CHEAP_POSTINGS:
            chosen.append(term)
    return chosen
