"""The nightly tidying of background work's own tables. A daily job, registered by wiring.py."""

import logging
from datetime import timedelta

from django.utils import timezone

from widget.jobs import queue
from widget.jobs.models import WorkerBeat

log = logging.getLogger(__name__)
# As long as a row is kept its key is known; failed ones are kept longer so that somebody can still read why.
DONE_DAYS = 14
FAILED_DAYS = 60


def forget_finished() -> int:
    """Removes what ended long ago; returns how many jobs."""
    now = timezone.now()
    forgotten = queue.prune(now - timedelta(days=DONE_DAYS), now - timedelta(days=FAILED_DAYS))
    holders = {held.holder for held in queue.running()}
    WorkerBeat.objects.filter(started_at__lt=now - timedelta(days=DONE_DAYS)).exclude(pk__in=holders).delete()
    log.info("Forgot %d finished jobs", forgotten)
    return forgotten
