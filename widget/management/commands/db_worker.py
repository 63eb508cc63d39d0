"""`manage.py db_worker`: a process that only runs background jobs, for installations on PostgreSQL with several serving processes.

Stands in for django-tasks-db's command of the same name, which knows neither retries nor the reaper. A database that is away is waited for.
"""

import logging
import signal
import threading
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from widget.jobs.worker import JobWorker
from widget.lib.database_patience import is_away
from widget.lib.presence import presence
from widget.ops.errors import DatabaseUnreachableError, ServeError
from widget.ops.keys import refuse_other_keys, warn_of_lost_secrets
from widget.ops.reaching import reach_database
from widget.ops.schema import refuse_another_schema

log = logging.getLogger(__name__)
ASK_AGAIN_SECONDS = 2.0


class Command(BaseCommand):
    help = "Runs background jobs until it is told to stop (SIGTERM or Ctrl+C); the job in hand is finished first."

    def handle(self, *args: Any, **options: Any) -> None:
        ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        try:
            self._prepare(ending)
        except ServeError as error:
            raise CommandError(str(error)) from None
        finally:
            connection.close()
        if ending.is_set():
            return
        worker = JobWorker(show=partial(presence.announce, serving=False))
        worker.start()
        self.stdout.write("Running background jobs.")
        self.stdout.flush()
        ending.wait()
        worker.stop()

    def _prepare(self, ending: threading.Event) -> None:
        """Waits until the database is there and fits. Raises ServeError for what waiting does not mend."""
        told = False
        while not ending.is_set():
            try:
                reach_database()
                refuse_another_schema()
                refuse_other_keys(serving=False)
                warn_of_lost_secrets()
                return
            except (DatabaseUnreachableError, DatabaseError) as error:
                if isinstance(error, DatabaseError) and not is_away(error):
                    raise
                if not told:
                    log.warning("%s Background jobs wait and go on by themselves once it is there.", _trouble(error))
                told = True
                connection.close()
                ending.wait(ASK_AGAIN_SECONDS)


def _trouble(error: Exception) -> str:
    if isinstance(error, DatabaseUnreachableError):
        return "PostgreSQL on {where} cannot be reached: {reason}.".format(**error.details)
    return "PostgreSQL went away."
