"""The checks behind /readyz: each says None when all is well, else one sentence for the operator. Registered by wiring.py, run by lib/readiness.py.

Essential is what nobody can be served without: the database and room on the disk. Jobs and models may fail while visitors are still answered.
"""

import os
import shutil

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from widget.jobs import queue, reaper, worker
from widget.jobs.queue import Backlog
from widget.lib import database_file, metrics
from widget.lib.database_load import condition
from widget.providers import registry
from widget.providers.breaker import breaker
from widget.providers.chat import ProviderSettings

# A job may take minutes; one that is due and has waited this long waits for a worker that is not there.
LAG_SECONDS = 600.0
_PROBE = "readiness"
_backlog = Backlog(0, 0, 0, 0.0)

jobs_by_state = metrics.gauge(
    "kanal_jobs",
    "Background jobs by state (ready: due and waiting), as of the last readiness check.",
    lambda: {"ready": _backlog.ready, "running": _backlog.running, "failed": _backlog.failed},
    ["state"],
)
job_lag = metrics.gauge("kanal_jobs_lag_seconds", "How long the oldest job that is due has waited, as of the last readiness check.", lambda: _backlog.lag)
disk_free = metrics.gauge("kanal_disk_free_bytes", "Room left where DATA_DIR lies.", lambda: shutil.disk_usage(settings.DATA_DIR).free)
breakers = metrics.gauge(
    "kanal_provider_usable",
    "1 for a model provider that is asked, 0 for one that is left alone for a while after failures, or whose key is lost.",
    lambda: {provider.name: float(_is_usable(provider)) for provider in registry.known()},
    ["provider"],
)


def database() -> str | None:
    """Over a connection of its own, as the next request would: it opens, and a row can be written. And what the visitors' own door met last."""
    path = database_file.file_of(connection)
    if path is not None and not os.path.exists(path):
        return f"The database's file {path} is gone. Put it back, or restore a backup: make restore FILE=... on a server, manage.py restore elsewhere."
    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                # No wait for the disk: whether it can be written is asked, not whether it survives a power cut.
                cursor.execute("PRAGMA busy_timeout=2000")
                cursor.execute("PRAGMA synchronous=NORMAL")
        with transaction.atomic():
            reaper.beat(_PROBE)
    except DatabaseError as error:
        return f"The database cannot be written: {error}."
    finally:
        connection.close()
    return condition.trouble()


def disk() -> str | None:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free >= settings.DISK_FLOOR_MB * 2**20:
        return None
    left, floor = f"{free // 2**20} MB are left on the disk of {settings.DATA_DIR}", f"the floor is {settings.DISK_FLOOR_MB} MB"
    return f"Only {left}; {floor}. Make room, or the next messages are refused."


def jobs() -> str | None:
    global _backlog
    try:
        _backlog = queue.backlog()
    except DatabaseError as error:
        return f"The queue of jobs cannot be read: {error}."
    finally:
        connection.close()
    if _backlog.lag > LAG_SECONDS:
        return f"The oldest job has been due for {_backlog.lag:.0f} s: no worker takes it. Alerts and other background work wait."
    return worker.trouble()


def models() -> str | None:
    known = registry.known()
    if known and not any(map(_is_usable, known)):
        return f"None of the {len(known)} model providers can be used now; own knowledge and people answer."
    return None


def _is_usable(provider: ProviderSettings) -> bool:
    return not provider.lost_key and not breaker.is_open(provider)
