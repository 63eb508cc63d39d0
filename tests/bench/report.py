"""The table of a benchmark: what was promised (DESIGN section 7), what was measured, whether it holds. Filled by scenarios.py, printed by __main__.py."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `goal` is a bound on the ratio to the relay when `of_relay`, else on the value; `more_is_better` turns the bound around.

    `allowance`: what the value may have on top of the ratio (the time of one fsync).
    """

    what: str
    unit: str
    ours: float
    relay: float | None = None
    goal: float | None = None
    stretch: float | None = None
    of_relay: bool = False
    more_is_better: bool = False
    allowance: float = 0.0

    @property
    def ratio(self) -> float | None:
        return self.ours / self.relay if self.relay else None

    @property
    def met(self) -> str:
        if self.goal is None:
            return ""
        if self._reaches(self.stretch):
            return "stretch"
        return "yes" if self._reaches(self.goal) else "NO"

    def _reaches(self, bound: float | None) -> bool:
        if bound is None or (self.of_relay and not self.relay):
            return False
        limit = bound * (self.relay or 0) + self.allowance if self.of_relay else bound
        return self.ours >= limit if self.more_is_better else self.ours <= limit

    def goal_text(self) -> str:
        if self.goal is None:
            return ""
        sign, times = ("≥" if self.more_is_better else "≤"), "x" if self.of_relay else ""
        extra = f" + {self.allowance:.1f}" if self.allowance else ""
        wish = f" ({self.stretch:g}{times})" if self.stretch is not None else ""
        return f"{sign} {self.goal:g}{times}{extra}{wish}"


def middle(rounds: Sequence[dict[str, Any]], key: str) -> float:
    """The median of one figure over the rounds."""
    return float(median(one[key] for one in rounds))


def table(rows: Sequence[Row]) -> str:
    lines = [("what", "unit", "goal (stretch)", "relay", "ours", "ratio", "met?")]
    lines += [(row.what, row.unit, row.goal_text(), _number(row.relay), _number(row.ours), _ratio(row.ratio), row.met) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    texts = ["  ".join(_padded(cell, width, column) for column, (cell, width) in enumerate(zip(line, widths, strict=True))) for line in lines]
    return "\n".join([texts[0], "-" * len(texts[0]), *texts[1:]])


def _padded(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column < 3 else cell.rjust(width)


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [asdict(row) | {"ratio": row.ratio, "met": row.met} for row in rows]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}x"
