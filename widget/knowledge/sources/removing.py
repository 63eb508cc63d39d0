"""Deletes a source with everything that was read from it: nothing of it is found from this moment, and a job clears it away in small transactions.

Called by the pages and `manage.py knowledge_import`; `finish` is the job `knowledge.remove`, registered by wiring.py.
"""

from django.db import transaction

from widget.jobs.tasks import enqueue
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.sources import files, generations

JOB = "knowledge.remove"


def remove(source_id: int) -> None:
    with transaction.atomic():
        Source.objects.filter(pk=source_id).update(state=Source.State.GOING, generation=0, former=0)
        Run.objects.filter(source=source_id, state__in=[Run.State.WAITING, Run.State.RUNNING, Run.State.READY]).update(
            state=Run.State.STOPPED, stop_wanted=True
        )
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
