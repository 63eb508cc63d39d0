"""The daily cap of model answers, per visitor and per site: reserved with the question, given back when no model was asked.

Called by intake.py and runner.py inside their transactions. Above the cap own knowledge answers and the owner is told once a day.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import connection
from django.utils import timezone

from widget.answering.models import AnswerCount
from widget.jobs.tasks import enqueue
from widget.sites.registry import SiteSettings

DAYS_KEPT = 3
_TAKE = """
INSERT INTO widget_answercount (site_id, day, visitor, used) VALUES (%s, %s, %s, 1)
ON CONFLICT (site_id, day, visitor) DO UPDATE SET used = widget_answercount.used + 1 WHERE widget_answercount.used < %s RETURNING used
"""
_GIVE = "UPDATE widget_answercount SET used = used - 1 WHERE site_id = %s AND day = %s AND visitor = %s AND used > 0"


class Scope(StrEnum):
    """Whose cap was reached."""

    VISITOR = "visitor"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Reservation:
    """One model answer set aside."""

    site_id: int
    day: date
    visitor: str


def reserve(site: SiteSettings, visitor: str) -> Reservation | None:
    """Sets one answer aside, or None at the cap."""
    day = datetime.now(site.zone).date()
    per_visitor = settings.ANSWERS_PER_VISITOR_DAY if site.answers_per_visitor_day is None else site.answers_per_visitor_day
    per_site = settings.ANSWERS_PER_SITE_DAY if site.answers_per_site_day is None else site.answers_per_site_day
    if not _take(site.id, day, visitor, per_visitor):
        _tell_owner(site.id, day, Scope.VISITOR, visitor)
        return None
    if not _take(site.id, day, "", per_site):
        _give(site.id, day, visitor)
        _tell_owner(site.id, day, Scope.SITE, "")
        return None
    return Reservation(site.id, day, visitor)


def give_back(reservation: Reservation) -> None:
    """No model was asked after all."""
    _give(reservation.site_id, reservation.day, reservation.visitor)
    _give(reservation.site_id, reservation.day, "")


def forget_old_counts() -> int:
    """Removes counters nobody asks for any more. Returns how many."""
    return AnswerCount.objects.filter(day__lt=timezone.now().date() - timedelta(days=DAYS_KEPT)).delete()[0]


def _take(site_id: int, day: date, visitor: str, cap: int) -> bool:
    if cap < 1:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, (site_id, connection.ops.adapt_datefield_value(day), visitor, cap))
        return cursor.fetchone() is not None


def _give(site_id: int, day: date, visitor: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, (site_id, connection.ops.adapt_datefield_value(day), visitor))


def _tell_owner(site_id: int, day: date, scope: Scope, visitor: str) -> None:
    enqueue("alert.budget_reached", site_id, scope.value, key=f"budget:{site_id}:{day}:{scope.value}:{visitor}")
