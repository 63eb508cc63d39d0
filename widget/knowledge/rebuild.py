"""Makes the search index anew from the entries: after an upgrade that changed the normaliser, or a restored backup.

Called by `manage.py rebuild_search`, by `make run` and, for sites that were deleted, every night; searches go on with the old index until the transaction ends.
"""

from itertools import islice

from django.db import transaction

from widget.knowledge import indexing
from widget.knowledge.models import Entry
from widget.sites.models import Site


def forget_deleted_sites() -> int:
    """The nightly job; returns how many sites were forgotten."""
    return indexing.keep_only(Site.objects.values_list("pk", flat=True))


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
