"""Groups of questions that an owner wants to see no more on the page of what is missing. Called by missing.py, missing_page.py and a daily job.

Kept are the visitors' own words, since a group is known again by them; they go when the site's conversations of that age do.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils import timezone

from widget.inbox.insights.models import NotNeeded
from widget.sites.models import Site

# The newest of a site: each is compared with every question.
MOST = 200


def put_away(site: Site, wordings: Iterable[str]) -> None:
    said = "\n".join(wording for wording in wordings if wording)
    if said:
        NotNeeded.objects.get_or_create(site=site, wordings=said)


def bring_back(site: Site, number: int) -> None:
    NotNeeded.objects.filter(site=site, pk=number).delete()


def put_away_at(sites: Sequence[Site]) -> list[NotNeeded]:
    """The newest first."""
    return list(NotNeeded.objects.filter(site__in=sites).select_related("site").order_by("-pk")[:MOST])


def forget_old() -> int:
    """The job. Returns how many went."""
    now = timezone.now()
    return sum(NotNeeded.objects.filter(site=site, at__lt=now - timedelta(days=site.retention_days)).delete()[0] for site in Site.objects.all())
