"""A worker process for test_kill.py. Its one job either never ends ("hang") or ends at once ("finish"); argv: database file, mode."""

import os
import sys
import threading

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()

from widget.jobs import tasks  # noqa: E402
from widget.jobs.worker import JobWorker  # noqa: E402


def job() -> None:
    print("begun", flush=True)
    if sys.argv[2] == "hang":
        threading.Event().wait()


tasks.register("test.mortal", job)
JobWorker(poll=0.05, keep=0.1, dead_after=0.5).start()
# Ends with its parent, however that ends.
sys.stdin.read()
