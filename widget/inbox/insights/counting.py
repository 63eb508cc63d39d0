"""Counts what happened on a day, at many sites at once, and keeps the days that are over. Called by page.py and by the job `insights.days`.

A day is the site's own, so sites are counted together by time zone. Every query starts at the conversations, whose last message is indexed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from widget.conversations.models import Message, Turn
from widget.inbox.insights.figures import Figures, histogram
from widget.inbox.insights.models import DayFigures
from widget.sites.models import Site

# As many as the longest period shows.
DAYS_COUNTED = 90
Zones = Mapping[ZoneInfo, list[int]]
_COUNTED = ("conversations", "solved", "questions", "model", "knowledge", "rule", "person", "passed_on")
# A conversation is solved without a person when something answered the visitor that day, no question was passed on, and nobody is asked to come.
# Grouped by +c.id: by c.id alone SQLite walks all conversations of a site in the order of their ids instead of asking the index of last_at.
_BY_SITE = """
SELECT site, COUNT(CASE WHEN asked > 0 THEN 1 END),
  COUNT(CASE WHEN asked > 0 AND model + knowledge + rule > 0 AND person = 0 AND passed_on = 0 AND handler = 'bot' THEN 1 END),
  SUM(asked), SUM(model), SUM(knowledge), SUM(rule), SUM(person), SUM(passed_on)
FROM (
  SELECT c.site_id AS site, c.handler AS handler,
    SUM(CASE WHEN m.author = 'visitor' THEN 1 ELSE 0 END) AS asked,
    SUM(CASE WHEN m.answered_by = 'model' THEN 1 ELSE 0 END) AS model,
    SUM(CASE WHEN m.answered_by = 'knowledge' THEN 1 ELSE 0 END) AS knowledge,
    SUM(CASE WHEN m.answered_by = 'rule' THEN 1 ELSE 0 END) AS rule,
    SUM(CASE WHEN m.author = 'operator' THEN 1 ELSE 0 END) AS person,
    SUM(CASE WHEN m.author = 'assistant' AND m.answered_by = '' THEN 1 ELSE 0 END) AS passed_on
  FROM widget_conversation AS c JOIN widget_message AS m ON m.conversation_id = c.id
  WHERE c.site_id IN ({marks}) AND c.last_at >= %s AND c.created_at < %s AND m.at >= %s AND m.at < %s
  GROUP BY +c.id, c.site_id, c.handler
) AS talks GROUP BY site
"""


def by_zone(sites: Iterable[Site]) -> Zones:
    zones: dict[ZoneInfo, list[int]] = {}
    for site in sites:
        zones.setdefault(site.zone, []).append(site.pk)
    return zones


def today_in(zone: ZoneInfo) -> date:
    return timezone.now().astimezone(zone).date()


def count_day(sites: list[int], zone: ZoneInfo, day: date) -> dict[int, Figures]:
    """The figures of these sites, all in one zone, on one day; sites without a message are left out."""
    start, end = (datetime.combine(day + timedelta(days=after), clock_time.min, zone) for after in (0, 1))
    figures: dict[int, Figures] = dict(_answers(sites, start, end))
    for site, waits in _waits(sites, start, end).items():
        figures[site] = replace(figures.get(site, Figures()), waits=histogram(waits))
    for site, tokens, dollars in _costs(sites, start, end):
        figures[site] = replace(figures.get(site, Figures()), tokens=tokens, cost=round(dollars * 1_000_000))
    return figures


def kept(sites: Iterable[int], first: date) -> dict[tuple[int, date], Figures]:
    """What was counted before, from this day on."""
    rows = DayFigures.objects.filter(site__in=list(sites), day__gte=first).values_list("site", "day", "figures")
    return {(site, day): Figures.unpack(figures) for site, day, figures in rows}


def missing(sites: Iterable[Site], days: int = DAYS_COUNTED) -> dict[tuple[ZoneInfo, date], list[int]]:
    """The days of the last `days` that are over, since a site was made, and were not counted yet."""
    lacking: dict[tuple[ZoneInfo, date], list[int]] = {}
    everyone = list(sites)
    # One more, since the zones of the world do not agree what day it is.
    oldest = timezone.now().date() - timedelta(days=days + 1)
    known = set(DayFigures.objects.filter(site__in=everyone, day__gte=oldest).values_list("site", "day"))
    for site in everyone:
        today = today_in(site.zone)
        begun = max((today - site.created_at.astimezone(site.zone).date()).days, 0)
        for back in range(1, min(begun, days) + 1):
            day = today - timedelta(days=back)
            if (site.pk, day) not in known:
                lacking.setdefault((site.zone, day), []).append(site.pk)
    return lacking


def count_missing() -> None:
    """The job: keeps the figures of every day that is over and was not counted. May run any number of times."""
    for (zone, day), sites in missing(Site.objects.all()).items():
        counted = count_day(sites, zone, day)
        rows = [DayFigures(site_id=site, day=day, figures=counted.get(site, Figures()).pack()) for site in sites]
        DayFigures.objects.bulk_create(rows, ignore_conflicts=True)


def _answers(sites: list[int], start: datetime, end: datetime) -> list[tuple[int, Figures]]:
    adapted = [connection.ops.adapt_datetimefield_value(moment.astimezone(ZoneInfo("UTC"))) for moment in (start, end)]
    with connection.cursor() as cursor:
        cursor.execute(_BY_SITE.format(marks=", ".join(["%s"] * len(sites))), [*sites, *adapted, *adapted])
        return [(site, Figures.unpack(dict(zip(_COUNTED, numbers, strict=True)))) for site, *numbers in cursor.fetchall()]


def _waits(sites: list[int], start: datetime, end: datetime) -> dict[int, list[float]]:
    """From the first message that nothing had answered to the reply of a person, in seconds."""
    before = Message.objects.filter(conversation=OuterRef("conversation"), seq__lt=OuterRef("seq"))
    answered = before.exclude(answered_by="").order_by("-seq").values("seq")[:1]
    replies = _within(Message.objects.filter(author=Message.Author.OPERATOR, at__gte=start, at__lt=end), sites, start, end)
    replies = replies.annotate(after=Coalesce(Subquery(answered), 0))
    asked = Message.objects.filter(conversation=OuterRef("conversation"), seq__lt=OuterRef("seq"), seq__gt=OuterRef("after"), author=Message.Author.VISITOR)
    waits: dict[int, list[float]] = {}
    found = replies.annotate(since=Subquery(asked.order_by("seq").values("at")[:1])).values_list("conversation__site", "at", "since")
    for site, at, since in found:
        if since is not None:
            waits.setdefault(site, []).append((at - since).total_seconds())
    return waits


def _costs(sites: list[int], start: datetime, end: datetime) -> list[tuple[int, int, float]]:
    turns = _within(Turn.objects.filter(finished_at__gte=start, finished_at__lt=end).exclude(provider=""), sites, start, end)
    sums = turns.values("conversation__site").annotate(read=Sum("tokens_in"), written=Sum("tokens_out"), dollars=Sum("cost"), number=Count("pk"))
    return [(row["conversation__site"], (row["read"] or 0) + (row["written"] or 0), row["dollars"] or 0) for row in sums]


def _within(rows: QuerySet[Any], sites: list[int], start: datetime, end: datetime) -> QuerySet[Any]:
    return rows.filter(conversation__site__in=sites, conversation__last_at__gte=start, conversation__created_at__lt=end)
