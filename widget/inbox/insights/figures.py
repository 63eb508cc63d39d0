"""The figures of one day or of several together. Made by counting.py, kept as JSON in DayFigures, shown by charts.py and tables.py.

Waits are kept in steps of ten percent, so that days can be added up and their percentiles still be told.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Self

_STEP = math.log(1.1)


@dataclass(frozen=True)
class Figures:
    """`conversations` in which a visitor wrote; `solved` of them without a person; `passed_on`: questions that the assistant left to people.

    `cost` is in millionths of a US dollar; `waits` is how many waited about 1.1 ** step seconds for a person.
    """

    conversations: int = 0
    solved: int = 0
    questions: int = 0
    model: int = 0
    knowledge: int = 0
    rule: int = 0
    person: int = 0
    passed_on: int = 0
    tokens: int = 0
    cost: int = 0
    waits: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def unpack(cls, stored: Mapping[str, Any]) -> Self:
        """From JSON, whose keys are text. What a later version stored besides is left out."""
        known = {name: int(stored.get(name, 0)) for name in cls.__dataclass_fields__ if name != "waits"}
        return cls(**known, waits={int(step): int(number) for step, number in stored.get("waits", {}).items()})

    def pack(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def dollars(self) -> Decimal:
        return Decimal(self.cost) / 1_000_000

    @property
    def waited(self) -> int:
        return sum(self.waits.values())

    @property
    def solved_percent(self) -> int | None:
        """None where nobody wrote."""
        return round(100 * self.solved / self.conversations) if self.conversations else None

    def wait(self, share: float) -> int | None:
        """The seconds that this share of those who waited had to wait at most, within ten percent; None where nobody waited."""
        left = math.ceil(share * self.waited)
        for step in sorted(self.waits):
            left -= self.waits[step]
            if left <= 0:
                return round(math.exp(step * _STEP))
        return None


def histogram(waits: Iterable[float]) -> dict[int, int]:
    """Seconds -> how many in each step."""
    steps: dict[int, int] = {}
    for seconds in waits:
        step = round(math.log(max(seconds, 1.0)) / _STEP)
        steps[step] = steps.get(step, 0) + 1
    return steps


def total(days: Iterable[Figures]) -> Figures:
    sums: dict[str, int] = {}
    waits: dict[int, int] = {}
    for day in days:
        for name in Figures.__dataclass_fields__:
            if name != "waits":
                sums[name] = sums.get(name, 0) + getattr(day, name)
        for step, number in day.waits.items():
            waits[step] = waits.get(step, 0) + number
    return Figures(**sums, waits=waits)
