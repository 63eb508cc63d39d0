"""`manage.py db_worker`: a process that only runs background jobs, for installations on PostgreSQL with several serving processes.

Stands in for django-tasks-db's command of the same name, which knows neither retries nor the reaper.
"""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from widget.jobs.worker import JobWorker


class Command(BaseCommand):
    help = "Runs background jobs until it is told to stop (SIGTERM or Ctrl+C); the job in hand is finished first."

    def handle(self, *args: Any, **options: Any) -> None:
        ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        worker = JobWorker()
        worker.start()
        self.stdout.write("Running background jobs.")
        ending.wait()
        worker.stop()
