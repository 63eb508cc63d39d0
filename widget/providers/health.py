"""Notes in the provider table when a provider last answered and last failed, for the owner to see. Called by failover.py after each attempt.

Never in the way of an answer: notes are gathered in memory and written by a task of their own, successes once a minute at most.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone

from widget.lib import database
from widget.providers.models import Provider

log = logging.getLogger(__name__)
SUCCESS_SECONDS = 60.0


@dataclass(slots=True)
class _Note:
    ok_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""


_waiting: dict[int, _Note] = {}
_succeeded: dict[int, float] = {}
_saving: "asyncio.Task[None] | None" = None


def note_success(provider_id: int) -> None:
    now = time.monotonic()
    if provider_id and now - _succeeded.get(provider_id, float("-inf")) >= SUCCESS_SECONDS:
        _succeeded[provider_id] = now
        _waiting.setdefault(provider_id, _Note()).ok_at = timezone.now()
        _save_soon()


def note_failure(provider_id: int, code: str) -> None:
    """The next success is written at once, so the owner sees that it works again."""
    if provider_id:
        _succeeded.pop(provider_id, None)
        note = _waiting.setdefault(provider_id, _Note())
        note.failed_at, note.failure = timezone.now(), code
        _save_soon()


async def settle() -> None:
    """Waits until all notes are written. Called when the process drains."""
    if _saving is not None and _saving.get_loop() is asyncio.get_running_loop():
        await _saving


def forget() -> None:
    """Drops what is not written yet; for tests."""
    global _saving
    _waiting.clear()
    _succeeded.clear()
    _saving = None


def _save_soon() -> None:
    global _saving
    if _saving is None or _saving.done() or _saving.get_loop() is not asyncio.get_running_loop():
        _saving = asyncio.get_running_loop().create_task(_save())


async def _save() -> None:
    while _waiting:
        notes = dict(_waiting)
        _waiting.clear()
        try:
            await database.write(save_notes, notes, durable=False)
        except DatabaseError:
            log.exception("The state of %d providers could not be noted", len(notes))


def save_result(provider_id: int, code: str) -> None:
    """For sync code that tried a provider itself. `code` is empty when it answered."""
    now = timezone.now()
    save_notes({provider_id: _Note(failed_at=now, failure=code) if code else _Note(ok_at=now)})


def save_notes(notes: dict[int, _Note]) -> None:
    for provider_id, note in notes.items():
        columns: dict[str, datetime | str] = {}
        if note.ok_at:
            columns["last_ok_at"] = note.ok_at
        if note.failed_at:
            columns.update(last_failed_at=note.failed_at, last_failure=note.failure)
        Provider.objects.filter(pk=provider_id).update(**columns)
