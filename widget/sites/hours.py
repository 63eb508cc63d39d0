"""When people are there: is it open now, the week in a few lines, and when it opens next. Holidays count everywhere.

Called by realtime/ for the welcome frame, by answering/ for sentences about waiting and by rules/; pure functions over a
site's timetable. Sentences come in the language that is active in the calling thread.
"""

from datetime import date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from widget.sites.timetable import DaysOff, Span, Timetable

ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
# As far as an opening is looked for, and as far ahead as days that differ are told with the week.
DAYS_AHEAD = 62
TOLD_AHEAD = 14


def is_open(hours: Timetable, now: datetime) -> bool:
    """`now` in the site's zone. A site without hours counts as always open, but for its holidays."""
    return any(opens <= now.time() < closes for opens, closes in hours.spans_of(now.date()))


def next_opening(hours: Timetable, now: datetime) -> datetime | None:
    """The next moment it opens; None while it is open, or when it does not within two months."""
    if is_open(hours, now):
        return None
    for ahead in range(DAYS_AHEAD):
        day = now.date() + timedelta(days=ahead)
        for opens, _closes in hours.spans_of(day):
            moment = datetime.combine(day, opens, now.tzinfo)
            if moment > now:
                return moment
    return None


def week_lines(hours: Timetable, zone: ZoneInfo) -> list[str]:
    """Like ["Senin-Jumat 08.00-17.00 WIB", "Sabtu 09.00-12.00 WIB"]: neighbouring days with the same hours together.

    The holidays of the next two weeks follow.
    """
    by_day: dict[int, str] = {}
    for span in sorted(hours.week, key=_in_order):
        text = _range(span.opens, span.closes)
        by_day[span.weekday] = f"{by_day[span.weekday]}, {text}" if span.weekday in by_day else text
    lines = [f"{_days(first, last)} {text} {zone_name(zone)}".strip() for first, last, text in _runs(by_day)]
    today = datetime.now(zone).date()
    coming = [off for off in hours.off if off.first <= today + timedelta(days=TOLD_AHEAD) and off.last >= today]
    return lines + [_day_off_line(off, zone) for off in sorted(coming, key=lambda off: off.first)]


def opening_note(hours: Timetable, now: datetime) -> str:
    """A sentence about the next opening and why it is closed, or an empty string while it is open."""
    moment = next_opening(hours, now)
    off = hours.day_off(now.date())
    # A name that ends in a dot would give two.
    why = _("Closed for %(name)s") % {"name": off.name.rstrip(". ")} if off is not None and not is_open(hours, now) else ""
    when = _when(moment, now) if moment else ""
    return f"{why}. {when}" if why and when else why or when


def zone_name(zone: object) -> str:
    return ZONE_NAMES.get(str(zone), "")


def _when(moment: datetime, now: datetime) -> str:
    values = {"time": f"{_clock(moment.time())} {zone_name(now.tzinfo)}".strip()}
    days = (moment.date() - now.date()).days
    if days == 0:
        return _("Opens today at %(time)s") % values
    if days == 1:
        return _("Opens tomorrow at %(time)s") % values
    if days < 7:
        return _("Opens %(day)s at %(time)s") % {**values, "day": WEEKDAYS[moment.weekday()]}
    return _("Opens on %(day)s at %(time)s") % {**values, "day": _day(moment.date())}


def _day_off_line(off: DaysOff, zone: ZoneInfo) -> str:
    days = _day(off.first) if off.first == off.last else f"{_day(off.first)}–{_day(off.last)}"
    when = f"{_range(off.opens, off.closes)} {zone_name(zone)}".strip() if off.opens and off.closes else _("closed")
    return f"{days} ({off.name}): {when}"


def _in_order(span: Span) -> tuple[int, clock_time]:
    return span.weekday, span.opens


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


def _day(day: date) -> str:
    return date_format(day, "j F")


def _range(opens: clock_time, closes: clock_time) -> str:
    return f"{_clock(opens)}–{_clock(closes)}"


def _clock(moment: clock_time) -> str:
    return f"{moment:%H.%M}"
