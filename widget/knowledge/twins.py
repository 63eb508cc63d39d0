"""Entries that say the same under the same title count as one: a file that was read twice, a piece that its owner kept as an entry of their own.

Called by search.py before candidates are compared. Two that fit alike would each be half as certain, and nobody could tell them apart in a question back.
"""

from collections.abc import Container, Sequence

from widget.knowledge.ranking import Text

# What share of all words of two answers both must have.
SAME = 0.6


def distinct(texts: Sequence[Text], own: Container[int]) -> list[Text]:
    """The same texts in their order, of those that say the same only one: what a person wrote (`own`) before what a source gave, then the newest."""
    kept: dict[frozenset[str], list[Text]] = {}
    for text in sorted(texts, key=lambda one: (one.entry_id in own, one.entry_id), reverse=True):
        titled = kept.setdefault(text.lines[0].words, [])
        if not any(_says_the_same(text, other) for other in titled):
            titled.append(text)
    remaining = {text.entry_id for titled in kept.values() for text in titled}
    return [text for text in texts if text.entry_id in remaining]


def _says_the_same(one: Text, other: Text) -> bool:
    both = one.answered.keys() & other.answered.keys()
    return len(both) >= SAME * len(one.answered.keys() | other.answered.keys())
