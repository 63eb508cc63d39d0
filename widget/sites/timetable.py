"""When people are there, as frozen values: the week, and the days that differ from it. Made by registry.py from the site's rows; judged by hours.py."""

from dataclasses import dataclass
from datetime import date
from datetime import time as clock_time

from widget.sites.models import Site


@dataclass(frozen=True, slots=True)
class Span:
    """Opening hours of one weekday (0 = Monday), in the site's time zone."""

    weekday: int
    opens: clock_time
    closes: clock_time


@dataclass(frozen=True, slots=True)
class DaysOff:
    """From `first` to `last`, both included: closed, or open from `opens` to `closes` instead of the weekday's hours."""

    name: str
    first: date
    last: date
    opens: clock_time | None = None
    closes: clock_time | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    """The week (empty: always there) and what differs from it."""

    week: tuple[Span, ...] = ()
    off: tuple[DaysOff, ...] = ()

    def day_off(self, day: date) -> DaysOff | None:
        """What differs on this day; the shortest of several that overlap, so that one day inside two weeks off can have hours of its own."""
        return min((off for off in self.off if off.first <= day <= off.last), key=lambda off: off.last - off.first, default=None)

    def spans_of(self, day: date) -> tuple[tuple[clock_time, clock_time], ...]:
        """When it is open on this day."""
        off = self.day_off(day)
        if off is not None:
            return ((off.opens, off.closes),) if off.opens and off.closes else ()
        if not self.week:
            return ((clock_time.min, clock_time.max),)
        return tuple(sorted((span.opens, span.closes) for span in self.week if span.weekday == day.weekday()))


def timetable_of(site: Site) -> Timetable:
    """Two queries, or none where the rows were prefetched."""
    week = tuple(Span(span.weekday, span.opens, span.closes) for span in site.hours.all())
    return Timetable(week, tuple(DaysOff(off.name, off.first, off.last, off.opens, off.closes) for off in site.holidays.all()))
