"""Puts questions that mean the same together, by the words the knowledge is searched with. Called by missing.py; asks knowledge/language.py.

Greedy: a question joins the group whose first question it shares the most with, if that is enough, else it begins one of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from widget.knowledge.language import GROUP_PART_WEIGHT, terms_of

# The share of what two questions ask for that they have in common, from which on they are one.
ALIKE = 0.55
# Words such as "can", "there is" and "not" stand in questions of every meaning: they hardly count beside others.
SMALL, SMALL_WEIGHT = 0.5, 0.1
T = TypeVar("T")
_Asked = list[tuple[frozenset[str], float]]


@dataclass
class Group(Generic[T]):
    """`members` in the order they came; the first one gave the group its words."""

    members: list[T]
    asked: _Asked = field(repr=False)


def group(questions: Iterable[tuple[str, T]]) -> list[Group[T]]:
    """(text, what it stands for) in; the largest group first. What asks for nothing ("halo", "ok") is left out."""
    groups: list[Group[T]] = []
    by_form: dict[str, set[int]] = {}
    for text, member in questions:
        asked = _asked(text)
        if not asked:
            continue
        near = {number for forms, _weight in asked for form in forms for number in by_form.get(form, ())}
        best = max(near, key=lambda number: (likeness(groups[number].asked, asked), -number), default=None)
        if best is not None and likeness(groups[best].asked, asked) >= ALIKE:
            groups[best].members.append(member)
            continue
        for forms, _weight in asked:
            for form in forms:
                by_form.setdefault(form, set()).add(len(groups))
        groups.append(Group([member], asked))
    return sorted(groups, key=lambda one: -len(one.members))


def likeness(one: _Asked, other: _Asked) -> float:
    """Between 0 and 1: how much of what the two ask for together they both ask for."""
    common = 0.0
    left = list(other)
    for forms, weight in one:
        match = next((at for at, (others, _weight) in enumerate(left) if not forms.isdisjoint(others)), None)
        if match is not None:
            common += min(weight, left.pop(match)[1])
    whole = sum(weight for _forms, weight in one) + sum(weight for _forms, weight in other)
    return 2 * common / whole if whole else 0.0


def _asked(text: str) -> _Asked:
    """Words that make a concept together count little beside it."""
    weighed = [(frozenset(term.forms), term.weight * (GROUP_PART_WEIGHT if term.group else 1)) for term in terms_of(text) if term.weight > 0]
    return [(forms, SMALL_WEIGHT if weight <= SMALL else weight) for forms, weight in weighed]
