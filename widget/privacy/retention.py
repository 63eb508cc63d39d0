"""Removes whole conversations that are older than their site keeps them, and refused websites nobody will look at again. A daily job.

Registered by wiring.py. A conversation whose visitor writes meanwhile stays: the age is asked again under the conversation's lock, which the
log's append takes too. Each transaction is small, so that no visitor waits behind it.
"""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from widget.conversations.locking import ring_name_after_commit
from widget.conversations.models import Conversation, Customer
from widget.jobs.tasks import enqueue
from widget.sites.models import RefusedOrigin, Site

log = logging.getLogger(__name__)
# Messages removed in one transaction; a single longer conversation goes in one piece, since nobody may meet half of one.
ROWS = 50
# Between two transactions, so that those who wait for the one writer of SQLite come first.
PAUSE_SECONDS = 0.02
# One run ends after this and continues as a new job, so that other jobs are not held up.
RUN_SECONDS = 60
REFUSED_DAYS = 30


def remove_old() -> int:
    """The job. Returns how many conversations were removed."""
    until = time.monotonic() + RUN_SECONDS
    removed = 0
    for site in Site.objects.order_by("pk"):
        count, finished = _clean_site(site, until)
        removed += count
        if count:
            log.info("Removed %d conversations of site %s older than %d days", count, site.key, site.retention_days)
        if not finished:
            enqueue("privacy.retention")
            return removed
    customers = _remove_silent_customers()
    refused, _ = RefusedOrigin.objects.filter(last_at__lt=timezone.now() - timedelta(days=REFUSED_DAYS)).delete()
    log.info("Retention is done: %d conversations, %d customers and %d refused websites removed", removed, customers, refused)
    return removed


def _remove_silent_customers() -> int:
    """What a website said about those who have no conversation, or none any more. After a day, when every token they signed out of is over too."""
    talks = Conversation.objects.filter(public_id=OuterRef("talk"))
    silent = Customer.objects.filter(~Exists(talks), seen_at__lt=timezone.now() - timedelta(days=1))
    return silent.delete()[0]


def _clean_site(site: Site, until: float) -> tuple[int, bool]:
    cutoff = timezone.now() - timedelta(days=site.retention_days)
    removed = 0
    for ids in _batches(site, cutoff):
        removed += _remove(ids, cutoff)
        if time.monotonic() > until:
            return removed, False
        time.sleep(PAUSE_SECONDS)
    return removed, True


def _batches(site: Site, cutoff: datetime) -> Iterator[list[int]]:
    """Conversations by age, as many at once as have ROWS messages together. `seq` is how many messages one has."""
    old = Conversation.objects.filter(site=site, last_at__lt=cutoff).order_by("last_at").values_list("pk", "seq")
    while found := list(old[:ROWS]):
        batch: list[int] = []
        rows = 0
        for pk, seq in found:
            if batch and rows + seq > ROWS:
                break
            batch.append(pk)
            rows += seq + 1
        yield batch


def _remove(ids: list[int], cutoff: datetime) -> int:
    with transaction.atomic():
        still_old = Conversation.objects.filter(pk__in=ids, last_at__lt=cutoff)
        locked = dict(still_old.select_for_update().values_list("pk", "public_id"))
        Conversation.objects.filter(pk__in=locked).delete()
        for name in locked.values():
            # A page that is still open somewhere does not go on showing it.
            ring_name_after_commit(name)
    return len(locked)
