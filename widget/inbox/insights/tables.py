"""What the first page shows of a period: each subject as a table of days, most of them with a chart before it. Called by page.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.formats import date_format, number_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from widget.inbox.insights.charts import Plot, Series, draw, values_of
from widget.inbox.insights.figures import Figures

Cell = str | int | float | date | None
Days = Sequence[tuple[date, Figures]]
HALF, MOST = 0.5, 0.9


@dataclass(frozen=True)
class Legend:
    kind: str
    name: str


@dataclass(frozen=True)
class Table:
    """`name` is its address for downloads; `explanation` how it is counted; `top` what the top of the chart stands for."""

    name: str
    title: str
    explanation: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    svg: str = ""
    top: str = ""
    legend: tuple[Legend, ...] = ()

    @cached_property
    def body(self) -> SafeString:
        """The rows as people read them, without their table. Written here: a template takes ten times as long for a thousand cells."""
        lines = ((shown(first), format_html_join("", "<td>{}</td>", ((shown(cell),) for cell in others))) for first, *others in self.rows)
        return format_html_join("", '<tr><th scope="row"><bdi>{}</bdi></th>{}</tr>', lines)

    @property
    def ends(self) -> tuple[str, str]:
        """The first and the last day, below the chart."""
        return shown(self.rows[0][0]), shown(self.rows[-1][0])


def shown(cell: Cell) -> str:
    """A cell as people read it."""
    if cell is None:
        return "–"
    if isinstance(cell, date):
        return date_format(cell, "j M Y")
    return number_format(cell, 0 if isinstance(cell, int) else None) if isinstance(cell, int | float) else cell


def minutes(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)


def duration(seconds: int | None) -> str:
    """ "40 seconds", "12 minutes", "3 hours", for a tile."""
    if seconds is None:
        return "–"
    if seconds < 90:
        return ngettext("%(number)d second", "%(number)d seconds", seconds) % {"number": seconds}
    if seconds < 5400:
        return ngettext("%(number)d minute", "%(number)d minutes", round(seconds / 60)) % {"number": round(seconds / 60)}
    if seconds < 172_800:
        return ngettext("%(number)d hour", "%(number)d hours", round(seconds / 3600)) % {"number": round(seconds / 3600)}
    return ngettext("%(number)d day", "%(number)d days", round(seconds / 86_400)) % {"number": round(seconds / 86_400)}


def answers(days: Days) -> Table:
    kinds: tuple[tuple[str, str, Callable[[Figures], int]], ...] = (
        (_("Model"), "by-model", lambda day: day.model),
        (_("Knowledge"), "by-knowledge", lambda day: day.knowledge),
        (_("Rule"), "by-rule", lambda day: day.rule),
        (_("Person"), "by-person", lambda day: day.person),
        (_("Passed on"), "by-nobody", lambda day: day.passed_on),
    )
    return _table("answers", _("Answers, by who gave them"), _("“Passed on”: the assistant had no answer, or the visitor asked for a person."), days, kinds)


def conversations(days: Days) -> Table:
    kinds: tuple[tuple[str, str, Callable[[Figures], int]], ...] = (
        (_("Solved without a person"), "by-model", lambda day: day.solved),
        (_("With a person"), "by-person", lambda day: day.conversations - day.solved),
    )
    return _table("conversations", _("Conversations"), _("One counts on each day on which its visitor wrote."), days, kinds)


def solved_explanation() -> str:
    return _(
        "Counted for each conversation and day on which a visitor wrote. Solved without a person: something was answered, nothing was passed on, and no"
        " person wrote or is asked to come. Whether the visitor was content, nobody can count."
    )


def waits(days: Days) -> Table:
    half, most = ([minutes(day.wait(share)) for _day, day in days] for share in (HALF, MOST))
    title = _("Waiting for a person, in minutes")
    series = (Series(_("9 of 10 waited at most"), "by-rest", values_of(most)), Series(_("half waited at most"), "by-model", values_of(half)))
    tips = tuple(f"{date_format(day, 'j M')}: {shown(one)} / {shown(other)}" for (day, _figures), one, other in zip(days, half, most, strict=True))
    explanation = _("From the first message that nothing had answered to a person's reply. Who still waits is not in it.")
    plot = Plot(title, explanation, series, tips, stacked=False)
    columns = (_("Day"), _("waited"), _("half at most (p50)"), _("9 of 10 at most (p90)"))
    rows = tuple((day, figures.waited, one, other) for (day, figures), one, other in zip(days, half, most, strict=True))
    return Table("waits", title, explanation, columns, rows, draw(plot), shown(plot.highest()), _legend(series))


def costs(days: Days) -> Table:
    title = _("Cost of models, in US dollars")
    series = (Series(_("US dollars"), "by-model", tuple(float(figures.dollars) for _day, figures in days)),)
    tips = tuple(f"{date_format(day, 'j M')}: {figures.dollars:.4f}" for day, figures in days)
    explanation = _("By the prices you entered at the providers. Answers of providers without a price cost nothing here.")
    plot = Plot(title, explanation, series, tips)
    rows = tuple((day, figures.tokens, round(float(figures.dollars), 4)) for day, figures in days)
    return Table("costs", title, explanation, (_("Day"), _("tokens"), _("US dollars")), rows, draw(plot), number_format(plot.highest(), 3), _legend(series))


def by_site(totals: Sequence[tuple[str, Figures]]) -> Table:
    columns = (_("Site"), _("Conversations"), _("Solved without a person (%)"), _("Passed on"), _("p50, minutes"), _("p90, minutes"), _("US dollars"))
    rows = tuple(
        (name, one.conversations, one.solved_percent, one.passed_on, minutes(one.wait(HALF)), minutes(one.wait(MOST)), round(float(one.dollars), 4))
        for name, one in totals
    )
    return Table("sites", _("Site by site"), _("The same figures for each of your sites."), columns, rows)


def _table(name: str, title: str, explanation: str, days: Days, kinds: Sequence[tuple[str, str, Callable[[Figures], int]]]) -> Table:
    series = tuple(Series(label, kind, tuple(value(figures) for _day, figures in days)) for label, kind, value in kinds)
    tips = tuple(
        f"{date_format(day, 'j M')}: " + ", ".join(f"{one.name} {shown(int(one.values[place]))}" for one in series)
        for place, (day, _figures) in enumerate(days)
    )
    plot = Plot(title, explanation, series, tips)
    rows: tuple[tuple[Cell, ...], ...] = tuple((day, *(value(figures) for _label, _kind, value in kinds)) for day, figures in days)
    columns = (_("Day"), *(label for label, _kind, _value in kinds))
    return Table(name, title, explanation, columns, rows, draw(plot), shown(int(plot.highest())), _legend(series))


def _legend(series: Sequence[Series]) -> tuple[Legend, ...]:
    return tuple(Legend(one.kind, one.name) for one in series)
