"""Bars as SVG, made here and not in the browser: no script, no inline style, colours by class so that they follow light and dark.

Called by tables.py. What is written around a chart (its days, its highest value, its legend) is text of the page, which no scaling makes small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_ids = count(1)
# The drawing is stretched to the width of its box; a day is this many units wide, its bar a little less.
DAY, BAR, HEIGHT = 10, 8, 100
# So that one of a thousand is still seen.
LEAST = 1.5


@dataclass(frozen=True)
class Series:
    """One colour: `kind` is its class, drawn in admin-skin/charts.css."""

    name: str
    kind: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Plot:
    """`stacked`: the series stand on each other; else each begins at the bottom, the later before the earlier. `tips` say each day in words."""

    title: str
    description: str
    series: tuple[Series, ...]
    tips: tuple[str, ...]
    stacked: bool = True

    def highest(self) -> float:
        """What the top of the drawing stands for."""
        days = zip(*(series.values for series in self.series), strict=True)
        return max((sum(day) if self.stacked else max(day) for day in days), default=0)


def draw(plot: Plot) -> SafeString:
    """The SVG of bars, or nothing where there is nothing to draw."""
    highest = plot.highest()
    if not highest:
        return SafeString("")
    number = next(_ids)
    bars = format_html_join("", "<g><title>{}</title>{}</g>", ((tip, _bars(plot, day, highest)) for day, tip in enumerate(plot.tips)))
    return format_html(
        '<svg class="bars" role="img" aria-labelledby="chart-{0}-title chart-{0}-desc" viewBox="0 0 {1} {2}" preserveAspectRatio="none" focusable="false">'
        '<title id="chart-{0}-title">{3}</title><desc id="chart-{0}-desc">{4}</desc>'
        '<path class="grid" d="M0 0H{1}M0 {5}H{1}M0 {2}H{1}"/>{6}</svg>',
        number, len(plot.tips) * DAY, HEIGHT, plot.title, plot.description, HEIGHT // 2, bars,
    )  # fmt: skip


def _bars(plot: Plot, day: int, highest: float) -> SafeString:
    return format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', _boxes(plot, day, highest))


def _boxes(plot: Plot, day: int, highest: float) -> list[tuple[str, float, str, int, str]]:
    boxes, below = [], 0.0
    left = day * DAY + (DAY - BAR) / 2
    for series in plot.series:
        if not series.values[day]:
            continue
        tall = max(series.values[day] / highest * HEIGHT, LEAST)
        boxes.append((series.kind, left, f"{max(HEIGHT - below - tall, 0):.2f}", BAR, f"{tall:.2f}"))
        below += tall if plot.stacked else 0
    return boxes


def values_of(numbers: Sequence[float | None]) -> tuple[float, ...]:
    return tuple(number or 0 for number in numbers)
