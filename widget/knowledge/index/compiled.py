"""The index of a small site, kept in memory: most sites have a few dozen entries, and asking FTS5 for them costs more than looking.

Made by search.py from the stored index and kept as long as its version stands; answers the same three questions as StoredIndex.
"""

from collections.abc import Iterable, Sequence
from heapq import nlargest

from widget.knowledge.ranking import BY_ROOT, IN_ANSWER, RELATED, Text, Wanted
from widget.knowledge.spelling import most_slips


class CompiledIndex:
    """Every word with the entries that hold it. Never changed after it is made, so threads may share it."""

    def __init__(self, version: tuple[tuple[str, int], ...], texts: Sequence[Text]) -> None:
        self.version = version
        self.documents = len(texts)
        self._texts = {text.entry_id: text for text in texts}
        self._holders: dict[str, dict[int, float]] = {}
        for text in texts:
            for word in text.answered:
                self._holders.setdefault(word, {})[text.entry_id] = IN_ANSWER
            for word in text.asked:
                self._holders.setdefault(word, {})[text.entry_id] = 1.0
        self._by_letter: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for word in self._holders:
            if word.isalpha():
                self._by_letter.setdefault(word[0], []).append((word, frozenset(word)))

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """How many entries hold each word; words that none holds are missing."""
        return {word: len(self._holders[word]) for word in words if word in self._holders}

    def candidates(self, wanted: Sequence[Wanted], limit: int) -> list[Text]:
        """The entries that cover most of what is wanted."""
        covered: dict[int, float] = {}
        for term in wanted:
            best: dict[int, float] = {}
            places = [(form, BY_ROOT if place else 1.0) for place, form in enumerate(term.forms)] + [(form, RELATED) for form in term.related]
            for form, closeness in places:
                worth = term.information * closeness
                for entry_id, share in self._holders.get(form, {}).items():
                    if worth * share > best.get(entry_id, 0.0):
                        best[entry_id] = worth * share
            for entry_id, worth in best.items():
                covered[entry_id] = covered.get(entry_id, 0.0) + worth
        return [self._texts[entry_id] for entry_id in nlargest(limit, covered, key=covered.__getitem__)]

    def similar(self, word: str) -> list[str]:
        """Words that could be meant by a misspelt one: nearly the same letters, the same beginning (or the second letter first)."""
        letters = frozenset(word)
        slips = most_slips(word)
        return [
            other
            for first in dict.fromkeys(word[:2])
            for other, its_letters in self._by_letter.get(first, ())
            if -slips <= len(other) - len(word) <= slips and len(letters ^ its_letters) <= 2 * slips
        ]
