"""Deletes a site with everything that hangs on it: from this moment it is gone for visitors and in the admin, and a job clears it away in small transactions.

Called by admin.py; `finish` is the job `sites.remove`, registered by wiring.py, which also fills `clearers` for rows that do not go by themselves.
"""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import partial

from django.db import models, transaction

from widget.jobs.tasks import enqueue
from widget.lib.slices import FEWEST, in_slices
from widget.sites.models import Site

JOB = "sites.remove"
# One run of the job ends after this and goes on as a new one, so that other jobs are not held up.
RUN_SECONDS = 60.0
# Removes at most so many rows of a site, in a transaction that is open already, and returns how many: (site's id, limit).
Clearer = Callable[[int, int], int]
clearers: list[Clearer] = []


def remove(site_id: int) -> None:
    """Its key is free at once."""
    with transaction.atomic():
        Site.every.filter(pk=site_id).update(going=True, active=False, key=f"gone-{secrets.token_hex(8)}")
        enqueue(JOB, site_id, key=str(site_id))


def finish(site_id: int) -> None:
    """The job. May run twice, and after a broken attempt."""
    site = Site.every.filter(pk=site_id, going=True).first()
    if site is None:
        return
    until = time.monotonic() + RUN_SECONDS
    steps: list[Clearer] = [*clearers, *(partial(_remove_some, relation) for relation in _hanging())]
    for clear in steps:
        in_slices(partial(_in_time, until, clear, site_id), first=FEWEST)
    if time.monotonic() < until:
        site.delete()
    else:
        enqueue(JOB, site_id)


def counted(sites: Collection[int]) -> dict[str, int]:
    """How much hangs on these sites, by what it is called."""
    found: Counter[str] = Counter()
    for relation in _hanging():
        found[str(relation.related_model._meta.verbose_name_plural)] += _rows(relation).filter(**{f"{relation.field.name}__in": sites}).count()
    return dict(+found)


def _hanging() -> Iterator[models.ManyToOneRel]:
    """From every table whose rows go with their site."""
    for relation in Site._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.CASCADE:
            yield relation


def _in_time(until: float, clear: Clearer, site_id: int, limit: int) -> int:
    return clear(site_id, limit) if time.monotonic() < until else 0


def _remove_some(relation: models.ManyToOneRel, site_id: int, limit: int) -> int:
    ids = list(_rows(relation).filter(**{relation.field.name: site_id}).values_list("pk", flat=True)[:limit])
    _rows(relation).filter(pk__in=ids).delete()
    return len(ids)


def _rows(relation: models.ManyToOneRel) -> "models.QuerySet[models.Model]":
    return relation.related_model._base_manager.all()
