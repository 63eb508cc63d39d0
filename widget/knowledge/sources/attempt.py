"""One attempt at reading a source, from its opening to its new generation: what the child process does.

Called by child.py (and by tests in their own process). Whatever happens here, what was in use before goes on answering until the one UPDATE at the end.
"""

import logging

from django.db import transaction
from django.utils import timezone

from widget.jobs.child import say
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.sources import generations
from widget.knowledge.sources.errors import FarLessError, NothingTakenError, SupersededError
from widget.knowledge.sources.filling import Filling
from widget.knowledge.sources.opening import open_source
from widget.lib.told_errors import ToldError

log = logging.getLogger(__name__)
# From so many entries on, a generation of less than half is not put into use by itself.
MANY = 20


def read_source(run_id: int) -> None:
    """Reads the source of this run from the beginning. What an earlier attempt wrote goes afterwards; a run that has ended is left alone."""
    run = Run.objects.select_related("source__site").filter(pk=run_id, state__in=[Run.State.WAITING, Run.State.RUNNING]).first()
    if run is None:
        return
    generation = generations.begin(run.source_id)
    _start(run, generation)
    try:
        _read(run, generation)
    except SupersededError:
        log.info("Run %s of source %s is over, so what it wrote goes", run.pk, run.source_id)
    except ToldError as error:
        say(failed=error.code)
        fail(run.pk, error)
    generations.clear(run.source_id)


def fail(run_id: int, error: ToldError) -> None:
    """The run ends with this; what is in use stays."""
    running = Run.objects.filter(pk=run_id, state__in=[Run.State.WAITING, Run.State.RUNNING])
    running.update(state=Run.State.FAILED, ended_at=timezone.now(), **_why(error))


def _start(run: Run, generation: int) -> None:
    with transaction.atomic():
        run.findings.all().delete()
        waiting = Run.objects.filter(pk=run.pk, state__in=[Run.State.WAITING, Run.State.RUNNING])
        waiting.update(state=Run.State.RUNNING, generation=generation, started_at=timezone.now(), taken=0, skipped=0, visited=0, total=None)


def _read(run: Run, generation: int) -> None:
    filling = Filling(run, run.source, generation)

    def told(visited: int, known: int) -> None:
        Run.objects.filter(pk=run.pk, generation=generation).update(visited=visited, total=known, taken=filling.taken, skipped=filling.skipped)

    for read in open_source(run.source, told):
        filling.take(read)
    filling.finish()
    say(taken=filling.taken, skipped=filling.skipped, longest=round(filling.pace.longest, 4))
    if not filling.taken:
        raise NothingTakenError
    Run.objects.filter(pk=run.pk, generation=generation).update(digest=filling.digest)
    _end(run, generation, filling)


def _end(run: Run, generation: int, filling: Filling) -> None:
    """Nothing new or what its owner took back, waits for somebody's eyes, or into use."""
    source = Source.objects.get(pk=run.source_id)
    running = Run.objects.filter(pk=run.pk, generation=generation, state=Run.State.RUNNING)
    if filling.digest == source.declined or (source.generation and generations.digest_of(source.pk, source.generation) == filling.digest):
        running.update(state=Run.State.DONE, unchanged=True, ended_at=timezone.now())
    elif source.needs_approval:
        running.update(state=Run.State.READY, ended_at=timezone.now())
    elif _is_far_less(source, filling.taken):
        running.update(state=Run.State.READY, ended_at=timezone.now(), **_why(FarLessError()))
    elif running.exists():
        generations.publish(source.pk, generation)


def _is_far_less(source: Source, taken: int) -> bool:
    known = Entry.objects.filter(source=source, generation=source.generation).count() if source.generation else 0
    return known >= MANY and taken * 2 < known


def _why(error: ToldError) -> dict[str, str]:
    return {"error": error.code[:40], "error_text": type(error).__doc__ or "", "detail": error.detail[:500].replace("\0", " ")}
