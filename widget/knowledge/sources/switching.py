"""Switches single pieces of a source off and on again: what is off is a draft in every generation, so that no search finds it.

Called by the pages (switch_off, switch_on), by generations.py when a generation is put into use, and by filling.py, which writes what is off as a draft.
"""

from collections.abc import Collection, Iterable

from django.db import transaction

from widget.knowledge.models import Entry, PieceSwitch, Run, Source

# SQLite takes no more than 32,766 values in one statement.
KEYS_AT_ONCE = 500


def switch(entries: Iterable[Entry], off: bool) -> int:
    """From now on, whatever is read later: a piece is known by its key. Returns how many there were."""
    by_source: dict[int, list[str]] = {}
    for entry in entries:
        if entry.source_id is not None:
            by_source.setdefault(entry.source_id, []).append(entry.key)
    for source_id, keys in by_source.items():
        _switch(source_id, keys, off)
    return sum(map(len, by_source.values()))


def off_keys(source_id: int) -> frozenset[str]:
    return frozenset(PieceSwitch.objects.filter(source=source_id, off=True).values_list("key", flat=True))


def settle(source_id: int, generation: int, keys: Collection[str] | None = None) -> None:
    """Sets the pieces of a generation whose words are counted already as they were switched. Inside the caller's transaction."""
    switches = PieceSwitch.objects.filter(source=source_id)
    for off, state, other in ((True, Entry.State.DRAFT, Entry.State.APPROVED), (False, Entry.State.APPROVED, Entry.State.DRAFT)):
        switched = [key for key in switches.filter(off=off).values_list("key", flat=True) if keys is None or key in keys]
        for some in _parts(switched):
            Entry.objects.filter(source=source_id, generation=generation, key__in=some, state=other).update(state=state)


def _switch(source_id: int, keys: Collection[str], off: bool) -> None:
    with transaction.atomic():
        # Whoever puts a generation into use waits, or is waited for.
        source = Source.objects.select_for_update().get(pk=source_id)
        made = [PieceSwitch(source=source, key=key, off=off) for key in dict.fromkeys(keys)]
        PieceSwitch.objects.bulk_create(made, batch_size=KEYS_AT_ONCE, update_conflicts=True, unique_fields=["source", "key"], update_fields=["off"])
        waiting = Run.objects.filter(source=source_id, state=Run.State.READY).values_list("generation", flat=True)
        for generation in {source.generation, source.former, *waiting} - {0}:
            settle(source_id, generation, frozenset(keys))


def _parts(keys: list[str]) -> list[list[str]]:
    return [keys[first : first + KEYS_AT_ONCE] for first in range(0, len(keys), KEYS_AT_ONCE)]
