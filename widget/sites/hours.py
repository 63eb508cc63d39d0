"""When people are there: is it open now, the week in a few lines, and when it opens next.

Called by realtime/ for the welcome frame and by answering/ for sentences about waiting; pure functions over a
site's snapshot. Sentences come in the language that is active in the calling thread.
"""

from datetime import datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from widget.sites.registry import Span

ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
DAYS_AHEAD = 8


def is_open(hours: tuple[Span, ...], now: datetime) -> bool:
    """`now` in the site's zone. A site without hours counts as always open."""
    return not hours or any(span.weekday == now.weekday() and span.opens <= now.time() < span.closes for span in hours)


def next_opening(hours: tuple[Span, ...], now: datetime) -> datetime | None:
    """The next moment it opens, or None while it is open or has no hours."""
    if is_open(hours, now):
        return None
    moments = (
        now.replace(hour=span.opens.hour, minute=span.opens.minute, second=0, microsecond=0) + timedelta(days=ahead)
        for ahead in range(DAYS_AHEAD)
        for span in hours
        if span.weekday == (now.weekday() + ahead) % 7
    )
    return min((moment for moment in moments if moment > now), default=None)


def week_lines(hours: tuple[Span, ...], zone: ZoneInfo) -> list[str]:
    """Like ["Senin-Jumat 08.00-17.00 WIB", "Sabtu 09.00-12.00 WIB"]: neighbouring days with the same hours together."""
    by_day: dict[int, str] = {}
    for span in sorted(hours, key=lambda span: (span.weekday, span.opens)):
        text = f"{_clock(span.opens)}–{_clock(span.closes)}"
        by_day[span.weekday] = f"{by_day[span.weekday]}, {text}" if span.weekday in by_day else text
    return [f"{_days(first, last)} {text} {zone_name(zone)}".strip() for first, last, text in _runs(by_day)]


def opening_note(hours: tuple[Span, ...], now: datetime) -> str:
    """A sentence about the next opening, or an empty string while it is open."""
    moment = next_opening(hours, now)
    if moment is None:
        return ""
    values = {"time": f"{_clock(moment.time())} {zone_name(now.tzinfo)}".strip()}
    days = (moment.date() - now.date()).days
    if days == 0:
        return _("Opens today at %(time)s") % values
    if days == 1:
        return _("Opens tomorrow at %(time)s") % values
    return _("Opens %(day)s at %(time)s") % {**values, "day": WEEKDAYS[moment.weekday()]}


def zone_name(zone: object) -> str:
    return ZONE_NAMES.get(str(zone), "")


def _runs(by_day: dict[int, str]) -> list[tuple[int, int, str]]:
    runs: list[tuple[int, int, str]] = []
    for day, text in by_day.items():
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == text:
            runs[-1] = (runs[-1][0], day, text)
        else:
            runs.append((day, day, text))
    return runs


def _days(first: int, last: int) -> str:
    return str(WEEKDAYS[first]) if first == last else f"{WEEKDAYS[first]}–{WEEKDAYS[last]}"


def _clock(moment: clock_time) -> str:
    return f"{moment:%H.%M}"
