"""Deletes a source with everything that was read from it: nothing of it is found from this moment, and a job clears it away in small transactions.

Called by the pages and `manage.py knowledge_import`; `finish` is the job `knowledge.remove`, registered by wiring.py. `clear_of_site` is what
sites/removing.py asks when a whole site is deleted.
"""

from django.db import transaction
from django.db.models import QuerySet

from widget.jobs.tasks import enqueue
from widget.knowledge.index.stored import stored
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.sources import files, generations

JOB = "knowledge.remove"


def remove(source_id: int) -> None:
    with transaction.atomic():
        Source.objects.filter(pk=source_id).update(state=Source.State.GOING, generation=0, former=0)
        _end_runs(Run.objects.filter(source=source_id))
        enqueue(JOB, source_id, key=str(source_id))


def finish(source_id: int) -> None:
    """May run twice, and after a broken attempt."""
    source = Source.objects.filter(pk=source_id, state=Source.State.GOING).first()
    if source is None:
        return
    written = Entry.objects.filter(source=source).order_by().values_list("generation", flat=True).distinct()
    for generation in set(written) - {0}:
        generations.drop(source.pk, generation)
    source.delete()
    if source.file:
        files.path_of(source).unlink(missing_ok=True)


def clear_of_site(site_id: int, limit: int) -> int:
    """Some entries of a site that is being deleted; how many. Its readings end; the words of its entries are forgotten at night (rebuild.py)."""
    _end_runs(Run.objects.filter(source__site=site_id))
    # Not the queryset of Entry: it would count words of which nobody asks any more.
    entries = Entry._base_manager.filter(site=site_id)
    ids = list(entries.values_list("pk", flat=True)[:limit])
    stored.unfile(ids)
    entries.filter(pk__in=ids).delete()
    return len(ids)


def _end_runs(runs: QuerySet[Run]) -> None:
    runs.filter(state__in=[Run.State.WAITING, Run.State.RUNNING, Run.State.READY]).update(state=Run.State.STOPPED, stop_wanted=True)
