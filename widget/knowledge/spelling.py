"""Is this word a misspelling of that one? Called by search.py for words of a question that the knowledge does not hold.

The word is corrected, not the document: precision stays where the other words put it.
"""

from collections.abc import Iterable

SHORTEST = 3
TWO_SLIPS_FROM = 8
# What a corrected word still counts for.
CERTAINTY = 0.85


def most_slips(word: str) -> int:
    return 2 if len(word) >= TWO_SLIPS_FROM else 1


def nearest(word: str, others: Iterable[str]) -> str:
    """The word that was probably meant, or an empty string. One slip of the finger is forgiven, two in long words; the first letter is trusted."""
    near = [other for other in others if other != word and other[0] in word[:2]]
    by_one = [other for other in near if is_one_slip(word, other)]
    if by_one or most_slips(word) < 2:
        return min(by_one, key=lambda other: _unlikeness(word, other), default="")
    by_two = [other for other in near if abs(len(other) - len(word)) < 3 and distance(word, other, 2) == 2]
    return min(by_two, key=lambda other: _unlikeness(word, other), default="")


def is_one_slip(word: str, other: str) -> bool:
    """Whether a letter is wrong, missing, too many, or two are swapped."""
    surplus = len(word) - len(other)
    if not -1 <= surplus <= 1:
        return False
    place = next((place for place, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(len(word), len(other)))
    rest, others_rest = word[place:], other[place:]
    if surplus:
        return rest[1:] == others_rest if surplus > 0 else rest == others_rest[1:]
    return rest[1:] == others_rest[1:] or (rest[2:] == others_rest[2:] and rest[:2] == others_rest[1::-1])


def _unlikeness(word: str, other: str) -> int:
    """Between words as many slips away: neighbours swapped is the commonest slip, then a letter too many or few in the middle."""
    return 4 * (word[0] != other[0]) + 2 * (word[-1] != other[-1]) + (sorted(word) != sorted(other))


def slips(word: str) -> list[str]:
    """What was meant if two neighbouring letters were swapped or one is too many: such slips share no run of three letters with short words."""
    swapped = [word[:place] + word[place + 1] + word[place] + word[place + 2 :] for place in range(len(word) - 1)]
    shortened = [word[:place] + word[place + 1 :] for place in range(1, len(word))] if len(word) > SHORTEST + 1 else []
    return list(dict.fromkeys(other for other in swapped + shortened if other != word))


def without_endings(word: str) -> list[str]:
    """The word, then without what everyday speech hangs on ("btalin" is a misspelt "batal" with -in)."""
    return [word, *(word[: -len(ending)] for ending in ("nya", "in", "an") if word.endswith(ending) and len(word) - len(ending) > SHORTEST)]


def distance(word: str, other: str, most: int) -> int:
    """Slips between two words (a letter wrong, missing, too many, or two swapped); more than `most` is not counted to the end."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(word, 1):
        current = [row]
        for column, expected in enumerate(other, 1):
            cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (letter != expected))
            if row > 1 and column > 1 and letter == other[column - 2] and word[row - 2] == expected:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before_last, last = last, current
    return last[-1]
