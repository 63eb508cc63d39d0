"""The quiet hours of a site: what its alerts keep until the morning. Called by escalation.py and delivery.py.

A waiting visitor is counted, and told in one summary when the quiet hours end; other alerts come then, each of a kind once.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from widget.jobs.tasks import enqueue
from widget.ops.alerts.models import AlertMark, AlertTarget, claim
from widget.sites.models import Site
from widget.sites.quiet_hours import end_of_quiet

_A_DAY = 86_400
_ANY_NUMBER = 1_000_000


def ends(site: Site) -> datetime | None:
    """When the quiet hours end that it is now, or None."""
    return end_of_quiet(timezone.now(), site.zone, site.quiet_from, site.quiet_until)


def awake(site: Site, targets: Iterable[AlertTarget]) -> list[AlertTarget]:
    """Those that are told now."""
    quiet = ends(site) is not None
    return [target for target in targets if target.at_night or not quiet]


def keep(site: Site, targets: Iterable[AlertTarget]) -> None:
    """Counts one waiting visitor for the summary of those who sleep. Call it in the transaction that claimed the wait."""
    end = ends(site)
    if end is None or all(target.at_night for target in targets):
        return
    claim(_mark(site.pk, end.isoformat()), 2 * _A_DAY, most=_ANY_NUMBER)
    delay = (end - timezone.now()).total_seconds()
    enqueue("alert.morning", site.pk, end.isoformat(), key=f"{site.pk}:{end.isoformat()}", delay_seconds=delay)


def sleepers(site_id: int) -> list[AlertTarget]:
    return list(AlertTarget.objects.reachable().filter(site=site_id, on_waiting=True, at_night=False))


def kept(site_id: int, end: str) -> int:
    """How many waited in the quiet hours that ended then."""
    return AlertMark.objects.filter(pk=_mark(site_id, end)).values_list("times", flat=True).first() or 0


def _mark(site_id: int, end: str) -> str:
    return f"night:{site_id}:{end}"
