"""The generations of a source: one is in use, one may be the one before, one may be being written. Every entry of a source is written here and in filling.py.

Called by attempt.py in the child process, and by the pages (publish, undo). What is not in use is found by nobody, so it is written and removed in
small transactions, and put into use or taken back by one UPDATE of the source's row, with which every search begins.
"""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from widget.knowledge.index import indexing, scopes
from widget.knowledge.index.stored import stored
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.rebuild import forget_scope
from widget.knowledge.sources import switching
from widget.lib.slices import in_slices


def begin(source_id: int) -> int:
    """Gives out the number of a new generation; what is in use and the one before it stay. Raises Source.DoesNotExist."""
    with transaction.atomic():
        Source.objects.filter(pk=source_id).update(latest=F("latest") + 1)
        source = Source.objects.get(pk=source_id)
        Run.objects.filter(source=source_id, state=Run.State.READY).update(state=Run.State.STOPPED)
        indexing.mark()
        # So that the nightly job finds it, whatever becomes of this attempt.
        stored.renew([scopes.of_generation(source_id, source.latest)])
    return source.latest


def publish(source_id: int, generation: int) -> bool:
    """Puts the generation that was written last into use, and the run that wrote it is done. False if that run was ended or another one has begun."""
    with transaction.atomic():
        written = Run.objects.filter(source=source_id, generation=generation, state__in=[Run.State.RUNNING, Run.State.READY])
        ended = written.update(state=Run.State.DONE, ended_at=timezone.now())
        swapped = Source.objects.filter(pk=source_id, latest=generation).exclude(generation=generation)
        done = bool(ended and swapped.update(former=F("generation"), generation=generation, published_at=timezone.now(), declined=""))
        if done:
            switching.settle(source_id, generation)
        transaction.set_rollback(not done)
    return done


def undo(source_id: int) -> bool:
    """Goes back to the generation before (or to nothing, where it was the first); a second time it goes forward again.

    What was taken back stays away while the source says the same, until somebody asks for it (`welcome`) or uses it again.
    Readings that fail, wait or bring nothing new change nothing about it. False where nothing was ever in use.
    """
    can_go = Q(former__gt=0) | Q(generation__gt=0)
    with transaction.atomic():
        swapped = Source.objects.filter(can_go, pk=source_id).update(generation=F("former"), former=F("generation"), published_at=timezone.now())
        if swapped:
            source = Source.objects.get(pk=source_id)
            switching.settle(source_id, source.generation)
            _decline(source_id, digest_of(source_id, source.former) if source.former > source.generation else "")
    return swapped == 1


def reject(source_id: int) -> bool:
    """What waits for approval is not wanted, nor is the same when it is read again by itself. False where nothing waits any more."""
    with transaction.atomic():
        waiting = Run.objects.filter(source=source_id, state=Run.State.READY)
        generation = waiting.values_list("generation", flat=True).first()
        rejected = waiting.update(state=Run.State.STOPPED)
        if rejected:
            _decline(source_id, digest_of(source_id, generation or 0))
    return rejected > 0


def welcome(source_id: int) -> None:
    """Whatever the source says next is wanted, also what was taken back: somebody asked for it to be read."""
    _decline(source_id, "")


def digest_of(source_id: int, generation: int) -> str:
    """The sum of what a generation says; empty where nobody knows it any more."""
    return Run.objects.filter(source=source_id, generation=generation).exclude(digest="").values_list("digest", flat=True).first() or ""


def _decline(source_id: int, digest: str) -> None:
    Source.objects.filter(pk=source_id).update(declined=digest)


def clear(source_id: int) -> None:
    """Removes every generation but the one in use, the one before it, and what is being written or waits. After a reading, so that none waits for it."""
    for generation in set(Entry.objects.filter(source=source_id).order_by().values_list("generation", flat=True).distinct()):
        if not _is_wanted(source_id, generation):
            drop(source_id, generation)


def clear_all() -> None:
    """What broken attempts left at any source: they are few, and each is asked for by the index alone."""
    for source_id in Source.objects.exclude(state=Source.State.GOING).values_list("pk", flat=True):
        clear(source_id)


def drop(source_id: int, generation: int) -> None:
    """Removes a generation that nobody wants any more, in small transactions; what a broken attempt leaves, the next one removes."""
    in_slices(lambda limit: _drop_some(source_id, generation, limit))
    forget_scope(scopes.of_generation(source_id, generation))


def _drop_some(source_id: int, generation: int, limit: int) -> int:
    # Asked each time: what is in use must never go, whoever put it there meanwhile.
    if _is_wanted(source_id, generation):
        return 0
    entries = Entry._base_manager.filter(source=source_id, generation=generation)
    ids = list(entries.values_list("pk", flat=True)[:limit])
    stored.unfile(ids)
    # Not the queryset of Entry: it would count words of which nobody asks any more.
    entries.filter(pk__in=ids).delete()
    return len(ids)


def _is_wanted(source_id: int, generation: int) -> bool:
    standing = Source.objects.filter(Q(generation=generation) | Q(former=generation), pk=source_id)
    waiting = Run.objects.filter(source=source_id, generation=generation, state__in=[Run.State.RUNNING, Run.State.READY])
    return standing.exists() or waiting.exists()
