"""The daily job: reads what is due again, and tidies up behind runs and files. Registered by wiring.py as `knowledge.due`."""

from datetime import datetime, timedelta

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from widget.knowledge.models import Run, Source
from widget.knowledge.sources import files, generations, running

# The hours of a day differ, and so do the minutes at which the daily job comes.
SLACK = timedelta(hours=6)
PERIODS = {Source.Every.DAILY: timedelta(days=1), Source.Every.WEEKLY: timedelta(days=7)}
AFTER_FAILURE = timedelta(days=1)
RUNS_KEPT_DAYS = 90


def start_due() -> int:
    """Returns how many sources are read. An uploaded file does not change by itself, so only addresses are read again."""
    running.give_up_lost()
    files.remove_unknown()
    old = Run.objects.filter(created_at__lt=timezone.now() - timedelta(days=RUNS_KEPT_DAYS))
    old.exclude(state__in=[Run.State.WAITING, Run.State.RUNNING, Run.State.READY]).exclude(generation=F("source__generation")).exclude(
        generation=F("source__former"), generation__gt=0
    ).delete()
    generations.clear_all()
    due = [source.pk for every, period in PERIODS.items() for source in _read_before(every, period, timezone.now() + SLACK)]
    for source in due:
        running.start(source, asked=False)
    return len(due)


def period_of(source: Source, run: Run | None) -> timedelta | None:
    """After how long it is read again by itself, `run` being its last reading; None: not by itself. One that failed is tried again within a day."""
    period = PERIODS.get(Source.Every(source.every))
    if period is None or source.state != Source.State.ON or not source.address:
        return None
    return min(period, AFTER_FAILURE) if run is not None and run.state == Run.State.FAILED else period


def _read_before(every: str, period: timedelta, moment: datetime) -> list[Source]:
    """Also those that were never read."""
    sources = Source.objects.filter(every=every, state=Source.State.ON, site__active=True).exclude(address="")
    last = Run.objects.filter(source=OuterRef("pk")).order_by("-pk").values("state")[:1]
    late = Q(read_at__isnull=True) | Q(read_at__lt=moment - period) | Q(last=Run.State.FAILED, read_at__lt=moment - min(period, AFTER_FAILURE))
    return list(sources.annotate(read_at=Max("runs__created_at"), last=Subquery(last)).filter(late))
