"""The providers as the running process sees them: one frozen snapshot of the whole table, read again at most every two seconds.

Asked by answering/ for every turn, so it must not cost a query each; a change in the admin is seen by every process within REFRESH_SECONDS.
"""

import asyncio
import time
from dataclasses import dataclass

from widget.lib import database
from widget.providers.chat import ProviderSettings
from widget.providers.models import Provider

REFRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Snapshot:
    read_at: float
    rows: tuple[tuple[int | None, ProviderSettings], ...]

    def of(self, site_id: int) -> tuple[ProviderSettings, ...]:
        return tuple(settings for owner, settings in self.rows if owner is None or owner == site_id)


_snapshot: _Snapshot | None = None
_refreshing: "asyncio.Task[_Snapshot] | None" = None


async def providers_for(site_id: int) -> tuple[ProviderSettings, ...]:
    """The active providers of a site in the order they are asked; empty is a supported mode."""
    known = _snapshot
    if known is None or time.monotonic() - known.read_at >= REFRESH_SECONDS:
        known = await asyncio.shield(_shared_refresh())
    return known.of(site_id)


async def any_provider() -> bool:
    """Whether any site has a model at all: then its client is worth loading at start."""
    return bool((await database.read(_refresh)).rows)


def known() -> tuple[ProviderSettings, ...]:
    """Every active provider as last read, without asking the database."""
    return () if _snapshot is None else tuple(settings for _, settings in _snapshot.rows)


def forget() -> None:
    """Makes this process see a change at once."""
    global _snapshot, _refreshing
    _snapshot = _refreshing = None


def _shared_refresh() -> "asyncio.Task[_Snapshot]":
    """One query for all turns that ask at the same moment."""
    global _refreshing
    if _refreshing is None or _refreshing.done() or _refreshing.get_loop() is not asyncio.get_running_loop():
        _refreshing = asyncio.get_running_loop().create_task(database.read(_refresh))
    return _refreshing


def _refresh() -> _Snapshot:
    global _snapshot
    rows = tuple((provider.site_id, provider.settings()) for provider in Provider.objects.filter(active=True))
    _snapshot = _Snapshot(time.monotonic(), rows)
    return _snapshot
