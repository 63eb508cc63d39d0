"""Makes the search index anew from the entries, and takes out of it what no entry stands behind any more.

`rebuild` is for an upgrade that changed the normaliser, or a restored backup: called by `manage.py rebuild_search` and `make run`, beside visitors too.
`forget_deleted` is the nightly job for deleted sites and sources, whose entries went without being asked.
"""

from itertools import islice

from django.db import transaction

from widget.knowledge.index import indexing, scopes
from widget.knowledge.index.stored import stored
from widget.knowledge.models import Entry, Run
from widget.lib.slices import in_slices
from widget.sites.models import Site

# Of an index that is being made anew: no version of the normaliser, so that it is begun again if that is broken off.
UNFINISHED = -1


def forget_deleted() -> int:
    """Returns how many scopes were forgotten."""
    kept = {scopes.of_site(site) for site in Site.objects.values_list("pk", flat=True)}
    read = Entry.objects.filter(source__isnull=False).order_by().values_list("source", "generation").distinct()
    kept |= {scopes.of_generation(source, generation) for source, generation in read}
    gone = [scope for scope in stored.scopes() if scope not in kept]
    for scope in gone:
        forget_scope(scope)
    return len(gone)


def forget_scope(scope: str) -> None:
    """In small transactions, since visitors wait behind each."""
    in_slices(lambda limit: _forget_documents(scope, limit))
    in_slices(lambda limit: stored.forget_words(scope, limit), first=1_000, most=20_000)


def _forget_documents(scope: str, limit: int) -> int:
    ids = stored.filed_under(scope, limit)
    stored.unfile(ids)
    return len(ids)


def rebuild() -> int:
    """Files every entry again by the normaliser of today, and takes out what no entry stands behind. Returns how many entries were read.

    Each transaction puts some documents in the place of what was filed of them and counts their words anew, so that every search meanwhile looks in
    a complete index; until the last one the index counts as stale, and an attempt that was broken off is begun again.
    """
    stored.remark(UNFINISHED)
    number = _Renewing().run()
    in_slices(lambda _limit: int(stored.settle()))
    stored.remark(indexing.VERSION)
    return number


def rebuild_from_nothing() -> int:
    """The same for an index that is damaged, in one transaction: visitors' messages wait behind it. Returns how many entries were read."""
    number = 0
    with transaction.atomic():
        indexing.clear()
        entries = Entry.objects.iterator(chunk_size=indexing.BATCH)
        while batch := list(islice(entries, indexing.BATCH)):
            indexing.put(entry.as_document() for entry in batch)
            number += len(batch)
    return number


class _Renewing:
    """Goes through the entries, then through what is filed, by rising number. What is written meanwhile is filed by the same normaliser already."""

    def __init__(self) -> None:
        self._last = 0

    def run(self) -> int:
        number = in_slices(self._file_again)
        self._last = 0
        in_slices(self._take_out)
        return number

    def _file_again(self, limit: int) -> int:
        # Before the entries are read: nobody may file a change of theirs between that and our writing.
        stored.lock()
        entries = list(Entry.objects.filter(pk__gt=self._last).order_by("pk")[:limit])
        if entries:
            # The words of a generation that is being written are counted at its end, by whoever writes it.
            written = set(Run.objects.filter(state=Run.State.RUNNING).values_list("source", "generation"))
            indexing.put(entry.as_document() for entry in entries if (entry.source_id, entry.generation) not in written)
            self._last = entries[-1].pk
        return len(entries)

    def _take_out(self, limit: int) -> int:
        ids = stored.filed_after(self._last, limit)
        if ids:
            known = set(Entry.objects.filter(pk__in=ids).values_list("pk", flat=True))
            indexing.remove(pk for pk in ids if pk not in known)
            self._last = ids[-1]
        return len(ids)
