"""Makes the search index anew from the entries, and takes out of it what no entry stands behind any more.

`rebuild` is for an upgrade that changed the normaliser, or a restored backup: called by `manage.py rebuild_search` and `make run`; searches go on
with the old index until its transaction ends. `forget_deleted` is the nightly job for deleted sites and sources, whose entries went without being asked.
"""

from itertools import islice

from django.db import transaction

from widget.knowledge.index import indexing, scopes
from widget.knowledge.index.slices import in_slices
from widget.knowledge.index.stored import stored
from widget.knowledge.models import Entry
from widget.sites.models import Site


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
    """How many entries were read."""
    number = 0
    with transaction.atomic():
        indexing.clear()
        entries = Entry.objects.iterator(chunk_size=indexing.BATCH)
        while batch := list(islice(entries, indexing.BATCH)):
            indexing.put(entry.as_document() for entry in batch)
            number += len(batch)
    return number
