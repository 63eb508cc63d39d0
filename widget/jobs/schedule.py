"""Daily jobs. wiring.py registers them; worker.py's second thread asks once a minute what is due.

A day that was missed because the server was off is caught up once, at the next start; a new installation begins with the next day.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from widget.jobs.models import Schedule
from widget.jobs.tasks import enqueue

_daily: dict[str, int] = {}


def register_daily(name: str, hour: int) -> None:
    """`name` is a registered job without arguments; `hour` (0 to 23) is in the installation's time zone."""
    if not 0 <= hour <= 23:
        raise ValueError(f"{hour} is not an hour of the day.")
    _daily[name] = hour


def enqueue_due(now: datetime | None = None) -> list[str]:
    """Enqueues each daily job whose day has come and returns their names. Any number of processes may ask."""
    local = timezone.localtime(now)
    return [name for name, hour in _daily.items() if _enqueue_if_due(name, _due_day(local, hour))]


def _due_day(local: datetime, hour: int) -> date:
    """The last day on which the hour has struck."""
    return local.date() if local.hour >= hour else local.date() - timedelta(days=1)


def _enqueue_if_due(name: str, day: date) -> bool:
    last_day = Schedule.objects.filter(pk=name).values_list("last_day", flat=True).first()
    if last_day is None:
        Schedule.objects.bulk_create([Schedule(name=name, last_day=day)], ignore_conflicts=True)
        return False
    if last_day >= day:
        return False
    with transaction.atomic():
        won = Schedule.objects.filter(pk=name, last_day__lt=day).update(last_day=day) == 1
        if won:
            enqueue(name)
    return won
